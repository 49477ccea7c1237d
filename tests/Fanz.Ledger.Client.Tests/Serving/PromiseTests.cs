using System.Collections.Concurrent;
using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Client.Tests.Network;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Client.Tests.Serving;

/// <summary>Each promise of the client's, kept with a real host and a real database.</summary>
[Collection("One ledger at a time, on two cores")]
public sealed class PromiseTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private static readonly Roughness Calm = new();

    private BookName Book => ledger.Book.Book;

    [Fact]
    public async Task A_command_whose_answer_was_lost_is_answered_with_the_receipt_of_the_first_attempt()
    {
        await using var network = new RoughNetwork(1, new Roughness { CutsAnswer = 100 }, ledger.Port);
        using var reached = ledger.Through(network.Address);
        var post = reached.Client.Post(Book, TopUp("lost", 500), "lost/1");
        await Eventually.True(() => network.Tally["answer cut"] > 0, "No answer was cut.");
        network.Roughness = Calm;

        var posted = Assert.IsType<Outcome.Posted>(await post);
        Assert.True(posted.Replayed);
        Assert.True(reached.Attempts > 1);
        Assert.Equal(posted.Receipt.Number, Assert.Single(await ledger.Referenced("lost/500")).Record.Number);
        Assert.Equal(500, await ledger.Book.WalletOf("lost"));
    }

    [Fact]
    public async Task A_caller_who_asks_too_much_is_served_in_the_end()
    {
        var key = await ledger.Book.NewKey("hasty", rateLimit: 1);
        using var reached = ledger.Through(ledger.Address, key);
        for (var i = 0; i < 3; i++)
            Assert.IsType<Outcome.Posted>(await reached.Client.Post(Book, TopUp("hasty", 100 + i), $"hasty/{i}"));
        Assert.True(reached.Attempts > 3, "Nothing was asked for again.");
        Assert.Equal(303, await ledger.Book.WalletOf("hasty"));
    }

    [Fact]
    public async Task A_book_that_cannot_be_had_for_a_while_is_waited_for()
    {
        var whys = new ConcurrentQueue<string>();
        using var reached = ledger.Through(ledger.Address, retrying: whys.Enqueue);
        Task<Outcome> post;
        await using (await ledger.Book.Hold())
        {
            post = reached.Client.Post(Book, TopUp("patient", 500), "patient/1");
            await Eventually.True(
                () => whys.Any(why => why.StartsWith("unavailable:", StringComparison.Ordinal)),
                "The host never said that it could not.");
        }

        Assert.IsType<Outcome.Posted>(await post);
        Assert.Equal(500, await ledger.Book.WalletOf("patient"));
    }

    [Fact]
    public async Task When_patience_ends_the_key_that_was_kept_tells_later_what_became_of_it()
    {
        await using var network = new RoughNetwork(2, new Roughness { CutsAnswer = 100 }, ledger.Port);
        using var reached = ledger.Through(network.Address, patience: TimeSpan.FromSeconds(3));
        var clock = Stopwatch.StartNew();
        var unknown = await Assert.ThrowsAsync<OutcomeUnknown>(() => reached.Client.Post(Book, TopUp("late", 500)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}.");

        using var other = ledger.Client();
        var posted = Assert.IsType<Outcome.Posted>(await other.Post(Book, TopUp("late", 500), unknown.Key));
        Assert.True(posted.Replayed);
        Assert.Equal(500, await ledger.Book.WalletOf("late"));
    }

    [Fact]
    public async Task A_refused_command_is_sent_once_and_refused_for_ever()
    {
        using var reached = ledger.Through(ledger.Address);
        var refused = Assert.IsType<Outcome.Refused>(await reached.Client.Post(Book, Tip("poor", 500), "poor/1"));
        Assert.Equal("insufficient_funds", refused.Refusal.Code);
        Assert.Equal(("0", "500"), (refused.Refusal.Facts["available"], refused.Refusal.Facts["needed"]));
        Assert.Equal(1, reached.Attempts);

        Assert.IsType<Outcome.Posted>(await reached.Client.Post(Book, TopUp("poor", 900), "poor/2"));
        var again = Assert.IsType<Outcome.Refused>(await reached.Client.Post(Book, Tip("poor", 500), "poor/1"));
        Assert.Equal((true, refused.Refusal.Message), (again.Replayed, again.Refusal.Message));
        Assert.Equal(3, reached.Attempts);
    }

    [Fact]
    public async Task Many_commands_are_posted_in_their_order_also_when_answers_are_lost()
    {
        await using var network = new RoughNetwork(3, new Roughness { CutsAnswer = 100 }, ledger.Port);
        using var reached = ledger.Through(network.Address);
        KeyedCommand[] commands =
            [.. Enumerable.Range(0, 2_300).Select(i => KeyedCommand.New(TopUp("batch", i + 1)))];
        var post = reached.Client.PostAll(Book, commands);
        await Eventually.True(() => network.Tally["answer cut"] > 0, "No answer was cut.");
        network.Roughness = Calm;

        var outcomes = await post;
        Assert.Equal(commands.Select(command => command.Key), outcomes.Select(outcome => outcome.Key));
        var receipts = outcomes.Select(outcome => Assert.IsType<Outcome.Posted>(outcome).Receipt).ToArray();
        Assert.Equal(receipts.OrderBy(receipt => receipt.Number), receipts);
        Assert.Equal(
            Enumerable.Range(1, 2_300).Select(amount => (long)amount),
            receipts.Select(receipt => receipt.Entries[0].Amount));
        Assert.Equal(2_300 * 2_301 / 2, await ledger.Book.WalletOf("batch"));
        Assert.True(reached.Attempts > 3, "Nothing was sent again.");
    }

    [Fact]
    public async Task Commands_that_belong_together_are_posted_all_or_none()
    {
        using var client = ledger.Client();
        await client.Post(Book, TopUp("pair", 800));
        var first = KeyedCommand.New(Tip("pair", 500));
        var outcomes = await client.PostTogether(Book, [first, KeyedCommand.New(Tip("pair", 400))]);
        Assert.IsType<Outcome.SetAside>(outcomes[0]);
        Assert.IsType<Outcome.Refused>(outcomes[1]);
        Assert.Equal(800, await ledger.Book.WalletOf("pair"));

        // The key of what was set aside is free.
        outcomes = await client.PostTogether(Book, [first, KeyedCommand.New(Tip("pair", 300))]);
        Assert.Equal(2, outcomes.OfType<Outcome.Posted>().Count());
        Assert.Equal(0, await ledger.Book.WalletOf("pair"));
    }

    [Fact]
    public async Task A_preview_says_what_would_be_posted_and_posts_nothing()
    {
        using var client = ledger.Client();
        await client.Post(Book, TopUp("curious", 800));
        var posts = Assert.IsType<Preview.Posts>(await client.Preview(Book, Tip("curious", 500)));
        var record = Assert.Single(posts.Records);
        Assert.Equal(("tip_sent", "fanz/bestfans"), (record.Type, record.Book));
        Assert.Equal(0, record.Entries.Sum(entry => entry.Amount));
        Assert.Equal(-300, record.Entries.Single(entry => entry.Account.Owner == "curious").BalanceAfter);
        Assert.IsType<Preview.Refused>(await client.Preview(Book, Tip("curious", 900)));
        Assert.IsType<Preview.Wrong>(await client.Preview(Book, Tip("curious", -1)));
        Assert.Equal(800, await ledger.Book.WalletOf("curious"));
    }

    [Fact]
    public async Task What_is_wrong_with_the_form_or_the_right_to_post_is_told()
    {
        using var client = ledger.Client();
        var wrong = Assert.IsType<Outcome.Wrong>(await client.Post(
            Book, new Command.SendTip("", "mia", -5, "EURO", Funding.Wallet)));
        Assert.Equal(["amount", "currency", "fan"], wrong.Faults.Select(fault => fault.Field).Order());
        var elsewhere = Assert.IsType<Outcome.Wrong>(await client.Post(new BookName("fanz", "nowhere"), Tip("x", 1)));
        Assert.Equal("book_unknown", Assert.Single(elsewhere.Faults).Code);

        Assert.IsType<Outcome.Posted>(await client.Post(Book, TopUp("reuse", 500), "reuse/1"));
        Assert.IsType<Outcome.KeyReused>(await client.Post(Book, TopUp("reuse", 600), "reuse/1"));

        using var nobody = new LedgerClient(ledger.Address, "fl_0000000000000000_" + new string('0', 64));
        var denied = await Assert.ThrowsAsync<LedgerDenied>(() => nobody.Post(Book, TopUp("x", 1)));
        Assert.Equal("unauthenticated", denied.Problem.Code);
        using var tipper = new LedgerClient(ledger.Address, await ledger.Book.NewKey("tipper", scopes: "post:tips"));
        var lacking = Assert.IsType<Outcome.Denied>(await tipper.Post(Book, TopUp("x", 1)));
        Assert.Equal("scope_missing", lacking.Problem.Code);
    }

    private static Command.TopUp TopUp(string fan, long amount) => new(fan, amount, "USD", $"{fan}/{amount}");

    private static Command.SendTip Tip(string fan, long amount) => new(fan, "mia", amount, "USD", Funding.Wallet);
}
