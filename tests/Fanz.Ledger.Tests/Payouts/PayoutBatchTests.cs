using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What is approved together, by whom, and the files in which it leaves.</summary>
public class PayoutBatchTests
{
    private static readonly string Hash = new('a', 64);
    private static readonly LocalDate Day = new(2026, 1, 9);
    private static readonly Command.OpenBatch Open = new("b-1", "USD", Day);
    private static readonly Command.CloseBatch Close = new("b-1", 1, 377_50, Hash);
    private static readonly Command.ApproveBatch Kim = new("b-1", 1, 377_50, Hash, "kim");
    private static readonly Command.ApproveBatch Lee = Kim with { ApprovedBy = "lee" };
    private static readonly Command.RejectBatch Reject = new("b-1", "the wrong week");
    private static readonly Command.SetApprover Approver = new("kim", "USD", 1_000_00, "ida", "otto");
    private static readonly Command.ReleasePaymentFile Release = new("b-1-1", Hash);
    private static readonly Command.PreparePaymentFile Prepare = new(
        "b-1-1", "ach", "USD", "M-1", Instant.FromUtc(2026, 1, 9, 12, 0), Day, 1, 377_50, Hash, "b-1");

    public static TheoryData<Command, string> Faults => new()
    {
        { Open, "" },
        { new Command.OpenBatch("", "TKN", new LocalDate(1899, 12, 31)),
            "batch ill_formed; currency wrong_currency; on date_out_of_range" },
        { Close, "" },
        { Close with { Payouts = 0, Sent = 0 }, "" },
        { Close with { Payouts = 0 }, "payouts ill_formed" },
        { Close with { Sent = 0 }, "payouts ill_formed" },
        { Close with { Payouts = -1, Sent = -1 }, "payouts ill_formed; sent amount_not_positive" },
        { Close with { Members = new string('A', 64) }, "members ill_formed" },
        { Close with { Members = new string('a', 63) }, "members ill_formed" },
        { Close with { Members = null! }, "members ill_formed" },
        { Kim with { Batch = "", ApprovedBy = "" }, "batch ill_formed; approved_by ill_formed" },
        { Reject with { Batch = null!, Reason = "" }, "batch ill_formed; reason ill_formed" },
        { Approver with { Limit = 0 }, "" },
        { Approver with { Limit = -1 }, "limit amount_not_positive" },
        { Approver with { Person = "otto" }, "approved_by same_person" },
        { Approver with { Person = "ida" }, "" },
        { Approver with { Command = "grant_goodwill" }, "" },
        { Approver with { Command = "send_tip" }, "command not_by_two_people" },
        { Approver with { Command = "" }, "command not_by_two_people" },
        { Approver with { Person = "", Currency = "XXX", ApprovedBy = "ida" },
            "person ill_formed; currency unknown_currency; approved_by same_person" },
        { Prepare, "" },
        { Prepare with { CreatedAt = Prepare.CreatedAt.PlusNanoseconds(1_000) }, "" },
        { Prepare with { CreatedAt = Prepare.CreatedAt.PlusNanoseconds(100) }, "created_at ill_formed" },
        { Prepare with { CreatedAt = Instant.MinValue }, "created_at date_out_of_range" },
        { Prepare with { RailSetBy = 0 }, "rail_set_by ill_formed" },
        { new Command.PreparePaymentFile("", "", "BTC", "", default, default, 0, 0, "x", ""),
            "file ill_formed; rail ill_formed; currency unknown_currency; message ill_formed; "
            + "execute_on date_out_of_range; payouts ill_formed; sent amount_not_positive; hash ill_formed; "
            + "batch ill_formed" },
        { new Command.ReleasePaymentFile("", "A"), "file ill_formed; hash ill_formed" },
    };

    /// <summary>The way to each state, and which of the steps leads on from it.</summary>
    public static TheoryData<string, Command[], string> States => new()
    {
        { "open", [], "close_batch reject_batch" },
        { "closed", [Close], "approve_batch reject_batch" },
        { "approved by one", [Close, Kim], "approve_batch reject_batch" },
        { "approved", [Close, Kim, Lee], "reject_batch" },
        { "rejected", [Reject], "" },
        { "rejected", [Close, Kim, Lee, Reject], "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Theory]
    [MemberData(nameof(States))]
    public void A_step_that_does_not_lead_on_is_refused_and_says_where_the_batch_is(
        string state, Command[] way, string leadOn)
    {
        foreach (var step in new Command[] { Close, Lee, Reject })
        {
            var book = Formed();
            foreach (var earlier in way) book.Posted(earlier);
            if (leadOn.Split(' ').Contains(CommandFormat.NameOf(step))) book.Posted(step);
            else book.ShouldRefuse(step, "batch_not_in_state", ("batch", "b-1"), ("state", state));
        }
    }

    [Fact]
    public void A_batch_is_opened_once_where_terms_are_set_and_none_is_known_before()
    {
        new BookInMemory().ShouldRefuse(Open, "no_payout_terms", ("currency", "USD"));
        foreach (var step in new Command[] { Close, Kim, Reject })
            PayingTests.Managed().ShouldRefuse(step, "batch_unknown", ("batch", "b-1"));
        Formed().ShouldRefuse(Open, "batch_exists", ("batch", "b-1"));
    }

    [Fact]
    public void Nothing_is_formed_in_a_batch_that_is_closed() =>
        Formed().Posted(Close).ShouldRefuse(
            PayingTests.Form with { Payout = "p-9" }, "batch_not_in_state", ("state", "closed"), ("needed", "open"));

    [Fact]
    public void An_approval_is_of_what_was_seen()
    {
        var book = Formed().Posted(Close);
        foreach (var other in new[]
        {
            Kim with { Payouts = 2 }, Kim with { Sent = 377_51 }, Kim with { Members = new string('b', 64) },
        })
            book.ShouldRefuse(other, "batch_differs", ("payouts", "1"), ("sent", "37750"));
    }

    [Fact]
    public void It_takes_two_people_each_within_their_limit()
    {
        var book = Formed().Posted(Close);
        book.ShouldRefuse(Kim with { ApprovedBy = "max" }, "over_approval_limit", ("person", "max"), ("limit", "0"));
        book.Posted(Approver with { Person = "max", Limit = 377_49 });
        book.ShouldRefuse(Kim with { ApprovedBy = "max" }, "over_approval_limit", ("limit", "37749"));
        book.Posted(Approver with { Person = "max", Currency = "EUR" });
        book.ShouldRefuse(Kim with { ApprovedBy = "max" }, "over_approval_limit");
        book.Posted(Kim);
        book.ShouldRefuse(PayingTests.Submit, "batch_not_in_state", ("state", "approved by one"));
        book.ShouldRefuse(Kim, "approved_by_same", ("person", "kim"));
        book.Posted(Approver with { Person = "max", Limit = 377_50 }).Posted(Kim with { ApprovedBy = "max" });
        book.Posted(PayingTests.Submit);
    }

    [Fact]
    public void An_approval_of_somebody_who_may_not_give_it_any_more_is_none()
    {
        var book = Formed().Posted(Close).Posted(Kim).Posted(Approver with { Limit = 0 });
        book.Posted(Lee);
        book.ShouldRefuse(PayingTests.Submit, "batch_not_in_state", ("state", "approved by one"));
        book.ShouldRefuse(Lee, "approved_by_same");
        book.ShouldRefuse(Kim, "over_approval_limit");
        book.Posted(Approver).Posted(Kim).Posted(PayingTests.Submit);
    }

    [Fact]
    public void Nothing_is_approved_by_nobody_not_even_a_batch_of_nothing()
    {
        var empty = PayingTests.Managed().Posted(Open).Posted(Close with { Payouts = 0, Sent = 0 });
        var nothing = Kim with { Payouts = 0, Sent = 0 };
        empty.ShouldRefuse(nothing with { ApprovedBy = "max" }, "over_approval_limit");
        empty.Posted(nothing).Posted(nothing with { ApprovedBy = "lee" });
    }

    [Fact]
    public void Nothing_more_of_a_batch_leaves_once_it_is_rejected_and_its_payouts_can_be_cancelled()
    {
        var book = PayingTests.Approved().Posted(Reject);
        book.ShouldRefuse(PayingTests.Submit, "batch_not_in_state", ("state", "rejected"), ("needed", "approved"));
        book.ShouldRefuse(Prepare, "batch_not_in_state", ("state", "rejected"));
        book.Posted(new Command.CancelPayout("p-7", "the batch was rejected"));
        Assert.Equal(380_00, -book.State("creator.available/USD//bea").Balance);
    }

    [Fact]
    public void A_file_is_prepared_once_released_once_and_takes_no_more_payouts_then()
    {
        var book = PayingTests.Approved();
        book.ShouldRefuse(Release, "payment_file_unknown", ("file", "b-1-1"));
        book.Posted(Prepare);
        book.ShouldRefuse(PayingTests.Submit, "payment_file_not_in_state", ("state", "prepared"));
        book.ShouldRefuse(Prepare with { Hash = new string('b', 64) }, "payment_file_not_in_state");
        book.ShouldRefuse(Release with { Hash = new string('b', 64) }, "payment_file_differs", ("hash", Hash));
        book.Posted(Release);
        book.ShouldRefuse(Release, "payment_file_not_in_state", ("state", "released"));
        book.ShouldRefuse(Prepare, "payment_file_not_in_state", ("state", "released"));
        book.Posted(PayingTests.Submit with { File = "b-1-2" });
    }

    [Fact]
    public void A_file_carries_no_more_than_was_approved_by_the_rail_that_it_was_approved_for()
    {
        var book = PayingTests.Approved().Posted(PayingTests.Rail with { Rail = "sepa" });
        book.ShouldRefuse(Prepare with { Rail = "none" }, "rail_unknown", ("rail", "none"));
        book.ShouldRefuse(Prepare with { Batch = "b-2" }, "batch_unknown");
        book.ShouldRefuse(Prepare with { Rail = "sepa" }, "batch_of_another", ("rail", "ach"));
        book.ShouldRefuse(Prepare with { Currency = "EUR" }, "batch_of_another", ("currency", "USD"));
        book.ShouldRefuse(Prepare with { Payouts = 2 }, "payment_file_over_batch", ("payouts", "1"));
        book.ShouldRefuse(Prepare with { Sent = 377_51 }, "payment_file_over_batch", ("sent", "37750"));
        book.Posted(Prepare);
        Formed().Posted(Close).ShouldRefuse(Prepare, "batch_not_in_state", ("needed", "approved"));
    }

    [Fact]
    public void A_file_keeps_to_the_setting_of_the_rail_that_it_was_made_by()
    {
        var book = PayingTests.Approved();
        var setBy = book.Journal.Single(one => one.Record.Type == "rail_set").Record.Number;
        book.Posted(PayingTests.Rail);
        var again = book.Book.LastNumber;
        book.ShouldRefuse(
            Prepare with { RailSetBy = setBy }, "rail_set_again", ("rail", "ach"), ("set_by", $"{again}"));
        book.Posted(Prepare with { RailSetBy = again });
        var prepared = EventFormat.Read("payment_file_prepared", book.Journal[^1].Record.Data.Span);
        Assert.Equal(again, ((Event.PaymentFilePrepared)prepared).RailSetBy);
    }

    [Fact]
    public void The_members_of_a_batch_are_a_line_for_each_in_the_order_of_their_names() => Properties.Hold(
        (from names in Gen.Choose(0, 5_000).Select(n => $"p{n}é").ArrayOf()
         from amounts in Gen.Choose(1, 1_000_000).ArrayOf(names.Length)
         select (names, amounts)),
        batch =>
        {
            var payouts = batch.names.Zip(batch.amounts, (name, sent) => (Name: name, Sent: (long)sent))
                .DistinctBy(one => one.Name).OrderBy(one => one.Name, StringComparer.Ordinal).ToArray();
            using var members = new BatchMembers();
            foreach (var (name, sent) in payouts) members.Add(name, "bea", sent);
            var text = string.Concat(payouts.Select(one => string.Create(
                CultureInfo.InvariantCulture, $"{one.Name}\tbea\t{one.Sent}\n")));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), members.Members());
            Assert.Equal((payouts.Length, payouts.Sum(one => one.Sent)), (members.Payouts, members.Sent));
            if (payouts.Length > 0)
                Assert.Throws<InvariantBroken>(() => members.Add(payouts[0].Name, "bea", 1));
        },
        times: 100);

    private static BookInMemory Formed() => PayingTests.Managed().Posted(Open).Posted(PayingTests.Form);
}
