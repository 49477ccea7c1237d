using Fanz.Ledger.Postgres.Audit;
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
    [Theory]
    [InlineData("books")]
    [InlineData("accounts")]
    [InlineData("journal")]
    [InlineData("entries")]
    [InlineData("answers")]
    [InlineData("seals")]
    [InlineData("checkpoints")]
    [InlineData("checkpoint_heads")]
    public async Task A_changed_column_of_any_row_is_found_and_the_row_named(string table)
    {
        await using var ledger = await TamperedLedger.Open(database);
        var rows = await ledger.Rows(table);
        foreach (var (index, row) in rows.Index())
        {
            foreach (var (column, value) in row.Where(pair => pair.Key != "where" && pair.Key != "named"))
            {
                // The next row meets the next two values; in a table of few rows each meets them all.
                var others = await ledger.OtherValues(table, column, value);
                for (var i = index; i < index + (rows.Count < 10 ? others.Length : 2); i++)
                {
                    var other = others[i % others.Length];
                    await ledger.Try(table, $"update ledger.{table} set {column} = {other} where {row["where"]}", row);
                }
            }
        }

        Conclude(await ledger.Conclude());
    }

    [Theory]
    [InlineData("books")]
    [InlineData("accounts")]
    [InlineData("journal")]
    [InlineData("entries")]
    [InlineData("answers")]
    [InlineData("seals")]
    [InlineData("checkpoints")]
    [InlineData("checkpoint_heads")]
    public async Task A_row_that_is_taken_away_is_found_and_named(string table)
    {
        await using var ledger = await TamperedLedger.Open(database);
        foreach (var row in await ledger.Rows(table))
            await ledger.Try(table, $"delete from ledger.{table} where {row["where"]}", row);
        Conclude(await ledger.Conclude());
    }

    [Theory]
    [InlineData("journal", "number", "(select max(number) + 1 from ledger.journal x where x.book_id = t.book_id)")]
    [InlineData("journal", "number", "(select max(number) + 70 from ledger.journal x where x.book_id = t.book_id)")]
    [InlineData("journal", "number", "0")]
    [InlineData("entries", "position", "(select max(position) + 1 from ledger.entries x where x.book_id = t.book_id)")]
    [InlineData("entries", "position", "0")]
    [InlineData("accounts", "id", "t.id + 5000000, owner = t.owner || 'x'")]
    [InlineData("accounts", "id", "t.id, book_id = 999")]
    [InlineData("accounts", "id", "t.id, book_id = 3 - t.book_id")]
    [InlineData("answers", "key_hash", "gen_random_uuid()")]
    [InlineData("answers", "key_hash", "gen_random_uuid(), at = t.at + interval '1 day'")]
    [InlineData("answers", "key_hash", "gen_random_uuid(), at = t.at - interval '1 microsecond'")]
    [InlineData("answers", "key_hash", "t.key_hash, book_id = 3 - t.book_id")]
    [InlineData("answers", "key_hash", "t.key_hash, book_id = 0")]
    [InlineData("seals", "sequence", "t.sequence + 100")]
    [InlineData("seals", "sequence", "t.sequence + 1000, last_number = t.last_number + 1000")]
    [InlineData("checkpoints", "sequence", "t.sequence + 100")]
    [InlineData("checkpoints", "sequence", "t.sequence, tenant = 'other'")]
    [InlineData("checkpoint_heads", "checkpoint", "t.checkpoint + 50, sequence = t.sequence + 50")]
    [InlineData("checkpoint_heads", "checkpoint", "0, sequence = t.sequence + 50")]
    [InlineData("checkpoint_heads", "checkpoint", "t.checkpoint, book_id = 999")]
    [InlineData("books", "id", "t.id + 100, tenant = 'other'")]
    [InlineData("books", "id", "t.id - 100, tenant = 'other'")]
    public async Task A_row_that_is_put_in_is_found_and_named(string table, string key, string value)
    {
        await using var ledger = await TamperedLedger.Open(database);
        foreach (var row in await ledger.Rows(table))
            await ledger.TryCopy(table, key, $"{key} = {value}", row["where"]);
        Conclude(await ledger.Conclude());
    }

    /// <summary>One row may be rewritten in several columns at once, so that it looks right by itself.</summary>
    [Theory]
    [InlineData("entries", "amount = amount + 7, balance = balance + 7")]
    [InlineData("entries", "amount = -amount, balance = balance - 2 * amount, version = version + 1")]
    [InlineData("entries", "account_id = (select id from ledger.accounts a where a.book_id = t.book_id and a.id <> account_id " +
        "limit 1), version = 1, balance = amount")]
    [InlineData("entries", "account_id = 77777, version = 1, balance = amount, number = number + 1")]
    [InlineData("journal", "type = 'transferred', data = '{\"memo\":\"x\"}', refers_to = 1")]
    [InlineData("journal", "at = at + interval '1 second', effective_on = effective_on + 1")]
    [InlineData("accounts", "owner = owner || 'x', cohort = '2031-01-01'")]
    [InlineData("answers", "request_hash = '\\x00', key_hash = gen_random_uuid()")]
    [InlineData("books", "tenant = 'acne', calendar = 'uk'")]
    public async Task A_row_that_is_rewritten_is_found_and_named(string table, string set)
    {
        await using var ledger = await TamperedLedger.Open(database);
        foreach (var row in await ledger.Rows(table))
            await ledger.Try(table, $"update ledger.{table} t set {set} where {row["where"]}", row);
        Conclude(await ledger.Conclude());
    }

    [Fact]
    public async Task A_seal_that_is_rewritten_together_with_its_hash_no_longer_fits_its_neighbours()
    {
        await using var ledger = await TamperedLedger.Open(database);
        foreach (var seal in await ledger.SealsButTheLast())
        {
            await ledger.TryRehashed(seal with { Vocabulary = seal.Vocabulary + 1 });
            await ledger.TryRehashed(seal with { Previous = new byte[32] });
            await ledger.TryRehashed(seal with { At = seal.At + 1 });
            await ledger.TryRehashed(seal with { LastPosition = seal.LastPosition + 1 });
            var leaves = (byte[])seal.Leaves.Clone();
            leaves[3] ^= 1;
            await ledger.TryRehashed(seal with { Leaves = leaves, Root = Fanz.Ledger.Audit.Merkle.Root(leaves) });
        }

        Conclude(await ledger.Conclude());
    }

    [Fact]
    public async Task An_account_that_opened_before_the_start_is_still_held_to_its_seal()
    {
        await using var ledger = await TamperedLedger.Open(database);
        ledger.From = 5;
        foreach (var row in (await ledger.Rows("accounts")).Where(row => row["owner"] is "'fan-2'" or "'bob'"))
            if (row["book_id"] == "'1'")
                await ledger.Try("accounts", $"update ledger.accounts set owner = 'x' where {row["where"]}", row);
        Conclude(await ledger.Conclude());
    }

    private void Conclude((int Attempts, List<string> Wrong, VerificationResult After) conclusion)
    {
        output.WriteLine($"{conclusion.Attempts} attempts");
        Assert.True(conclusion.Attempts > 0, "Nothing could be tried.");
        Assert.True(conclusion.Wrong.Count == 0,
            $"{conclusion.Wrong.Count} of {conclusion.Attempts}:\n{string.Join('\n', conclusion.Wrong.Take(40))}");
        Assert.Null(conclusion.After.FirstBroken);
    }
}
