namespace Fanz.Ledger.Rails;

/// <summary>
/// A stream that gives up when too much has been read since it was last told that there was progress: a single name or
/// attribute without end would else be gathered in memory by whoever parses it.
/// </summary>
internal sealed class BudgetStream(Stream inner, long budget) : Stream
{
    private const int RememberedBeginning = 4_096;

    private readonly byte[] beginning = new byte[RememberedBeginning];
    private int remembered;
    private long sinceProgress;
    private long lines = 1;
    private long lettersOfLine;
    private bool isAtEnd;

    /// <summary>The first bytes, for whoever must say why nothing could be made of them.</summary>
    public ReadOnlySpan<byte> Beginning => beginning.AsSpan(0, remembered);

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

    /// <summary>Whether a place is where the stream ends, and it does end there.</summary>
    public bool EndsAt(long line, long column) => isAtEnd && (line, column).CompareTo((lines, lettersOfLine)) >= 0;

    public override int Read(Span<byte> buffer)
    {
        if (IsExhausted) throw new IOException("Too much was read at once.");
        var read = inner.Read(buffer);
        sinceProgress += read;
        isAtEnd = read == 0;
        Follow(buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private void Follow(ReadOnlySpan<byte> read)
    {
        if (remembered < beginning.Length)
        {
            var more = read[..Math.Min(read.Length, beginning.Length - remembered)];
            more.CopyTo(beginning.AsSpan(remembered));
            remembered += more.Length;
        }

        lines += read.Count((byte)'\n');
        var last = read.LastIndexOf((byte)'\n');
        if (last >= 0) lettersOfLine = 0;
        // Bytes that go on with a letter are none.
        foreach (var one in read[(last + 1)..]) lettersOfLine += (one & 0xC0) == 0x80 ? 0 : 1;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
