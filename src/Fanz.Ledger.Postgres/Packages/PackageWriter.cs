using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// Writes an audit package line by line, and at its end how many lines of each kind there are and what all of them
/// hash to. What is written is not read again: a package takes the same memory however long it is.
/// </summary>
internal sealed class PackageWriter : IDisposable
{
    private const int BlockLength = 1 << 20;

    private static readonly JsonWriterOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly GzipBlocks blocks;
    private readonly ArrayBufferWriter<byte> block = new(BlockLength + (1 << 16));
    private readonly Utf8JsonWriter json;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private (long At, string Text) time = (long.MinValue, "");
    private long lines;

    public PackageWriter(Stream target)
    {
        blocks = new GzipBlocks(target);
        json = new Utf8JsonWriter(block, Form);
    }

    public PackageCounts Counts { get; private set; } = PackageCounts.None;

    public void Head(PackageHead head)
    {
        Begin("format", PackageFormat.Name);
        json.WriteString("book", head.Book);
        json.WriteString("time_zone", head.TimeZone);
        json.WriteString("calendar", head.Calendar);
        json.WriteString("reporting_currency", head.ReportingCurrency);
        json.WriteNumber("vocabulary", head.Vocabulary);
        json.WriteNumber("first_number", head.FirstNumber);
        json.WriteNumber("last_number", head.LastNumber);
        json.WriteNumber("last_sequence", head.LastSequence);
        json.WriteStartArray("whole_streams");
        foreach (var stream in head.WholeStreams) json.WriteStringValue(stream);
        json.WriteEndArray();
        if (head.ArchivedUpTo > 0) json.WriteNumber("archived_up_to", head.ArchivedUpTo);
        if (head.Before is { } before)
        {
            json.WriteStartObject("before");
            json.WriteNumber("sequence", before.Sequence);
            json.WriteNumber("vocabulary", before.Vocabulary);
            json.WriteNumber("last_number", before.LastNumber);
            json.WriteNumber("last_position", before.LastPosition);
            json.WriteString("at", PackageFormat.TimeText(before.At));
            json.WriteString("hash", Convert.ToHexStringLower(before.Hash));
            json.WriteEndObject();
        }

        End();
    }

    public void Chart(AccountCode code)
    {
        Begin("chart", code.Name);
        json.WriteString("normal_side", code.NormalSide == Side.Debit ? "debit" : "credit");
        json.WriteBoolean("may_go_below_zero", code.MayGoBelowZero);
        json.WriteBoolean("has_cohort", code.HasCohort);
        json.WriteBoolean("holds_tokens", code.HoldsTokens);
        End();
    }

    public void Opening(in AccountRow account, long version, long balance)
    {
        Begin("opening", account.Id);
        Key(account);
        json.WriteNumber("version", version);
        json.WriteNumber("balance", balance);
        End();
        Counts = Counts with { Openings = Counts.Openings + 1 };
    }

    public void Account(in AccountRow account)
    {
        Begin("account", account.Id);
        Key(account);
        End();
        Counts = Counts with { Accounts = Counts.Accounts + 1 };
    }

    /// <param name="word">`record`, or `earlier` for one from before the package begins.</param>
    public void Record(string word, in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        Begin(word, record.Number);
        json.WriteString("type", record.Type);
        json.WriteString("at", TimeText(record.At));
        json.WriteString("effective_on", PackageFormat.DateText(record.EffectiveOn));
        json.WriteNumber("last_position", record.LastPosition);
        if (record.Stream is { } stream) json.WriteString("stream", stream);
        if (record.RefersTo is { } other) json.WriteNumber("refers_to", other);
        json.WriteString("actor", record.Actor);
        json.WriteString("data", record.Data);
        if (entries.Length > 0)
        {
            json.WriteStartArray("entries");
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
        Counts = word == "record"
            ? Counts with { Records = Counts.Records + 1, Entries = Counts.Entries + entries.Length }
            : Counts with { Earlier = Counts.Earlier + 1 };
    }

    public void Answer(in AnswerRow answer)
    {
        Begin("answer", answer.KeyHash.ToString("N"));
        json.WriteString("request", Convert.ToHexStringLower(answer.RequestHash));
        if (answer.Number is { } number) json.WriteNumber("number", number);
        if (answer.Refusal is { } refusal) json.WriteString("refusal", refusal);
        End();
        Counts = Counts with { Answers = Counts.Answers + 1 };
    }

    public void Seal(SealRow seal)
    {
        Begin("seal", seal.Sequence);
        json.WriteNumber("vocabulary", seal.Vocabulary);
        json.WriteNumber("last_number", seal.LastNumber);
        json.WriteNumber("last_position", seal.LastPosition);
        json.WriteString("at", TimeText(seal.At));
        json.WriteString("root", Convert.ToHexStringLower(seal.Root));
        json.WriteString("previous", Convert.ToHexStringLower(seal.Previous));
        json.WriteString("hash", Convert.ToHexStringLower(seal.Hash));
        json.WriteBase64String("leaves", seal.Leaves);
        End();
        Counts = Counts with { Seals = Counts.Seals + 1 };
    }

    /// <param name="document">A checkpoint's own file, on one line.</param>
    public void Checkpoint(ReadOnlySpan<byte> document)
    {
        json.WriteStartObject();
        json.WritePropertyName("checkpoint");
        json.WriteRawValue(document);
        End();
        Counts = Counts with { Checkpoints = Counts.Checkpoints + 1 };
    }

    public void Total(string projection, long number, string code, string currency, long accounts, Int128 balance)
    {
        Begin("total", projection);
        json.WriteNumber("number", number);
        json.WriteString("code", code);
        json.WriteString("currency", currency);
        json.WriteNumber("accounts", accounts);
        json.WriteString("balance", balance.ToString(CultureInfo.InvariantCulture));
        End();
        Counts = Counts with { Totals = Counts.Totals + 1 };
    }

    /// <summary>Lets go of what is written, when it is enough to compress.</summary>
    public async ValueTask Breathe(CancellationToken token)
    {
        if (block.WrittenCount >= BlockLength) await Flush(token);
    }

    public async Task Finish(CancellationToken token)
    {
        hash.AppendData(block.WrittenSpan);
        await blocks.Write(block.WrittenMemory, token);
        block.ResetWrittenCount();
        Begin("end", lines);
        json.WriteNumber("records", Counts.Records);
        json.WriteNumber("entries", Counts.Entries);
        json.WriteNumber("accounts", Counts.Accounts);
        json.WriteNumber("answers", Counts.Answers);
        json.WriteNumber("seals", Counts.Seals);
        json.WriteNumber("openings", Counts.Openings);
        json.WriteNumber("earlier", Counts.Earlier);
        json.WriteNumber("checkpoints", Counts.Checkpoints);
        json.WriteNumber("totals", Counts.Totals);
        json.WriteString("sha256", Convert.ToHexStringLower(hash.GetHashAndReset()));
        End();
        await blocks.Write(block.WrittenMemory, token);
        await blocks.Finish(token);
    }

    public void Dispose()
    {
        json.Dispose();
        hash.Dispose();
    }

    private async Task Flush(CancellationToken token)
    {
        hash.AppendData(block.WrittenSpan);
        await blocks.Write(block.WrittenMemory, token);
        block.ResetWrittenCount();
    }

    private void Begin(string word, long number)
    {
        json.WriteStartObject();
        json.WriteNumber(word, number);
    }

    private void Begin(string word, string text)
    {
        json.WriteStartObject();
        json.WriteString(word, text);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        block.Write("\n"u8);
        lines++;
    }

    private void Key(in AccountRow account)
    {
        json.WriteString("code", account.Code);
        json.WriteString("owner", account.Owner);
        json.WriteString("currency", account.Currency);
        if (account.Cohort is { } day) json.WriteString("cohort", PackageFormat.DateText(day));
    }

    /// <summary>Everything under a seal is of one time.</summary>
    private string TimeText(long at)
    {
        if (time.At != at) time = (at, PackageFormat.TimeText(at));
        return time.Text;
    }
}
