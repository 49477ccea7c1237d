using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// What tells a rail and its provider that a message is the other's: HMAC-SHA256 over the time, the method, the path
/// and the body, with dots between, under a secret that both know. The time keeps a message from being used later, the
/// path from being used for another book.
/// </summary>
internal static class ProviderSignature
{
    public const string Header = "Ledger-Signature";

    /// <summary>How far the clocks of both sides may be apart, and how long a message may be on its way.</summary>
    public static readonly Duration Window = Duration.FromMinutes(5);

    public static string Of(byte[] secret, Instant now, string method, string path, ReadOnlySpan<byte> body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(Hash(secret, time, method, path, body))}";
    }

    /// <summary>Whether it was made with one of the secrets, not long ago.</summary>
    public static bool IsGood(
        string? header, IReadOnlyList<byte[]> secrets, Instant now, string method, string path, ReadOnlySpan<byte> body)
    {
        if (header is not { Length: < 200 }
            || header.Split(',') is not [['t', '=', .. var time], ['v', '1', '=', .. var hex]]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || hex.Length != 2 * SHA256.HashSizeInBytes || !hex.All(char.IsAsciiHexDigitLower)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Window.TotalSeconds)
            return false;
        var (claimed, isGood) = (Convert.FromHexString(hex), false);
        foreach (var secret in secrets)
            isGood |= CryptographicOperations.FixedTimeEquals(Hash(secret, time, method, path, body), claimed);
        return isGood;
    }

    private static byte[] Hash(byte[] secret, string time, string method, string path, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(Encoding.UTF8.GetBytes($"{time}.{method}.{path}."));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
