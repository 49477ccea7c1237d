using System.Buffers;
using System.Text;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// Records of 94 printable characters, with or without line breaks between them, one in memory at a time.
/// </summary>
internal sealed class RecordStream(Stream stream)
{
    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n"u8);

    private readonly byte[] buffer = new byte[16 * 1_024];
    private int start;
    private int end;
    private bool? hasLineBreaks;

    /// <summary>The number of the record that was read last.</summary>
    public long Line { get; private set; }

    /// <summary>The next record, or null where the file ends between two.</summary>
    public string? Next()
    {
        Fill(NachaLayout.RecordLength + 2);
        if (start == end) return null;
        Line++;
        var here = buffer.AsSpan(start, Math.Min(end - start, NachaLayout.RecordLength));
        var wrong = here.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        if (wrong >= 0)
        {
            throw here[wrong] is (byte)'\r' or (byte)'\n'
                ? new UnreadableBankFile(
                    BankFileReason.Corrupt, $"A record has 94 characters, this one {wrong}.", Line, wrong + 1)
                : new UnreadableBankFile(
                    BankFileReason.WrongCharacter, $"The byte {here[wrong]:x2} is no printable character.", Line,
                    wrong + 1);
        }

        if (here.Length < NachaLayout.RecordLength)
            throw new UnreadableBankFile(
                BankFileReason.Truncated, $"The file ends after {here.Length} of 94 characters.", Line,
                here.Length + 1);
        var record = Encoding.ASCII.GetString(here);
        start += NachaLayout.RecordLength;
        SkipLineBreak();
        return record;
    }

    /// <summary>Nothing but line breaks may follow the last block.</summary>
    public void End()
    {
        do
        {
            Fill(1);
            if (buffer.AsSpan(start, end - start).ContainsAnyExcept(LineBreaks))
                throw new UnreadableBankFile(BankFileReason.Corrupt, "Something follows the last record.", Line + 1);
            if (start == end) return;
            start = end;
        }
        while (true);
    }

    private void SkipLineBreak()
    {
        var found = buffer.AsSpan(start, end - start) switch
        {
            [(byte)'\r', (byte)'\n', ..] => 2,
            [(byte)'\n', ..] => 1,
            _ => 0,
        };
        // Where records end in line breaks, one without is longer than it should be.
        if (start < end && hasLineBreaks is { } had && had != found > 0)
            throw new UnreadableBankFile(
                BankFileReason.Corrupt, had
                    ? "A record is longer than 94 characters."
                    : "A line break is out of place.",
                Line, NachaLayout.RecordLength + 1);
        if (start < end) hasLineBreaks ??= found > 0;
        start += found;
    }

    private void Fill(int needed)
    {
        if (end - start >= needed) return;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        while (end < needed && stream.Read(buffer.AsSpan(end)) is > 0 and var read) end += read;
    }
}
