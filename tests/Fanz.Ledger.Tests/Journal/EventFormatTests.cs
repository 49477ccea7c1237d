using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class EventFormatTests
{
    private static readonly LocalDate Day = new(2026, 1, 8);
    private static readonly AccountName Wallet = new("fan.wallet", "ann", "USD");
    private static readonly AccountName Held = new("creator.pending", "bea", "USD", Day);
    private static readonly AccountName Available = new("creator.available", "bea", "USD");
    private static readonly AccountName Bank = new("cash.bank", "", "USD");
    private static readonly Event.TipSent Tip = new(
        "ann", "bea", 999, "USD", Funding.Wallet, RuleVersion: 0, Fee: 200, Pending: 719, PendingUntil: Day,
        Reserve: 80, ReserveUntil: new LocalDate(2026, 4, 1));

    /// <summary>Each concept's own events stand beside its tests.</summary>
    private static readonly (string Golden, Event Event)[][] All =
    [
        Basics(),
        SaleGoldens.Events,
        RefundGoldens.Events,
        DisputeGoldens.Events,
        WalletGoldens.Events,
        SubscriptionFormatTests.Events,
        OrderFormatTests.Events,
        RevenueRuleTests.Events,
        LimitTests.Events,
        PolicyTests.Events,
        StandingTests.Events,
        ReleaseTests.Events,
        HeldAmountTests.Events,
        PayoutTests.Events,
        PayingGoldens.Events,
        TaxDepositTests.Events,
        ProcessorSettlementTests.Events,
        ReceiptTests.Events,
        PaymentTests.Events,
        BankFileTests.Events,
        ConversionTests.Events,
        AdjustmentTests.Events,
        UnclaimedTests.Events,
        ImportGoldens.Events,
        ClosedPeriodTests.Events,
        RateTableTests.Events,
        ScheduleTests.Events,
        RunTests.Events,
        TaxStandingTests.Events,
        TreatyTests.Events,
        TaxTermsTests.Events,
        DecidedWithholdingTests.Events,
        WithholdingCorrectionTests.Events,
        TaxFilingTests.Events,
        PayeeStandingTests.Events,
        ProposalTests.Events,
        ErasureTests.Events,
    ];

    public static TheoryData<string, Event> Goldens
    {
        get
        {
            var goldens = new TheoryData<string, Event>();
            foreach (var (golden, @event) in All.SelectMany(some => some)) goldens.Add(golden, @event);
            return goldens;
        }
    }

    private static (string, Event)[] Basics() =>
    [
        ("book_opened", new Event.BookOpened("acme", "fans", "Europe/Zurich", "none", "USD")),
        ("account_frozen", new Event.AccountFrozen(Wallet, "court order", DebitsOnly: false)),
        ("account_frozen.cohort", new Event.AccountFrozen(Held, "court order", DebitsOnly: true)),
        ("account_unfrozen", new Event.AccountUnfrozen(Wallet, "cleared")),
        ("account_unfrozen.cohort", new Event.AccountUnfrozen(Held, "cleared")),
        ("account_closed", new Event.AccountClosed(Wallet, "gone")),
        ("account_closed.cohort", new Event.AccountClosed(Held, "gone")),
        ("transferred", new Event.Transferred("")),
        ("transferred.text", new Event.Transferred("é ß 名 <a href='x'> & + \\ \" \n \t \u0001 😀")),
        ("transferred_to_book", new Event.TransferredToBook("_", Available, Bank, 500, "USD", "to the treasury")),
        ("transferred_to_book.cohort",
            new Event.TransferredToBook("_", Held, Held with { Cohort = Day.PlusDays(1) }, 500, "USD", "")),
        ("transferred_from_book",
            new Event.TransferredFromBook("fans", Available, Bank, 500, "USD", "to the treasury")),
        ("transferred_from_book.cohort",
            new Event.TransferredFromBook("fans", Held, Held with { Cohort = Day.PlusDays(1) }, 500, "USD", "")),
        ("wallet_topped_up", new Event.WalletToppedUp("ann", 50_00, "USD")),
        ("wallet_topped_up.reference", new Event.WalletToppedUp("ann", 100_000_000_000_000_000, "JPY", "card-1")),
        ("tip_sent", Tip),
        ("tip_sent.reference", Tip with { Funding = Funding.Card, Reference = "stream-7" }),
        ("reversed", new Event.Reversed(2, "sent twice")),
    ];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void An_event_is_written_as_it_always_was_and_read_back(string golden, Event @event)
    {
        var name = golden.Split('.')[0];
        Assert.Equal(name, EventFormat.NameOf(@event));
        Golden.WriteIfMissing(golden, EventFormat.Write(@event));
        Assert.Equal(Golden.Read(golden), Encoding.UTF8.GetString(EventFormat.Write(@event)));
        Assert.Equal(Golden.Bytes(golden), EventFormat.Write(@event));
        var read = EventFormat.Read(name, Golden.Bytes(golden));
        Assert.IsType(@event.GetType(), read);
        Assert.Equal(Golden.Bytes(golden), EventFormat.Write(read));
    }

    [Fact]
    public void Every_event_has_a_golden_file_and_every_file_is_read()
    {
        Assert.Subset(Golden.Names.ToHashSet(), EventFormat.Names.ToHashSet());
        Assert.Equal(
            Golden.Names.Where(name => !name.StartsWith("refusal.", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Goldens.Select(row => (string)row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_of_the_hierarchy_has_a_name() =>
        Assert.Equal(
            typeof(Event).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract)
                .Select(type => type.Name).Order(StringComparer.Ordinal),
            Goldens.Select(row => row[1].GetType().Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_says_which_vocabulary_a_reader_needs() => Assert.All(EventFormat.Names, name =>
    {
        Assert.True(EventFormat.IsKnown(name));
        Assert.InRange(EventFormat.VocabularyOf(name), 1, EventFormat.Vocabulary);
    });

    [Fact]
    public void An_event_that_is_not_known_is_never_guessed_at()
    {
        Assert.False(EventFormat.IsKnown("tip_refunded"));
        Assert.Throws<UnknownEvent>(() => EventFormat.Read("tip_refunded", "{}"u8));
        Assert.Throws<UnknownEvent>(() => EventFormat.Read("Transferred", """{"memo":""}"""u8));
    }

    [Theory]
    [InlineData("transferred", """{"memo":"","tone":"new"}""")]
    [InlineData("transferred", """{"Memo":""}""")]
    [InlineData("transferred", """{"memo":null}""")]
    [InlineData("transferred", """{"memo":"a","memo":"b"}""")]
    [InlineData("transferred", """{"memo":5}""")]
    [InlineData("transferred", "{}")]
    [InlineData("transferred", "null")]
    [InlineData("transferred", "[]")]
    [InlineData("transferred", "")]
    [InlineData("reversed", """{"transaction":"2","reason":"why"}""")]
    [InlineData("reversed", """{"transaction":2.5,"reason":"why"}""")]
    [InlineData("reversed", """{"transaction":9223372036854775808,"reason":"why"}""")]
    [InlineData("account_closed", """{"account":null,"reason":"why"}""")]
    [InlineData("account_closed", """{"account":{"code":"fan.wallet","owner":null,"currency":"USD"},"reason":"why"}""")]
    [InlineData("account_closed",
        """{"account":{"code":"x","owner":"","currency":"USD","cohort":"2026-02-30"},"reason":"why"}""")]
    public void What_this_program_never_wrote_is_not_read(string name, string json) =>
        Assert.Throws<JsonException>(() => EventFormat.Read(name, Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("0")]
    [InlineData("\"0\"")]
    [InlineData("\"cash\"")]
    [InlineData("\"Wallet\"")]
    [InlineData("\" wallet\"")]
    [InlineData("\"\"")]
    [InlineData("\"wallet, card\"")]
    [InlineData("null")]
    public void A_choice_is_one_of_its_words(string funding)
    {
        var json = Golden.Read("tip_sent").Replace("\"wallet\"", funding, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => EventFormat.Read("tip_sent", Encoding.UTF8.GetBytes(json)));
    }
}
