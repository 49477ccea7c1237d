using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Standing;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Tests.Earnings;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Transactions;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Transactions;

/// <summary>
/// After any history, and whatever befell those who followed it, what they keep of transactions, subscriptions, taxes,
/// receipts, payees, payouts and banks is what the journal says, read another way, and ties to the balances. LEDGER_SEED runs
/// one history again.
/// </summary>
public sealed class ProjectionTests(ITestOutputHelper output)
{
    private const int FixedSeed = 20_260_131;
    private const int Histories = 2;

    private static readonly Follower[] Followed =
        [
            new TransactionFollower(), new SubscriptionFollower(), new TaxFollower(), new ReceiptFollower(),
            new DeadlineFollower(), new PayeeFollower(), new PayoutFollower(), new BankingFollower(),
        ];

    // What is said of accounts, and what the accounts hold; by code, owner where it is told, and currency.
    private const string TiesSql =
        """
        with live as (
            select b.id build, b.follower, b.book_id from ledger.builds b where b.state = 'live' and b.book_id = $1),
        said (code, owner, currency, amount) as (
            select 'deferred.revenue', '', s.currency, s.deferred from projected.subscriptions s join live using (build)
            union all
            select 'creator.unearned', '', s.currency, s.unearned from projected.subscriptions s join live using (build)
            union all
            select d.code, '', d.currency, d.amount from projected.deferred_elsewhere d join live using (build)
            union all
            select case t.kind when 'vat' then 'vat.payable' else 'salestax.payable' end, t.jurisdiction, t.currency,
                t.tax - t.refunded_tax - t.deposited + t.adjustments
            from projected.tax_supplies t join live using (build)
            union all
            select case w.kind when 'backup' then 'wht.backup' else 'wht.nra' end, '', w.currency,
                w.withheld - w.deposited + w.adjustments
            from projected.withholdings w join live using (build)
            union all
            select 'suspense', '', r.currency, r.amount - r.assigned from projected.receipts r join live using (build)
            union all
            select 'suspense', '', p.currency, p.assigned - p.amount from projected.payments p join live using (build)
            union all
            select 'suspense', s.owner, s.currency, s.amount
            from projected.suspense_elsewhere s join live using (build)),
        held as (
            select a.code, case when a.code in ('creator.unearned') then '' else a.owner end owner, a.currency,
                -sum(e.amount) amount
            from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            where e.book_id = $1 and a.code in ('deferred.revenue', 'creator.unearned', 'vat.payable',
                'salestax.payable', 'wht.backup', 'wht.nra', 'suspense')
            group by 1, 2, 3)
        select coalesce(s.code, h.code) || ' ' || coalesce(s.owner, h.owner) || ' ' || coalesce(s.currency, h.currency)
            || ': ' || coalesce(s.amount, 0) || ' is said, ' || coalesce(h.amount, 0) || ' is held'
        from (select code, owner, currency, sum(amount) amount from said group by 1, 2, 3) s
        full join held h using (code, owner, currency)
        where coalesce(s.amount, 0) <> coalesce(h.amount, 0)
        """;

    // What was released to a creator, by the report and by the entries; and what the net of all classes comes to.
    private const string ReleasedSql =
        """
        select r.creator || ' ' || r.currency || ': ' || r.released || ' is said, ' || coalesce(e.amount, 0)
        from (
            select t.creator, t.currency, sum(t.released) released from projected.tax_earnings t
            join ledger.builds b on b.id = t.build and b.state = 'live' and b.book_id = $1
            group by 1, 2) r
        left join (
            select a.owner, a.currency, sum(e.amount) amount from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            where e.book_id = $1 and a.code in ('creator.pending', 'creator.reserve')
                and j.type in ('hold_released', 'reserve_released')
            group by 1, 2) e on e.owner = r.creator and e.currency = r.currency
        where r.released <> coalesce(e.amount, 0)
        """;

    [Fact]
    public async Task The_tables_are_the_journal_read_another_way_whatever_befell_their_followers()
    {
        var (seed, types) = (Seed(), new Dictionary<string, int>());
        for (var i = 0; i < Histories; i++)
            foreach (var (type, times) in await Live(seed + i)) types[type] = types.GetValueOrDefault(type) + times;
        output.WriteLine(string.Join(", ", types.OrderByDescending(type => type.Value)));
        // What no history meets is not proven. With another seed chance has it.
        if (seed != FixedSeed) return;
        Assert.All(
            EventFormat.Names.Except(["book_opened"]),
            type => Assert.True(types.ContainsKey(type), $"{type} is not met"));
    }

    [Fact]
    public async Task A_row_that_was_changed_put_in_or_taken_away_is_found()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
            var history = await FollowedHistory(database, source, Seed());
            foreach (var follower in Followed)
                foreach (var table in follower.Tables)
                    Assert.True(
                        await IsMissed(table.Name, follower, database, source, history),
                        $"{table.Name} is not checked");
            await TestDatabase.Execute(
                database.SuperuserConnectionString,
                """
                insert into projected.deferred_elsewhere (build, code, owner, currency, amount)
                select id, 'deferred.revenue', '', 'CHF', 1 from ledger.builds where follower = 'subscriptions' limit 1
                """);
            Assert.Contains(
                await Differences(source, history),
                difference => difference.StartsWith("projected.deferred_elsewhere ", StringComparison.Ordinal));
            await TestDatabase.Execute(
                database.SuperuserConnectionString,
                "update projected.tax_earnings set gross = gross + 1 where ctid = "
                + "(select ctid from projected.tax_earnings where gross > 0 limit 1)");
            Assert.Contains(
                await Differences(source, history),
                difference => difference.StartsWith("projected.tax_earnings ", StringComparison.Ordinal));
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    /// <summary>
    /// Takes a row away for as long as it is looked for. The one table that is normally empty may have none to take, and
    /// so may those of banks, which say little in a history of this length.
    /// </summary>
    private static async Task<bool> IsMissed(
        string table, Follower follower, TestDatabase database, NpgsqlDataSource source, WrittenHistory history)
    {
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            $"""
            create table taken as select * from {table} limit 1;
            delete from {table} t using taken where t::text = taken::text
            """);
        var rows = await TestDatabase.Scalar<long>(database.SuperuserConnectionString, "select count(*) from taken");
        Assert.True(
            rows > 0 || follower is BankingFollower || table == "projected.deferred_elsewhere", $"{table} is empty");
        var isFound = rows == 0;
        foreach (var book in history.Opened)
            await foreach (var one in new ProjectionCheck(source).Check(follower, book))
                isFound |= one.Table == table && one.Differences.Count > 0;
        await TestDatabase.Execute(
            database.SuperuserConnectionString, $"insert into {table} select * from taken; drop table taken");
        return isFound;
    }

    internal static async Task<WrittenHistory> FollowedHistory(
        TestDatabase database, NpgsqlDataSource source, int seed)
    {
        var history = new WrittenHistory(database);
        await history.Open();
        history.Play(WrittenHistory.Steps(seed, parts: 30, length: 120));
        await history.Write();
        await using var runner = Run(source);
        for (var i = 0; i < history.Opened.Count; i++) await Reach(source, history, i);
        return history;
    }

    private static async Task<Dictionary<string, int>> Live(int seed)
    {
        var random = new Random(seed);
        var database = new TestDatabase();
        await database.InitializeAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
            var history = new WrittenHistory(database);
            await history.Open();
            var steps = WrittenHistory.Steps(seed, parts: 60, length: 120);
            var runner = Run(source);
            try
            {
                for (var at = 0; at < steps.Length;)
                {
                    var piece = random.Next(1, 160);
                    history.Play(steps.Skip(at).Take(piece));
                    at += piece;
                    await history.Write();
                    runner = await Befall(random.Next(8), runner, source, history, database);
                }

                for (var i = 0; i < history.Opened.Count; i++) await Reach(source, history, i);
            }
            finally
            {
                await runner.DisposeAsync();
            }

            await Agree(source, history);
            var live = await Rows(source, history);
            foreach (var book in history.Opened)
                foreach (var follower in Followed)
                    await new Rebuild(source).Run(follower, book, null, CancellationToken.None);
            Assert.Equal(live, await Rows(source, history));
            await Agree(source, history);
            return history.Types;
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    private static FollowerRunner Run(NpgsqlDataSource source) => new(
        source, [new ReferenceFollower(), .. Followed], new Bell(), new FollowerOptions
        {
            LookEvery = TimeSpan.FromMilliseconds(5),
            Breath = TimeSpan.FromMilliseconds(1),
            PauseAfterFault = TimeSpan.FromMilliseconds(5),
        });

    private static async Task<FollowerRunner> Befall(
        int what, FollowerRunner runner, NpgsqlDataSource source, WrittenHistory history, TestDatabase database)
    {
        switch (what)
        {
            case 0:
                await runner.DisposeAsync();
                return Run(source);
            case 1:
                await TestDatabase.Execute(
                    database.SuperuserConnectionString,
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    + "where usename = 'ledger_host' and datname = current_database() and pid <> pg_backend_pid()");
                // The follower has to get over it by itself; this test does not want to meet what was killed.
                source.Clear();
                return runner;
            case 2:
                await Reach(source, history, 0);
                return runner;
            default:
                return runner;
        }
    }

    private static async Task Reach(NpgsqlDataSource source, WrittenHistory history, int book)
    {
        var builds = new Builds(source);
        foreach (var follower in Followed)
        {
            var isThere = await builds.Reach(
                follower.Name, history.Opened[book], history.Head(book), TimeSpan.FromMinutes(1),
                CancellationToken.None);
            Assert.True(isThere, string.Join('\n', await builds.List(CancellationToken.None)));
        }
    }

    private static async Task Agree(NpgsqlDataSource source, WrittenHistory history)
    {
        var found = await Differences(source, history);
        foreach (var book in history.Opened)
        {
            found.AddRange(await Texts(source, TiesSql, book.Id));
            found.AddRange(await Texts(source, ReleasedSql, book.Id));
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static async Task<List<string>> Differences(NpgsqlDataSource source, WrittenHistory history)
    {
        var found = new List<string>();
        foreach (var book in history.Opened)
            foreach (var follower in Followed)
                await foreach (var table in new ProjectionCheck(source).Check(follower, book))
                    found.AddRange(
                        table.Differences.Select(difference => $"{table.Table} of {book.Name}: {difference}"));
        return found;
    }

    private static async Task<List<string>> Rows(NpgsqlDataSource source, WrittenHistory history)
    {
        var found = new List<string>();
        foreach (var table in Followed.SelectMany(follower => follower.Tables))
        {
            found.AddRange(await Texts(
                source,
                $"""
                select '{table.Name} ' || (select b.book_id from ledger.builds b where b.id = kept.build) || ' '
                    || (select row_to_json(r)::text from (select {table.Columns}) r)
                from {table.Name} kept where kept.build in (select id from ledger.builds where state = 'live')
                """));
        }

        Assert.True(found.Count > history.Records, $"{found.Count} rows prove little");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static async Task<List<string>> Texts(NpgsqlDataSource source, string sql, params object[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync()) found.Add(rows.GetString(0));
        return found;
    }

    private int Seed()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : FixedSeed;
        output.WriteLine($"LEDGER_SEED={seed}");
        return seed;
    }
}
