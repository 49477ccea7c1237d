using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class TwoHostsTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task Two_hosts_racing_on_one_book_lose_and_repeat_nothing()
    {
        await using var first = TestHost.Start(database);
        await using var second = TestHost.Start(database);
        var book = await first.NewBook();
        await first.Posted(book, TestHost.TopUp("fan", 1_000_000), "fill");
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(caller => Task.Run(async () =>
        {
            var host = caller % 2 == 0 ? first : second;
            var numbers = new List<long>();
            for (var i = 0; i < 40; i++)
                numbers.Add((await host.Posted(book, TestHost.Tip("fan", $"creator-{caller % 3}", 100), $"{caller}-{i}")).Number);
            // The caller's own order is kept.
            Assert.Equal(numbers.Order(), numbers);
            return numbers;
        })));
        Assert.Equal(Enumerable.Range(3, 480).Select(number => (long)number), replies.SelectMany(numbers => numbers).Order());
        var last = await second.Posted(book, TestHost.TopUp("fan", 1), "last");
        Assert.Equal(-(1_000_000 - 48_000 + 1), last.Entries[1].Balance);
    }

    [Fact]
    public async Task A_role_whose_default_isolation_is_stricter_sees_what_the_last_holder_committed()
    {
        var name = database.Name;
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            $"alter role ledger_host in database {name} set default_transaction_isolation = 'repeatable read'");
        await Two_hosts_racing_on_one_book_lose_and_repeat_nothing();
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            $"alter role ledger_host in database {name} reset default_transaction_isolation");
    }

    [Fact]
    public async Task A_book_that_is_not_there_does_not_stand_where_it_is_expected()
    {
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => TestDatabase.Execute(
            database.HostConnectionString, "select ledger.expect_heads('{999999}', '{1}', array['\\x00'::bytea])"));
        Assert.Equal(SqlStates.HeadMoved, refused.SqlState);
    }

    [Fact]
    public async Task What_another_host_did_is_known_before_the_next_decision()
    {
        await using var first = TestHost.Start(database);
        await using var second = TestHost.Start(database);
        var book = await first.NewBook();
        await first.Posted(book, TestHost.TopUp("fan", 1_000), "1");
        // The second host opens what the first one remembers as never used, and empties what it remembers as full.
        await first.Refused(book, TestHost.Tip("new", "eve", 10), "2");
        await second.Posted(book, TestHost.TopUp("new", 500), "3");
        await second.Posted(book, TestHost.Tip("fan", "eve", 900), "4");
        Assert.Equal("200", (await first.Refused(book, TestHost.Move(TestHost.Wallet("fan"), TestHost.Bank, 200), "5")).Facts["needed"]);
        Assert.Equal(2, (await first.Posted(book, TestHost.Tip("new", "eve", 100), "6")).Entries[0].Version);
        // A life that changed without any movement.
        await second.Posted(book, TestHost.Freeze("fan"), "7");
        Assert.Equal("account_frozen", (await first.Refused(book, TestHost.TopUp("fan", 1), "8")).Code);
        await first.Posted(book, TestHost.Unfreeze("fan"), "9");
        await second.Posted(book, TestHost.TopUp("fan", 1), "10");
        // A reversal on one host is known to the other.
        var tip = await first.Posted(book, TestHost.Tip("new", "eve", 50), "11");
        await second.Posted(book, new Command.Reverse(tip.Number, "by the second"), "12");
        Assert.Equal("already_reversed", (await first.Refused(book, new Command.Reverse(tip.Number, "by the first"), "13")).Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Transfers_between_books_in_both_directions_never_stop_each_other(int lanes)
    {
        await using var first = TestHost.Start(database, new WriterOptions { Lanes = lanes });
        await using var second = TestHost.Start(database, new WriterOptions { Lanes = lanes });
        var books = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => first.NewBook()));
        foreach (var book in books) await first.Posted(book, TestHost.TopUp("fan", 100_000), "fill");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(caller => Task.Run(async () =>
        {
            var host = caller % 2 == 0 ? first : second;
            var random = new Random(caller);
            for (var i = 0; i < 15; i++)
            {
                var (from, to) = (random.Next(3), random.Next(2));
                if (to == from) to = 2;
                await host.Posted(books[from], TestHost.Send(books[to], "fan", "fan", 10), $"{caller}-{i}");
                await host.Posted(books[from], TestHost.Tip("fan", "eve", 5), $"tip-{caller}-{i}");
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_transfer_to_a_book_where_it_may_not_arrive_leaves_nothing_behind()
    {
        await using var host = TestHost.Start(database);
        var (here, there) = (await host.NewBook(), await host.NewBook());
        await host.Posted(here, TestHost.TopUp("fan", 100), "fill");
        await host.Posted(there, TestHost.TopUp("fan", 100), "fill");
        await host.Posted(there, TestHost.Freeze("fan"), "freeze");
        Assert.Equal("account_frozen", (await host.Refused(here, TestHost.Send(there, "fan", "fan", 60), "send")).Code);
        await host.Posted(there, TestHost.Unfreeze("fan"), "unfreeze");
        await host.Refused(here, TestHost.Send(there, "fan", "fan", 60), "send");
        Assert.Equal(-40, (await host.Posted(here, TestHost.Send(there, "fan", "fan", 60), "again")).Entries[0].Balance);
        Assert.Equal(-161, (await host.Posted(there, TestHost.TopUp("fan", 1), "look")).Entries[1].Balance);
    }
}
