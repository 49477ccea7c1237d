using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Tests.Payouts;

public sealed class PayoutVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_batch_is_seen_approved_by_two_sent_and_its_file_made_again()
    {
        await using var paying = await PayingLedger.Start(home, creators: 2);
        await paying.Do(StandingJobs.FormPayouts);
        var batch = paying.Batch;
        Assert.Contains(batch, (await Payouts("list")).Output, StringComparison.Ordinal);
        Assert.Contains("is closed, not approved", (await Payouts("submit", batch)).OneLine(), StringComparison.Ordinal);

        Assert.Contains("One more has to", (await Payouts("approve", batch, "--by", "carla")).Output, StringComparison.Ordinal);
        Assert.Contains("over_approval_limit", (await Payouts("approve", batch, "--by", "eve")).OneLine(), StringComparison.Ordinal);
        var second = (await Payouts("approve", batch, "--by", "dan", "--json")).Json;
        Assert.Equal(("approved", 2), (second.GetProperty("state").GetString(), second.GetProperty("payouts").GetInt32()));

        var sent = await Payouts("submit", batch, "--json");
        Assert.True(sent.Code == 0, sent.Output + sent.Error);
        Assert.Equal(2, sent.Json.GetProperty("done").GetInt32());
        await paying.Check(2);

        var file = Assert.Single(await paying.Happened<Event.PaymentFileReleased>());
        var again = Path.Combine(paying.Outbox, "again.ach");
        var made = await Payouts("file", file.File, "--out", again, "--json");
        Assert.True(made.Code == 0, made.Error);
        Assert.Equal(file.Hash, made.Json.GetProperty("hash").GetString());
        Assert.Equal(await File.ReadAllBytesAsync(paying.Files.Single()), await File.ReadAllBytesAsync(again));
        Assert.Contains("there already", (await Payouts("file", file.File, "--out", again)).OneLine(), StringComparison.Ordinal);
        var payout = (await paying.Happened<Event.PayoutSubmitted>())[0].Payout;
        Assert.Contains("payout_submitted", (await Payouts("show", payout)).Output, StringComparison.Ordinal);

        Task<Ended> Payouts(params string[] words) => LedgerProgram.Run(
            paying.SettingsOf(home), ["payouts", .. words, "--book", paying.Book.Name.ToString()]);
    }
}
