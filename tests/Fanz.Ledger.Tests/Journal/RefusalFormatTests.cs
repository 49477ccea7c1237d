using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class RefusalFormatTests
{
    private static readonly AccountKey Wallet = new(Chart.FanWallet, "ann", Currency.Of("USD"));
    private static readonly AccountKey Held =
        new(Chart.CreatorPending, "b/é", Currency.Of("USD"), new LocalDate(2026, 1, 8));

    /// <summary>Each concept's own refusals stand beside its tests.</summary>
    private static readonly Refusal[][] All =
    [
        Basics(),
        RefundGoldens.Refusals,
        DisputeGoldens.Refusals,
        WalletGoldens.Refusals,
        SubscriptionFormatTests.Refusals,
        OrderFormatTests.Refusals,
        RevenueRuleTests.Refusals,
        LimitTests.Refusals,
        PolicyTests.Refusals,
        StandingTests.Refusals,
        ReleaseTests.Refusals,
        HeldAmountTests.Refusals,
        PayoutTests.Refusals,
        PayingGoldens.Refusals,
        TaxDepositTests.Refusals,
        ProcessorSettlementTests.Refusals,
        ReceiptTests.Refusals,
        PaymentTests.Refusals,
        BankFileTests.Refusals,
        ConversionTests.Refusals,
        UnclaimedTests.Refusals,
        ImportGoldens.Refusals,
        ClosedPeriodTests.Refusals,
        RateTableTests.Refusals,
        ScheduleTests.Refusals,
        RunTests.Refusals,
        TaxStandingTests.Refusals,
        TaxTermsTests.Refusals,
        DecidedWithholdingTests.Refusals,
        WithholdingCorrectionTests.Refusals,
        TaxFilingTests.Refusals,
        PayeeStandingTests.Refusals,
        ErasureTests.Refusals,
        PayabilityTests.Refusals,
        ProposalTests.Refusals,
    ];

    public static TheoryData<Refusal> Refusals => [.. All.SelectMany(some => some)];

    private static Refusal[] Basics() =>
    [
        Refusal.InsufficientFunds(Wallet, 999, 1_000),
        Refusal.AccountFrozen(Wallet),
        Refusal.AccountClosed(Wallet),
        Refusal.AccountUnknown(Wallet),
        Refusal.AccountNotFrozen(Wallet),
        Refusal.AccountNotEmpty(Held, 5),
        Refusal.BalanceOverflow(Wallet),
        Refusal.TransactionUnknown(7),
        Refusal.TransactionArchived(7, 12),
        Refusal.NotReversible(7, "moved nothing"),
        Refusal.AlreadyReversed(7, 8),
        Refusal.BookUnknown(new BookName("acme", "fans")),
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_is_written_as_it_always_was_and_read_back(Refusal refusal)
    {
        var golden = $"refusal.{refusal.Code}";
        Golden.WriteIfMissing(golden, RefusalFormat.Write(refusal));
        Assert.Equal(Golden.Read(golden), Encoding.UTF8.GetString(RefusalFormat.Write(refusal)));
        var read = RefusalFormat.Read(Golden.Bytes(golden));
        Assert.Equal((refusal.Code, refusal.Message), (read.Code, read.Message));
        Assert.Equal(refusal.Facts, read.Facts);
        Assert.Equal(Golden.Bytes(golden), RefusalFormat.Write(read));
    }

    [Fact]
    public void Every_refusal_has_a_golden_file()
    {
        var makers = typeof(Refusal).GetMethods()
            .Count(method => method.IsStatic && method.ReturnType == typeof(Refusal) && !method.IsSpecialName);
        Assert.Equal(makers, All.Sum(some => some.Length));
        Assert.Equal(
            Golden.Names.Where(name => name.StartsWith("refusal.", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Refusals.Select<object[], string>(row => $"refusal.{((Refusal)row[0]).Code}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"code":"a","message":"b"}""")]
    [InlineData("""{"code":"a","message":"b","facts":{},"more":1}""")]
    public void What_this_program_never_wrote_is_not_read(string json) =>
        Assert.Throws<JsonException>(() => RefusalFormat.Read(Encoding.UTF8.GetBytes(json)));
}
