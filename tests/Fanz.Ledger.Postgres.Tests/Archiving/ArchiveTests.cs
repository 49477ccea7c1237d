using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Archiving;

/// <summary>Old ranges go and come back, and nothing is lost: no balance, no answer, no proof.</summary>
public sealed class ArchiveTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(null)]
    [InlineData(50)]
    public async Task A_book_goes_on_while_its_past_is_away_and_all_of_it_comes_back(int? numbers)
    {
        await using var ledger = await ArchivedLedger.Open(numbers);
        var (book, other) = (await ledger.Host.NewBook(), await ledger.Host.NewBook());
        await ledger.Live(other, 50);
        var first = await ledger.Live(book, 0);
        await ledger.Ready(book);
        var whole = await ledger.Contents();
        var range = await ledger.Archive(book);
        Assert.Equal(1, range.FirstNumber);
        await NothingMayBeChanged(ledger.Database);
        var away = await ledger.Contents();
        Assert.Equal(whole.Balances, away.Balances);
        Assert.NotEqual(whole.Rows, away.Rows);
        var result = await ledger.Verify();
        Assert.Null(result.FirstBroken);
        Assert.Equal(range.Id, Assert.Single(result.Archived).Range.Id);
        Assert.Null((await ledger.Verify(book, range.LastNumber / 2)).FirstBroken);
        Assert.Null((await ledger.Verify(other)).FirstBroken);

        // Idempotency outlives it: every key is answered as it was, as far as there is something to tell.
        await SameAnswers(first, await ledger.Live(book, 0), range);
        var refused = await ledger.Host.Refused(book, new Command.Reverse(2, "too late"), "late");
        Assert.Equal("transaction_archived", refused.Code);
        Assert.Equal(range.LastNumber.ToString(CultureInfo.InvariantCulture), refused.Facts["archived_up_to"]);

        var second = await ledger.Live(book, 1);
        await ledger.Live(other, 51);
        Assert.Null((await ledger.Verify()).FirstBroken);
        var later = await ledger.Archive(book);
        Assert.Equal((range.LastNumber + 1, range.LastPosition + 1), (later.FirstNumber, later.FirstPosition));
        var third = await ledger.Live(book, 2);
        Assert.Null((await ledger.Verify()).FirstBroken);
        Assert.Null((await ledger.Verify(book, later.LastNumber + 1)).FirstBroken);

        // In either order; the ranges are each other's neighbours.
        foreach (var one in numbers is null ? new[] { later, range } : [range, later])
        {
            await ledger.Attach(book, one);
            var attached = await ledger.Verify();
            Assert.Null(attached.FirstBroken);
            await SameAnswers(third, await ledger.Live(book, 2), later);
        }

        await LedgerAudit.Passes(ledger.Database.SuperuserConnectionString);
        Assert.Empty((await ledger.Verify()).Archived);
        AssertSame(first, await ledger.Live(book, 0));
        AssertSame(second, await ledger.Live(book, 1));
        var again = await ledger.Archive(book);
        Assert.Equal(1, again.FirstNumber);
        Assert.Null((await ledger.Verify()).FirstBroken);
    }

    [Fact]
    public async Task Hosts_write_on_while_ranges_are_taken_out_and_brought_back()
    {
        await using var ledger = await ArchivedLedger.Open(numbers: 150);
        await using var second = TestHost.Start(ledger.Database);
        var books = new[] { await ledger.Host.NewBook(), await ledger.Host.NewBook(), await ledger.Host.NewBook() };
        foreach (var book in books) await ledger.Live(book, 0);
        var (isOver, written) = (false, new List<(Ledger.Books.BookName Book, string Key, Command Command, Reply Reply)>());
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; !isOver; i++)
            {
                var book = books[random.Next(books.Length)];
                Command command = random.Next(4) == 0
                    ? TestHost.Send(books[random.Next(books.Length)], $"fan-{random.Next(9)}", $"fan-{random.Next(9)}", 5)
                    : random.Next(3) == 0 ? new Command.Reverse(random.Next(1, 300), "at random")
                    : TestHost.TopUp($"fan-{random.Next(9)}", random.Next(1, 100));
                var host = random.Next(2) == 0 ? ledger.Host : second;
                var reply = await host.Post(book, command, $"c{caller}-{i}");
                lock (written) written.Add((book, $"c{caller}-{i}", command, reply));
            }
        })));
        int Answered()
        {
            lock (written) return written.Count;
        }

        for (var round = 0; round < 3; round++)
        {
            var ranges = new List<ArchivedRange>();
            var before = Answered();
            await Eventually.True(() => Answered() > before + 40 || writing.IsFaulted, "Nobody writes any more.");
            foreach (var book in books) ranges.Add(await ledger.Archive(book));
            Assert.Null((await ledger.Verify()).FirstBroken);
            if (round < 2) continue;
            await ledger.Attach(books[0], ranges[0]);
            await ledger.Attach(books[1], ranges[1]);
        }

        isOver = true;
        await writing;
        output.WriteLine($"{written.Count} commands were answered beside it.");
        Assert.All(written, one => Assert.True(one.Reply is Reply.Posted or Reply.Refused or Reply.Malformed, $"{one.Reply}"));
        Assert.Null((await ledger.Verify()).FirstBroken);
        foreach (var (book, key, command, reply) in written.Where((_, at) => at % 7 == 0))
        {
            var repeated = await ledger.Host.Post(book, command, key);
            if ((reply, repeated) is (Reply.Posted posted, Reply.Posted { Receipt.IsArchived: true } archived))
                Assert.Equal((posted.Receipt.Number, posted.Receipt.At), (archived.Receipt.Number, archived.Receipt.At));
            else
                Assert.Equal(TestHost.InFull(reply), TestHost.InFull(repeated));
        }

        foreach (var book in books)
            foreach (var range in await new ArchivedRanges(ledger.Owner).Of((await ledger.Find(book)).Id, default))
                await ledger.Attach(book, range);
        await LedgerAudit.Passes(ledger.Database.SuperuserConnectionString);
        Assert.Null((await ledger.Verify()).FirstBroken);
    }

    [Fact]
    public async Task Whoever_changes_what_is_left_or_what_is_noted_is_found_out()
    {
        await using var ledger = await ArchivedLedger.Open();
        var book = await ledger.Host.NewBook();
        await ledger.Live(book, 0);
        var range = await ledger.Archive(book);
        await ledger.Live(book, 1);
        await using var superuser = NpgsqlDataSource.Create(ledger.Database.SuperuserConnectionString);
        await using var connection = await superuser.OpenConnectionAsync();
        foreach (var table in Tables)
            await Execute(connection, $"alter table ledger.{table} disable trigger append_only");
        foreach (var (table, sql) in new[]
        {
            ("journal", $"delete from ledger.journal where number = 1"),
            ("entries", $"delete from ledger.journal where number = {range.LastNumber}"),
            ("journal", "update ledger.journal set actor = 'eve' where number = (select max(number) from ledger.journal where number < "
                + $"{range.LastNumber})"),
            ("journal", "delete from ledger.entries where position = (select max(position) from ledger.entries where "
                + $"position <= {range.LastPosition})"),
            ("journal", $"update ledger.entries set balance = balance + 1 where position = {range.LastPosition}"),
            ("answers", "update ledger.answers set request_hash = sha256('x') where number = 3"),
            ("answers", "delete from ledger.answers where number = 3"),
            ("answers", "delete from ledger.answers where key_hash = (select key_hash from ledger.answers where number is null "
                + $"and at < (select at from ledger.seals where sequence = {range.LastSequence}) limit 1)"),
            ("entries", "delete from ledger.archived_ranges"),
            ("archived_ranges", "update ledger.archived_ranges set file = 'other'"),
            ("archived_ranges", "update ledger.archived_ranges set file_hash = sha256('x')"),
            ("archived_ranges", "update ledger.archived_ranges set last_number = last_number + 1"),
            ("archived_ranges", "update ledger.archived_ranges set last_sequence = 1000000"),
            ("archived_ranges", "update ledger.archived_ranges set carried_hash = sha256('x')"),
            ("archived_ranges", "update ledger.archived_ranges set at = at, actor = actor, id = default"),
            ("entries", $"insert into ledger.returned_ranges values ({range.Id}, now(), {range.Book}, 'eve')"),
            ("entries", $"insert into ledger.returned_ranges values ({range.Id}, now(), {range.Book} + 1, 'eve')"),
            ("seals", $"delete from ledger.seals where sequence = {range.LastSequence}"),
            ("entries", "delete from ledger.accounts where id = (select account_id from ledger.entries order by position limit 1)"),
        })
        {
            // Done and undone by one who stops at nothing; a verification reads what is committed.
            var backup = await Backup(connection);
            await Execute(connection, sql);
            var broken = (await ledger.Verify()).FirstBroken;
            Assert.True(broken is not null, sql);
            output.WriteLine($"{sql}: {broken}");
            Assert.True(broken.Table == table, $"{sql}: {broken}");
            await Restore(connection, backup);
            Assert.Null((await ledger.Verify()).FirstBroken);
        }

        // Records are taken away, and are said to be archived: nobody noted that in the trail.
        await ledger.Sign();
        var planned = (await ledger.Plan(book))!;
        await Execute(
            connection,
            $"""
            insert into ledger.archived_ranges (first_number, last_number, first_position, last_position, first_sequence,
                last_sequence, carried, at, book_id, actor, file, file_hash, seal, carried_hash)
            values ({planned.FirstNumber}, {planned.LastNumber}, {planned.FirstPosition}, {planned.LastPosition},
                {planned.FirstSequence}, {planned.LastSequence}, 1, now(), {planned.Book.Id}, 'eve', 'nowhere', sha256('x'),
                '\x{Convert.ToHexString(planned.Seal)}', sha256('x'));
            delete from ledger.journal where number > {planned.FirstNumber}
            """);
        Assert.NotNull((await ledger.Verify()).FirstBroken);
    }

    [Fact]
    public async Task Nothing_is_taken_out_that_is_not_safe_elsewhere_or_that_somebody_has_yet_to_read()
    {
        await using var ledger = await ArchivedLedger.Open();
        var book = await ledger.Host.NewBook();
        await ledger.Live(book, 0);
        Assert.Null(await ledger.Plan(book));
        await ledger.Sign();
        var range = (await ledger.Plan(book))!;
        var refused = await Assert.ThrowsAsync<ArchiveRefused>(() => ledger.Files.Verify(range, ledger.Folder, null, default));
        Assert.Contains("There is no", refused.Message, StringComparison.Ordinal);

        var path = await ledger.Files.Write(range, ledger.Folder, null, default);
        var good = await File.ReadAllBytesAsync(path);
        for (var i = 0; i < 12; i++)
        {
            var damaged = (byte[])good.Clone();
            damaged[good.Length * (i + 1) / 14] ^= 0x10;
            await File.WriteAllBytesAsync(path, damaged);
            await Assert.ThrowsAsync<ArchiveRefused>(() => ledger.Files.Verify(range, ledger.Folder, null, default));
        }

        await File.WriteAllBytesAsync(path, good);
        using (var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
            await Assert.ThrowsAsync<ArchiveRefused>(
                () => new ArchiveFiles(ledger.Owner, other).Verify(range, ledger.Folder, null, default));

        // A follower that has yet to read it.
        await TestDatabase.Execute(
            ledger.Database.OwnerConnectionString,
            $"insert into ledger.builds (follower, book_id, number) values ('balances', {range.Book.Id}, 3)");
        var behind = (await ledger.Plan(book))!;
        Assert.Contains("balances", Assert.Single(behind.Obstacles), StringComparison.Ordinal);
        var file = await ledger.Files.Verify(range, ledger.Folder, null, default);
        var before = await ledger.Contents();
        foreach (var planned in new[] { behind, range })
            await Assert.ThrowsAsync<ArchiveRefused>(
                () => new Detaching(ledger.Owner, "ops/olga").Run([(planned, file)], default));
        Assert.Equal(before, await ledger.Contents());
        await TestDatabase.Execute(ledger.Database.OwnerConnectionString, "update ledger.builds set state = 'retired'");

        // While somebody verifies, nobody archives; broken off anywhere, nothing has changed and it can be done again.
        await using (await Ledger.Postgres.Audit.VerificationSnapshot.Take(ledger.Host.Database, null, default))
            await Assert.ThrowsAsync<ArchiveRefused>(
                () => new Detaching(ledger.Owner, "ops/olga").Run([(range, file)], default));
        for (var i = 1; i < 40; i += 6)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(i));
            try
            {
                await new Detaching(ledger.Owner, "ops/olga").Run([(range, file)], stop.Token);
                await ledger.Attach(book, Assert.Single(await new ArchivedRanges(ledger.Owner).Of(range.Book.Id, default)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or NpgsqlException)
            {
                Assert.Equal(before, await ledger.Contents());
            }
        }

        Assert.Equal(before, await ledger.Contents());
        await new Detaching(ledger.Owner, "ops/olga").Run([(range, file)], default);
        Assert.Null((await ledger.Verify()).FirstBroken);
        Assert.Null(await ledger.Plan(book));
    }

    /// <summary>Neither in the partitions that are new, nor in those that they took the place of.</summary>
    private static async Task NothingMayBeChanged(TestDatabase database)
    {
        var tables = await TestDatabase.Scalar<string[]>(
            database.SuperuserConnectionString,
            """
            select array_agg(oid::regclass::text) from pg_class
            where relkind = 'r' and (relname like 'was\_%' or relname like '%\_from\_%')
                and (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %s', oid::regclass),
                    false, true, '')))[1]::text::int > 0
            """);
        Assert.Contains(tables, table => table.StartsWith("archive.was_", StringComparison.Ordinal));
        foreach (var table in tables)
            foreach (var statement in new[] { $"update {table} set number = number", $"delete from {table}", $"truncate {table}" })
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Execute(
                    database.SuperuserConnectionString, $"set session_replication_role = replica; {statement}"));
                Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
            }
    }

    private static async Task<string[]> Backup(NpgsqlConnection connection)
    {
        foreach (var table in Tables)
            await Execute(connection, $"drop table if exists pg_temp.{table}; create temp table {table} as table ledger.{table}");
        return Tables;
    }

    private static async Task Restore(NpgsqlConnection connection, string[] tables)
    {
        await Execute(connection, "delete from ledger.returned_ranges");
        foreach (var table in tables)
            await Execute(
                connection, $"delete from ledger.{table}; insert into ledger.{table} overriding system value table pg_temp.{table}");
    }

    private static readonly string[] Tables =
        ["journal", "entries", "answers", "seals", "accounts", "archived_ranges", "returned_ranges"];

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task SameAnswers(IReadOnlyList<Reply> first, IReadOnlyList<Reply> again, ArchivedRange range)
    {
        foreach (var (one, other) in first.Zip(again))
        {
            if ((one, other) is (Reply.Posted posted, Reply.Posted repeated) && range.LastNumber >= posted.Receipt.Number)
            {
                Assert.True(repeated.Replayed);
                Assert.Equal((posted.Receipt.Number, posted.Receipt.At), (repeated.Receipt.Number, repeated.Receipt.At));
                Assert.True(repeated.Receipt.IsArchived);
                Assert.Empty(repeated.Receipt.Entries);
            }
            else
            {
                Assert.Equal(TestHost.InFull(one), TestHost.InFull(other));
            }
        }

        return Task.CompletedTask;
    }

    private static void AssertSame(IReadOnlyList<Reply> first, IReadOnlyList<Reply> again) =>
        Assert.All(first.Zip(again), pair => Assert.Equal(TestHost.InFull(pair.First), TestHost.InFull(pair.Second)));
}
