using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>Commands that are posted all or none.</summary>
public sealed class TogetherTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task All_are_posted_each_upon_those_before_it_and_again_they_are_replayed()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        (Command, string)[] commands =
            [
                (TestHost.TopUp("fan", 500), "1"), (TestHost.Tip("fan", "eve", 300), "2"),
                (TestHost.Tip("fan", "eve", 200), "3"),
            ];
        var first = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.Equal([2, 3, 4], first.Select(reply => Assert.IsType<Reply.Posted>(reply).Receipt.Number));
        var again = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.All(again, reply => Assert.True(Assert.IsType<Reply.Posted>(reply).Replayed));
        Assert.Equal(first.Select(TestHost.InFull), again.Select(TestHost.InFull));
    }

    [Fact]
    public async Task One_that_is_refused_keeps_the_others_out_and_is_refused_for_ever()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        (Command, string)[] commands =
            [
                (TestHost.TopUp("fan", 500), "1"), (TestHost.Tip("fan", "eve", 501), "2"),
                (TestHost.TopUp("fan", 500), "3"),
            ];
        foreach (var isAgain in new[] { false, true })
        {
            var replies = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
            Assert.IsType<Reply.SetAside>(replies[0]);
            var refused = Assert.IsType<Reply.Refused>(replies[1]);
            Assert.Equal(("insufficient_funds", isAgain), (refused.Refusal.Code, refused.Replayed));
            Assert.IsType<Reply.SetAside>(replies[2]);
            Assert.Equal(1, await Head(host, book));
        }

        // The keys of those that were set aside are free, and what they would have done is done only now.
        var receipt = await host.Posted(book, TestHost.TopUp("fan", 1_000), "1");
        Assert.Equal((2, 0), (receipt.Number, receipt.Entries[1].BalanceBefore));
        await host.Refused(book, TestHost.Tip("fan", "eve", 501), "2");
    }

    [Fact]
    public async Task A_late_copy_of_what_was_refused_refuses_nothing_more()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 500), "before");
        (Command, string)[] commands = [(TestHost.Tip("fan", "eve", 400), "1"), (TestHost.Tip("fan", "eve", 101), "2")];
        var first = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.IsType<Reply.SetAside>(first[0]);
        Assert.IsType<Reply.Refused>(first[1]);

        // By now the first one would be refused too, if it were decided.
        await host.Posted(book, TestHost.Tip("fan", "eve", 500), "meanwhile");
        var late = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.Equal(first[0], late[0]);
        Assert.True(Assert.IsType<Reply.Refused>(late[1]).Replayed);
        await host.Posted(book, TestHost.TopUp("fan", 400), "more");
        await host.Posted(book, TestHost.Tip("fan", "eve", 400), "1");
    }

    [Fact]
    public async Task A_key_that_was_used_and_a_form_that_is_wrong_keep_all_out()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1), "used");
        var reused = await host.Writer.PostTogether(
            book, [(TestHost.TopUp("fan", 2), "a"), (TestHost.TopUp("fan", 2), "used")], TestHost.Checkout);
        Assert.IsType<Reply.SetAside>(reused[0]);
        Assert.IsType<Reply.KeyReused>(reused[1]);
        var wrong = await host.Writer.PostTogether(
            book, [(TestHost.TopUp("fan", 2), "b"), (TestHost.TopUp("fan", -2), "c")], TestHost.Checkout);
        Assert.IsType<Reply.SetAside>(wrong[0]);
        Assert.IsType<Reply.Malformed>(wrong[1]);
        // What was posted before stays so, and is told again, beside those that are kept out.
        var mixed = await host.Writer.PostTogether(
            book, [(TestHost.TopUp("fan", 1), "used"), (TestHost.Tip("fan", "eve", 9), "d")], TestHost.Checkout);
        Assert.True(Assert.IsType<Reply.Posted>(mixed[0]).Replayed);
        Assert.IsType<Reply.Refused>(mixed[1]);
        Assert.Equal(2, await Head(host, book));
    }

    [Fact]
    public async Task A_thousand_are_one_batch_among_the_commands_of_others()
    {
        await using var host = TestHost.Start(database);
        await using var other = TestHost.Start(database);
        var book = await host.NewBook();
        (Command, string)[] many =
            [.. Enumerable.Range(0, 1_000).Select(i => (TestHost.TopUp($"fan {i % 7}", 1), $"m{i}"))];
        (Command, string)[] spoiled = [.. many.Select(one => (one.Item1, "s" + one.Item2))];
        spoiled[999] = (TestHost.Tip("nobody", "eve", 1), "spoiler");
        var singles = Enumerable.Range(0, 200).Select(
            i => (i % 2 == 0 ? host : other).Post(book, TestHost.TopUp("single", 1), $"one {i}")).ToArray();
        var kept = host.Writer.PostTogether(book, many, TestHost.Checkout);
        var lost = other.Writer.PostTogether(book, spoiled, TestHost.Checkout);
        Assert.All(await Task.WhenAll(singles), reply => Assert.IsType<Reply.Posted>(reply));
        var numbers = (await kept).Select(reply => Assert.IsType<Reply.Posted>(reply).Receipt.Number).ToArray();
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => numbers[0] + i), numbers);
        Assert.Equal(999, (await lost).OfType<Reply.SetAside>().Count());
        Assert.Equal(1 + 200 + 1_000, await Head(host, book));
    }

    [Fact]
    public async Task Two_books_are_posted_to_or_neither()
    {
        await using var host = TestHost.Start(database);
        var (book, away) = (await host.NewBook(), await host.NewBook());
        (Command, string)[] commands =
            [
                (TestHost.TopUp("fan", 500), "1"), (TestHost.Send(away, "fan", "fan", 400), "2"),
                (TestHost.Tip("fan", "eve", 101), "3"),
            ];
        var replies = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.IsType<Reply.Refused>(replies[2]);
        Assert.Equal((1, 1), (await Head(host, book), await Head(host, away)));
        commands[2] = (TestHost.Tip("fan", "eve", 100), "4");
        replies = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.All(replies, reply => Assert.IsType<Reply.Posted>(reply));
        Assert.Equal((4, 2), (await Head(host, book), await Head(host, away)));
    }

    [Fact]
    public async Task They_wait_for_a_book_that_is_locked_elsewhere_and_then_all_of_them_are_given_up()
    {
        await using var host = TestHost.Start(
            database, new WriterOptions { Patience = NodaTime.Duration.FromMilliseconds(600) });
        var book = await host.NewBook();
        (Command, string)[] commands = [(TestHost.TopUp("fan", 500), "1"), (TestHost.Tip("fan", "eve", 300), "2")];
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
        {
            var replies = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
            Assert.All(replies, reply => Assert.IsType<Reply.Unavailable>(reply));
        }

        var posted = await host.Writer.PostTogether(book, commands, TestHost.Checkout);
        Assert.All(posted, reply => Assert.False(Assert.IsType<Reply.Posted>(reply).Replayed));
    }

    private static async Task<long> Head(TestHost host, BookName name)
    {
        var book = await host.Registry.Find(name, CancellationToken.None);
        return (await new JournalReader(host.Database).PlaceAsOf(book!, AsOf.Head, CancellationToken.None)).Number;
    }
}
