using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class PartitionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Hosts_cross_from_partition_to_partition_together_and_stop_for_nothing()
    {
        await TestDatabase.Execute(
            database.OwnerConnectionString,
            """
            drop table ledger.journal_from_0, ledger.entries_from_0;
            update ledger.partitioning set up_to = 0, width = case relation when 'journal' then 40 else 90 end;
            select ledger.make_room(0, 0)
            """);
        await using var first = TestHost.Start(database, new WriterOptions { MaxBatchCommands = 70 });
        await using var second = TestHost.Start(database);
        var (book, other) = (await first.NewBook(), await first.NewBook());
        await first.Posted(book, TestHost.TopUp("fan", 1_000_000), "fill");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var host = caller % 2 == 0 ? first : second;
            for (var i = 0; i < 8; i++)
            {
                var tips = Enumerable.Range(0, 15).Select(j => (TestHost.Tip("fan", $"creator-{j}", 10), $"{caller}-{i}-{j}")).ToList();
                var replies = await host.Writer.PostAll(book, tips, TestHost.Checkout);
                Assert.All(replies, reply => Assert.IsType<Reply.Posted>(reply));
                await host.Posted(other, TestHost.TopUp("fan", 1), $"{caller}-{i}");
            }
        })));
        // A reversal reaches back over many partitions, and a receipt spans two.
        await second.Posted(book, new Command.Reverse(11, "far back"), "back");
        Assert.True(await Count("journal") > 20, "Many partitions were made.");
        await LedgerAudit.Passes(database.SuperuserConnectionString);
    }

    private Task<long> Count(string table) => TestDatabase.Scalar<long>(
        database.SuperuserConnectionString, $"select count(*) from pg_inherits where inhparent = 'ledger.{table}'::regclass");
}
