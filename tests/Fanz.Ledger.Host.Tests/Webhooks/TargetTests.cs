using System.Net;
using System.Text;
using Fanz.Ledger.Host.Webhooks;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>Nobody makes the ledger knock at doors inside its own network.</summary>
public sealed class TargetTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("192.0.0.192")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_told(string address) =>
        Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("100.63.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("193.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:800::200e")]
    public void An_address_that_is_public_is_too(string address) =>
        Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task A_name_is_judged_by_what_it_stands_for_when_it_is_connected_to(string host)
    {
        await using var receiver = await TestReceiver.Start();
        using var sender = new WebhookSender(new WebhookOptions());
        var url = new UriBuilder(receiver.Url) { Host = host }.Uri.ToString();
        var request = new WebhookRequest("wh_1", url, "s"u8.ToArray(), "a/b/1", 1, "{}"u8.ToArray());
        var sent = await sender.Send(request, wantsEcho: false, CancellationToken.None);
        Assert.EndsWith("is not on the public internet", sent.Failure, StringComparison.Ordinal);
        Assert.Empty(receiver.All);
    }

    [Theory]
    [InlineData("", "ill_formed")]
    [InlineData("example.com", "ill_formed")]
    [InlineData("/etc/passwd", "ill_formed")]
    [InlineData("file:///etc/passwd", "ill_formed")]
    [InlineData("ftp://example.com/", "ill_formed")]
    [InlineData("https://user:word@example.com/", "ill_formed")]
    [InlineData("https://example.com/#part", "ill_formed")]
    [InlineData("https://example.com/\r\nX: y", "ill_formed")]
    [InlineData("http://example.com/", "not_https")]
    [InlineData("https://127.0.0.1/", "private_target")]
    [InlineData("https://[fd00::1]/", "private_target")]
    [InlineData("https://0x7f.1/", "private_target")]
    [InlineData("https://2130706433/", "private_target")]
    [InlineData("https://169.254.169.254/latest/meta-data", "private_target")]
    [InlineData("https://example.com:8443/ledger?from=us", null)]
    public void A_wish_is_judged_before_anything_is_kept(string url, string? code) =>
        Assert.Equal(code, new WebhookWish(url).Faults(isPrivateAllowed: false).SingleOrDefault()?.Code);

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        await using var receiver = await TestReceiver.Start();
        var isGone = new TaskCompletionSource();
        receiver.Answer = async (_, context) =>
        {
            context.RequestAborted.Register(isGone.SetResult);
            var page = new byte[65_536];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(page).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using var sender = new WebhookSender(new WebhookOptions { IsPrivateAllowed = true });
        var request = new WebhookRequest("wh_1", receiver.Url, "s"u8.ToArray(), "a/b/1", 1, "{}"u8.ToArray());
        Assert.True((await sender.Send(request, wantsEcho: false, CancellationToken.None)).IsAccepted);
        await isGone.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(4_096, (await sender.Send(request, wantsEcho: true, CancellationToken.None)).Echo.Length);
    }

    [Fact]
    public void A_sealed_secret_opens_for_its_webhook_and_master_key_alone()
    {
        var (secrets, secret) = (new WebhookSecrets(new byte[32]), WebhookSecrets.New());
        var box = secrets.Seal("wh_1", secret);
        Assert.Equal(secret, Encoding.ASCII.GetString(secrets.Open("wh_1", box)!));
        Assert.NotEqual(box, secrets.Seal("wh_1", secret));
        Assert.DoesNotContain(secret, Encoding.Latin1.GetString(box), StringComparison.Ordinal);
        Assert.Null(secrets.Open("wh_2", box));
        Assert.Null(new WebhookSecrets((byte[])[.. Enumerable.Repeat((byte)1, 32)]).Open("wh_1", box));
        for (var i = 0; i < box.Length; i++)
        {
            box[i] ^= 1;
            Assert.Null(secrets.Open("wh_1", box));
            box[i] ^= 1;
        }

        Assert.Null(secrets.Open("wh_1", box.AsSpan(0, 20)));
    }

    [Fact]
    public void Pauses_double_up_to_a_bound_give_or_take_a_quarter()
    {
        var options = new WebhookOptions { Chance = () => 0.5 };
        Assert.Equal(Duration.FromSeconds(5), options.PauseAfter(1));
        Assert.Equal(Duration.FromSeconds(40), options.PauseAfter(4));
        Assert.Equal(Duration.FromHours(1), options.PauseAfter(11));
        Assert.Equal(Duration.FromHours(1), options.PauseAfter(1_000_000));
        Assert.Equal(Duration.FromSeconds(3.75), (options with { Chance = () => 0 }).PauseAfter(1));
        Assert.True((options with { Chance = () => 0.999 }).PauseAfter(1) < Duration.FromSeconds(6.25));
    }
}
