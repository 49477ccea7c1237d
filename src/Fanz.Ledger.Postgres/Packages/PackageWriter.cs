using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// Writes an audit package line by line, and at its end how many lines of each kind there are and what all of them
/// hash to. What is written is not read again: a package takes the same memory however long it is.
/// </summary>
internal sealed class PackageWriter : IDisposable
{
    /// <summary>What is written is compressed when it is so long.</summary>
    internal const int BlockLength = 1 << 20;

    private static readonly JsonWriterOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly GzipBlocks blocks;
    private readonly Utf8JsonWriter json;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PackageTally tally = new();
    private (long At, string Text) time = (long.MinValue, "");
    private (int Days, string Text) date = (int.MinValue, "");
    private long lines;

    public PackageWriter(Stream target)
    {
        blocks = new GzipBlocks(target);
        json = new Utf8JsonWriter(blocks.Filling, Form);
    }

    public PackageCounts Counts => tally.Counts;

    public void Head(PackageHead head)
    {
        Begin("format"u8, PackageFormat.Name);
        json.WriteString("book"u8, head.Book);
        json.WriteString("time_zone"u8, head.TimeZone);
        json.WriteString("calendar"u8, head.Calendar);
        json.WriteString("reporting_currency"u8, head.ReportingCurrency);
        json.WriteNumber("vocabulary"u8, head.Vocabulary);
        json.WriteNumber("first_number"u8, head.FirstNumber);
        json.WriteNumber("last_number"u8, head.LastNumber);
        json.WriteNumber("last_sequence"u8, head.LastSequence);
        json.WriteStartArray("whole_streams"u8);
        foreach (var stream in head.WholeStreams) json.WriteStringValue(stream);
        json.WriteEndArray();
        if (head.ArchivedUpTo > 0) json.WriteNumber("archived_up_to", head.ArchivedUpTo);
        if (head.Before is { } before)
        {
            json.WriteStartObject("before"u8);
            json.WriteNumber("sequence"u8, before.Sequence);
            json.WriteNumber("vocabulary"u8, before.Vocabulary);
            json.WriteNumber("last_number"u8, before.LastNumber);
            json.WriteNumber("last_position"u8, before.LastPosition);
            json.WriteString("at"u8, PackageFormat.TimeText(before.At));
            Hex("hash"u8, before.Hash);
            json.WriteEndObject();
        }

        End();
    }

    public void Chart(AccountCode code)
    {
        Begin("chart"u8, code.Name);
        json.WriteString("normal_side"u8, code.NormalSide == Side.Debit ? "debit" : "credit");
        json.WriteBoolean("may_go_below_zero"u8, code.MayGoBelowZero);
        json.WriteBoolean("has_cohort"u8, code.HasCohort);
        json.WriteBoolean("holds_tokens"u8, code.HoldsTokens);
        End();
    }

    public void Opening(in AccountRow account, long version, long balance)
    {
        Begin("opening"u8, account.Id);
        Key(account);
        json.WriteNumber("version"u8, version);
        json.WriteNumber("balance"u8, balance);
        End();
        tally.Openings++;
    }

    public void Account(in AccountRow account)
    {
        Begin("account"u8, account.Id);
        Key(account);
        End();
        tally.Accounts++;
    }

    public void Record(in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        Record("record"u8, record, entries);
        tally.Records++;
        tally.Entries += entries.Length;
    }

    /// <summary>A record from before the package begins.</summary>
    public void Earlier(in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        Record("earlier"u8, record, entries);
        tally.Earlier++;
    }

    public void Answer(in AnswerRow answer)
    {
        Span<byte> key = stackalloc byte[32];
        answer.KeyHash.TryFormat(key, out _, "N");
        Begin("answer"u8, key);
        Hex("request"u8, answer.RequestHash);
        if (answer.Number is { } number) json.WriteNumber("number"u8, number);
        if (answer.Refusal is { } refusal) json.WriteString("refusal"u8, refusal);
        End();
        tally.Answers++;
    }

    public void Seal(SealRow seal)
    {
        Begin("seal"u8, seal.Sequence);
        json.WriteNumber("vocabulary"u8, seal.Vocabulary);
        json.WriteNumber("last_number"u8, seal.LastNumber);
        json.WriteNumber("last_position"u8, seal.LastPosition);
        json.WriteString("at"u8, TimeText(seal.At));
        Hex("root"u8, seal.Root);
        Hex("previous"u8, seal.Previous);
        Hex("hash"u8, seal.Hash);
        json.WriteBase64String("leaves"u8, seal.Leaves);
        End();
        tally.Seals++;
    }

    /// <param name="document">A checkpoint's own file, on one line.</param>
    public void Checkpoint(ReadOnlySpan<byte> document)
    {
        json.WriteStartObject();
        json.WritePropertyName("checkpoint"u8);
        json.WriteRawValue(document);
        End();
        tally.Checkpoints++;
    }

    public void Total(string projection, long number, string code, string currency, long accounts, Int128 balance)
    {
        Begin("total"u8, projection);
        json.WriteNumber("number"u8, number);
        json.WriteString("code"u8, code);
        json.WriteString("currency"u8, currency);
        json.WriteNumber("accounts"u8, accounts);
        json.WriteString("balance"u8, balance.ToString(CultureInfo.InvariantCulture));
        End();
        tally.Totals++;
    }

    /// <summary>Lets go of what is written, when it is enough to compress.</summary>
    public async ValueTask Breathe(CancellationToken token)
    {
        if (blocks.Filling.WrittenCount < BlockLength) return;
        hash.AppendData(blocks.Filling.WrittenSpan);
        await blocks.Next(token);
        json.Reset(blocks.Filling);
    }

    public async Task Finish(CancellationToken token)
    {
        hash.AppendData(blocks.Filling.WrittenSpan);
        Begin("end"u8, lines);
        json.WriteNumber("records"u8, tally.Records);
        json.WriteNumber("entries"u8, tally.Entries);
        json.WriteNumber("accounts"u8, tally.Accounts);
        json.WriteNumber("answers"u8, tally.Answers);
        json.WriteNumber("seals"u8, tally.Seals);
        json.WriteNumber("openings"u8, tally.Openings);
        json.WriteNumber("earlier"u8, tally.Earlier);
        json.WriteNumber("checkpoints"u8, tally.Checkpoints);
        json.WriteNumber("totals"u8, tally.Totals);
        Hex("sha256"u8, hash.GetHashAndReset());
        End();
        await blocks.Finish(token);
    }

    public void Dispose()
    {
        json.Dispose();
        blocks.Dispose();
        hash.Dispose();
    }

    private void Record(ReadOnlySpan<byte> word, in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        Begin(word, record.Number);
        json.WriteString("type"u8, record.Type);
        json.WriteString("at"u8, TimeText(record.At));
        json.WriteString("effective_on"u8, DateText(record.EffectiveOn));
        json.WriteNumber("last_position"u8, record.LastPosition);
        if (record.Stream is { } stream) json.WriteString("stream"u8, stream);
        if (record.RefersTo is { } other) json.WriteNumber("refers_to"u8, other);
        json.WriteString("actor"u8, record.Actor);
        json.WriteString("data"u8, record.Data);
        if (entries.Length > 0)
        {
            json.WriteStartArray("entries"u8);
            foreach (ref readonly var entry in entries)
            {
                json.WriteStartArray();
                json.WriteNumberValue(entry.Position);
                json.WriteNumberValue(entry.AccountId);
                json.WriteNumberValue(entry.Version);
                json.WriteNumberValue(entry.Amount);
                json.WriteNumberValue(entry.Balance);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        End();
    }

    private void Begin(ReadOnlySpan<byte> word, long number)
    {
        json.WriteStartObject();
        json.WriteNumber(word, number);
    }

    private void Begin(ReadOnlySpan<byte> word, string text)
    {
        json.WriteStartObject();
        json.WriteString(word, text);
    }

    private void Begin(ReadOnlySpan<byte> word, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString(word, text);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        blocks.Filling.Write("\n"u8);
        lines++;
    }

    private void Key(in AccountRow account)
    {
        json.WriteString("code"u8, account.Code);
        json.WriteString("owner"u8, account.Owner);
        json.WriteString("currency"u8, account.Currency);
        if (account.Cohort is { } day) json.WriteString("cohort"u8, DateText(day));
    }

    private void Hex(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = stackalloc byte[2 * Merkle.HashLength];
        // What was tampered with may be longer; it is told as it is.
        if (Convert.TryToHexStringLower(bytes, text, out var length)) json.WriteString(name, text[..length]);
        else json.WriteString(name, Convert.ToHexStringLower(bytes));
    }

    /// <summary>Everything under a seal is of one time.</summary>
    private string TimeText(long at)
    {
        if (time.At != at) time = (at, PackageFormat.TimeText(at));
        return time.Text;
    }

    private string DateText(int days)
    {
        if (date.Days != days) date = (days, PackageFormat.DateText(days));
        return date.Text;
    }
}
