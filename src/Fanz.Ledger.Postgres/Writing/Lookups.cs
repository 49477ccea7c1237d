using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>The heads of some books, the database's clock, and the answers that some keys already have.</summary>
internal sealed record Found(
    IReadOnlyDictionary<int, Head> Heads,
    IReadOnlyDictionary<int, BookName> Names,
    Instant Clock,
    Dictionary<(int Book, Guid KeyHash), Given> Answers);

/// <summary>
/// What a batch must know, read set-wise: one round trip for heads and keys, one for the answers found (rare), one for
/// whatever decisions need that is not in memory (see <see cref="Asked"/>). Each round trip is one snapshot and brings
/// the heads along, so that what was read is used only if the books stand where the reader believes them to.
/// Every look-up is a nested loop over an index: the lateral subqueries with a limit leave the planner no other way.
/// </summary>
internal sealed class Lookups(Session session, bool ownsTransaction)
{
    private const string Begin = "begin isolation level repeatable read read only";

    private const string SelectHeads = """
        select b.id, s.sequence, s.hash, s.last_number, s.last_position, s.vocabulary, s.at, clock_timestamp(),
            n.tenant, n.platform, coalesce(archived.up_to, 0)
        from unnest($1) as b (id)
        cross join lateral (select tenant, platform from ledger.books where id = b.id limit 1) n
        cross join lateral (
            select * from ledger.seals s where s.book_id = b.id
            order by s.last_number desc, s.sequence desc limit 1) s
        left join lateral (
            select last_number as up_to from ledger.archived_ranges a
            where a.book_id = b.id and not exists (select from ledger.returned_ranges r where r.range_id = a.id)
            order by last_number desc limit 1) archived on true
        """;

    private const string SelectAnswers = """
        select a.book_id, a.key_hash, a.request_hash, a.number, a.refusal, a.at
        from unnest($1, $2) as k (book_id, key_hash)
        cross join lateral (
            select * from ledger.answers a where a.key_hash = k.key_hash and a.book_id = k.book_id limit 1) a
        """;

    private const string SelectReceipts = """
        select w.book_id, w.number, j.type, j.at, e.position, e.account_id, e.version, e.amount,
            e.balance, a.code, a.owner, a.currency, a.cohort
        from unnest($1, $2) with ordinality as w (book_id, number, ordinal)
        cross join lateral (
            select * from ledger.journal where book_id = w.book_id and number = w.number limit 1) j
        left join lateral (
            select last_position from ledger.journal
            where book_id = w.book_id and number = w.number - 1 limit 1) before on true
        left join lateral (
            select * from ledger.entries
            where book_id = w.book_id
                and position > coalesce(before.last_position, 0) and position <= j.last_position
                and number = w.number offset 0) e on true
        left join lateral (
            select * from ledger.accounts where id = e.account_id and book_id = w.book_id limit 1) a on true
        order by w.ordinal, e.position
        """;

    /// <summary>Heads and clock, and what was answered under the keys of these commands.</summary>
    public async Task<Found> Find(IReadOnlyCollection<int> books, IReadOnlyList<Pending> commands)
    {
        await using var batch = NewBatch(books);
        batch.BatchCommands.Add(Asked.Statement(
            SelectAnswers,
            (NpgsqlDbType.Integer, commands.Select(command => command.Book.Id).ToArray()),
            (NpgsqlDbType.Uuid, commands.Select(command => command.Submission.KeyHash).ToArray())));
        End(batch);
        var answers = new Dictionary<(int, Guid), Told>();
        IReadOnlyDictionary<int, Head> heads;
        IReadOnlyDictionary<int, BookName> names;
        Instant clock;
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            (heads, names, clock) = await ReadHeads(reader);
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
            {
                answers[(reader.GetInt32(0), reader.GetGuid(1))] = new Told(
                    reader.GetFieldValue<byte[]>(2),
                    reader.IsDBNull(3) ? null : reader.GetInt64(3),
                    reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4),
                    Instant.FromDateTimeUtc(reader.GetDateTime(5)));
            }
        }

        // A book that is locked elsewhere is not looked at, nor what was answered in it.
        foreach (var key in answers.Keys.Where(key => !heads.ContainsKey(key.Item1)).ToArray()) answers.Remove(key);
        return new Found(heads, names, clock, answers.Count == 0 ? [] : await Tell(answers, heads, commands));
    }

    /// <summary>
    /// Fills the needs that decisions left in these books, unless the books turn out to stand where nothing read of
    /// them can be trusted. Kinds of which nothing is needed are not asked for.
    /// </summary>
    public async Task<bool> TryFill(
        IReadOnlyCollection<Book> books, Func<IReadOnlyDictionary<int, Head>, bool> areTrusted, Unread unread)
    {
        Asked[] all =
            [
                new AccountsAsked(books), new TransactionsAsked(books), new StreamsAsked(books),
                new CohortsAsked(books), new SpendingAsked(books),
            ];
        var asked = Array.FindAll(all, kind => !kind.IsNothing);
        await using var batch = NewBatch([.. books.Select(book => book.Id)]);
        foreach (var kind in asked) batch.BatchCommands.Add(kind.Statement());
        End(batch);

        await using var reader = await batch.ExecuteReaderAsync();
        var (heads, _, _) = await ReadHeads(reader);
        foreach (var book in books)
            if (heads.TryGetValue(book.Id, out var head)) RequireArchived(book.ArchivedUpTo, head);
        if (!areTrusted(heads)) return false;
        foreach (var kind in asked)
        {
            await reader.NextResultAsync();
            await kind.Read(reader);
        }

        await reader.DisposeAsync();
        if (asked.OfType<TransactionsAsked>().Any(kind => kind.IsAnyMissing)) await RequireNothingArchived(heads);
        foreach (var kind in asked) kind.Tell(unread);
        return true;
    }

    /// <summary>Whether the head that is remembered is still part of the book's chain.</summary>
    public async Task<bool> IsAncestor(int book, Head head)
    {
        const string sql = """
            select hash from ledger.seals where book_id = $1 and last_number = $2 and sequence = $3
            """;
        await using var command = new NpgsqlCommand(sql, session.Connection);
        command.Parameters.Add(new() { Value = book });
        command.Parameters.Add(new() { Value = head.Number });
        command.Parameters.Add(new() { Value = head.Sequence });
        return await command.ExecuteScalarAsync() is byte[] hash && hash.AsSpan().SequenceEqual(head.Hash);
    }

    /// <summary>The accounts that have moved and the streams that have grown since a head.</summary>
    public async Task<(IReadOnlyList<AccountKey> Accounts, IReadOnlyList<string> Streams)> TouchedSince(
        int book, Head head)
    {
        const string moved = """
            select a.code, a.owner, a.currency, a.cohort
            from (select distinct account_id from ledger.entries where book_id = $1 and position > $2) e
            cross join lateral (select * from ledger.accounts where id = e.account_id and book_id = $1 limit 1) a
            """;
        const string grown = """
            select distinct stream from ledger.journal where book_id = $1 and number > $2 and stream is not null
            """;
        await using var batch = new NpgsqlBatch(session.Connection);
        foreach (var (sql, after) in new[] { (moved, head.Position), (grown, head.Number) })
            batch.BatchCommands.Add(new(sql) { Parameters = { new() { Value = book }, new() { Value = after } } });
        await using var reader = await batch.ExecuteReaderAsync();
        var accounts = new List<AccountKey>();
        while (await reader.ReadAsync()) accounts.Add(Asked.ReadAccount(reader, 0));
        await reader.NextResultAsync();
        var streams = new List<string>();
        while (await reader.ReadAsync()) streams.Add(reader.GetString(0));
        return (accounts, streams);
    }

    private async Task<Dictionary<(int, Guid), Given>> Tell(
        Dictionary<(int Book, Guid KeyHash), Told> answers, IReadOnlyDictionary<int, Head> heads,
        IReadOnlyList<Pending> commands)
    {
        var names = commands.Select(command => command.Book).DistinctBy(book => book.Id)
            .ToDictionary(book => book.Id, book => book.Name);
        var numbers = answers
            .Where(answer => answer.Value.Number > heads[answer.Key.Book].ArchivedUpTo)
            .Select(answer => (answer.Key.Book, answer.Value.Number!.Value))
            .ToArray();
        var records = new Dictionary<(int, long), Earlier>();
        if (numbers.Length > 0)
        {
            await using var batch = new NpgsqlBatch(session.Connection);
            batch.BatchCommands.Add(Asked.Statement(
                SelectReceipts,
                (NpgsqlDbType.Integer, numbers.Select(wanted => wanted.Book).ToArray()),
                (NpgsqlDbType.Bigint, numbers.Select(wanted => wanted.Value).ToArray())));
            await using var reader = await batch.ExecuteReaderAsync();
            records = await ReadReceipts(reader);
        }

        if (records.Count < numbers.Distinct().Count()) await RequireNothingArchived(heads);

        return answers.ToDictionary(
            answer => answer.Key,
            answer => new Given(answer.Value.RequestHash, answer.Value switch
            {
                { Number: { } number } => new Reply.Posted(
                    records.TryGetValue((answer.Key.Book, number), out var record)
                        ? record.Receipt(names[answer.Key.Book], number)
                        : ArchivedReceipt(names[answer.Key.Book], heads[answer.Key.Book], number, answer.Value.At)),
                { Refusal: { } refusal } => new Reply.Refused(RefusalFormat.Read(refusal)),
                _ => throw new InvariantBroken("An answer is a number or a refusal."),
            }));
    }

    private static Receipt ArchivedReceipt(BookName book, Head head, long number, Instant at) =>
        number <= head.ArchivedUpTo
            ? Receipt.Archived(book, number, at)
            : throw new InvariantBroken($"{book} has lost its record {number}.");

    /// <summary>
    /// A record that is not there was archived since the heads were read; or else it was lost, which is worse.
    /// </summary>
    private async Task RequireNothingArchived(IReadOnlyDictionary<int, Head> heads)
    {
        await using var batch = NewBatch([.. heads.Keys]);
        End(batch);
        await using var reader = await batch.ExecuteReaderAsync();
        var (now, _, _) = await ReadHeads(reader);
        foreach (var (book, head) in now) RequireArchived(heads[book].ArchivedUpTo, head);
    }

    private static void RequireArchived(long upTo, Head head)
    {
        if (head.ArchivedUpTo != upTo)
            throw new MemoryInDoubt("Records were archived, or attached again, while a batch was decided.");
    }

    private NpgsqlBatch NewBatch(IReadOnlyCollection<int> books)
    {
        var batch = new NpgsqlBatch(session.Connection);
        if (ownsTransaction)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
            if (session.SettingsOfTransaction is { } settings)
                batch.BatchCommands.Add(new NpgsqlBatchCommand(settings));
        }

        batch.BatchCommands.Add(Asked.Statement(SelectHeads, (NpgsqlDbType.Integer, books.ToArray())));
        return batch;
    }

    private void End(NpgsqlBatch batch)
    {
        if (ownsTransaction) batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
    }

    private static async Task<(Dictionary<int, Head> Heads, Dictionary<int, BookName> Names, Instant Clock)> ReadHeads(
        NpgsqlDataReader reader)
    {
        var heads = new Dictionary<int, Head>();
        var names = new Dictionary<int, BookName>();
        var clock = Instant.MinValue;
        while (await reader.ReadAsync())
        {
            heads[reader.GetInt32(0)] = new Head(
                reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt32(5), Instant.FromDateTimeUtc(reader.GetDateTime(6)))
            {
                ArchivedUpTo = reader.GetInt64(10),
            };
            clock = Instant.FromDateTimeUtc(reader.GetDateTime(7));
            names[reader.GetInt32(0)] = new BookName(reader.GetString(8), reader.GetString(9));
        }

        return (heads, names, clock);
    }

    private static async Task<Dictionary<(int, long), Earlier>> ReadReceipts(NpgsqlDataReader reader)
    {
        var records = new Dictionary<(int, long), Earlier>();
        while (await reader.ReadAsync())
        {
            var key = (reader.GetInt32(0), reader.GetInt64(1));
            if (!records.TryGetValue(key, out var record))
            {
                records[key] = record = new Earlier(
                    reader.GetString(2), Instant.FromDateTimeUtc(reader.GetDateTime(3)), []);
            }

            if (reader.IsDBNull(4)) continue;
            var account = Asked.ReadAccount(reader, 9);
            record.Entries.Add(new Entry(
                reader.GetInt64(4), reader.GetInt64(5), account, key.Item2, reader.GetInt64(6), reader.GetInt64(7),
                reader.GetInt64(8)));
        }

        return records;
    }

    /// <summary>What was answered under a key: the number of a record, or a refusal.</summary>
    private sealed record Told(byte[] RequestHash, long? Number, byte[]? Refusal, Instant At);

    /// <summary>An earlier record as it was answered.</summary>
    private sealed record Earlier(string Type, Instant At, List<Entry> Entries)
    {
        public Receipt Receipt(BookName book, long number) => new(book, number, Type, At, [.. Entries]);
    }
}
