using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class WriterMeterTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Every_command_is_counted_once_by_what_it_was_answered()
    {
        await using var host = TestHost.Start(database);
        using var measured = new Measured(host.Writer);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("anna", 100), "1");
        await host.Post(book, TestHost.TopUp("anna", 100), "1");
        await host.Post(book, TestHost.TopUp("anna", 200), "1");
        await host.Refused(book, TestHost.Tip("anna", "mia", 500), "2");
        await host.Post(book, TestHost.Tip("anna", "mia", 500), "2");
        await host.Post(book, TestHost.TopUp("anna", -1), "3");
        var together = await host.Writer.PostTogether(
            book, [(TestHost.TopUp("anna", 1), "4"), (TestHost.Tip("anna", "mia", 900), "5")], TestHost.Checkout);
        Assert.IsType<Reply.SetAside>(together[0]);

        Assert.Equal(1, measured.Now("ledger.commands outcome=posted"));
        Assert.Equal(2, measured.Now("ledger.commands outcome=replayed"));
        Assert.Equal(1, measured.Now("ledger.commands outcome=key_reused"));
        Assert.Equal(2, measured.Now("ledger.commands outcome=refused"));
        Assert.Equal(1, measured.Now("ledger.commands outcome=malformed"));
        Assert.Equal(1, measured.Now("ledger.commands outcome=set_aside"));
        Assert.Equal(2, measured.Now("ledger.refusals code=insufficient_funds"));
        Assert.Equal(0, measured.Now("ledger.queue.size"));
        Assert.Equal(new WriterOptions().MaxQueuedCommands, measured.Now("ledger.queue.limit"));
    }

    [Fact]
    public async Task A_batch_is_measured_once_and_its_sizes_sum_to_the_commands_that_were_queued()
    {
        await using var host = TestHost.Start(database);
        using var measured = new Measured(host.Writer);
        var book = await host.NewBook();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => host.Post(book, TestHost.TopUp("anna", 1), $"{i}")));
        // What a batch took is measured when its callers have been told.
        await Eventually.True(
            () => Total(measured, "ledger.batch.size", sum: true) >= 200, "Every command is part of a measured batch.");

        Assert.Equal(200, Total(measured, "ledger.batch.size", sum: true));
        var batches = Total(measured, "ledger.batch.size", sum: false);
        Assert.InRange(batches, 1, 199);
        string[] durations = ["ledger.queue.wait", "ledger.batch.read", "ledger.batch.decide", "ledger.batch.commit"];
        foreach (var duration in durations)
        {
            Assert.Equal(batches, Total(measured, duration, sum: false));
            Assert.InRange(Total(measured, duration, sum: true), double.Epsilon, 60);
        }
    }

    [Fact]
    public async Task Another_hosts_write_is_a_retry_and_the_batch_after_it_is_locked_first()
    {
        await using var host = TestHost.Start(database);
        await using var other = TestHost.Start(database);
        using var measured = new Measured(host.Writer);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("anna", 1), "1");
        await host.Posted(book, TestHost.TopUp("anna", 1), "2");
        // The next is decided while this one is held up at the lock; then the other host is first.
        Task<Reply[]> posting;
        await using (var hold = await BookHold.Take(database.SuperuserConnectionString, book))
        {
            posting = Task.WhenAll(
                Enumerable.Range(3, 5).Select(i => host.Post(book, TestHost.TopUp("anna", 1), $"{i}")));
            await Eventually.True(() => Total(measured, "ledger.batch.retries", sum: true) > 0, "It is held up.");
        }

        Assert.All(await posting, reply => Assert.IsType<Reply.Posted>(reply));
        await other.Posted(book, TestHost.TopUp("anna", 1), "other");
        await host.Posted(book, TestHost.TopUp("anna", 1), "8");
        await Eventually.True(() => measured.Times("ledger.batch.size way=locked") > 0, "A batch was locked first.");
    }

    [Fact]
    public async Task A_locked_book_is_seen_in_what_is_parked()
    {
        await using var host = TestHost.Start(
            database, new WriterOptions { LockTimeout = Duration.FromMilliseconds(50) });
        using var measured = new Measured(host.Writer);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("anna", 1), "1");
        Task<Reply> posting;
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
        {
            posting = host.Post(book, TestHost.TopUp("anna", 1), "2");
            await Eventually.True(() => measured.Now("ledger.queue.parked") == 1, "It is parked.");
        }

        Assert.IsType<Reply.Posted>(await posting);
        await Eventually.True(() => measured.Now("ledger.queue.parked") == 0, "It is parked no more.");
    }

    [Fact]
    public async Task No_measurement_names_a_book_an_owner_or_a_key()
    {
        await using var host = TestHost.Start(database);
        using var measured = new Measured(host.Writer);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("anna-the-fan", 1), "a-key-of-hers");
        await host.Refused(book, TestHost.Tip("anna-the-fan", "mia", 500), "another-key-of-hers");
        measured.Now("ledger.commands");
        Assert.All(measured.Names, name =>
        {
            Assert.Matches("^ledger\\.[a-z.]+( (way|outcome|code|cause)=[a-z_]+)?$", name);
            Assert.DoesNotContain("anna", name, StringComparison.Ordinal);
        });
    }

    private static double Total(Measured measured, string name, bool sum) => measured.Names
        .Where(heard => heard == name || heard.StartsWith(name + " ", StringComparison.Ordinal))
        .Sum(heard => sum ? measured.Sum(heard) : measured.Times(heard));
}
