using System.Globalization;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Audit;

/// <summary>
/// Whoever gets past every right and trigger and touches one row is found out, and the row is named: every column of
/// every row of a small ledger is changed, and every row taken away, one at a time.
/// </summary>
public sealed class TamperingTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private static readonly Dictionary<string, (string Key, string[] Identity)> Tables = new()
    {
        ["books"] = ("id", ["id"]),
        ["accounts"] = ("id", ["id", "book_id"]),
        ["journal"] = ("number", ["number", "book_id"]),
        ["entries"] = ("position", ["position", "book_id"]),
        ["answers"] = ("key_hash", ["key_hash", "book_id"]),
        ["seals"] = ("sequence", ["sequence", "book_id"]),
    };

    private readonly List<string> failures = [];
    private int attempts;

    [Fact]
    public async Task A_change_of_any_column_of_any_row_is_found_and_the_row_named()
    {
        await using var tampering = await Begin();
        foreach (var (table, (key, identity)) in Tables)
        foreach (var row in await tampering.Rows(table))
        foreach (var column in row.Keys)
        foreach (var value in Others(table, column, row))
        {
            var where = string.Join(" and ", identity.Select(name => $"{name} = {Literal(row[name])}"));
            var change = $"update ledger.{table} set {column} = {value} where {where}";
            await Try(tampering, change, table, key, row);
        }

        Verdict();
    }
}
