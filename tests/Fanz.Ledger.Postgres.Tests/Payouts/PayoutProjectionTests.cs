using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using NodaTime;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Payouts;

/// <summary>
/// Whatever becomes of payouts, their batches and files, in whichever pieces it is followed: the tables are the journal
/// read another way, and what is on its way is what the accounts say. LEDGER_SEED runs one history again.
/// </summary>
public sealed class PayoutProjectionTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private const int FixedSeed = 20_261_121;
    private const int Commands = 900;

    // What is said of the payouts on their way, and what the accounts hold.
    private const string TiesSql =
        """
        with live as (select id from ledger.builds where follower = 'payouts' and state = 'live' and book_id = $1),
        said as (
            select case p.state when 'accepted' then 'payout.clearing' else 'payout.transit' end code, p.creator owner,
                p.currency, sum(p.sent) amount
            from projected.payouts p join live on live.id = p.build
            where p.state in ('formed', 'submitted', 'unknown', 'accepted')
            group by 1, 2, 3),
        held as (
            select a.code, a.owner, a.currency, -sum(e.amount) amount
            from ledger.entries e join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            where e.book_id = $1 and a.code in ('payout.transit', 'payout.clearing')
            group by 1, 2, 3
            having sum(e.amount) <> 0)
        select row_to_json(d)::text
        from ((select * from said except select * from held) union all (select * from held except select * from said)) d
        """;

    private static readonly PayoutFollower[] Followed = [new PayoutFollower()];

    [Fact]
    public async Task Payouts_batches_and_files_stand_as_the_journal_says_in_whichever_pieces_it_is_followed()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : FixedSeed;
        output.WriteLine($"LEDGER_SEED={seed}");
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var history = new PayoutHistory(seed);
        var (random, types) = (new Random(seed), new HashSet<string>());
        foreach (var (i, command) in PayoutHistory.Beginning.Concat(history.Commands(Commands)).Index())
        {
            var reply = await host.Post(book, command, $"{i}");
            if (reply is Fanz.Ledger.Postgres.Writing.Reply.Posted { Receipt.Type: var type }) types.Add(type);
            history.Heard(command, reply is Fanz.Ledger.Postgres.Writing.Reply.Posted);
            if (random.Next(60) == 0) await Follow(host);
        }

        await Follow(host);
        var opened = (await host.Registry.Find(book, CancellationToken.None))!;
        await IsRight(host.Database, opened);
        var live = await Rows(host.Database);
        await new Rebuild(host.Database).Run(Followed[0], opened, null, CancellationToken.None);
        await IsRight(host.Database, opened);
        Assert.Equal(live, await Rows(host.Database));
        output.WriteLine(string.Join(", ", types.Order()));
        if (seed == FixedSeed)
            Assert.Superset(
                // How a creator is paid, and what they ask for, is followed by others.
                EventFormat.Names.Where(name => name.StartsWith("payout_", StringComparison.Ordinal)
                    && !name.StartsWith("payout_method_", StringComparison.Ordinal)
                    && !name.StartsWith("payout_preference_", StringComparison.Ordinal)
                    && !name.StartsWith("payout_request", StringComparison.Ordinal)
                    || name.StartsWith("batch_", StringComparison.Ordinal)
                    || name.StartsWith("payment_file_", StringComparison.Ordinal)).ToHashSet(), types);
    }

    private static async Task Follow(TestHost host) => Assert.Empty(await CatchUp.With(
        host.Database, Followed, await host.Registry.List(CancellationToken.None), new FollowerOptions(),
        CancellationToken.None));

    private static async Task IsRight(NpgsqlDataSource source, OpenedBook book)
    {
        await foreach (var table in new ProjectionCheck(source).Check(Followed[0], book))
        {
            Assert.True(table.Rows > 3, $"{table.Table} has {table.Rows} rows, which prove little.");
            Assert.True(
                table.Differences.Count == 0, $"{table.Table}: {string.Join('\n', table.Differences)}");
        }

        Assert.Empty(await Texts(source, TiesSql, book.Id));
    }

    private static async Task<List<string>> Rows(NpgsqlDataSource source)
    {
        var found = new List<string>();
        foreach (var table in Followed[0].Tables)
            found.AddRange(await Texts(
                source,
                $"""
                select '{table.Name} ' || (select row_to_json(r)::text from (select {table.Columns}) r)
                from {table.Name} kept where kept.build in (select id from ledger.builds where state = 'live')
                """));
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
}
