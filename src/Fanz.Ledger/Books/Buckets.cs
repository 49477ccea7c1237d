using System.Globalization;
using System.Text;

namespace Fanz.Ledger.Books;

/// <summary>
/// Streams that many parties share: each has its place in one of 64 by a hash of its id. A decision about a party that
/// the book has never met then finds its bucket in memory already. The hash is part of the format: it never changes.
/// </summary>
internal sealed class Buckets
{
    public const int Count = 64;
    private const uint OffsetBasis = 2_166_136_261;
    private const uint Prime = 16_777_619;
    private const int FewBytes = 512;

    private readonly string[] streams;

    public Buckets(string prefix) => streams =
        [.. Enumerable.Range(0, Count).Select(i => prefix + i.ToString("x2", CultureInfo.InvariantCulture))];

    public string StreamOf(string id) => streams[Hash(id) % Count];

    /// <summary>FNV-1a over the UTF-8 of the id.</summary>
    internal static uint Hash(string id)
    {
        var most = Encoding.UTF8.GetMaxByteCount(id.Length);
        var bytes = most <= FewBytes ? stackalloc byte[FewBytes] : new byte[most];
        var hash = OffsetBasis;
        foreach (var one in bytes[..Encoding.UTF8.GetBytes(id, bytes)]) hash = unchecked((hash ^ one) * Prime);
        return hash;
    }
}
