using System.Text;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Journal;

/// <summary>What one batch writes to one book.</summary>
internal sealed class SeededBatch(Book book, Instant at)
{
    private readonly List<(Appended Appended, Submission? Receipt)> records = [];
    private readonly List<(Submission Submission, byte[] Refusal)> refusals = [];

    public Book Book { get; } = book;

    public void Add(Appended appended, Submission? receipt) => records.Add((appended, receipt));

    public void Refuse(Submission submission, Refusal refusal) =>
        refusals.Add((submission, RefusalFormat.Write(refusal)));

    /// <summary>What a reader of its records must know.</summary>
    public int Vocabulary => records
        .Select(record => EventFormat.VocabularyOf(record.Appended.Record.Type)).DefaultIfEmpty(1).Max();

    public byte[] Leaves()
    {
        refusals.Sort((left, right) => string.CompareOrdinal(
            left.Submission.KeyHash.ToString(), right.Submission.KeyHash.ToString()));
        var (leaves, bytes) = (new Leaves(), new CanonicalBytes());
        foreach (var (appended, receipt) in records)
        {
            foreach (var entry in appended.Entries.Where(entry => entry.OpensAccount))
            {
                bytes.OfAccount(Book.Name, entry.AccountId, entry.Account);
                leaves.Add(bytes);
            }

            bytes.OfRecord(Book.Name, appended.Record, appended.Entries.AsSpan());
            leaves.Add(bytes);
            if (receipt is null) continue;
            bytes.OfAnswer(Book.Name, receipt.KeyHash, receipt.RequestHash, appended.Record.Number, []);
            leaves.Add(bytes);
        }

        foreach (var (submission, refusal) in refusals)
        {
            bytes.OfAnswer(Book.Name, submission.KeyHash, submission.RequestHash, null, refusal);
            leaves.Add(bytes);
        }

        return leaves.ToArray();
    }

    public async Task Copy(NpgsqlConnection connection, Seal seal, byte[] leaves)
    {
        var time = at.ToDateTimeUtc();
        await Rows(
            connection, "copy ledger.accounts (id, book_id, cohort, code, owner, currency) from stdin (format binary)",
            records.SelectMany(record => record.Appended.Entries.Where(entry => entry.OpensAccount)).Select(entry =>
                new object?[]
                {
                    entry.AccountId, Book.Id, Day(entry.Account.Cohort), entry.Account.Code.Name, entry.Account.Owner,
                    entry.Account.Currency.Code,
                }));
        await Rows(
            connection,
            """
            copy ledger.journal (number, at, last_position, refers_to, book_id, effective_on, type, stream, actor, data)
            from stdin (format binary)
            """,
            records.Select(record => record.Appended.Record).Select(record => new object?[]
            {
                record.Number, record.At.ToDateTimeUtc(), record.LastPosition, record.RefersTo, Book.Id,
                Day(record.EffectiveOn), record.Type, record.Stream, record.Actor, (Json)Encoding.UTF8.GetString(record.Data.Span),
            }));
        await Rows(
            connection,
            """
            copy ledger.entries (position, account_id, number, version, amount, balance, book_id)
            from stdin (format binary)
            """,
            records.SelectMany(record => record.Appended.Entries).Select(entry => new object?[]
            {
                entry.Position, entry.AccountId, entry.Number, entry.Version, entry.Amount, entry.Balance, Book.Id,
            }));
        await Rows(
            connection,
            "copy ledger.answers (key_hash, at, number, book_id, request_hash, refusal) from stdin (format binary)",
            [
                .. records.Where(record => record.Receipt is not null).Select(record => new object?[]
                {
                    record.Receipt!.KeyHash, time, record.Appended.Record.Number, Book.Id, record.Receipt.RequestHash, null,
                }),
                .. refusals.Select(refusal => new object?[]
                {
                    refusal.Submission.KeyHash, time, null, Book.Id, refusal.Submission.RequestHash,
                    (Json)Encoding.UTF8.GetString(refusal.Refusal),
                }),
            ]);
        await Rows(
            connection,
            """
            copy ledger.seals (sequence, last_number, last_position, at, book_id, vocabulary, root, previous, hash, leaves)
            from stdin (format binary)
            """,
            [[seal.Sequence, seal.LastNumber, seal.LastPosition, time, Book.Id, seal.Vocabulary, seal.Root,
                seal.Previous, seal.HashIn(Book.Name), leaves]]);
    }

    private static DateOnly? Day(LocalDate? date) => date?.ToDateOnly();

    private static async Task Rows(NpgsqlConnection connection, string copy, IEnumerable<object?[]> rows)
    {
        await using var import = await connection.BeginBinaryImportAsync(copy);
        foreach (var row in rows)
        {
            await import.StartRowAsync();
            foreach (var value in row)
            {
                await (value switch
                {
                    null => import.WriteNullAsync(),
                    long number => import.WriteAsync(number, NpgsqlDbType.Bigint),
                    int number => import.WriteAsync(number, NpgsqlDbType.Integer),
                    string text => import.WriteAsync(text, NpgsqlDbType.Text),
                    Json json => import.WriteAsync(json.Text, NpgsqlDbType.Json),
                    Guid guid => import.WriteAsync(guid, NpgsqlDbType.Uuid),
                    byte[] bytes => import.WriteAsync(bytes, NpgsqlDbType.Bytea),
                    DateTime instant => import.WriteAsync(instant, NpgsqlDbType.TimestampTz),
                    DateOnly date => import.WriteAsync(date, NpgsqlDbType.Date),
                    _ => throw new ArgumentException(value.GetType().Name),
                });
            }
        }

        await import.CompleteAsync();
    }

    private sealed record Json(string Text)
    {
        public static explicit operator Json(string text) => new(text);
    }
}
