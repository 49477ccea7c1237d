using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class BoundsTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task A_full_queue_answers_busy_and_what_it_took_is_posted()
    {
        // The one that came first waits for the lock as long as it takes; the others stand in the queue.
        var options = new WriterOptions
        {
            Lanes = 1,
            MaxQueuedCommands = 10,
            LockTimeout = Duration.FromMinutes(5),
            Patience = Duration.FromMinutes(5),
        };
        await using var host = TestHost.Start(database, options);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1), "first");
        List<Task<Reply>> taken = [];
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
        {
            taken.Add(host.Post(book, TestHost.TopUp("fan", 1), "under way"));
            await BookHold.IsWaitedFor(database.SuperuserConnectionString, 1);
            for (var i = 0; i < 7; i++) taken.Add(host.Post(book, TestHost.TopUp("fan", 1), $"{i}"));
            (Command, string)[] Whole(int count) =>
                [.. Enumerable.Range(0, count).Select(i => (TestHost.TopUp("fan", 1), $"whole {i}"))];
            Assert.Equal(7, host.Writer.Queued);
            var busy = await host.Writer.PostAll(book, Whole(4), TestHost.Checkout);
            Assert.All(busy, reply => Assert.IsType<Reply.Busy>(reply));
            Assert.Equal(7, host.Writer.Queued);
            var whole = host.Writer.PostAll(book, Whole(3), TestHost.Checkout);
            Assert.IsType<Reply.Busy>(await host.Post(book, TestHost.TopUp("fan", 1), "late"));
            taken.AddRange(Enumerable.Range(0, 3).Select(async i => (await whole)[i]));
        }

        var numbers = (await Task.WhenAll(taken)).Select(reply => Assert.IsType<Reply.Posted>(reply).Receipt.Number);
        Assert.Equal(Enumerable.Range(3, 11).Select(number => (long)number), numbers);
        Assert.Equal(14, (await host.Posted(book, TestHost.TopUp("fan", 1), "late")).Number);
    }

    [Fact]
    public async Task A_batch_of_commands_larger_than_the_queue_enters_whole_when_it_is_empty()
    {
        await using var host = TestHost.Start(database, new WriterOptions { MaxQueuedCommands = 10, MaxBatchCommands = 7 });
        var book = await host.NewBook();
        var commands = Enumerable.Range(0, 100).Select(i => (TestHost.TopUp("fan", 1), $"{i}")).ToList();
        var replies = await host.Writer.PostAll(book, commands, TestHost.Checkout);
        Assert.Equal(
            Enumerable.Range(2, 100).Select(number => (long)number),
            replies.Select(reply => Assert.IsType<Reply.Posted>(reply).Receipt.Number));
    }

    [Fact]
    public async Task Draining_answers_everyone_and_takes_no_more()
    {
        var host = TestHost.Start(database);
        var books = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.NewBook()));
        var waiting = Enumerable.Range(0, 300).Select(i => host.Post(books[i % 3], TestHost.TopUp("fan", 1), $"{i}")).ToList();
        await host.Writer.Drain();
        Assert.All(waiting, reply => Assert.True(reply.IsCompleted || reply.Wait(TimeSpan.FromSeconds(5))));
        Assert.All(await Task.WhenAll(waiting), reply => Assert.True(reply is Reply.Posted or Reply.Unavailable, $"{reply}"));
        Assert.IsType<Reply.Unavailable>(await host.Post(books[0], TestHost.TopUp("fan", 1), "late"));
        await host.DisposeAsync();
        await using var next = TestHost.Start(database);
        for (var i = 0; i < 300; i++)
        {
            var again = await next.Post(books[i % 3], TestHost.TopUp("fan", 1), $"{i}");
            Assert.Equal(await waiting[i] is Reply.Posted, Assert.IsType<Reply.Posted>(again).Replayed);
        }
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_takes_nothing_back()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1), "first");
        using var stop = new CancellationTokenSource();
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
        {
            var posting = host.Writer.Post(book, TestHost.TopUp("fan", 5), TestHost.Checkout, "left", stop.Token);
            await BookHold.IsWaitedFor(database.SuperuserConnectionString, 1);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        }

        var reply = await host.Post(book, TestHost.TopUp("fan", 5), "left");
        Assert.Equal(3, Assert.IsType<Reply.Posted>(reply).Receipt.Number);
        Assert.Equal(4, (await host.Posted(book, TestHost.TopUp("fan", 5), "next")).Number);
    }

    [Theory]
    [InlineData(false, false, 2, 1_000)]
    [InlineData(true, false, 2, 1_000)]
    [InlineData(false, true, 1, 1_000)]
    [InlineData(true, true, 3, 5)]
    public async Task Every_way_of_running_keeps_the_rules(bool pooled, bool oneBook, int lanes, int batch)
    {
        var options = new WriterOptions
        {
            PooledByTransaction = pooled, OneBookABatch = oneBook, Lanes = lanes, MaxBatchCommands = batch, MaxKnownAccounts = 20,
        };
        await using var host = TestHost.Start(database, options);
        var books = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.NewBook()));
        await Task.WhenAll(books.SelectMany(book => Enumerable.Range(0, 20).Select(async i =>
        {
            await host.Posted(book, TestHost.TopUp($"fan-{i}", 1_000), $"fill {i}");
            for (var j = 0; j < 6; j++)
            {
                var tip = await host.Posted(book, TestHost.Tip($"fan-{i}", $"creator-{j}", 100), $"tip {i} {j}");
                if (j == 3) await host.Posted(book, new Command.Reverse(tip.Number, "test"), $"back {i}");
                if (j == 4) Assert.Equal(TestHost.InFull(tip), TestHost.InFull(await host.Posted(book, TestHost.Tip($"fan-{i}", $"creator-{j}", 100), $"tip {i} {j}")));
            }

            await host.Refused(book, TestHost.Tip($"fan-{i}", "eve", 501), $"too much {i}");
        })));
        if (!oneBook) return;
        var names = string.Join(",", books.Select(book => $"'{book.Platform}'"));
        Assert.Equal(1, await TestDatabase.Scalar<long>(
            database.SuperuserConnectionString,
            $"""
            select max(books) from (select count(distinct book_id) as books from ledger.seals
                where book_id in (select id from ledger.books where platform in ({names})) group by xmin::text) t
            """));
    }
}
