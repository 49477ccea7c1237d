using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>A reader has its book and its own progress, and nothing else of the ledger, however it asks.</summary>
public sealed class ReaderTests(MartenBook shown) : IClassFixture<MartenBook>
{
    [Fact]
    public async Task A_reader_reads_its_views_and_no_table()
    {
        foreach (var statement in new[]
            {
                "select * from ledger.journal", "select * from ledger.entries_from_0", "select * from ledger.accounts",
                "select * from ledger.books", "insert into shown.mt_events (seq_id) values (1)",
                "update shown.mt_events set version = 1", "delete from shown.mt_streams",
                "drop view shown.mt_events", "create table shown.mine (id int)",
                "drop table shown.mt_event_progression", "truncate shown.mt_event_progression", "drop schema shown cascade",
            })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => shown.Rows(statement));
            Assert.True(
                refused.SqlState is PostgresErrorCodes.InsufficientPrivilege
                    or PostgresErrorCodes.ObjectNotInPrerequisiteState,
                $"{statement}: {refused.Message}");
        }
    }

    [Fact]
    public async Task A_role_that_was_not_named_reads_nothing()
    {
        await shown.Make("unread", role: "");
        foreach (var statement in new[]
            {
                "select * from unread.mt_events", "select * from unread.mt_event_progression",
                "select unread.mt_mark_event_progression('a', 1)", "select unread.camel_case('{}')",
            })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => shown.Rows(statement));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    /// <summary>
    /// The planner may try a cheap function on a row before it looks whose row it is. Such a function sees nothing of
    /// another book, whatever the plan is.
    /// </summary>
    [Fact]
    public async Task A_function_of_the_readers_own_sees_no_other_book()
    {
        // Somebody who is in the other book alone, with an amount that nobody else has.
        await shown.Ledger.Post((SmallLedger.Side, new Command.TopUp("stranger", 987_654_321, "USD")));
        string[] strange = ["stranger", "987654321", "zoe", "acme/side/"];
        var wasTried = false;
        await using var connection = new NpgsqlConnection(shown.ReaderConnectionString);
        var told = new List<string>();
        connection.Notice += (_, notice) => told.Add(notice.Notice.MessageText);
        await connection.OpenAsync();
        await Execute(
            """
            create function pg_temp.tell(what text) returns boolean language plpgsql cost 0.0000001 as $$
            begin raise notice '%', what; return true; end $$
            """);
        foreach (var (view, columns) in new[]
            {
                ("mt_events", "id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers"),
                ("mt_streams", "id, version, timestamp, created"),
                ("mt_events_sequence", "last_value, is_called"),
            })
        {
            foreach (var column in columns.Split(", "))
            {
                told.Clear();
                await Execute(
                    $"""
                    set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off;
                    select count(*) from shown.{view} where pg_temp.tell({column}::text)
                    """);
                Assert.NotEmpty(told);
                wasTried |= told.Contains("<NULL>");
                Assert.DoesNotContain(
                    told, line => strange.Any(word => line.Contains(word, StringComparison.Ordinal)));
                var known = (await shown.Rows($"select distinct {column}::text from shown.{view}"))
                    .Select(row => row[0] as string ?? "<NULL>").ToHashSet();
                // An id is made of a position, and positions are all that a row tells of another book.
                if ((view, column) != ("mt_events", "id")) Assert.Empty(told.Except([.. known, "<NULL>"]));
            }
        }

        Assert.True(wasTried, "The function was never tried on a row of the other book.");

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task The_writer_of_the_ledger_is_not_in_the_way_of_a_reader_nor_the_other_way_round()
    {
        await using var connection = new NpgsqlConnection(shown.ReaderConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var read = new NpgsqlCommand("select count(*) from shown.mt_events", connection, transaction);
        var before = (long)(await read.ExecuteScalarAsync())!;
        await shown.Post(77, 3);
        Assert.True((long)(await read.ExecuteScalarAsync())! > before);
        // A name that nobody had yet is in the index, and in the view, with the record that brought it.
        await shown.Ledger.Post((MartenBook.Name, new Command.TopUp("brand new", 5, "USD")));
        Assert.Single(await shown.Rows(MartenSql.Stream, "fan.wallet/USD//brand new"));
        Assert.True(await TestDatabase.Scalar<bool>(
            shown.Database.OwnerConnectionString,
            """
            select indisunique and indisvalid from pg_index
            where indexrelid = 'ledger.accounts_by_name_in_book_1'::regclass
            """));
    }
}
