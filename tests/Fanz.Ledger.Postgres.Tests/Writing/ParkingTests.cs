using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class ParkingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly WriterOptions Patient = new() { Lanes = 1, Patience = Duration.FromMinutes(5) };

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task A_lane_serves_its_other_books_while_one_is_locked_elsewhere()
    {
        await using var host = TestHost.Start(database, Patient);
        var locked = await host.NewBook();
        var free = await host.NewBook();
        await host.Posted(locked, TestHost.TopUp("fan", 1), "first");
        await host.Posted(free, TestHost.TopUp("fan", 1), "first");
        List<Task<Reply>> waiting = [];
        await using (await BookHold.Take(database.SuperuserConnectionString, locked))
        {
            waiting.Add(host.Post(locked, TestHost.TopUp("fan", 1), "0"));
            await BookHold.IsWaitedFor(database.SuperuserConnectionString, 1);
            for (var i = 1; i <= 30; i++)
            {
                // What arrives for the locked book joins what waits for it, in order, and costs the other book nothing.
                waiting.Add(host.Post(locked, TestHost.TopUp("fan", 1), $"{i}"));
                Assert.Equal(i + 2, (await host.Posted(free, TestHost.TopUp("fan", 1), $"{i}")).Number);
            }

            // What needs both books waits for the one that is locked.
            waiting.Add(host.Post(free, TestHost.Send(locked, "fan", "fan", 1), "both"));
            Assert.Equal(33, (await host.Posted(free, TestHost.TopUp("fan", 1), "last")).Number);
            Assert.All(waiting, task => Assert.False(task.IsCompleted));
        }

        var numbers = (await Task.WhenAll(waiting)).Select(reply => Assert.IsType<Reply.Posted>(reply).Receipt.Number);
        Assert.Equal([.. Enumerable.Range(3, 31).Select(number => (long)number), 34], numbers);
    }

    [Fact]
    public async Task Patience_with_a_locked_book_ends_and_the_same_key_may_try_again()
    {
        await using var host = TestHost.Start(
            database, new WriterOptions { Lanes = 1, Patience = Duration.FromMilliseconds(100) });
        var book = await host.NewBook();
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
            Assert.IsType<Reply.Unavailable>(await host.Post(book, TestHost.TopUp("fan", 1), "key"));
        Assert.Equal(2, (await host.Posted(book, TestHost.TopUp("fan", 1), "key")).Number);
    }

    [Fact]
    public async Task What_is_parked_counts_in_the_bound_of_the_queue_and_is_answered_when_the_host_drains()
    {
        var host = TestHost.Start(database, Patient with { MaxQueuedCommands = 10 });
        var book = await host.NewBook();
        List<Task<Reply>> taken = [];
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
        {
            for (var i = 0; i < 10; i++)
            {
                taken.Add(host.Post(book, TestHost.TopUp("fan", 1), $"{i}"));
                // Each is taken before the next comes, so that all of them are parked and none stands in the queue.
                await BookHold.IsWaitedFor(database.SuperuserConnectionString, 1);
            }

            await Eventually.True(() => host.Writer.Queued == 10, "All of them are parked.");
            Assert.IsType<Reply.Busy>(await host.Post(book, TestHost.TopUp("fan", 1), "late"));
            var draining = host.DisposeAsync();
            Assert.False(draining.IsCompleted);
            await BookHold.IsWaitedFor(database.SuperuserConnectionString, 1);
        }

        Assert.All(await Task.WhenAll(taken), reply => Assert.IsType<Reply.Posted>(reply));
    }
}
