using System.Security.Cryptography;

namespace Fanz.Ledger.Client;

/// <summary>
/// Keys make a command safe to repeat: whatever is sent under one key is posted at most once, for ever. A key belongs
/// to the service that sends it. It is made before the first attempt, and best kept beside the order, the renewal or
/// the click that it is for; where that has an id of its own, `order/4711` is the better key.
/// </summary>
public static class IdempotencyKey
{
    private const int MaxLength = 200;

    /// <summary>A key that nobody has: 128 bits of chance.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>
    /// A key travels as a header when its command travels alone, where only printable ASCII arrives as it was sent and
    /// a space at an end does not arrive at all. So that it is the same key in a batch, this holds there as well.
    /// </summary>
    internal static void Check(string key)
    {
        if (key is null or "" || key.Length > MaxLength || key.AsSpan().ContainsAnyExceptInRange(' ', '~')
            || key[0] == ' ' || key[^1] == ' ')
        {
            throw new ArgumentException(
                $"A key is 1 to {MaxLength} printable characters of ASCII, without a space at an end.", nameof(key));
        }
    }
}
