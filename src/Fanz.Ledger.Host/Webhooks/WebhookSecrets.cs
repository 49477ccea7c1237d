using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Postgres.Secrets;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>
/// The secrets that webhooks are signed with. A receiver must have the same one, so it is kept readable to the hosts:
/// sealed with AES-256-GCM under the master key, together with the webhook's id, so that a row put in another's place
/// opens nothing.
/// </summary>
internal sealed class WebhookSecrets(MasterKeys masters)
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const string Prefix = "whsec_";

    /// <summary>A new one, as it is shown once. It is used as it is shown, prefix and all.</summary>
    public static string New() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public byte[] Seal(string webhook, string secret)
    {
        var plain = Encoding.ASCII.GetBytes(secret);
        var box = new byte[1 + NonceLength + TagLength + plain.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(masters.Current, TagLength);
        cipher.Encrypt(
            nonce, plain, box.AsSpan(1 + NonceLength + TagLength), box.AsSpan(1 + NonceLength, TagLength),
            Encoding.UTF8.GetBytes(webhook));
        return box;
    }

    /// <summary>The key to sign with; null when it was sealed with another master key or for another webhook.</summary>
    public byte[]? Open(string webhook, ReadOnlySpan<byte> box)
    {
        if (Open(masters.Current, webhook, box) is { } current) return current;
        foreach (var other in masters.Others)
            if (Open(other, webhook, box) is { } opened) return opened;
        return null;
    }

    public bool IsCurrent(string webhook, ReadOnlySpan<byte> box) => Open(masters.Current, webhook, box) is not null;

    /// <summary>The same under the current master key; null where it is already, or does not open.</summary>
    public byte[]? Reseal(string webhook, ReadOnlySpan<byte> box) =>
        !IsCurrent(webhook, box) && Open(webhook, box) is { } secret
            ? Seal(webhook, Encoding.ASCII.GetString(secret))
            : null;

    private static byte[]? Open(byte[] masterKey, string webhook, ReadOnlySpan<byte> box)
    {
        if (box.Length <= 1 + NonceLength + TagLength || box[0] != Version) return null;
        var plain = new byte[box.Length - 1 - NonceLength - TagLength];
        using var cipher = new AesGcm(masterKey, TagLength);
        try
        {
            cipher.Decrypt(
                box.Slice(1, NonceLength), box[(1 + NonceLength + TagLength)..], box.Slice(1 + NonceLength, TagLength),
                plain, Encoding.UTF8.GetBytes(webhook));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
