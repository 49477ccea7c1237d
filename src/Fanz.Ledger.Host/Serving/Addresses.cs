using System.Net;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// Where the host may listen. Keys and amounts travel here, so what leaves the machine is encrypted, by the host or,
/// where LEDGER_ALLOW_PLAIN says so, by a proxy in front of it.
/// </summary>
internal static class Addresses
{
    public static IReadOnlyList<string> Of(string urls, bool hasCertificate)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0) throw new Mistake("There is no address to serve.");
        var allowsPlain = AllowsPlain();
        foreach (var address in addresses)
        {
            var parsed = Parse(address);
            if (parsed.Scheme == "https")
            {
                if (!hasCertificate)
                    throw new Mistake($"`{address}` needs LEDGER_TLS_CERTIFICATE and LEDGER_TLS_KEY.");
            }
            else if (!allowsPlain && !IsLoopback(parsed.Host))
            {
                throw new Mistake(
                    $"`{address}` would send keys over the network in the clear: serve https://, or set " +
                    "LEDGER_ALLOW_PLAIN=true where a proxy in front speaks TLS.");
            }
        }

        if (hasCertificate && !addresses.Any(address => address.StartsWith("https://", StringComparison.Ordinal)))
            throw new Mistake("LEDGER_TLS_CERTIFICATE is set, and no address begins with https://.");
        return addresses;
    }

    private static BindingAddress Parse(string address)
    {
        try
        {
            if (BindingAddress.Parse(address) is { Scheme: "http" or "https", PathBase.Length: 0 } parsed
                && parsed is { IsUnixPipe: false, IsNamedPipe: false, Port: <= IPEndPoint.MaxPort })
                return parsed;
        }
        catch (FormatException)
        {
            // Told below, with all others.
        }

        throw new Mistake($"`{address}` is not an address such as http://127.0.0.1:5480 or https://0.0.0.0:5480.");
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool AllowsPlain() => HostSettings.Text("LEDGER_ALLOW_PLAIN") switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new Mistake($"LEDGER_ALLOW_PLAIN is `true` or `false`, not `{other}`."),
    };
}
