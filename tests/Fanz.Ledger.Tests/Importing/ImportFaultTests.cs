using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using static Fanz.Ledger.Tests.MovingIn;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Bad input. Each line of a table is one command and everything that is wrong with it, told at once.
/// </summary>
public class ImportFaultTests
{
    private static readonly Command.BeginImport Good = Begin(1, Trial("cash.bank", 5), Trial("fan.wallet", -5));
    private static readonly Command.OpenBalances Lines = Open(1, Line("fan.wallet", "ann", -5));
    private static readonly string Hash = new('0', 64);

    public static TheoryData<Command, string> OfImports => new()
    {
        { Good, "" },
        { Good with { Import = "" }, "import ill_formed" },
        { Good with { Import = new string('i', 101) }, "import ill_formed" },
        { Good with { Import = "a/b é" }, "" },
        { Good with { Parts = -1 }, "parts ill_formed" },
        { Good with { Parts = 1_000_001 }, "parts ill_formed" },
        { Good with { ApprovedBy = "pat" }, "approved_by same_person" },
        { Good with { EffectiveOn = new LocalDate(1066, 10, 14) }, "effective_on date_out_of_range" },
        { Good with { TrialBalance = null! }, "trial_balance ill_formed" },
        { Good with { TrialBalance = [null!] }, "trial_balance[0] ill_formed" },
        { Good with { TrialBalance = [.. Enumerable.Repeat(Trial("rounding", 1), 4_001)] }, "trial_balance too_many" },
        { Begin(1, Trial("cash.bank", 5), Trial("fan.wallet", -6)), "trial_balance not_balanced" },
        { Begin(1, Trial("cash.bank", 5), Trial("fan.wallet", -5, "EUR")),
            "trial_balance not_balanced; trial_balance not_balanced" },
        { Begin(1, Trial("cash.bank", 5), Trial("cash.bank", 5), Trial("fan.wallet", -10)), "trial_balance repeated" },
        { Begin(1, Trial("cash.bank", long.MaxValue), Trial("fan.wallet", -long.MaxValue)), "" },
        { Begin(1, Trial("cash.bank", long.MinValue), Trial("fan.purse", 1), Trial("fan.wallet", 0, "ABC")),
            "trial_balance[0].amount ill_formed; trial_balance[1].code unknown_account_code; "
            + "trial_balance[2].currency unknown_currency; trial_balance[2].amount ill_formed" },
        { Begin(1, Trial("fan.wallet", 5), Trial("creator.debt", -5)),
            "trial_balance[0].amount wrong_side; trial_balance[1].amount wrong_side" },
        { Begin(1, Trial("fan.tokens", -5)), "trial_balance[0].currency wrong_currency" },
        { Good with { Files = [new("a.csv", Hash)] }, "" },
        { Good with { Files = [new("", Hash.Replace('0', 'F')), null!] },
            "files[0].name ill_formed; files[0].sha256 ill_formed; files[1].name ill_formed; "
            + "files[1].sha256 ill_formed" },
        { Good with { Files = [.. Enumerable.Repeat(new ImportedFile("a.csv", Hash), 21)] }, "files too_many" },
        { Lines, "" },
        { Lines with { Part = 0 }, "part ill_formed" },
        { Lines with { Lines = null! }, "lines ill_formed" },
        { Lines with { Lines = [] }, "lines ill_formed" },
        { Lines with { Lines = [.. Enumerable.Repeat(Line("rounding", "", 1), 1_001)] }, "lines ill_formed" },
        { Lines with { Lines = [null!] }, "lines[0] ill_formed" },
        { Open(1, Line("fan.wallet", "ann", 0), Line("fan.wallet", "", -1)),
            "lines[0].amount amount_zero; lines[1].owner ill_formed" },
        { Open(1, Line("fan.wallet", "ann", -100_000_000_000_000_001)), "lines[0].amount amount_over_limit" },
        { Open(1, Line("fan.wallet", "ann", -100_000_000_000_000_000), Line("fan.wallet", "bob", -1)),
            "lines amount_over_limit" },
        { Open(1, Line("fan.wallet", "ann", -5), Line("fan.wallet", "ann", -6)), "lines repeated" },
        { Open(1, Line("token.issued", "", 5, "TKN")), "lines[0].account reserved" },
        { Open(1, Line("suspense", "import/move", 5)), "lines[0].account reserved" },
        { Open(1, Line("suspense", "ann", 5)), "lines[0].owner ill_formed; lines[0].account reserved" },
        { Open(1, Line("suspense", "", -5)), "" },
        { new Command.FinishImport(null!), "import ill_formed" },
        { new Command.AbandonImport("\0", " "), "import ill_formed; reason ill_formed" },
    };

    public static TheoryData<OpenedSubscription, string> OfSubscriptions => new()
    {
        { Yearly, "" },
        { Monthly, "" },
        { null!, " ill_formed" },
        { Yearly with { Subscription = "", Price = 0, Currency = "usd" },
            "price amount_not_positive; currency unknown_currency; subscription ill_formed" },
        { Yearly with { Period = (SubscriptionPeriod)9 }, "period ill_formed" },
        { Yearly with { State = (OpenedState)9 }, "state ill_formed" },
        { Yearly with { PeriodEnd = new LocalDate(3000, 1, 1) }, "period_end date_out_of_range" },
        { Yearly with { PeriodEnd = Yearly.PeriodStart }, "period_end ill_formed" },
        { Yearly with { PeriodEnd = new LocalDate(2026, 10, 14) }, "period_end not_on_anchor" },
        { Yearly with { Anchor = new LocalDate(2024, 10, 15) }, "" },
        { Yearly with { Anchor = new LocalDate(2024, 10, 16) }, "period_start not_on_anchor" },
        { Yearly with { Anchor = new LocalDate(2025, 11, 15) }, "period_start not_on_anchor" },
        { Monthly with { PeriodEnd = new LocalDate(2026, 2, 4) }, "period_end not_on_anchor" },
        { Yearly with { State = OpenedState.PastDue }, "failed_attempts ill_formed" },
        { Yearly with { FailedAttempts = 1 }, "failed_attempts ill_formed" },
        { Yearly with { State = OpenedState.Cancelled, FailedAttempts = 0 }, "failed_attempts ill_formed" },
        { Yearly with { Period = SubscriptionPeriod.Lifetime, State = OpenedState.Cancelled }, "state ill_formed" },
        { Yearly with { State = OpenedState.Trial }, "charge ill_formed; charge.months ill_formed" },
        { Yearly with { State = OpenedState.Trial, Charge = null, Anchor = new(2025, 10, 15) }, "anchor ill_formed" },
        { Yearly with { Collaborators = [new("bea", 1)] }, "collaborators ill_formed" },
        { Yearly with { Charge = Of(Funding.Tokens) }, "charge.funding ill_formed" },
        { Yearly with { Charge = Of(Funding.Wallet) with { Processor = "p" } }, "charge.processor not_by_card" },
        { Yearly with { Charge = Of() with { Months = 0 } }, "charge.months ill_formed" },
        { Yearly with { Charge = Of() with { Months = 13 } }, "charge.months ill_formed" },
        { Yearly with { Charge = Of() with { Deferred = -1 } }, "charge.deferred ill_formed" },
        { Yearly with { Charge = new OpenedCharge(Funding.Card, 1, 0) }, "charge ill_formed" },
        { Yearly with { Charge = Of() with { Unearned = [] } }, "charge.unearned ill_formed" },
        { Yearly with { Charge = Of() with { Unearned = [new("cid", 1)] } },
            "charge.unearned[0].creator ill_formed" },
        { Yearly with { Charge = Of() with { Unearned = [new("bea", 0), new("bea", 1)] } },
            "charge.unearned[0].amount amount_not_positive; charge.unearned repeated" },
        { Yearly with { Charge = Of() with { HoldDays = null, ReserveBasisPoints = 10_001 } },
            "charge.reserve_basis_points ill_formed; charge.hold_days ill_formed" },
        { Monthly with { Charge = Monthly.Charge! with { HoldDays = 7 } }, "charge.hold_days ill_formed" },
    };

    [Theory]
    [MemberData(nameof(OfImports))]
    public void Everything_that_is_wrong_with_an_import_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Theory]
    [MemberData(nameof(OfSubscriptions))]
    public void Everything_that_is_wrong_with_a_subscription_is_told_at_once(OpenedSubscription one, string faults)
    {
        var expected = faults.Split("; ", StringSplitOptions.RemoveEmptyEntries)
            .Select(fault => fault[0] == ' ' ? $"subscriptions[0]{fault}" : $"subscriptions[0].{fault}");
        Open(1, one).ShouldHave(string.Join("; ", expected));
    }

    [Fact]
    public void A_part_has_a_bounded_number_of_subscriptions_each_once()
    {
        Open(1, Monthly, Monthly).ShouldHave("subscriptions repeated");
        Open(1, [.. Enumerable.Range(0, 101).Select(i => Monthly with { Subscription = $"s{i}" })])
            .ShouldHave("subscriptions ill_formed");
        new Command.OpenSubscriptions("move", 1, null!, "pat", "sam").ShouldHave("subscriptions ill_formed");
        var huge = Monthly with { Charge = new OpenedCharge(Funding.Card, 1, Money.Money.Limit) };
        Open(1, huge, huge with { Subscription = "other" }).ShouldHave("subscriptions amount_over_limit");
    }

    private static OpenedCharge Of(Funding funding = Funding.Card) => Yearly.Charge! with { Funding = funding };
}
