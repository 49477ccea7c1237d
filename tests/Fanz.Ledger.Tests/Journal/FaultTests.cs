using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Bad input. Each line of a table is one command and everything that is wrong with it, told at once.
/// </summary>
public class FaultTests
{
    private static readonly BookName Book = new("acme", "fans");
    private static readonly AccountName Wallet = new("fan.wallet", "ann", "USD");
    private static readonly AccountName Bank = new("cash.bank", "main", "USD");
    private static readonly AccountName Suspense = new("suspense", "", "USD");
    private static readonly Command.TopUp TopUp = new("ann", 1, "USD");
    private static readonly Command.SendTip Tip = new("ann", "bea", 1, "USD", Funding.Card);
    private static readonly Command.FreezeAccount Freeze = new(Wallet, "why");
    private static readonly Command.TransferToBook ToBook = new("_", Wallet, Bank, 1, "USD", "");

    public static TheoryData<Command, string> OfSales => new()
    {
        { TopUp, "" },
        { TopUp with { Amount = 0 }, "amount amount_not_positive" },
        { TopUp with { Amount = -1 }, "amount amount_not_positive" },
        { TopUp with { Amount = long.MinValue }, "amount amount_not_positive" },
        { TopUp with { Amount = 100_000_000_000_000_000 }, "" },
        { TopUp with { Amount = 100_000_000_000_000_001 }, "amount amount_over_limit" },
        { TopUp with { Amount = long.MaxValue }, "amount amount_over_limit" },
        { TopUp with { Currency = "usd" }, "currency unknown_currency" },
        { TopUp with { Currency = "XXX" }, "currency unknown_currency" },
        { TopUp with { Currency = "" }, "currency unknown_currency" },
        { TopUp with { Currency = null! }, "currency unknown_currency" },
        { TopUp with { Currency = "TKN" }, "currency wrong_currency" },
        { TopUp with { Fan = "" }, "fan ill_formed" },
        { TopUp with { Fan = null! }, "fan ill_formed" },
        { TopUp with { Fan = new string('a', 128) }, "" },
        { TopUp with { Fan = new string('a', 129) }, "fan ill_formed" },
        { TopUp with { Fan = "a\nb" }, "fan ill_formed" },
        { TopUp with { Fan = "a\0b" }, "fan ill_formed" },
        { TopUp with { Fan = "a\ud83d" }, "fan ill_formed" },
        { TopUp with { Fan = "\ude00" }, "fan ill_formed" },
        { TopUp with { Fan = "a/b/ç/😀" }, "" },
        { TopUp with { Reference = "" }, "" },
        { TopUp with { Reference = new string('r', 1_000) }, "" },
        { TopUp with { Reference = new string('r', 1_001) }, "reference ill_formed" },
        { TopUp with { Reference = "two\nlines" }, "" },
        { TopUp with { Reference = "a\0b" }, "reference ill_formed" },
        { TopUp with { Reference = "\ud83d" }, "reference ill_formed" },
        { new Command.TopUp(null!, 0, null!, "\0"),
            "fan ill_formed; amount amount_not_positive; currency unknown_currency; reference ill_formed" },
        { Tip, "" },
        { Tip with { Creator = null! }, "creator ill_formed" },
        { Tip with { Funding = (Funding)7 }, "funding ill_formed" },
        { new Command.SendTip("", "\0", -5, "BTC", (Funding)(-1), "\ud800"),
            "fan ill_formed; creator ill_formed; amount amount_not_positive; currency unknown_currency; "
            + "funding ill_formed; reference ill_formed" },
    };

    public static TheoryData<Command, string> OfAccounts => new()
    {
        { Freeze, "" },
        { Freeze with { Account = null! }, "account ill_formed" },
        { new Command.UnfreezeAccount(null!, null!), "account ill_formed; reason ill_formed" },
        { new Command.CloseAccount(null!, " "), "account ill_formed; reason ill_formed" },
        { Freeze with { Reason = "" }, "reason ill_formed" },
        { Freeze with { Reason = new string('r', 1_001) }, "reason ill_formed" },
        { Freeze with { Account = Wallet with { Code = null! } }, "account.code unknown_account_code" },
        { Freeze with { Account = Wallet with { Code = "fan.purse" } }, "account.code unknown_account_code" },
        { Freeze with { Account = Wallet with { Code = "Fan.Wallet" } }, "account.code unknown_account_code" },
        { Freeze with { Account = Wallet with { Code = "fan.wаllet" } }, "account.code unknown_account_code" },
        { Freeze with { Account = Wallet with { Owner = null! } }, "account.owner ill_formed" },
        { Freeze with { Account = Wallet with { Owner = "" } }, "account.owner ill_formed" },
        { Freeze with { Account = Wallet with { Owner = "a\tb" } }, "account.owner ill_formed" },
        { Freeze with { Account = Suspense }, "" },
        { Freeze with { Account = Suspense with { Owner = null! } }, "account.owner ill_formed" },
        { Freeze with { Account = Suspense with { Owner = "ann" } }, "account.owner ill_formed" },
        { Freeze with { Account = Bank }, "" },
        { Freeze with { Account = Bank with { Owner = "" } }, "" },
        { Freeze with { Account = Bank with { Owner = null! } }, "account.owner ill_formed" },
        { Freeze with { Account = Bank with { Owner = "\u0085" } }, "account.owner ill_formed" },
        { Freeze with { Account = new("due.to", "acme/_", "USD") }, "" },
        { Freeze with { Account = new("due.to", "acme", "USD") }, "account.owner ill_formed" },
        { Freeze with { Account = new("due.from", "ACME/_", "USD") }, "account.owner ill_formed" },
        { Freeze with { Account = new("fan.tokens", "ann", "TKN") }, "" },
        { Freeze with { Account = new("fan.tokens", "ann", "USD") }, "account.currency wrong_currency" },
        { Freeze with { Account = Wallet with { Currency = "TKN" } }, "account.currency wrong_currency" },
        { Freeze with { Account = Wallet with { Currency = null! } }, "account.currency unknown_currency" },
        { Freeze with { Account = Wallet with { Cohort = new LocalDate(2026, 1, 8) } }, "account.cohort ill_formed" },
        { Freeze with { Account = new("creator.pending", "bea", "USD") }, "account.cohort ill_formed" },
        { Freeze with { Account = new("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8)) }, "" },
        { Freeze with { Account = new("creator.pending", "bea", "USD", new LocalDate(-4800, 1, 8)) },
            "account.cohort date_out_of_range" },
        { Freeze with { Account = new("creator.pending", "bea", "USD", new LocalDate(3000, 1, 1)) },
            "account.cohort date_out_of_range" },
        { Freeze with { Account = new("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8, CalendarSystem.Julian)) },
            "account.cohort date_out_of_range" },
        { Freeze with { Account = new("nothing", "\0", "BTC") },
            "account.code unknown_account_code; account.currency unknown_currency; account.owner ill_formed" },
    };

    public static TheoryData<Command, string> OfTransfers => new()
    {
        { Transfer((Wallet, 5), (Bank, -5)), "" },
        { Transfer(), "legs not_a_posting" },
        { Transfer((Wallet, 5)), "legs not_a_posting" },
        { Transfer((Wallet, 5), (Bank, -4)), "legs not_a_posting" },
        { Transfer((Wallet, 5), (Bank with { Currency = "EUR" }, -5)), "legs not_a_posting" },
        { Transfer((Wallet, 5), (Wallet, -5)), "legs not_a_posting" },
        { Transfer((Wallet, 5), (Bank, -2), (Bank, -3)), "legs not_a_posting" },
        { Transfer((Wallet, 0), (Bank, 0)), "legs[0].amount amount_zero; legs[1].amount amount_zero" },
        { Transfer((Wallet, 100_000_000_000_000_001), (Bank, -100_000_000_000_000_001)),
            "legs[0].amount amount_over_limit; legs[1].amount amount_over_limit" },
        { Transfer((Wallet, long.MinValue), (Bank, long.MaxValue)),
            "legs[0].amount amount_over_limit; legs[1].amount amount_over_limit" },
        { new Command.Transfer(null!, null!), "memo ill_formed; legs ill_formed" },
        { new Command.Transfer([null!, new NamedLeg(null!, 0)], ""),
            "legs[0] ill_formed; legs[1] ill_formed; legs[1].amount amount_zero" },
        { new Command.Transfer(TransferTests.Many(10_000), ""), "" },
        { new Command.Transfer(TransferTests.Many(10_001), "\0"), "memo ill_formed; legs too_many_legs" },
        { Transfer((Wallet, 5), (Bank, -5)) with { EffectiveOn = new LocalDate(1899, 12, 31) },
            "effective_on date_out_of_range" },
        { Transfer((Wallet with { Code = "purse" }, 5), (Bank with { Owner = "\0" }, 0)),
            "legs[0].code unknown_account_code; legs[1].owner ill_formed; legs[1].amount amount_zero" },
        { new Command.Reverse(0, "why"), "transaction ill_formed" },
        { new Command.Reverse(-1, null!), "transaction ill_formed; reason ill_formed" },
        { new Command.Reverse(1, "why"), "" },
        { ToBook, "" },
        { ToBook with { From = null!, To = null! }, "from ill_formed; to ill_formed" },
        { ToBook with { Memo = null! }, "memo ill_formed" },
        { ToBook with { Platform = "fans" }, "platform same_book" },
        { ToBook with { Platform = null! }, "platform ill_formed" },
        { ToBook with { Platform = "a/b" }, "platform ill_formed" },
        { ToBook with { Platform = ".." }, "platform ill_formed" },
        { ToBook with { Currency = "EUR" }, "from.currency wrong_currency; to.currency wrong_currency" },
        { ToBook with { To = Bank with { Currency = "EUR" } }, "to.currency wrong_currency" },
        { ToBook with { To = Bank with { Currency = "BTC" } }, "to.currency unknown_currency" },
        { ToBook with { From = new("due.to", "acme/_", "USD") }, "from.code reserved" },
        { ToBook with { To = new("due.from", "acme/_", "USD") }, "to.code reserved" },
        { ToBook with { Amount = 0 }, "amount amount_not_positive" },
        { new Command.TransferToBook(null!, null!, null!, 0, null!, null!),
            "from ill_formed; to ill_formed; amount amount_not_positive; currency unknown_currency; memo ill_formed; "
            + "platform ill_formed" },
    };

    [Theory]
    [MemberData(nameof(OfSales))]
    [MemberData(nameof(OfAccounts))]
    [MemberData(nameof(OfTransfers))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once_and_nothing_throws(Command command, string faults)
    {
        var (submission, found) = Submission.Of(Book, command, new Actor("checkout"), "key");
        Assert.Equal(faults, string.Join("; ", found.Select(fault => $"{fault.Field} {fault.Code}")));
        Assert.Equal(faults == "", submission is not null);
        Assert.All(found, fault => Assert.InRange(fault.Problem.Length, 1, 200));
    }

    [Theory]
    [InlineData("k", "")]
    [InlineData(" a key / with, anything: é ", "")]
    [InlineData(null, "key ill_formed")]
    [InlineData("", "key ill_formed")]
    [InlineData("a\0b", "key ill_formed")]
    [InlineData("a\nb", "key ill_formed")]
    public void A_key_is_a_name_of_the_service(string? key, string faults) =>
        Assert.Equal(faults, Found(Submission.Of(Book, TopUp, new Actor("checkout"), key!)));

    [Fact]
    public void A_key_has_at_most_200_characters()
    {
        Assert.Equal("", Found(Submission.Of(Book, TopUp, new Actor("checkout"), new string('k', 200))));
        Assert.Equal("key ill_formed", Found(Submission.Of(Book, TopUp, new Actor("checkout"), new string('k', 201))));
    }

    [Theory]
    [InlineData("checkout", null, "")]
    [InlineData("checkout", "p/1", "")]
    [InlineData("check/out", null, "actor ill_formed")]
    [InlineData("", "", "actor ill_formed; actor ill_formed")]
    [InlineData(null, "a\0", "actor ill_formed; actor ill_formed")]
    public void An_actor_is_named(string? service, string? person, string faults) =>
        Assert.Equal(faults, Found(Submission.Of(Book, TopUp, new Actor(service!, person), "key")));

    [Fact]
    public void An_actor_is_written_as_it_is_also_after_a_change_of_person()
    {
        var actor = new Actor("checkout", "ann");
        Assert.Equal("checkout/ann", actor.ToString());
        Assert.Equal("checkout/bea", (actor with { Person = "bea" }).ToString());
        Assert.Equal("checkout", (actor with { Person = null }).ToString());
    }

    [Fact]
    public void The_book_the_key_the_actor_and_the_command_are_judged_together() =>
        Assert.Equal(
            "key ill_formed; tenant ill_formed; platform ill_formed; actor ill_formed; amount amount_not_positive",
            Found(Submission.Of(default, TopUp with { Amount = 0 }, new Actor(null!), null!)));

    [Fact]
    public void A_code_of_a_megabyte_is_not_sent_back()
    {
        var huge = new string('x', 1_000_000);
        var (_, faults) = Submission.Of(
            Book, ToBook with { From = new(huge, huge, huge), Currency = huge }, new Actor("checkout"), huge);
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.InRange(fault.Problem.Length, 1, 200));
    }

    private static string Found((Submission? Submission, IReadOnlyList<Fault> Faults) answer) =>
        string.Join("; ", answer.Faults.Select(fault => $"{fault.Field} {fault.Code}"));

    private static Command.Transfer Transfer(params (AccountName Account, long Amount)[] legs) =>
        new([.. legs.Select(leg => new NamedLeg(leg.Account, leg.Amount))], "");
}
