using System.Runtime.CompilerServices;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Erasure;

/// <summary>An account of a person.</summary>
public sealed record SubjectAccount(long Id, AccountKey Key);

/// <summary>What moved an account of a person.</summary>
public readonly record struct SubjectEntry(
    long Position, long Number, string Type, Instant At, LocalDate EffectiveOn, long Amount, long Balance);

/// <summary>A record about one person alone.</summary>
/// <param name="Data">As it is in the journal.</param>
/// <param name="Secret">What is sealed in it, and for what; nothing where nothing is.</param>
public sealed record SubjectRecord(
    long Number, string Type, Instant At, LocalDate EffectiveOn, byte[] Data, SealedText? Secret);

/// <summary>
/// Reads all that a book has of one person: their accounts, what moved them, and the records that are about them alone.
/// What others did in the same transactions is not theirs, and not among it. Round trips: one a page.
/// </summary>
public sealed class SubjectReader(NpgsqlDataSource source)
{
    private const int Page = 5_000;

    internal const string AccountsSql =
        """
        select a.id, a.code, a.currency, a.cohort from ledger.accounts a
        where a.owner = $1 and a.code = any ($2) and a.book_id = $3 order by a.code, a.currency, a.cohort
        """;

    internal const string EntriesSql =
        """
        select e.position, e.number, j.type, j.at, j.effective_on, e.amount, e.balance
        from (select position, number, amount, balance, book_id from ledger.entries
            where account_id = $1 and position > $2 and book_id = $3 order by position limit $4) e
        join ledger.journal j on j.number = e.number and j.book_id = e.book_id
        order by e.position
        """;

    internal const string RecordsSql =
        """
        select j.number, j.type, j.at, j.effective_on, j.data
        from unnest($1::text[]) asked (stream)
        cross join lateral (
            select number, type, at, effective_on, data from ledger.journal
            where stream = asked.stream and book_id = $2 order by number offset 0) j
        union all
        (select j.number, j.type, j.at, j.effective_on, j.data from ledger.journal j
        where j.stream = $3 and j.book_id = $2 and coalesce(j.data ->> 'party', j.data ->> 'creator') = $4)
        order by 1
        """;

    internal const string ArchivedSql =
        """
        select a.id, a.book_id, a.first_number, a.last_number, a.first_position, a.last_position, a.first_sequence,
            a.last_sequence, a.carried, a.at, a.actor, a.file, a.file_hash, a.seal, a.carried_hash
        from ledger.archived_ranges a
        where a.book_id = $1 and not exists (select from ledger.returned_ranges r where r.range_id = a.id)
            and exists (
                select from ledger.entries e
                where e.account_id = $2 and e.book_id = $1 and e.position >= a.first_position
                    and e.position <= a.last_position)
        order by a.last_number
        """;

    public async Task<IReadOnlyList<SubjectAccount>> Accounts(
        OpenedBook book, Person person, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, AccountsSql, person.Id, person.Codes, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var accounts = new List<SubjectAccount>();
        while (await reader.ReadAsync(token))
        {
            LocalDate? cohort = reader.IsDBNull(3) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(3));
            accounts.Add(new SubjectAccount(
                reader.GetInt64(0),
                new AccountKey(Chart.Find(reader.GetString(1)), person.Id, Currency.Of(reader.GetString(2)), cohort)));
        }

        return accounts;
    }

    /// <summary>
    /// The archived ranges in which an account moved: of what moved it there only the last is here. Whoever reads its
    /// entries asks before and after.
    /// </summary>
    public async Task<IReadOnlyList<ArchivedRange>> Archived(
        OpenedBook book, SubjectAccount account, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, ArchivedSql, book.Id, account.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var ranges = new List<ArchivedRange>();
        while (await reader.ReadAsync(token)) ranges.Add(ArchivedRanges.Read(reader));
        return ranges;
    }

    public async IAsyncEnumerable<SubjectEntry> Entries(
        OpenedBook book, SubjectAccount account, [EnumeratorCancellation] CancellationToken token)
    {
        for (var (after, count) = (0L, Page); count == Page;)
        {
            var page = await EntriesAfter(book, account, after, token);
            foreach (var entry in page) yield return entry;
            if ((count = page.Count) > 0) after = page[^1].Position;
        }
    }

    public async Task<IReadOnlyList<SubjectRecord>> Records(OpenedBook book, Person person, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, RecordsSql, PersonRecord.StreamsOf(person.Role, person.Id).ToArray(), book.Id,
            PersonRecord.StandingStreamOf(person.Role, person.Id), person.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var records = new List<SubjectRecord>();
        while (await reader.ReadAsync(token))
        {
            var (type, data) = (reader.GetString(1), reader.GetFieldValue<byte[]>(4));
            records.Add(new SubjectRecord(
                reader.GetInt64(0), type, At(reader, 2), Day(reader, 3), data, SecretOf(person, type, data)));
        }

        return records;
    }

    private async Task<List<SubjectEntry>> EntriesAfter(
        OpenedBook book, SubjectAccount account, long after, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, EntriesSql, account.Id, after, book.Id, Page);
        await using var reader = await ByIndex.Read(batch, token);
        var page = new List<SubjectEntry>();
        while (await reader.ReadAsync(token))
        {
            page.Add(new SubjectEntry(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), At(reader, 3), Day(reader, 4),
                reader.GetInt64(5), reader.GetInt64(6)));
        }

        return page;
    }

    /// <summary>The field of a record in which something is sealed, and what it was sealed for.</summary>
    private static SealedText? SecretOf(Person person, string type, byte[] data)
    {
        var (field, purpose) = type switch
        {
            "payout_method_added" => ("details", PersonKeys.PayoutDetails),
            "tax_form_filed" => ("sealed", TaxPapers.IdentityPurpose),
            _ => ("", ""),
        };
        if (field == "") return null;
        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty(field, out var text) && text.GetString() is { } box
            ? new SealedText(person.ToString(), purpose, box)
            : null;
    }

    private static Instant At(NpgsqlDataReader row, int column) => Instant.FromDateTimeUtc(row.GetDateTime(column));

    private static LocalDate Day(NpgsqlDataReader row, int column) =>
        LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(column));
}
