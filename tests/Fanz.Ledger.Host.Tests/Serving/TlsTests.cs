using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Serving;

public sealed class TlsTests(Home home) : IClassFixture<Home>, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fanz-ledger-tls-");
    private readonly HashSet<string> made = [];

    private string ChainFile => Path.Combine(folder.FullName, "chain.pem");

    private string KeyFile => Path.Combine(folder.FullName, "key.pem");

    [Fact]
    public async Task A_host_with_a_certificate_speaks_TLS_and_takes_a_renewed_one_without_a_restart()
    {
        var first = Renew("first");
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(Settings(), "https://127.0.0.1:0");
        Assert.StartsWith("https://", host.Address, StringComparison.Ordinal);
        Assert.Equal(first, await Shown(host));
        Assert.Equal(HttpVersion.Version20, await Answered(host, HttpVersion.Version20));
        Assert.Equal(HttpVersion.Version11, await Answered(host, HttpVersion.Version11));

        // Half of a renewal is not served, and is told.
        await File.WriteAllTextAsync(KeyFile, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        await Until(async () =>
            await Shown(host) == first && host.Program.Said.Any(line => line.Contains("not be renewed", StringComparison.Ordinal)));

        var second = Renew("second");
        await Until(async () => await Shown(host) == second);
        Assert.Equal(HttpVersion.Version20, await Answered(host, HttpVersion.Version20));
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }

    [Fact]
    public async Task Plain_words_to_a_port_that_speaks_TLS_are_not_answered_and_harm_nobody()
    {
        Renew("plain");
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(Settings(), "https://127.0.0.1:0");
        var heard = await RawConnection.Ask(host, "GET /health/live HTTP/1.1\r\nHost: ledger\r\n\r\n");
        Assert.DoesNotContain("200", heard, StringComparison.Ordinal);
        Assert.Equal(HttpVersion.Version20, await Answered(host, HttpVersion.Version20));
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }

    [Theory]
    [InlineData("missing", "chain.pem")]
    [InlineData("garbage", "PEM")]
    [InlineData("another key", "not its key")]
    [InlineData("locked key", "without a password")]
    public async Task A_certificate_that_cannot_be_served_is_one_line(string what, string named)
    {
        Renew("one");
        if (what == "missing") File.Delete(ChainFile);
        if (what == "garbage") await File.WriteAllTextAsync(ChainFile, "not a certificate");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (what == "another key") await File.WriteAllTextAsync(KeyFile, other.ExportPkcs8PrivateKeyPem());
        if (what == "locked key")
        {
            await File.WriteAllTextAsync(KeyFile, other.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        }

        var line = (await LedgerProgram.Run(Settings(), "serve", "--urls", "https://127.0.0.1:0")).OneLine();
        Assert.Contains("LEDGER_TLS_CERTIFICATE", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", "", "needs LEDGER_TLS_CERTIFICATE")]
    [InlineData("http://127.0.0.1:0", "both", "no address begins with https://")]
    [InlineData("https://127.0.0.1:0", "one", "name both or none")]
    [InlineData("http://0.0.0.0:0", "", "in the clear")]
    [InlineData("http://*:0", "", "in the clear")]
    [InlineData("http://[::]:0", "", "in the clear")]
    [InlineData("http://127.0.0.1:0;http://192.0.2.1:0", "", "in the clear")]
    [InlineData("ftp://127.0.0.1:0", "", "is not an address")]
    [InlineData("http://unix:/tmp/socket", "", "is not an address")]
    public async Task Where_it_may_not_listen_is_one_line(string urls, string files, string named)
    {
        Renew("any");
        var settings = Settings();
        if (files != "both") settings.Remove("LEDGER_TLS_KEY");
        if (files == "") settings.Remove("LEDGER_TLS_CERTIFICATE");
        var line = (await LedgerProgram.Run(settings, "serve", "--urls", urls)).OneLine();
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_words_over_the_network_are_served_where_a_proxy_is_said_to_stand_in_front()
    {
        var settings = new Dictionary<string, string>(home.Settings) { ["LEDGER_ALLOW_PLAIN"] = "true" };
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(settings, "http://0.0.0.0:0");
        Assert.StartsWith("http://0.0.0.0:", host.Address, StringComparison.Ordinal);
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Dictionary<string, string> Settings() => new(home.Settings)
    {
        ["LEDGER_TLS_CERTIFICATE"] = ChainFile,
        ["LEDGER_TLS_KEY"] = KeyFile,
    };

    /// <summary>Writes a new certificate and its key, and returns its thumbprint.</summary>
    private string Renew(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(ChainFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        made.Add(certificate.Thumbprint);
        return certificate.Thumbprint;
    }

    /// <summary>Nobody vouches for these certificates but the test that made them.</summary>
    private bool IsOurs(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        shown is X509Certificate2 certificate && made.Contains(certificate.Thumbprint);

    private async Task<string> Shown(ServingLedger host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(host.Address).Port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "ledger",
            RemoteCertificateValidationCallback = IsOurs,
        });
        Assert.True(tls.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13);
        using var shown = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
        return shown.Thumbprint;
    }

    private async Task<Version> Answered(ServingLedger host, Version version)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = IsOurs },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{host.Address}/health/live"))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Version;
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition()) await Task.Delay(50, deadline.Token);
    }
}
