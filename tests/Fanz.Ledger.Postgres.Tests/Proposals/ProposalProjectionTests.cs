using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Proposals;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Proposals;

/// <summary>
/// What waits for a second person is what the journal says of it, in whichever pieces it is followed; and what is asked
/// for again is answered as it was. LEDGER_SEED runs one history again.
/// </summary>
public sealed class ProposalProjectionTests(TestDatabase database, ITestOutputHelper output)
    : IClassFixture<TestDatabase>
{
    private const int FixedSeed = 20_261_121;
    private const int Commands = 250;

    private static readonly ProposalFollower[] Followed = [new ProposalFollower()];

    [Fact]
    public async Task Proposals_stand_as_the_journal_says_in_whichever_pieces_it_is_followed()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : FixedSeed;
        output.WriteLine($"LEDGER_SEED={seed}");
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var (random, types) = (new Random(seed), new HashSet<string>());
        for (var (i, proposed) = (0, 0); i < Commands; i++)
        {
            var command = Next(random, ref proposed);
            if (await host.Post(book, command, $"{i}") is Reply.Posted { Receipt.Type: var type }) types.Add(type);
            if (random.Next(40) == 0) await Follow(host);
        }

        await Follow(host);
        var opened = (await host.Registry.Find(book, CancellationToken.None))!;
        await IsRight(host, opened);
        await new Rebuild(host.Database).Run(Followed[0], opened, null, CancellationToken.None);
        await IsRight(host, opened);
        if (seed == FixedSeed)
            Assert.Superset(
                new HashSet<string>
                {
                    "proposed", "goodwill_granted", "policy_set", "proposal_rejected", "proposal_withdrawn",
                },
                types);
    }

    [Fact]
    public async Task An_approval_that_is_sent_again_is_answered_as_it_was_and_does_nothing_again()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var propose = Propose("p", 12_34);
        var first = Assert.IsType<Reply.Posted>(await host.Post(book, propose, "propose"));
        var again = Assert.IsType<Reply.Posted>(await host.Post(book, propose, "propose"));
        Assert.Equal((first.Receipt.Number, true), (again.Receipt.Number, again.Replayed));

        var approve = new Command.ApproveProposal("p", "grant_goodwill", "sam");
        var refused = Assert.IsType<Reply.Refused>(await host.Post(book, approve with { ApprovedBy = "pat" }, "own"));
        Assert.Equal("proposed_by_same", refused.Refusal.Code);
        var done = Assert.IsType<Reply.Posted>(await host.Post(book, approve, "approve"));
        Assert.Equal("goodwill_granted", done.Receipt.Type);
        Assert.Equal(12_34, done.Receipt.Entries.Sum(one => Math.Max(0, one.Amount)));
        var replay = Assert.IsType<Reply.Posted>(await host.Post(book, approve, "approve"));
        Assert.Equal((done.Receipt.Number, true), (replay.Receipt.Number, replay.Replayed));
        Assert.Equal(
            "proposal_not_open",
            Assert.IsType<Reply.Refused>(await host.Post(book, approve, "approve again")).Refusal.Code);
        // Another host, which has to read the proposal first, says the same.
        await using var other = TestHost.Start(database);
        Assert.Equal(
            "proposal_not_open",
            Assert.IsType<Reply.Refused>(await other.Post(book, approve, "approve there")).Refusal.Code);
    }

    [Fact]
    public async Task The_list_finds_what_is_open_in_its_order()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        foreach (var name in new[] { "a", "b", "c" })
            Assert.IsType<Reply.Posted>(await host.Post(book, Propose(name, 1_00), name));
        Assert.IsType<Reply.Posted>(await host.Post(
            book, new Command.ApproveProposal("b", "grant_goodwill", "sam"), "approve"));
        await Follow(host);
        var opened = (await host.Registry.Find(book, CancellationToken.None))!;
        var list = ProposalList.Proposals;
        Assert.Equal(["c", "a"], await Names(list.Orders[0], "open"));
        Assert.Equal(["a", "c"], await Names(list.Orders[1], "open"));
        Assert.Equal(["b"], await Names(list.Orders[0], "approved"));

        async Task<IEnumerable<object?>> Names(ListOrder order, string state)
        {
            var page = await new ListReader(host.Database).Page(
                opened, list, new ListRequest(order, new Dictionary<string, object> { ["state"] = state }, null, 10),
                CancellationToken.None);
            return page.Rows.Select(row => row.Values[0]);
        }
    }

    private static Command.Propose Propose(string name, long amount) => new(
        name, "grant_goodwill",
        CommandBody.Of(new Command.GrantGoodwill(amount, "USD", "é “sorry” <1>\n", "pat", "sam", Fan: "ann")),
        "why", "pat");

    private static Command Next(Random random, ref int proposed)
    {
        var name = $"p{Math.Max(0, proposed - 1 - random.Next(4))}";
        var command = random.Next(3) == 0 ? "set_policy" : "grant_goodwill";
        switch (random.Next(10))
        {
            case < 4:
                return command == "grant_goodwill"
                    ? Propose($"p{proposed++}", 1 + random.Next(500))
                    : new Command.Propose(
                        $"p{proposed++}", command,
                        CommandBody.Of(new Command.SetPolicy("pat", "sam") { DormantAfterDays = 1 + random.Next(90) }),
                        "why not", "lee", random.Next(2) == 0 ? null : new LocalDate(2100, 1, 1));
            case < 7: return new Command.ApproveProposal(name, command, random.Next(4) == 0 ? "lee" : "sam");
            case 7: return new Command.RejectProposal(name, command, "no", "sam");
            case 8:
                return new Command.WithdrawProposal(name, command, "a mistake", random.Next(2) == 0 ? "lee" : "pat");
            default: return new Command.ExpireProposal(name);
        }
    }

    private static async Task Follow(TestHost host) => Assert.Empty(await CatchUp.With(
        host.Database, Followed, await host.Registry.List(CancellationToken.None), new FollowerOptions(),
        CancellationToken.None));

    private static async Task IsRight(TestHost host, OpenedBook book)
    {
        await foreach (var table in new ProjectionCheck(host.Database).Check(Followed[0], book))
        {
            Assert.True(table.Rows > 30, $"{table.Table} has {table.Rows} rows, which prove little.");
            Assert.True(table.Differences.Count == 0, $"{table.Table}: {string.Join('\n', table.Differences)}");
        }
    }
}
