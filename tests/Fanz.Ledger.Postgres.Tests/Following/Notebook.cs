using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Following;

/// <summary>
/// A follower that writes down every record it is shown, twice if it is shown twice, and does in between what a test
/// tells it to.
/// </summary>
internal sealed class Notebook(string name, int recordsAPage = 2_000) : Follower(name)
{
    public override int RecordsAPage => recordsAPage;

    public Func<FollowedPage, NpgsqlBatch, Task>? InBetween { get; set; }

    /// <summary>Nothing in the table keeps a record from being written twice.</summary>
    public static Task CreateTable(TestDatabase database) => TestDatabase.Execute(
        database.OwnerConnectionString,
        """
        create table ledger.notes (follower text, book_id int, number bigint);
        grant select, insert, delete on ledger.notes to ledger_writer;
        """);

    public override async ValueTask Apply(FollowedPage page, NpgsqlBatch writes, CancellationToken token)
    {
        var insert = new NpgsqlBatchCommand(
            "insert into ledger.notes select $1, $2, number from unnest($3::bigint[]) number");
        insert.Parameters.Add(new() { Value = Name });
        insert.Parameters.Add(new() { Value = page.BookId });
        insert.Parameters.Add(new() { Value = page.Records.Select(record => record.Number).ToArray() });
        writes.BatchCommands.Add(insert);
        if (InBetween is { } act) await act(page, writes);
    }

    public override void Forget(int book, NpgsqlBatch writes)
    {
        var delete = new NpgsqlBatchCommand("delete from ledger.notes where follower = $1 and book_id = $2");
        delete.Parameters.Add(new() { Value = Name });
        delete.Parameters.Add(new() { Value = book });
        writes.BatchCommands.Add(delete);
    }

    /// <summary>The numbers written down, in the order of numbers.</summary>
    public async Task<long[]> Numbers(TestDatabase database, int book) => await TestDatabase.Scalar<long[]>(
        database.HostConnectionString,
        $"""
        select coalesce(array_agg(number order by number), array[]::bigint[]) from ledger.notes
        where follower = '{Name}' and book_id = {book}
        """);
}
