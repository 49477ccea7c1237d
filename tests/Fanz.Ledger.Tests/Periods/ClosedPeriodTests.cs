using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Periods;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>A history begins on 1 January 2026.</summary>
public class ClosedPeriodTests
{
    private static readonly LocalDate YearEnd = new(2025, 12, 31);
    private static readonly Command.ClosePeriod Close = new(YearEnd, "the year is done", "pia", "quentin");
    private static readonly NamedLeg[] Legs =
        [new(new("expense.psp_fee", "", "USD"), 5), new(new("cash.bank", "", "USD"), -5)];

    internal static readonly (string, Event)[] Events =
        [("period_closed", new Event.PeriodClosed(YearEnd, "the year is done", "pia", "quentin"))];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.PeriodClosed(YearEnd.PlusDays(-3), YearEnd),
        Refusal.PeriodNotOver(YearEnd, YearEnd),
        Refusal.PeriodAlreadyClosed(YearEnd.PlusDays(-3), YearEnd),
        Refusal.EffectiveInFuture(YearEnd.PlusDays(1), YearEnd),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Close, "" },
        { Close with { ApprovedBy = "pia" }, "approved_by same_person" },
        { Close with { Through = new LocalDate(3000, 1, 1) }, "through date_out_of_range" },
        { new Command.ClosePeriod(default, " ", "", null!),
            "through date_out_of_range; reason ill_formed; proposed_by ill_formed; approved_by ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_period_is_closed_by_two_people_when_its_last_day_is_over()
    {
        var book = new BookInMemory();
        Assert.Equal(
            Refusal.PeriodNotOver(YearEnd.PlusDays(1), YearEnd.PlusDays(1)).Facts,
            book.Post(Close with { Through = YearEnd.PlusDays(1) })?.Facts);
        book.Posted(Close);
        Assert.Equal(YearEnd.PlusDays(1), book.Journal[^1].Record.EffectiveOn);
        Assert.Equal("periods", book.Journal[^1].Record.Stream);
    }

    [Fact]
    public void The_next_period_ends_later_and_none_is_opened_again()
    {
        var book = new BookInMemory().Posted(Close);
        book.Wait(Duration.FromDays(40));
        Assert.Equal(Refusal.PeriodAlreadyClosed(YearEnd, YearEnd).Facts, book.Post(Close)?.Facts);
        book.ShouldRefuse(Close with { Through = YearEnd.PlusDays(-1) }, "period_already_closed");
        book.Posted(Close with { Through = YearEnd.PlusDays(31) });
    }

    [Fact]
    public void Nothing_that_names_a_closed_day_is_taken_by_whatever_command_it_comes()
    {
        var begun = new Command.BeginImport("move", [], 0, "pat", "sam", YearEnd);
        foreach (var isForgotten in new[] { false, true })
        {
            var book = new BookInMemory("acme/_").Posted(Close);
            foreach (var command in new Command[]
            {
                new Command.Transfer(Legs, "late", YearEnd),
                new Command.Adjust(Legs, "late", "pia", "quentin", YearEnd.PlusDays(-40)),
                new Command.SetRates("ecb", YearEnd, "EUR", [new("USD", "1.1")], "late"),
                begun,
            })
            {
                if (isForgotten) book.ForgetStreams();
                book.ShouldRefuse(command, "period_closed");
            }

            var refusal = book.Post(new Command.Transfer(Legs, "late", YearEnd.PlusDays(-2)));
            Assert.Equal(
                [("closed_through", "2025-12-31"), ("effective_on", "2025-12-29"), ("first_open_day", "2026-01-01")],
                refusal!.Facts.Select(fact => (fact.Key, fact.Value)).Order());
            book.Posted(begun with { EffectiveOn = YearEnd.PlusDays(1) });
        }
    }

    [Fact]
    public void What_is_of_an_open_day_or_of_none_is_taken_as_before()
    {
        var book = new BookInMemory().Posted(Close)
            .Posted(new Command.Adjust(Legs, "today", "pia", "quentin"))
            .Posted(new Command.Adjust(Legs, "the first open day", "pia", "quentin", YearEnd.PlusDays(1)))
            .Posted(new Command.Transfer(Legs, "announced", YearEnd.PlusDays(9)));
        Assert.Equal(
            [YearEnd.PlusDays(1), YearEnd.PlusDays(1), YearEnd.PlusDays(9)],
            book.Journal.TakeLast(3).Select(appended => appended.Record.EffectiveOn));
    }

    [Fact]
    public void A_period_of_one_book_is_not_closed_in_another()
    {
        var (home, away) = (new BookInMemory().Posted(Close), new BookInMemory("acme/_", firstId: 1_000));
        away.Posted(new Command.Transfer(Legs, "late", YearEnd));
        home.Posted(
            new Command.TransferToBook("_", Legs[1].Account, Legs[1].Account, 5, "USD", "of today in both"), away);
    }

    [Fact]
    public void Nothing_is_adjusted_ahead_of_its_day()
    {
        var refusal = new BookInMemory()
            .Post(new Command.Adjust(Legs, "ahead", "pia", "quentin", YearEnd.PlusDays(2)));
        Assert.Equal(Refusal.EffectiveInFuture(YearEnd.PlusDays(2), YearEnd.PlusDays(1)).Facts, refusal?.Facts);
    }

    [Fact]
    public void A_period_is_not_closed_around_an_import_that_still_brings_in_what_is_of_it()
    {
        var book = new BookInMemory().Posted(new Command.BeginImport(
            "move", [new("cash.bank", "USD", 5), new("suspense", "USD", -5)], 1, "pat", "sam", YearEnd));
        book.ShouldRefuse(Close, "other_import_under_way");
        book.Posted(Close with { Through = YearEnd.PlusDays(-1) });
        book.Posted(new Command.OpenBalances(
            "move", 1, [new(new("cash.bank", "", "USD"), 5), new(new("suspense", "", "USD"), -5)], "pat", "sam"));
        book.Posted(new Command.FinishImport("move"));
        Assert.Equal(YearEnd, book.Journal[^1].Record.EffectiveOn);
        book.Posted(Close);
    }

    [Fact]
    public void What_is_dated_without_looking_is_a_fault_of_the_program_and_not_taken()
    {
        var book = new BookInMemory();
        var draft = new Draft(new Event.Transferred("unseen"), Posting.Of([.. Legs.Select(leg => leg.Read())]))
        {
            EffectiveOn = YearEnd,
        };
        foreach (var leg in draft.Posting!.Legs) book.Ask(known => known.Account(leg.Account));
        Assert.Throws<InvariantBroken>(() => book.Append(draft));
        book.Ask(known => ClosedPeriods.Objection(known, YearEnd));
        book.Append(draft);
        book.Posted(Close);
        Assert.Throws<InvariantBroken>(() => book.Append(draft));
        Assert.Equal(3, book.Journal.Count);
    }

    /// <summary>
    /// In Newfoundland clocks were put back at one minute past midnight: 6 November 2010 came twice to its end.
    /// </summary>
    [Theory]
    [InlineData("2010-11-07T02:30:30Z", false)]
    [InlineData("2010-11-07T03:15:00Z", false)]
    [InlineData("2010-11-07T03:30:00Z", true)]
    public void A_day_that_comes_once_more_is_not_over(string at, bool isOver)
    {
        var zone = DateTimeZoneProviders.Tzdb["America/St_Johns"];
        var book = new Book(1, new BookSettings(
            new BookName("acme", "fans"), zone, BookSettings.NoHolidays, Currency.Of("CAD")));
        book.Learn(ClosedPeriods.Stream, new ClosedPeriods());
        book.Learn(Imports.Stream, new Imports());
        var now = book.At(NodaTime.Text.InstantPattern.ExtendedIso.Parse(at).Value);
        var decision = Decider.Decide(Close with { Through = new LocalDate(2010, 11, 6) }, book, null, now);
        Assert.Equal(isOver, decision is Decision.Accepted);
    }
}
