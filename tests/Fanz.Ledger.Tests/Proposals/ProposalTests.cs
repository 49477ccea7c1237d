using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Proposals;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Four eyes: what one person proposes is done when another one approves it, and not before.</summary>
public class ProposalTests
{
    private const string Available = "creator.available/USD//bea";

    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly Command.GrantGoodwill Goodwill = new(25_00, "USD", "sorry", "pia", "quentin", Fan: "ann");

    private static readonly Command.Propose Propose =
        new("p-1", "grant_goodwill", CommandBody.Of(Goodwill), "a stream broke down", "pia");

    private static readonly Command.ApproveProposal Approve = new("p-1", "grant_goodwill", "quentin");
    private static readonly Command.RejectProposal Reject = new("p-1", "grant_goodwill", "not ours", "quentin");
    private static readonly Command.WithdrawProposal Withdraw = new("p-1", "grant_goodwill", "a mistake", "pia");
    private static readonly Command.ExpireProposal Expire = new("p-1");

    /// <summary>One of each sort: what moves money, is dated, changes a stream, has lists, closes a month.</summary>
    private static readonly Command[] Samples =
    [
        Goodwill,
        new Command.Adjust(
            [new(new("expense.psp_fee", "", "USD"), 5), new(new("cash.bank", "", "USD"), -5)], "é “fee” <1>",
            "pia", "quentin", new LocalDate(2025, 12, 31)),
        new Command.SetRevenueRule(new RuleScope(), 2_000, 1_000, 90, 7, "pia", "quentin"),
        new Command.SetPolicy("pia", "quentin") { ClawBackSpending = true },
        new Command.SetApprover("kim", "USD", 500_00, "pia", "quentin", "adjust"),
        new Command.ClosePeriod(new LocalDate(2025, 12, 31), "done", "pia", "quentin"),
    ];

    internal static readonly (string, Event)[] Events =
    [
        ("proposed", new Event.Proposed(
            "p-1", "grant_goodwill", CommandBody.Of(Goodwill), "a stream broke down", "pia", Today.PlusDays(14))),
        ("proposed.text", new Event.Proposed(
            "p-2", "adjust", CommandBody.Of(Samples[1]), "é ß 名 < > & ' \" \\ 😀", "pia", Today)),
        ("proposal_approved", new Event.ProposalApproved("p-1", "grant_goodwill", 7, "pia", "quentin")),
        ("proposal_rejected", new Event.ProposalRejected("p-1", "grant_goodwill", "not ours", "pia", "quentin")),
        ("proposal_withdrawn", new Event.ProposalWithdrawn("p-1", "grant_goodwill", "a mistake", "pia")),
        ("proposal_expired", new Event.ProposalExpired("p-1", "grant_goodwill", "pia", Today)),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.ProposalExists("p-1"),
        Refusal.OutsideProposalTerm(Today.PlusDays(15), Today, Today.PlusDays(14)),
        Refusal.ProposalUnknown("p-1"),
        Refusal.ProposalNotOpen("p-1", "approved"),
        Refusal.ProposalOfAnotherCommand("p-1", "grant_goodwill", "adjust"),
        Refusal.ProposalExpired("p-1", Today),
        Refusal.ProposedBySame("p-1", "pia"),
        Refusal.NotForThisApprover("p-1", "quentin", "Nobody approves a limit of their own."),
        Refusal.ProposedByAnother("p-1", "quentin"),
        Refusal.ProposalNotExpiredYet("p-1", Today),
        Refusal.OverLimitOfApprover("quentin", "grant_goodwill", "USD", 20_00, 25_00),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Propose, "" },
        { Propose with { Command = "send_tip" }, "command not_by_two_people" },
        { Propose with { Command = "propose" }, "command not_by_two_people" },
        { Propose with { Command = "approve_batch" }, "command not_by_two_people" },
        { Propose with { Command = null! }, "command not_by_two_people" },
        { Propose with { Command = "adjust" }, "body.amount unknown_field" },
        { Propose with { Body = Body("""{"amount":-1,"currency":"TKN","reason":"","fan":"ann"}""") },
            "body.amount amount_not_positive; body.currency wrong_currency; body.reason ill_formed" },
        { Propose with { Body = Body("""{"amount":"1","currency":"USD","reason":"why","fan":"ann"}""") },
            "body.amount wrong_type" },
        { Propose with { Body = Body("""{"amount":1,"amount":1,"currency":"USD","reason":"why","fan":"ann"}""") },
            "body.amount duplicate_field" },
        { Propose with { Body = Body("{}") }, "body.amount missing_field" },
        { Propose with { Body = Body("""{"proposed_by":"pia"}""") }, "body.proposed_by unknown_field" },
        { Propose with { Body = Body("""{"approved_by":"quentin"}""") }, "body.approved_by unknown_field" },
        { Propose with { Command = "adjust", Body = CommandBody.Of(
            new Command.Adjust(TransferTests.Many(2_001), "many", "pia", "quentin")) }, "body too_many_legs" },
        { new Command.Propose("", "grant_goodwill", null!, " ", "\0", new LocalDate(1899, 12, 31)),
            "proposal ill_formed; reason ill_formed; proposed_by ill_formed; expires_on date_out_of_range; "
            + "body ill_formed" },
        { Approve, "" },
        { new Command.ApproveProposal("", "top_up", ""),
            "proposal ill_formed; command not_by_two_people; approved_by ill_formed" },
        { Reject, "" },
        { new Command.RejectProposal("", "", "", ""),
            "proposal ill_formed; command not_by_two_people; reason ill_formed; rejected_by ill_formed" },
        { Withdraw, "" },
        { new Command.WithdrawProposal("", "", "", ""),
            "proposal ill_formed; command not_by_two_people; reason ill_formed; withdrawn_by ill_formed" },
        { Expire, "" },
        { new Command.ExpireProposal(null!), "proposal ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void What_is_approved_is_what_would_have_been_posted_by_the_same_two()
    {
        foreach (var command in Samples)
        {
            var direct = new BookInMemory().Posted(command).Journal[^1];
            var book = Proposed(command).Posted(Approve with { Command = CommandFormat.NameOf(command) });
            var (done, approval) = (book.Journal[^2], book.Journal[^1]);
            Assert.Equal(Text(direct.Record), Text(done.Record));
            Assert.Equal(
                (direct.Record.Type, direct.Record.Stream, direct.Record.EffectiveOn),
                (done.Record.Type, done.Record.Stream, done.Record.EffectiveOn));
            Assert.Equal(
                direct.Entries.Select(entry => (entry.Account, entry.Amount)),
                done.Entries.Select(entry => (entry.Account, entry.Amount)));
            Assert.Contains("\"proposed_by\":\"pia\",\"approved_by\":\"quentin\"", Text(done.Record));
            Assert.Equal(
                new Event.ProposalApproved("p-1", CommandFormat.NameOf(command), done.Record.Number, "pia", "quentin"),
                EventFormat.Read(approval.Record.Type, approval.Record.Data.Span));
        }
    }

    [Fact]
    public void Whatever_the_amounts_an_approval_comes_to_what_both_would_have_come_to_together()
    {
        var cases =
            from amount in Properties.Amounts(Money.Money.Limit - 1)
            from limit in Gen.OneOf(Gen.Constant(amount), Properties.Amounts(Money.Money.Limit - 1))
            from debt in Properties.Amounts(1_000)
            from isLimited in Gen.Elements(true, false)
            select (Amount: amount + 1, Limit: limit, Debt: debt, IsLimited: isLimited);
        var seen = new Dictionary<string, int>();
        Properties.Hold(cases, one =>
        {
            var goodwill = new Command.GrantGoodwill(one.Amount, "USD", "sorry", "pia", "quentin", Creator: "bea");
            var (direct, proposed) = (Book(), Book());
            var refusal = direct.Post(goodwill);
            proposed.Posted(Propose with { Body = CommandBody.Of(goodwill) });
            Assert.Equal(refusal?.Code, proposed.Post(Approve)?.Code);
            foreach (var account in new[] { "expense.goodwill/USD//", "creator.debt/USD//bea", Available })
                Assert.Equal(direct.State(account).Balance, proposed.State(account).Balance);
            seen[refusal?.Code ?? "yes"] = seen.GetValueOrDefault(refusal?.Code ?? "yes") + 1;

            BookInMemory Book()
            {
                var book = new BookInMemory();
                if (one.Debt > 0) book.Holding("creator.debt/USD//bea", one.Debt);
                return one.IsLimited
                    ? book.Posted(new Command.SetApprover("quentin", "USD", one.Limit, "pia", "rosa", "grant_goodwill"))
                    : book;
            }
        });
        Properties.ShouldHaveMet(["yes", "over_limit_of_approver"], seen, times: 50);
    }

    [Fact]
    public void Nothing_is_done_before_it_is_approved()
    {
        var book = new BookInMemory().Posted(Propose);
        Assert.Equal(0, book.Holds("fan.wallet/USD//ann"));
        Assert.Equal(25_00, book.Posted(Approve).Holds("fan.wallet/USD//ann"));
    }

    [Fact]
    public void Nobody_approves_what_they_have_proposed() =>
        new BookInMemory().Posted(Propose).ShouldRefuse(
            Approve with { ApprovedBy = "pia" }, "proposed_by_same", ("person", "pia"));

    [Fact]
    public void Nobody_approves_a_limit_of_their_own()
    {
        var limit = new Command.SetApprover("quentin", "USD", 500_00, "pia", "rosa");
        var book = Proposed(limit);
        book.ShouldRefuse(Approve with { Command = "set_approver" }, "not_for_this_approver", ("person", "quentin"));
        book.Posted(Approve with { Command = "set_approver", ApprovedBy = "rosa" });
    }

    [Fact]
    public void Whoever_decides_says_what_they_believe_it_to_be() =>
        new BookInMemory().Posted(Propose).ShouldRefuse(
            Approve with { Command = "adjust" }, "proposal_of_another_command",
            ("command", "grant_goodwill"), ("named", "adjust"));

    [Fact]
    public void What_would_be_refused_now_is_refused_with_its_reason_and_stays_proposed()
    {
        var debt = new Command.WriteOffDebt(5_00, "USD", "gone", "pia", "quentin") { Creator = "bea" };
        var approve = Approve with { Command = "write_off_debt" };
        var book = Proposed(debt);
        book.ShouldRefuse(approve, "amount_over_debt");
        book.Holding("creator.debt/USD//bea", 5_00).Posted(approve);
        Assert.Equal(0, book.Holds("creator.debt/USD//bea"));
    }

    [Fact]
    public void A_proposal_comes_to_one_end_alone()
    {
        foreach (var (end, state) in new (Command, string)[]
        {
            (Approve, "approved"), (Reject, "rejected"), (Withdraw, "withdrawn"), (Expire, "expired"),
        })
        {
            var book = new BookInMemory().Posted(Propose with { ExpiresOn = Today });
            if (end == Expire) book.Wait(Duration.FromDays(1));
            book.Posted(end);
            book.ForgetStreams();
            foreach (var next in new Command[] { Approve, Reject, Withdraw, Expire })
                book.ShouldRefuse(next, "proposal_not_open", ("state", state));
            book.ShouldRefuse(Propose, "proposal_exists");
        }
    }

    [Fact]
    public void Only_its_proposer_withdraws_it() =>
        new BookInMemory().Posted(Propose).ShouldRefuse(
            Withdraw with { WithdrawnBy = "quentin" }, "proposed_by_another");

    [Fact]
    public void After_its_last_day_nobody_approves_it_any_more()
    {
        var book = new BookInMemory().Posted(Propose);
        book.Wait(Duration.FromDays(14));
        book.ShouldRefuse(Expire, "proposal_not_expired_yet", ("expires_on", "2026-01-15"));
        book.Wait(Duration.FromDays(1));
        book.ShouldRefuse(Approve, "proposal_expired", ("expires_on", "2026-01-15"));
        book.Posted(Expire);
    }

    [Fact]
    public void How_long_it_may_be_open_is_the_policys_and_the_proposer_can_only_have_it_sooner()
    {
        var book = new BookInMemory().Posted(new Command.SetPolicy("pia", "quentin") { ProposalDays = 3 });
        book.ShouldRefuse(
            Propose with { ExpiresOn = Today.PlusDays(4) }, "outside_proposal_term", ("latest", "2026-01-04"));
        book.ShouldRefuse(Propose with { ExpiresOn = Today.PlusDays(-1) }, "outside_proposal_term");
        book.Posted(Propose with { ExpiresOn = Today.PlusDays(2) }).Posted(Propose with { Proposal = "p-2" });
        Assert.Equal(
            [Today.PlusDays(2), Today.PlusDays(3)],
            book.Journal.TakeLast(2).Select(one => ((Event.Proposed)EventFormat.Read(
                one.Record.Type, one.Record.Data.Span)).ExpiresOn));
    }

    [Fact]
    public void From_the_first_limit_of_a_kind_on_nobody_approves_more_than_their_own()
    {
        var book = new BookInMemory().Posted(Propose);
        book.Posted(new Command.SetApprover("quentin", "USD", 24_99, "pia", "rosa", "grant_goodwill"));
        book.ShouldRefuse(
            Approve, "over_limit_of_approver", ("person", "quentin"), ("limit", "2499"), ("amount", "2500"));
        book.ShouldRefuse(Approve with { ApprovedBy = "sam" }, "over_limit_of_approver", ("limit", "0"));
        // Posted by both at once it is the same approval.
        book.ShouldRefuse(Goodwill, "over_limit_of_approver");
        book.Posted(Goodwill with { Amount = 24_99 });
        // Another currency, another kind and what moves nothing are not limited by it.
        book.Posted(Goodwill with { Currency = "EUR" }).Posted(Samples[1]).Posted(Samples[3]);
        book.Posted(new Command.SetApprover("quentin", "USD", 25_00, "pia", "rosa", "grant_goodwill")).Posted(Approve);
    }

    [Fact]
    public void A_limit_for_batches_is_none_for_commands()
    {
        var book = new BookInMemory().Posted(new Command.SetApprover("quentin", "USD", 1, "pia", "rosa"));
        book.Posted(Goodwill);
    }

    [Fact]
    public void Every_command_that_two_people_are_named_in_can_be_proposed()
    {
        var named = typeof(Command).GetNestedTypes()
            .Where(type => type.GetProperty("ProposedBy") is not null && type.GetProperty("ApprovedBy") is not null)
            .ToArray();
        Assert.True(named.Length > 20);
        // An approval is decided in its own book alone, so none of them may reach into another one.
        const System.Reflection.BindingFlags own = System.Reflection.BindingFlags.Instance
            | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly;
        Assert.All(named, type => Assert.Null(type.GetMethod("OtherBook", own)));
        Assert.Equal(
            named.Select(type => type.Name).Order(StringComparer.Ordinal),
            CommandFormat.OfTwoPeople.Select(name => CommandFormat.ShapeOf(name).Type.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_body_is_hashed_in_ASCII_and_kept_as_it_was_given()
    {
        var propose = Propose with { Command = "adjust", Body = CommandBody.Of(Samples[1]) };
        Assert.All(CommandFormat.Write(propose), one => Assert.InRange(one, (byte)0x20, (byte)0x7e));
        var (read, fault) = CommandFormat.Read("propose", CommandFormat.Write(propose));
        Assert.Equal((propose, null), (read, fault));
        Assert.Contains("é “fee” <1>", Text(new BookInMemory().Posted(propose).Journal[^1].Record));
    }

    [Theory]
    [InlineData("7", "body wrong_type")]
    [InlineData("[]", "body wrong_type")]
    [InlineData("null", "body wrong_type")]
    [InlineData("{\"a\":\"\\ud800\"}", "body not_json")]
    [InlineData("{\"\\ud800\":1}", "body not_json")]
    public void A_body_that_is_no_object_of_fields_is_not_taken(string body, string expected)
    {
        var json = $$"""
            {"proposal":"p","command":"adjust","body":{{body}},"reason":"why","proposed_by":"pia"}
            """;
        var (command, fault) = CommandFormat.Read("propose", Encoding.UTF8.GetBytes(json));
        Assert.Null(command);
        Assert.Equal(expected, $"{fault!.Field} {fault.Code}");
    }

    private static BookInMemory Proposed(Command command) => new BookInMemory().Posted(
        Propose with { Command = CommandFormat.NameOf(command), Body = CommandBody.Of(command) });

    private static CommandBody Body(string json) => System.Text.Json.JsonSerializer.Deserialize<CommandBody>(json)!;

    private static string Text(JournalRecord record) => Encoding.UTF8.GetString(record.Data.Span);
}
