using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>AES-256-GCM: nonce, tag and what was sealed, one after the other.</summary>
internal static class SealedBox
{
    internal const byte Version = 1;
    internal const int NonceLength = 12;
    private const int TagLength = 16;

    internal static byte[] Seal(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> said)
    {
        var box = new byte[NonceLength + TagLength + clear.Length];
        nonce.CopyTo(box);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(
            nonce, clear, box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), said);
        return box;
    }

    /// <summary>Null when it was sealed with another key or under other words, or changed since.</summary>
    internal static byte[]? Open(byte[] key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> said)
    {
        if (box.Length < NonceLength + TagLength) return null;
        var clear = new byte[box.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        try
        {
            cipher.Decrypt(
                box[..NonceLength], box[(NonceLength + TagLength)..], box.Slice(NonceLength, TagLength), clear, said);
            return clear;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Words one after the other, each after its length: no two lists of words are the same bytes.</summary>
    internal static byte[] Said(params ReadOnlySpan<string> words)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var word in words)
        {
            var text = Encoding.UTF8.GetBytes(word);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }

        return bytes.ToArray();
    }
}
