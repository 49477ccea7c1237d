using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.ProviderSimulator;

/// <summary>
/// Chance that follows from a seed and what it is about, not from the order in which things happen: the same seed has
/// the same faults however requests interleave.
/// </summary>
public sealed class Chance(int seed)
{
    /// <summary>A number from 0 up to, and without, the bound.</summary>
    public int Of(int bound, params ReadOnlySpan<object> about)
    {
        var text = $"{seed}\n{string.Join('\n', about.ToArray())}";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)bound);
    }
}
