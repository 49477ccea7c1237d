using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Audit;

/// <summary>
/// A small ledger under the hands of a superuser with the triggers off. After each try the table is put back as it
/// was, from a copy.
/// </summary>
internal sealed class TamperedLedger : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["books"] = "id", ["accounts"] = "id", ["journal"] = "number", ["entries"] = "position",
        ["answers"] = "key_hash", ["seals"] = "sequence", ["checkpoints"] = "sequence",
        ["checkpoint_heads"] = "checkpoint",
    };

    private readonly NpgsqlDataSource superuser;
    private readonly NpgsqlDataSource host;
    private readonly List<string> wrong = [];
    private readonly CheckpointFolder folder = new(Directory.CreateTempSubdirectory("ledger-tampered-").FullName);
    private CheckpointKey key = CheckpointKey.New();
    private int attempts;

    /// <summary>What the rows are held against; by default the key and the folder.</summary>
    public CheckpointEvidence Evidence { get; set; } = new();

    public CheckpointKey Key => key;

    public CheckpointFolder Folder => folder;

    /// <summary>Where verifications start.</summary>
    public long From { get; set; } = 1;

    private TamperedLedger(TestDatabase database)
    {
        superuser = NpgsqlDataSource.Create(database.SuperuserConnectionString);
        host = NpgsqlDataSource.Create(database.HostConnectionString);
    }

    public static async Task<TamperedLedger> Open(TestDatabase database)
    {
        var ledger = new TamperedLedger(database);
        if (await ledger.Scalar("select to_regnamespace('kept')::text") is null)
        {
            await using (var seeded = new SeededLedger(database.SuperuserConnectionString))
                await SmallLedger.Fill(seeded, () => ledger.Sign());
            foreach (var table in Keys.Keys)
                await ledger.Execute($"alter table ledger.{table} disable trigger append_only");
            await ledger.Execute("alter table ledger.books alter column id drop identity; create schema kept");
            await ledger.Execute($"create table kept.key as select '{ledger.key.PrivatePem()}'::text as pem");
            foreach (var table in Keys.Keys)
                await ledger.Execute($"create table kept.{table} as select * from ledger.{table}");
        }

        ledger.key.Dispose();
        ledger.key = CheckpointKey.OfPem((string)(await ledger.Scalar("select pem from kept.key"))!);
        foreach (var tenant in await new CheckpointMaker(ledger.host).Tenants(default))
            await new CheckpointCarrying(ledger.host, ledger.folder).Carry(tenant, default);
        ledger.Evidence = new CheckpointEvidence([ledger.key.Public], ledger.folder);
        var before = await ledger.Verify();
        Assert.Null(before.FirstBroken);
        return ledger;
    }

    /// <summary>Each row as literals by column; "where" finds it again and "named" is how a finding names it.</summary>
    public async Task<List<Dictionary<string, string>>> Rows(string table)
    {
        await using var query = superuser.CreateCommand($"select * from ledger.{table} t order by 1, 2");
        await using var reader = await query.ExecuteReaderAsync();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        await reader.DisposeAsync();
        var literals = string.Join(", ", columns.Select(column => $"quote_nullable({column}::text)"));
        await using var read = superuser.CreateCommand($"select {literals} from ledger.{table} order by 1, 2");
        await using var rows = await read.ExecuteReaderAsync();
        var found = new List<Dictionary<string, string>>();
        while (await rows.ReadAsync())
        {
            var row = columns.Index().ToDictionary(column => column.Item, column => rows.GetString(column.Index));
            var key = Keys[table];
            var book = table switch
            {
                "books" => "",
                "checkpoints" => $" and tenant = {row["tenant"]}",
                _ => $" and book_id = {row["book_id"]}",
            };
            row["where"] = $"{key} = {row[key]}{book}";
            row["named"] = $"{key}={row[key].Trim('\'')}";
            found.Add(row);
        }

        return found;
    }

    /// <summary>Other values that the column's type can hold, near and far.</summary>
    public async Task<string[]> OtherValues(string table, string column, string value)
    {
        var type = (string)(await Scalar(
            $"""
            select atttypid::regtype::text from pg_attribute
            where attrelid = 'ledger.{table}'::regclass and attname = '{column}'
            """))!;
        var isNull = value == "NULL";
        string[] others = (type, column) switch
        {
            (_, "book_id") => [$"3 - {value}", "999", "-1"],
            (_, "account_id") =>
                [
                    "(select min(id) from ledger.accounts)", "(select max(id) from ledger.accounts)",
                    "(select a.id from ledger.accounts a where a.id > account_id order by 1 limit 1)", "999999",
                ],
            ("bigint", _) when isNull => ["-1", "0", "1", "2"],
            ("bigint" or "integer", _) => [$"{value}::bigint + 1", $"{value}::bigint - 1", $"{value}::bigint + 1000", "0", "null"],
            ("text", _) when isNull => ["''", "'x'"],
            ("text", _) => [$"{value} || 'x'", "''", "'main'", "upper(" + value + ")", "null"],
            ("timestamp with time zone", _) =>
                [
                    $"{value}::timestamptz + interval '1 microsecond'", $"{value}::timestamptz - interval '1 microsecond'",
                    $"{value}::timestamptz + interval '1.5 second'", $"{value}::timestamptz - interval '1.5 second'",
                    "'infinity'", "'-infinity'",
                ],
            ("date", _) when isNull => ["'2026-03-01'", "'infinity'"],
            ("date", _) => [$"{value}::date + 1", "'infinity'", "'5000-01-01 BC'", "null"],
            ("bytea", _) when isNull => ["'\\x00'", "''"],
            ("bytea", _) => [$"{value}::bytea || '\\x00'", "''", $"set_byte({value}, 0, 255 - get_byte({value}, 0))"],
            ("json", _) when isNull => ["'{}'"],
            ("json", _) => ["'{}'", $"({value}::text || ' ')::json", $"replace({value}::text, 'a', 'b')::json"],
            ("uuid", _) => ["gen_random_uuid()"],
            _ => throw new ArgumentException($"{table}.{column} is {type}"),
        };
        return others;
    }

    public async Task Try(string table, string change, Dictionary<string, string> row)
    {
        List<string> keys = [row["named"]];
        // A receipt that is gone is known by its record, a refusal that is gone by its leaf.
        if (table == "answers" && row["number"] != "NULL") keys.Add($"number={row["number"].Trim('\'')}");
        if (table == "answers" && row["number"] == "NULL") keys.Add("leaf=");
        await Attempt(table, $"{change} returning {Keys[table]}::text", keys);
    }

    public async Task TryCopy(string table, string key, string set, string where)
    {
        var columns = (await Rows(table))[0].Keys.Where(column => column is not ("where" or "named")).ToArray();
        var assignments = Assignments(set).ToDictionary(pair => pair.Column, pair => pair.Value);
        var values = columns.Select(column => assignments.GetValueOrDefault(column, $"t.{column}"));
        await Attempt(
            table,
            $"""
            insert into ledger.{table} ({string.Join(", ", columns)})
            select {string.Join(", ", values)} from ledger.{table} t where {where}
            returning {key}::text
            """,
            []);
    }

    public async Task<List<SealRow>> SealsButTheLast()
    {
        var seals = new List<SealRow>();
        await foreach (var page in new RowPages(superuser).Seals(1, (-1, -1), (1_000_000, 1_000_000), default))
            seals.AddRange(page);
        return seals[..^1];
    }

    public async Task TryRehashed(SealRow seal)
    {
        var hash = new RowLeaf(SmallLedger.Main.Tenant, SmallLedger.Main.Platform).OfSeal(seal);
        static string Bytes(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'";
        await Attempt(
            "seals",
            $"""
            update ledger.seals set vocabulary = {seal.Vocabulary}, previous = {Bytes(seal.Previous)},
                last_position = {seal.LastPosition}, root = {Bytes(seal.Root)}, leaves = {Bytes(seal.Leaves)},
                at = timestamptz '2000-01-01 UTC' + {seal.At} * interval '1 microsecond', hash = {Bytes(hash)}
            where book_id = 1 and sequence = {seal.Sequence}
            returning sequence::text
            """,
            []);
    }

    public async Task<(int Attempts, List<string> Wrong, VerificationResult After)> Conclude() =>
        (attempts, wrong, await Verify());

    /// <summary>Does something to several rows or tables; any finding will do, but there has to be one.</summary>
    public async Task TryAll(string change)
    {
        if (await DoneTo(change)) await Judge(change, _ => true);
        await Restore(await Changed());
    }

    /// <summary>
    /// What someone does who may write everything and cannot sign: the change, and every seal made anew from the rows.
    /// </summary>
    public async Task TryForged(string change, string book = "acme/main")
    {
        if (await DoneTo(change))
        {
            await new Forger(superuser).SealAnew();
            // Seals alone do not tell.
            var signed = Evidence;
            Evidence = new CheckpointEvidence();
            await Execute("delete from ledger.checkpoints; delete from ledger.checkpoint_heads");
            Assert.Equal((change, null), (change, (await Verify()).FirstBroken));
            await Restore(["checkpoints", "checkpoint_heads"]);
            Evidence = signed;
            await Judge(change, found => found.Table == "seals" && found.Book == book);
        }

        await Restore(await Changed());
    }

    /// <summary>Whether something could be done, and made a difference.</summary>
    private async Task<bool> DoneTo(string change)
    {
        try
        {
            await Execute(change);
        }
        catch (PostgresException impossible) when (impossible.SqlState[..2] is "23" or "22")
        {
            return false;
        }

        return (await Changed()).Count > 0;
    }

    /// <summary>The tables that are not as they were.</summary>
    private async Task<List<string>> Changed()
    {
        var looks = Keys.Keys.Select(table =>
            $"""
            select '{table}' where exists (select t::text from ledger.{table} t except select t::text from kept.{table} t)
                or exists (select t::text from kept.{table} t except select t::text from ledger.{table} t)
            """);
        await using var query = superuser.CreateCommand(string.Join(" union all ", looks));
        await using var reader = await query.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        return tables;
    }

    private async Task Judge(string change, Func<Broken, bool> isNamed)
    {
        attempts++;
        try
        {
            var found = (await Verify()).FirstBroken;
            if (found is null || !isNamed(found))
                wrong.Add($"{change.ReplaceLineEndings(" ")}\n    -> {found?.ToString() ?? "nothing"}");
        }
        catch (Exception failure)
        {
            wrong.Add($"{change.ReplaceLineEndings(" ")}\n    -> {failure}");
        }
    }

    private async Task Restore(IEnumerable<string> tables)
    {
        foreach (var table in tables)
            await Execute($"delete from ledger.{table}; insert into ledger.{table} select * from kept.{table}");
    }

    private async Task Sign()
    {
        foreach (var tenant in await new CheckpointMaker(host).Tenants(default))
            await new CheckpointMaker(host).Make(tenant, key, Duration.Zero, default);
    }

    public async ValueTask DisposeAsync()
    {
        key.Dispose();
        Directory.Delete(folder.Folder, recursive: true);
        await superuser.DisposeAsync();
        await host.DisposeAsync();
    }

    private static IEnumerable<(string Column, string Value)> Assignments(string set) =>
        set.Split(", ").Select(part => part.Split(" = ", 2)).Select(part => (part[0], part[1]));

    private async Task Attempt(string table, string change, List<string> keys)
    {
        try
        {
            if (await Scalar(change) is string key) keys.Add($"{Keys[table]}={key}");
        }
        catch (PostgresException impossible) when (impossible.SqlState[..2] is "23" or "22")
        {
            return;
        }

        var isChanged = (long)(await Scalar(
            $"select count(*) from (select t::text from ledger.{table} t except select t::text from kept.{table} t) x"))! > 0
            || (long)(await Scalar($"select count(*) from ledger.{table}"))! != (long)(await Scalar($"select count(*) from kept.{table}"))!;
        if (isChanged)
        {
            attempts++;
            try
            {
                var found = (await Verify()).FirstBroken;
                if (found is null || found.Table != table || !keys.Exists(key => Names(found.Key, key)))
                    wrong.Add($"{change.ReplaceLineEndings(" ")}\n    -> {found?.ToString() ?? "nothing"}");
            }
            catch (Exception failure)
            {
                wrong.Add($"{change.ReplaceLineEndings(" ")}\n    -> {failure}");
            }
        }

        await Execute($"delete from ledger.{table}; insert into ledger.{table} select * from kept.{table}");
    }

    private static bool Names(string found, string key) =>
        found == key || (key == "leaf=" && found.Contains(key, StringComparison.Ordinal));

    private Task<VerificationResult> Verify() =>
        new Verification(host) { Evidence = Evidence }.Verify(null, From, null, CancellationToken.None);

    private async Task<object?> Scalar(string sql)
    {
        await using var command = superuser.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is var value && value is DBNull ? null : value;
    }

    private async Task Execute(string sql)
    {
        await using var command = superuser.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
