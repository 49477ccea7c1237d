using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.ProviderSimulator;

/// <summary>Signs and checks as ops/rails-provider.md says, written from that page and from nothing else.</summary>
internal static class Signature
{
    public static string Of(string secret, DateTimeOffset at, string method, string path, byte[] body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}.{method}.{path}."), .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    public static bool IsGood(
        string header, string secret, DateTimeOffset now, string method, string path, byte[] body)
    {
        if (!header.StartsWith("t=", StringComparison.Ordinal) || header.IndexOf(',') is not (> 2 and var comma)
            || !long.TryParse(
                header.AsSpan(2, comma - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            || Math.Abs(now.ToUnixTimeSeconds() - time) > 300)
            return false;
        return Of(secret, DateTimeOffset.FromUnixTimeSeconds(time), method, path, body) == header;
    }
}
