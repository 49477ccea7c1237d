using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class IdempotencyTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task A_replay_is_the_original_answer_from_every_host_and_after_a_restart()
    {
        await using var first = TestHost.Start(database);
        await using var second = TestHost.Start(database);
        var book = await first.NewBook();
        var posted = await first.Post(book, TestHost.TopUp("fan", 500), "top-up");
        var refused = await first.Post(book, TestHost.Tip("fan", "eve", 501), "tip");
        Assert.False(Assert.IsType<Reply.Posted>(posted).Replayed);
        Assert.False(Assert.IsType<Reply.Refused>(refused).Replayed);
        // The balance moves on; the old receipt does not.
        await first.Posted(book, TestHost.TopUp("fan", 10_000), "more");
        await using var restarted = TestHost.Start(database);
        foreach (var host in new[] { first, second, restarted })
        {
            var again = await host.Post(book, TestHost.TopUp("fan", 500), "top-up");
            Assert.True(Assert.IsType<Reply.Posted>(again).Replayed);
            Assert.Equal(TestHost.InFull(posted), TestHost.InFull(again));
            again = await host.Post(book, TestHost.Tip("fan", "eve", 501), "tip");
            Assert.True(Assert.IsType<Reply.Refused>(again).Replayed);
            Assert.Equal(TestHost.InFull(refused), TestHost.InFull(again));
        }

        Assert.Equal(-10_500, (await first.Posted(book, TestHost.Tip("fan", "eve", 1), "last")).Entries[0].BalanceBefore);
    }

    [Fact]
    public async Task Duplicates_in_one_batch_get_one_answer()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        (Command, string)[] commands =
            [
                (TestHost.TopUp("fan", 500), "a"), (TestHost.Tip("fan", "eve", 501), "b"),
                (TestHost.TopUp("fan", 500), "a"), (TestHost.Tip("fan", "eve", 501), "b"),
                (TestHost.TopUp("fan", 999), "a"), (TestHost.TopUp("fan", 999), "b"),
            ];
        var replies = await host.Writer.PostAll(book, commands, TestHost.Checkout);
        Assert.Equal(500, -Assert.IsType<Reply.Posted>(replies[0]).Receipt.Entries[1].Balance);
        Assert.Equal(TestHost.InFull(replies[0]), TestHost.InFull(replies[2]));
        Assert.IsType<Reply.Refused>(replies[1]);
        Assert.Equal(TestHost.InFull(replies[1]), TestHost.InFull(replies[3]));
        Assert.IsType<Reply.KeyReused>(replies[4]);
        Assert.IsType<Reply.KeyReused>(replies[5]);
        Assert.Equal(3, (await host.Posted(book, TestHost.TopUp("fan", 1), "c")).Number);
    }

    [Fact]
    public async Task Duplicates_sent_while_the_first_is_under_way_get_its_answer()
    {
        await using var first = TestHost.Start(database);
        await using var second = TestHost.Start(database);
        var book = await first.NewBook();
        for (var round = 0; round < 15; round++)
        {
            var key = $"round-{round}";
            var replies = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() =>
                (i % 2 == 0 ? first : second).Post(book, TestHost.TopUp("fan", 100 + round), key))));
            Assert.Single(replies.Select(TestHost.InFull).Distinct());
            Assert.Equal(round + 2, Assert.IsType<Reply.Posted>(replies[0]).Receipt.Number);
        }
    }

    [Fact]
    public async Task A_delayed_duplicate_of_a_refused_command_stays_refused()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var refusal = await host.Refused(book, TestHost.Tip("fan", "eve", 100), "tip");
        Assert.Equal("insufficient_funds", refusal.Code);
        await host.Posted(book, TestHost.TopUp("fan", 1_000), "top-up");
        Assert.Equal(
            TestHost.InFull(refusal), TestHost.InFull(await host.Refused(book, TestHost.Tip("fan", "eve", 100), "tip")));
        await host.Posted(book, TestHost.Tip("fan", "eve", 100), "another tip");
    }

    [Fact]
    public async Task A_key_belongs_to_its_first_request_for_ever()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1_000, "card"), "used");
        await host.Refused(book, TestHost.Tip("poor", "eve", 100), "refused");
        // Another amount, another fan, a field more, a field less, another kind of command.
        Command[] others =
            [
                TestHost.TopUp("fan", 1_001, "card"), TestHost.TopUp("fam", 1_000, "card"), TestHost.TopUp("fan", 1_000),
                TestHost.TopUp("fan", 1_000, "Card"), TestHost.Tip("fan", "eve", 1_000),
            ];
        foreach (var key in new[] { "used", "refused" })
            foreach (var other in others)
                Assert.IsType<Reply.KeyReused>(await host.Post(book, other, key));
        Assert.True(Assert.IsType<Reply.Posted>(await host.Post(book, TestHost.TopUp("fan", 1_000, "card"), "used")).Replayed);
        Assert.Equal(3, (await host.Posted(book, TestHost.TopUp("fan", 1), "next")).Number);
    }

    [Fact]
    public async Task A_key_is_its_books_and_its_services_own()
    {
        await using var host = TestHost.Start(database);
        var (one, two) = (await host.NewBook(), await host.NewBook());
        var orders = new Actor("orders");
        Reply[] replies =
            [
                await host.Post(one, TestHost.TopUp("fan", 1), "key"), await host.Post(two, TestHost.TopUp("fan", 2), "key"),
                await host.Post(one, TestHost.TopUp("fan", 3), "key", orders),
            ];
        Assert.All(replies, reply => Assert.False(Assert.IsType<Reply.Posted>(reply).Replayed));
        // The person behind a service does not make another key.
        var again = await host.Post(one, TestHost.TopUp("fan", 3), "key", new Actor("orders", "ann"));
        Assert.Equal(TestHost.InFull(replies[2]), TestHost.InFull(again));
    }
}
