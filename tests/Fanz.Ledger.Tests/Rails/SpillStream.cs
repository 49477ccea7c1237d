namespace Fanz.Ledger.Tests.Rails;

/// <summary>Takes what is written in pieces, and remembers how large the largest was.</summary>
internal sealed class SpillStream : MemoryStream
{
    public int LargestWrite { get; private set; }

    public Stream Reread() => new MemoryStream(GetBuffer(), 0, (int)Length, writable: false);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        LargestWrite = Math.Max(LargestWrite, buffer.Length);
        base.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        LargestWrite = Math.Max(LargestWrite, count);
        base.Write(buffer, offset, count);
    }
}
