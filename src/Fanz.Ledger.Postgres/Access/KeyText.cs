using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>
/// A key as its bearer holds it: `fl_`, the id by which it is looked up, `_`, and the secret. Both are chance, in
/// lower case hexadecimal digits, so that a key can be copied with a double click and found by a scanner for secrets.
/// </summary>
public static class KeyText
{
    public const string Start = "fl_";
    private const int IdLength = 16;
    private const int SecretLength = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new id, the hash of a new secret of 256 bits, and the key that nobody can make again.</summary>
    public static (string Id, byte[] Hash, string Text) Make()
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var secret = RandomNumberGenerator.GetBytes(SecretLength / 2);
        return (id, SHA256.HashData(secret), $"{Start}{id}_{Convert.ToHexStringLower(secret)}");
    }

    public static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && !text.ContainsAnyExcept(Digits);

    /// <summary>Takes a key apart into its id and the hash of its secret, or says that it is none.</summary>
    public static bool TryRead(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out byte[]? hash)
    {
        (id, hash) = (null, null);
        if (text.Length != Start.Length + IdLength + 1 + SecretLength || !text.StartsWith(Start)) return false;
        var first = text.Slice(Start.Length, IdLength);
        var secret = text[^SecretLength..];
        if (text[Start.Length + IdLength] != '_' || !IsId(first)) return false;
        if (secret.ContainsAnyExcept(Digits)) return false;
        Span<byte> bytes = stackalloc byte[SecretLength / 2];
        Convert.FromHexString(secret, bytes, out _, out _);
        (id, hash) = (first.ToString(), SHA256.HashData(bytes));
        return true;
    }
}
