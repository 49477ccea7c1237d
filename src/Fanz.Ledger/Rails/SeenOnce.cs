using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.Rails;

/// <summary>
/// Tells an identifier that was met before, in a file of any length. Sixteen bytes of a hash stand for each, so that
/// long identifiers cost no more than short ones.
/// </summary>
internal sealed class SeenOnce
{
    private readonly HashSet<UInt128> seen = [];

    public bool IsFirst(string identifier)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(identifier), hash);
        return seen.Add(BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }
}
