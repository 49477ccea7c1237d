using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>One bad command fails alone, whatever is bad about it.</summary>
public sealed class PoisonTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Poison = "poison";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task A_decision_that_throws_fails_its_command_alone()
    {
        await using var host = Host(_ => throw new InvalidOperationException("A bug."));
        await NeighboursAreFine(host);
    }

    [Fact]
    public async Task A_decision_that_breaks_a_rule_half_way_fails_its_command_alone()
    {
        // The first leg is sound and is written down before the second turns out to overdraw the wallet.
        await using var host = Host(book => Decision.Of(book, new Draft(
            new Event.Transferred(Poison),
            Posting.Draw()
                .Credit(new AccountKey(Chart.BankCash, "", Currency.Of("USD")), 1_000_000)
                .Debit(new AccountKey(Chart.FanWallet, "fan", Currency.Of("USD")), 1_000_000)
                .Build())));
        await NeighboursAreFine(host);
    }

    [Fact]
    public async Task A_decision_that_cannot_be_written_down_fails_its_command_alone()
    {
        // An unfreeze of an account that is open: no decision leads there.
        await using var host = Host(book => Decision.Of(book, new Draft(
            new Event.AccountUnfrozen(TestHost.Wallet("fan"), Poison),
            Account: new AccountKey(Chart.FanWallet, "fan", Currency.Of("USD")))));
        await NeighboursAreFine(host);
    }

    [Fact]
    public async Task A_decision_that_always_needs_something_more_fails_its_command_alone()
    {
        var asked = 0;
        await using var host = Host(book =>
        {
            book.Recall<Memos>($"stream {asked++}");
            return MadeUp.No;
        });
        await NeighboursAreFine(host);
    }

    [Fact]
    public async Task A_decision_that_stumbles_over_what_it_does_not_know_yet_is_made_again()
    {
        await using var opener = TestHost.Start(database);
        var book = await opener.NewBook();
        await opener.Posted(book, TestHost.TopUp("fan", 1_000), "before");
        await using var host = Host(known =>
        {
            var legs = known.Transaction(2)!.Legs;
            known.Recall<Memos>("stream");
            return Decision.Of(known, new Draft(new Event.Transferred($"{legs.Length} legs"), Aggregate: "stream"));
        });
        var commands = Enumerable.Range(0, 5).Select(i => (TestHost.TopUp("fan", 1, Poison), $"{i}")).ToList();
        Assert.All(
            await host.Writer.PostAll(book, commands, TestHost.Checkout), reply => Assert.IsType<Reply.Posted>(reply));
    }

    [Fact]
    public async Task A_command_that_the_database_refuses_fails_alone()
    {
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            "alter table ledger.journal add constraint no_poison check (data::text not like '%poison%') not valid");
        await using var host = TestHost.Start(database);
        await NeighboursAreFine(host);
        await TestDatabase.Execute(
            database.SuperuserConnectionString, "alter table ledger.journal drop constraint no_poison");
    }

    [Fact]
    public async Task A_lane_that_meets_the_unforeseeable_answers_everyone_and_goes_on()
    {
        var isBroken = true;
        await using var host = Host(_ => isBroken ? throw new InsufficientMemoryException("None left.") : null);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1_000), "before");
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            host.Post(book, TestHost.TopUp("fan", 1, i == 25 ? Poison : null), $"{i}"))).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(replies, reply => reply is Reply.Unknown);
        isBroken = false;
        for (var i = 0; i < 50; i++) await host.Posted(book, TestHost.TopUp("fan", 1, i == 25 ? Poison : null), $"{i}");
        Assert.Equal(-1_051, (await host.Posted(book, TestHost.TopUp("fan", 1), "after")).Entries[1].Balance);
    }

    private static async Task NeighboursAreFine(TestHost host)
    {
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1_000), "before");
        for (var round = 0; round < 3; round++)
        {
            var commands = Enumerable.Range(0, 20)
                .Select(i => (TestHost.TopUp("fan", 1, i is 7 or 13 ? Poison : "sound"), $"{round}-{i}")).ToList();
            var replies = await host.Writer.PostAll(book, commands, TestHost.Checkout);
            for (var i = 0; i < replies.Count; i++)
            {
                if (i is 7 or 13) Assert.IsType<Reply.Failed>(replies[i]);
                else Assert.IsType<Reply.Posted>(replies[i]);
            }
        }

        Assert.Equal(-1_055, (await host.Posted(book, TestHost.TopUp("fan", 1), "after")).Entries[1].Balance);
        // A failure is no answer to keep.
        Assert.IsNotType<Reply.KeyReused>(await host.Post(book, TestHost.TopUp("fan", 2, "sound"), "0-7"));
    }

    /// <summary>A host that decides poison in its own way.</summary>
    private TestHost Host(Func<Ledger.Books.Book, Decision?> poisoned) => TestHost.Start(database, new WriterOptions
    {
        Decide = (command, book, other, now) =>
            command is Command.TopUp { Reference: Poison } && poisoned(book) is { } decision
                ? decision
                : Decider.Decide(command, book, other, now),
    });
}
