using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// The certificate that clients are shown, from two PEM files: the chain, leaf first, and its key. The files are looked
/// at again while clients come, so that a renewed certificate is served without a restart; what cannot be used is told
/// once, and the one before it stays.
/// </summary>
internal sealed class Certificate
{
    private const string ChainVariable = "LEDGER_TLS_CERTIFICATE";
    private const string KeyVariable = "LEDGER_TLS_KEY";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private static readonly Meter Meter = new("Fanz.Ledger.Tls");

    private readonly string chainFile;
    private readonly string keyFile;
    private readonly Lock gate = new();
    private (string Chain, string Key) read;
    private volatile SslStreamCertificateContext current;
    private long nextLook;

    private Certificate(string chainFile, string keyFile)
    {
        (this.chainFile, this.keyFile) = (chainFile, keyFile);
        try
        {
            read = Read();
            current = Of(read);
        }
        catch (Exception exception) when (IsUnfit(exception))
        {
            throw new Mistake($"{ChainVariable} and {KeyVariable} cannot be served with: {Why(exception)}");
        }

        Meter.CreateObservableGauge(
            "ledger.tls.certificate.remaining", () => (Ends - DateTime.UtcNow).TotalSeconds, "s",
            "How long the certificate is still valid");
        nextLook = Environment.TickCount64 + (long)BetweenLooks.TotalMilliseconds;
    }

    /// <summary>Until when it is valid.</summary>
    public DateTime Ends => current.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>The certificate of the settings; null if they name none.</summary>
    public static Certificate? FromSettings() =>
        (HostSettings.Text(ChainVariable), HostSettings.Text(KeyVariable)) switch
        {
            (null, null) => null,
            ({ } chain, { } key) => new Certificate(chain, key),
            _ => throw new Mistake($"{ChainVariable} and {KeyVariable} are two files: name both or none."),
        };

    public void Use(HttpsConnectionAdapterOptions https, ILogger log)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => current.TargetCertificate;
        https.OnAuthenticate = (_, handshake) =>
        {
            LookAgain(log);
            // The context, unlike the certificate alone, sends the whole chain.
            handshake.ServerCertificateSelectionCallback = null;
            handshake.ServerCertificateContext = current;
        };
    }

    private void LookAgain(ILogger log)
    {
        if (Environment.TickCount64 < Volatile.Read(ref nextLook)) return;
        lock (gate)
        {
            if (Environment.TickCount64 < nextLook) return;
            Volatile.Write(ref nextLook, Environment.TickCount64 + (long)BetweenLooks.TotalMilliseconds);
            try
            {
                var found = Read();
                if (found == read) return;
                // Noted first, so that files which do not fit are tried, and told, once.
                read = found;
                current = Of(found);
                log.LogInformation("A renewed certificate is served, until {Ends:u}.", Ends);
            }
            catch (Exception exception) when (IsUnfit(exception))
            {
                log.LogWarning("The certificate could not be renewed: {Why}", Why(exception));
            }
        }
    }

    private (string Chain, string Key) Read() => (File.ReadAllText(chainFile), File.ReadAllText(keyFile));

    private static SslStreamCertificateContext Of((string Chain, string Key) files)
    {
        var leaf = X509Certificate2.CreateFromPem(files.Chain, files.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(files.Chain);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static bool IsUnfit(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    /// <summary>Nothing of a key stands in it.</summary>
    private static string Why(Exception exception) => exception is CryptographicException or ArgumentException
        ? "the first holds no certificate, or the second not its key, in PEM and without a password."
        : Explanation.InOneLine(exception);
}
