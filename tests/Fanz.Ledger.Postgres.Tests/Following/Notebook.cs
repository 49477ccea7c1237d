using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Postgres.Tests.Following;

/// <summary>
/// A follower that writes down every record it is shown, twice if it is shown twice, and does in between what a test
/// tells it to.
/// </summary>
internal sealed class Notebook(string name, int recordsAPage = 2_000) : Follower(name)
{
    public override int RecordsAPage => recordsAPage;

    public Func<FollowedPage, int, Task>? InBetween { get; set; }

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [new("ledger.notes", "number", "select number from ledger.journal where book_id = $1 and number <= $2")];

    /// <summary>Nothing in the table keeps a record from being written twice.</summary>
    public static Task CreateTable(TestDatabase database) => TestDatabase.Execute(
        database.OwnerConnectionString,
        """
        create table ledger.notes (build int, follower text, number bigint);
        grant select, insert, delete on ledger.notes to ledger_writer;
        """);

    public override async ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        writes.Add(
            "insert into ledger.notes select $1, $2, number from unnest($3::bigint[]) number", Name,
            page.Records.Select(record => record.Number).ToArray());
        if (InBetween is { } act)
        {
            var backends = await writes.Read("select pg_backend_pid() + 0 * $1", [], row => row.GetInt32(0), token);
            await act(page, backends[0]);
        }
    }

    /// <summary>The numbers written down, in the order of numbers.</summary>
    public async Task<long[]> Numbers(TestDatabase database, int book) => await TestDatabase.Scalar<long[]>(
        database.HostConnectionString,
        $"""
        select coalesce(array_agg(n.number order by n.number), array[]::bigint[]) from ledger.notes n
        join ledger.builds b on b.id = n.build and b.follower = n.follower and b.state = 'live'
        where n.follower = '{Name}' and b.book_id = {book}
        """);
}
