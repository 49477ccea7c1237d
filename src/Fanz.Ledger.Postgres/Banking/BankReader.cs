using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>A record of a stream.</summary>
public sealed record StreamRecord(string Stream, long Number, Event Event);

/// <summary>Something that the ledger moved at a bank, and that no line of a statement has shown yet.</summary>
public sealed record OpenEntry(long Number, long Amount, LocalDate On);

/// <summary>A payment file by one of its names, and what the bank takes for it.</summary>
public sealed record KnownFile(string File, string Message, string Currency, LocalDate ExecuteOn);

/// <summary>A receipt or payment of which nothing has been found out.</summary>
/// <param name="Amount">What came in; below zero it left.</param>
/// <param name="Payout">The payout that the line named.</param>
public sealed record Unexplained(
    long Number, string Bank, string BankReference, string Currency, long Amount, LocalDate On, string? Payout,
    string? Code);

/// <summary>
/// What whoever imports a bank's file has to know, page by page. Streams are read from the journal, and are as true as
/// the moment; rows of followers are as true as their builds, and whoever asks has waited for these.
/// </summary>
public sealed class BankReader(NpgsqlDataSource source, OpenedBook book)
{
    private const string StreamsSql =
        """
        select j.stream, j.number, j.at, j.effective_on, j.type, j.data
        from unnest($1) w (stream)
        join ledger.journal j on j.stream = w.stream and j.book_id = $2
        order by j.number
        """;

    private const string MatchedSql =
        """
        select j.refers_to, j.data ->> 'bank_reference'
        from unnest($1) w (number)
        join ledger.journal j on j.refers_to = w.number and j.book_id = $2
        where j.type = 'bank_line_matched'
        """;

    private const string MembersSql =
        """
        select p.payout from projected.payouts p
        where p.file = $2 and p.build = (
            select id from ledger.builds where follower = $3 and book_id = $1 and state = 'live')
        order by p.sequence
        """;

    private const string FilesSql =
        """
        select f.file, f.message, f.currency, f.execute_on from projected.payment_files f
        where f.build = (select id from ledger.builds where follower = $2 and book_id = $1 and state = 'live')
            and ($3 = '' or f.currency = $3) and (f.file = any ($4) or f.message = any ($4))
        order by f.prepared_number
        """;

    private const string FilesOfAmountSql =
        """
        select f.file, f.message, f.currency, f.execute_on from projected.payment_files f
        cross join lateral (
            select sum(p.sent) sent, bool_or(p.state = 'settled' and p.bank_reference is not null) shown
            from projected.payouts p
            where p.file = f.file and p.build = f.build and p.state not in ('rejected', 'failed', 'cancelled'))
            members
        where f.build = (select id from ledger.builds where follower = $2 and book_id = $1 and state = 'live')
            and f.currency = $3 and f.execute_on between $5 and $6 and f.sent >= $4
            and members.sent = $4 and not members.shown
        order by f.prepared_number
        """;

    private const string OpenSql =
        """
        select e.number, e.amount, e.on_day from projected.bank_entries e
        where e.build = (select id from ledger.builds where follower = $2 and book_id = $1 and state = 'live')
            and e.bank = $3 and e.currency = $4 and e.amount = any ($5) and e.bank_reference is null
            and e.on_day between $6 and $7
        order by e.number
        """;

    private const string ReturnsSql =
        """
        select e.number, e.amount, e.on_day from projected.bank_entries e
        where e.build = (select id from ledger.builds where follower = $2 and book_id = $1 and state = 'live')
            and e.bank = $3 and e.currency = $4 and e.amount > 0 and e.bank_reference is null
            and e.type = 'payout_returned' and e.on_day between $5 and $6
        order by e.number
        """;

    // Whatever became of it: a payout that was settled meanwhile makes the amount no clearer than one that was not.
    private const string OfAmountSql =
        """
        with live as (
            select id from ledger.builds where follower = $2 and book_id = $1 and state = 'live')
        select p.payout from projected.payouts p
        left join projected.payment_files f on f.build = p.build and f.file = p.file
        where p.build = (select id from live)
            and p.state in ('submitted', 'unknown', 'accepted', 'settled', 'returned')
            and p.currency = $3 and p.sent = $4
            and coalesce(f.execute_on, p.formed_on) between $5 and $6
        limit 2
        """;

    private const string UnexplainedSql =
        """
        with banking as (
            select id from ledger.builds where follower = 'banking' and book_id = $1 and state = 'live'),
        receipts as (
            select id from ledger.builds where follower = 'receipts' and book_id = $1 and state = 'live'),
        items as (
            select number, bank, bank_reference, currency, amount, received_on on_day from projected.receipts
            where build = (select id from receipts) and assigned = 0
            union all
            select number, bank, bank_reference, currency, -amount, paid_on from projected.payments
            where build = (select id from banking) and assigned = 0)
        select i.number, i.bank, i.bank_reference, i.currency, i.amount, coalesce(l.on_day, i.on_day), l.payout, l.code
        from items i
        left join projected.bank_lines l on l.build = (select id from banking) and l.bank = i.bank
            and l.bank_reference = i.bank_reference
        order by i.number
        """;

    private const string LinesSql =
        """
        select l.bank_reference from projected.bank_lines l
        where l.build = (select id from ledger.builds where follower = 'banking' and book_id = $1 and state = 'live')
            and l.bank = $2 and l.bank_reference = any ($3)
        """;

    public OpenedBook Book { get; } = book;

    /// <summary>The records of streams, in the order of the journal.</summary>
    public async Task<List<StreamRecord>> Streams(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        var found = new List<StreamRecord>();
        await foreach (var (stream, recorded) in Records(streams, token))
            found.Add(new StreamRecord(stream, recorded.Number, recorded.Event));
        return found;
    }

    /// <summary>What a stream has come to.</summary>
    public async Task<T> Recall<T>(string stream, CancellationToken token)
        where T : Aggregate, new()
    {
        Aggregate aggregate = new T();
        await foreach (var (_, recorded) in Records([stream], token)) aggregate = aggregate.After(recorded);
        return (T)aggregate;
    }

    /// <summary>Payouts by name, those that there are.</summary>
    public async Task<Dictionary<string, SeenPayout>> Payouts(
        IReadOnlyCollection<string> payouts, CancellationToken token)
    {
        var seen = new Dictionary<string, SeenPayout>(StringComparer.Ordinal);
        var streams = payouts.Distinct(StringComparer.Ordinal)
            .ToDictionary(Payout.StreamOf, payout => payout, StringComparer.Ordinal);
        await foreach (var (stream, recorded) in Records(streams.Keys, token))
        {
            var id = streams[stream];
            if (!seen.TryGetValue(id, out var one)) seen[id] = one = new SeenPayout(id);
            one.Apply(recorded);
        }

        var byRecord = seen.Values
            .SelectMany(one => new[] { one.SettledBy, one.ReturnedBy }.OfType<long>().Select(number => (number, one)))
            .ToDictionary(pair => pair.number, pair => pair.one);
        if (byRecord.Count == 0) return seen;
        await foreach (var row in Rows(MatchedSql, token, byRecord.Keys.ToArray(), Book.Id))
            byRecord[row.GetInt64(0)].Match(row.GetInt64(0), row.GetString(1));
        return seen;
    }

    /// <summary>The payouts of a payment file, in its order.</summary>
    public async Task<List<string>> Members(string file, CancellationToken token)
    {
        var members = new List<string>();
        await foreach (var row in Rows(MembersSql, token, Book.Id, file, PayoutFollower.FollowerName))
            members.Add(row.GetString(0));
        return members;
    }

    /// <summary>Payment files by the names that a bank knows them by, in one currency or in any.</summary>
    public Task<List<KnownFile>> Files(string? currency, IEnumerable<string> names, CancellationToken token) =>
        Files(Rows(FilesSql, token, Book.Id, PayoutFollower.FollowerName, currency ?? "", names.ToArray()));

    /// <summary>Payment files that come to an amount, were due around a day, and that no line has shown.</summary>
    public Task<List<KnownFile>> Files(
        string currency, long amount, LocalDate from, LocalDate to, CancellationToken token) =>
        Files(Rows(
            FilesOfAmountSql, token, Book.Id, PayoutFollower.FollowerName, currency, amount, from.ToDateOnly(),
            to.ToDateOnly()));

    /// <summary>What was moved at a bank and no line has shown, of these amounts.</summary>
    public async Task<List<OpenEntry>> OpenEntries(
        string bank, string currency, IEnumerable<long> amounts, LocalDate from, LocalDate to, CancellationToken token)
    {
        var open = new List<OpenEntry>();
        var rows = Rows(
            OpenSql, token, Book.Id, BankingFollower.FollowerName, bank, currency, amounts.Distinct().ToArray(),
            from.ToDateOnly(), to.ToDateOnly());
        await foreach (var row in rows)
            open.Add(new OpenEntry(row.GetInt64(0), row.GetInt64(1), Day(row, 2)));
        return open;
    }

    /// <summary>Payouts that came back, and of which no line has shown it.</summary>
    public async Task<List<OpenEntry>> OpenReturns(
        string bank, string currency, LocalDate from, LocalDate to, CancellationToken token)
    {
        var open = new List<OpenEntry>();
        var rows = Rows(
            ReturnsSql, token, Book.Id, BankingFollower.FollowerName, bank, currency, from.ToDateOnly(),
            to.ToDateOnly());
        await foreach (var row in rows) open.Add(new OpenEntry(row.GetInt64(0), row.GetInt64(1), Day(row, 2)));
        return open;
    }

    /// <summary>
    /// The one payout of an amount that was to be made around a day; null if there are several, or none.
    /// </summary>
    public async Task<string?> OnlyPayout(
        string currency, long amount, LocalDate from, LocalDate to, CancellationToken token)
    {
        var found = new List<string>();
        var rows = Rows(
            OfAmountSql, token, Book.Id, PayoutFollower.FollowerName, currency, amount, from.ToDateOnly(),
            to.ToDateOnly());
        await foreach (var row in rows) found.Add(row.GetString(0));
        return found is [var only] ? only : null;
    }

    /// <summary>Lines in suspense of which nothing has been found out.</summary>
    public async Task<List<Unexplained>> Unexplained(CancellationToken token)
    {
        var items = new List<Unexplained>();
        await foreach (var row in Rows(UnexplainedSql, token, Book.Id))
            items.Add(new Unexplained(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), Day(row, 5),
                row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7)));
        return items;
    }

    /// <summary>Which of these lines some file had before.</summary>
    public async Task<HashSet<string>> KnownLines(
        string bank, IEnumerable<string> references, CancellationToken token)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in Rows(LinesSql, token, Book.Id, bank,
            references.ToArray())) known.Add(row.GetString(0));
        return known;
    }

    private static async Task<List<KnownFile>> Files(IAsyncEnumerable<NpgsqlDataReader> rows)
    {
        var files = new List<KnownFile>();
        await foreach (var row in rows)
            files.Add(new KnownFile(row.GetString(0), row.GetString(1), row.GetString(2), Day(row, 3)));
        return files;
    }

    private async IAsyncEnumerable<(string Stream, Recorded Recorded)> Records(
        IReadOnlyCollection<string> streams,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        if (streams.Count == 0) yield break;
        await foreach (var row in Rows(StreamsSql, token, streams.Distinct(StringComparer.Ordinal).ToArray(), Book.Id))
            yield return (row.GetString(0), new Recorded(
                row.GetInt64(1), Instant.FromDateTimeUtc(row.GetDateTime(2)), Day(row, 3),
                EventFormat.Read(row.GetString(4), row.GetFieldValue<byte[]>(5))));
    }

    private async IAsyncEnumerable<NpgsqlDataReader> Rows(
        string sql,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token,
        params object[] parameters)
    {
        await using var batch = ByIndex.Query(source, sql, parameters);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token)) yield return reader;
    }

    private static LocalDate Day(NpgsqlDataReader row, int column) =>
        LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(column));
}
