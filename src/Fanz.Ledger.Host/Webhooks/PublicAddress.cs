using System.Net;
using System.Net.Sockets;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>
/// Whether an address is on the public internet. What is not known to be is refused: loopback, private and link-local
/// networks, where clouds keep their metadata, addresses that stand for others behind a translator, and what is
/// reserved.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic =
        [
            .. new[]
            {
                "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
                // Within 2000::/3: special purposes with Teredo, documentation, 6to4, and documentation again.
                "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
            }.Select(network => IPNetwork.Parse(network)),
        ];

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !PublicV6.Contains(address)) return false;
        return !NotPublic.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Connects to where a name leads, after looking at it: so a name cannot mean one thing when it is judged and
    /// another when it is used.
    /// </summary>
    public static async ValueTask<Stream> Connect(
        SocketsHttpConnectionContext context, bool isPrivateAllowed, CancellationToken token)
    {
        var end = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(end.Host, token);
        // One that is not public spoils the name: whoever serves such a mixture is up to something.
        if (addresses.Length == 0 || (!isPrivateAllowed && !addresses.All(Is)))
            throw new HttpRequestException($"{end.Host} is not on the public internet");
        Exception? failure = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, end.Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (exception is not SocketException) throw;
                failure = exception;
            }
        }

        throw failure!;
    }
}
