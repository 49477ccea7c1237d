using System.Data;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Subscriptions;
using Npgsql;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>A figure that should be another one.</summary>
public readonly record struct ControlDifference(
    string Check, string Subject, string Currency, decimal Expected, decimal Found);

/// <summary>
/// Holds what is kept of a book against itself: sums of the trial balance, accounts against their lines, holds against the
/// calendar, sub-ledgers against their controls. All in one snapshot, and only where those who keep the tables have come
/// to the same record.
/// </summary>
public sealed class ControlChecks(NpgsqlDataSource source)
{
    /// <summary>What is checked, in this order, and whose tables it takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(check => check.Name)];

    private static IReadOnlyList<(string Name, string[] Followers, string Sql)> All =>
    [
        (
            "trial_balance", [BalanceFollower.FollowerName],
            """
            select currency, currency, 0::numeric, sum(debits - credits)
            from projected.code_days where build = $1
            group by currency having sum(debits - credits) <> 0
            """),
        (
            "accounts", [BalanceFollower.FollowerName],
            """
            select code, currency, sum(line), sum(account) from (
                select code, currency, debits - credits line, 0::numeric account
                from projected.code_days where build = $1
                union all
                select code, currency, 0, balance from projected.balances where build = $1) both_sides
            group by code, currency having sum(line) <> sum(account)
            """),
        (
            "holds", [BalanceFollower.FollowerName],
            """
            select code, currency, sum(line), sum(held) from (
                select code, currency, debits - credits line, 0::numeric held from projected.code_days
                where build = $1 and code in ('creator.pending', 'creator.reserve', 'affiliate.pending')
                union all
                select code, currency, 0, balance from projected.balances
                where build = $1 and cohort is not null and size_step > 0) both_sides
            group by code, currency having sum(line) <> sum(held)
            """),
        (
            "deferred", [BalanceFollower.FollowerName, SubscriptionFollower.FollowerName],
            """
            select code, currency, sum(line), sum(owed) from (
                select code, currency, credits - debits line, 0::numeric owed from projected.code_days
                where build = $1 and code in ('deferred.revenue', 'creator.unearned')
                union all
                select 'deferred.revenue', currency, 0, deferred from projected.subscriptions where build = $2
                union all
                select 'creator.unearned', currency, 0, unearned from projected.subscriptions where build = $2
                union all
                select code, currency, 0, amount from projected.deferred_elsewhere where build = $2) both_sides
            group by code, currency having sum(line) <> sum(owed)
            """),
        (
            "suspense",
            [BalanceFollower.FollowerName, ReceiptFollower.FollowerName, BankingFollower.FollowerName],
            """
            select 'suspense', currency, sum(line), sum(owed) from (
                select currency, credits - debits line, 0::numeric owed from projected.code_days
                where build = $1 and code = 'suspense'
                union all
                select currency, 0, amount - assigned from projected.receipts where build = $2
                union all
                select currency, 0, amount from projected.suspense_elsewhere where build = $2
                union all
                select currency, 0, assigned - amount from projected.payments where build = $3) both_sides
            group by currency having sum(line) <> sum(owed)
            """),
    ];

    private const string BuildsSql =
        """
        select b.id, b.number from unnest($1::text[]) with ordinality asked (follower, place)
        join ledger.builds b on b.follower = asked.follower and b.book_id = $2 and b.state = 'live'
        order by asked.place
        """;

    /// <summary>Makes a check; null when its tables do not stand at the same record at this moment.</summary>
    public async Task<IReadOnlyList<ControlDifference>?> Make(OpenedBook book, string check, CancellationToken token)
    {
        var (name, followers, sql) = All.Single(one => one.Name == check);
        await using var connection = await source.OpenConnectionAsync(token);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var builds = new List<(int Id, long Number)>();
        await using (var command = new NpgsqlCommand(BuildsSql, connection, snapshot))
        {
            command.Parameters.Add(new() { Value = followers });
            command.Parameters.Add(new() { Value = book.Id });
            await using var rows = await command.ExecuteReaderAsync(token);
            while (await rows.ReadAsync(token)) builds.Add((rows.GetInt32(0), rows.GetInt64(1)));
        }

        if (builds.Count < followers.Length || builds.Any(build => build.Number != builds[0].Number)) return null;
        await using var difference = new NpgsqlCommand(sql, connection, snapshot) { CommandTimeout = 0 };
        foreach (var (id, _) in builds) difference.Parameters.Add(new() { Value = id });
        await using var reader = await difference.ExecuteReaderAsync(token);
        var found = new List<ControlDifference>();
        while (await reader.ReadAsync(token))
            found.Add(new ControlDifference(
                name, reader.GetString(0), reader.GetString(1), reader.GetDecimal(2), reader.GetDecimal(3)));
        return found;
    }
}
