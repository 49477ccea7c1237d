namespace Fanz.Ledger.Rails;

/// <summary>
/// A stream that gives up when too much has been read since it was last told that there was progress: a single name or
/// attribute without end would else be gathered in memory by whoever parses it.
/// </summary>
internal sealed class BudgetStream(Stream inner, long budget) : Stream
{
    private long sinceProgress;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public bool IsExhausted => sinceProgress > budget;

    public void Progress() => sinceProgress = 0;

    public override int Read(Span<byte> buffer)
    {
        if (IsExhausted) throw new IOException("Too much was read at once.");
        var read = inner.Read(buffer);
        sinceProgress += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
