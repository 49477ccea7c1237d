using System.Globalization;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Checkpoints;

/// <summary>
/// Whoever may write every row and knows how seals are made, but cannot sign, is found out below the last checkpoint;
/// and what chance does to several rows at once is found as well.
/// </summary>
public sealed class ForgingTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private const int Seed = 20_260_131;

    private static readonly string[] Tables =
        ["books", "accounts", "journal", "entries", "answers", "seals", "checkpoints", "checkpoint_heads"];

    [Fact]
    public async Task What_is_sealed_anew_below_a_checkpoint_is_found_and_the_place_named()
    {
        await using var ledger = await TamperedLedger.Open(database);
        // What the second checkpoint covers; above it the exposure is what it is.
        var signed = (await ledger.Rows("checkpoint_heads")).Where(row => row["book_id"] == "'1'")
            .Max(row => long.Parse(row["last_number"].Trim('\''), CultureInfo.InvariantCulture));
        for (var number = 2L; number <= signed; number++)
        {
            var where = $"where book_id = 1 and number = {number}";
            await ledger.TryForged($"update ledger.journal set actor = 'nobody' {where}");
            await ledger.TryForged($"update ledger.journal set data = replace(data::text, 'eve', 'bob')::json {where}");
            await ledger.TryForged($"update ledger.journal set effective_on = effective_on + 1 {where}");
            await ledger.TryForged($"update ledger.answers set request_hash = '\\x00' {where}");
        }

        await ledger.TryForged("update ledger.accounts set owner = 'eva' where owner = 'eve' and book_id = 1");
        await ledger.TryForged(
            "update ledger.answers set refusal = '{}' where book_id = 1 and number is null");
        Conclude(await ledger.Conclude());
    }

    [Fact]
    public async Task Batches_that_are_taken_off_the_end_are_found_below_the_checkpoint()
    {
        await using var ledger = await TamperedLedger.Open(database);
        var last = (await ledger.Rows("seals")).Count(row => row["book_id"] == "'1'");
        var head = (await ledger.Rows("checkpoint_heads")).Where(row => row["book_id"] == "'1'")
            .Max(row => long.Parse(row["sequence"].Trim('\''), CultureInfo.InvariantCulture));
        for (var kept = 2; kept < head; kept++)
            await ledger.TryForged(CutAfter(kept));
        Conclude(await ledger.Conclude());
        Assert.True(head < last, "Something has to lie above the checkpoint.");
    }

    [Fact]
    public async Task Checkpoints_that_are_taken_away_with_their_seals_are_found_by_the_folder()
    {
        await using var ledger = await TamperedLedger.Open(database);
        foreach (var change in new[]
        {
            "delete from ledger.checkpoints; delete from ledger.checkpoint_heads",
            "delete from ledger.checkpoints where sequence = 2; "
                + "delete from ledger.checkpoint_heads where checkpoint = 2",
        })
            await ledger.TryAll(change);
        Conclude(await ledger.Conclude());
    }

    [Fact]
    public async Task Checkpoints_that_are_signed_anew_with_another_key_are_found_by_the_key_and_by_the_folder()
    {
        await using var ledger = await TamperedLedger.Open(database);
        using var own = CheckpointKey.New();
        var kept = ledger.Evidence;
        foreach (var evidence in new[] { kept with { Folder = null }, kept with { Keys = null } })
        {
            ledger.Evidence = evidence;
            await ledger.TryAll(await SignedAnew(ledger, own));
        }

        Conclude(await ledger.Conclude());
    }

    [Fact]
    public async Task Rows_that_are_swapped_emptied_or_changed_at_random_are_found()
    {
        await using var ledger = await TamperedLedger.Open(database);
        foreach (var table in Tables)
        {
            await ledger.TryAll($"delete from ledger.{table}");
            var rows = await ledger.Rows(table);
            var columns = rows[0].Keys.Where(column => column is not ("where" or "named")).ToArray();
            foreach (var column in columns)
            {
                // Two neighbours trade what they say.
                foreach (var (one, other) in rows.Zip(rows.Skip(1)).Take(1))
                    await ledger.TryAll(
                        $"""
                        update ledger.{table} t set {column} = o.{column} from ledger.{table} o
                        where ({Of("t", one)} and {Of("o", other)}) or ({Of("t", other)} and {Of("o", one)})
                        """);
            }
        }

        var random = new Random(Seed);
        for (var i = 0; i < 80; i++)
        {
            var table = Tables[random.Next(Tables.Length)];
            var rows = await ledger.Rows(table);
            var row = rows[random.Next(rows.Count)];
            if (random.Next(5) == 0)
            {
                await ledger.TryAll($"delete from ledger.{table} where {row["where"]}");
                continue;
            }

            var columns = row.Keys.Where(column => column is not ("where" or "named")).ToArray();
            var column = columns[random.Next(columns.Length)];
            var others = await ledger.OtherValues(table, column, row[column]);
            await ledger.TryAll(
                $"update ledger.{table} set {column} = {others[random.Next(others.Length)]} where {row["where"]}");
        }

        output.WriteLine($"seed {Seed}");
        Conclude(await ledger.Conclude());

        static string Of(string alias, Dictionary<string, string> row) =>
            $"{alias}.{row["where"].Replace(" and ", $" and {alias}.", StringComparison.Ordinal)}";
    }

    private static string CutAfter(int kept) =>
        $"""
        with cut as (select last_number, last_position, at from ledger.seals where book_id = 1 and sequence = {kept}),
        a as (delete from ledger.answers t using cut where t.book_id = 1 and t.at > cut.at),
        j as (delete from ledger.journal t using cut where t.book_id = 1 and t.number > cut.last_number),
        k as (delete from ledger.accounts t using cut where t.book_id = 1 and not exists (
            select from ledger.entries e where e.account_id = t.id and e.position <= cut.last_position)),
        e as (delete from ledger.entries t using cut where t.book_id = 1 and t.position > cut.last_position)
        delete from ledger.seals where book_id = 1 and sequence > {kept}
        """;

    /// <summary>The same statements, each signed by somebody's own key.</summary>
    private static async Task<string> SignedAnew(TamperedLedger ledger, CheckpointKey own)
    {
        var statements = new List<string>();
        SignedCheckpoint? before = null;
        foreach (var (sequence, _) in ledger.Folder.Files("acme"))
        {
            var (signed, _, _) = CheckpointFormat.Read((await ledger.Folder.Read("acme", sequence, default))!);
            before = own.Sign(signed.Statement with
            {
                Key = own.Public.Der, Previous = before?.Statement.Hash() ?? Checkpoint.None,
            });
            statements.Add(
                $"""
                update ledger.checkpoints set key = {Bytes(before.Statement.Key)},
                    hash = {Bytes(before.Statement.Hash())}, previous = {Bytes(before.Statement.Previous)}, signature = {Bytes(before.Signature)}
                where sequence = {sequence} and tenant = 'acme'
                """);
        }

        return string.Join(';', statements);
    }

    private static string Bytes(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'";

    private void Conclude((int Attempts, List<string> Wrong, VerificationResult After) conclusion)
    {
        output.WriteLine($"{conclusion.Attempts} attempts");
        Assert.True(conclusion.Attempts > 0, "Nothing could be tried.");
        Assert.True(conclusion.Wrong.Count == 0,
            $"{conclusion.Wrong.Count} of {conclusion.Attempts}:\n{string.Join('\n', conclusion.Wrong.Take(40))}");
        Assert.Null(conclusion.After.FirstBroken);
    }
}
