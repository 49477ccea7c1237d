namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>
/// The master key that new keys are wrapped under, and those before it, or to come, that are read still: so a master key
/// is exchanged while hosts serve.
/// </summary>
public sealed class MasterKeys
{
    /// <param name="current">Under which keys are wrapped.</param>
    /// <param name="others">Under which they may be wrapped still, or already.</param>
    public MasterKeys(byte[] current, params IReadOnlyList<byte[]> others)
    {
        (Current, Others) = (current, others);
        CurrentKey = new MasterKey(current);
        Known = [CurrentKey, .. others.Select(other => new MasterKey(other))];
    }

    public byte[] Current { get; }

    public IReadOnlyList<byte[]> Others { get; }

    internal MasterKey CurrentKey { get; }

    internal IReadOnlyList<MasterKey> Known { get; }

    public static implicit operator MasterKeys(byte[] current) => new(current);

    /// <summary>The one of a name, or null.</summary>
    internal MasterKey? Named(ReadOnlySpan<byte> name)
    {
        foreach (var known in Known)
            if (name.SequenceEqual(known.Name)) return known;
        return null;
    }
}
