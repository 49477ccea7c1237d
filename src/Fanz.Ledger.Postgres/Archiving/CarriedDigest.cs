using System.Security.Cryptography;
using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// How many records of a range are here, and what they hash to: beginning with zeros, each leaf is hashed behind what
/// those before it came to.
/// </summary>
internal sealed class CarriedDigest
{
    private readonly byte[] block = new byte[2 * Merkle.HashLength];

    public long Records { get; private set; }

    public byte[] Value => block[..Merkle.HashLength];

    public void Add(ReadOnlySpan<byte> leaf)
    {
        leaf.CopyTo(block.AsSpan(Merkle.HashLength));
        SHA256.HashData(block, block.AsSpan(0, Merkle.HashLength));
        Records++;
    }
}
