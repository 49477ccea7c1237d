using Fanz.Ledger.Books;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class RateTableTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly Command.SetRates Set =
        new("ecb", Today, "EUR", [new("USD", "1.0850"), new("JPY", "162.37")], "reference rates of the day");

    internal static readonly (string, Event)[] Events =
        [("rates_set", new Event.RatesSet("ecb", Today, "EUR", Set.Rates, "reference rates of the day"))];

    internal static readonly Refusal[] Refusals = [Refusal.NotTheTreasury(new BookName("acme", "fans"))];

    public static TheoryData<Command, string> Faults => new()
    {
        { Set, "" },
        { Set with { Table = new string('t', 100) }, "" },
        { Set with { Table = new string('t', 101) }, "table ill_formed" },
        { Set with { Rates = null! }, "rates ill_formed" },
        { Set with { Rates = [] }, "rates ill_formed" },
        { Set with { Rates = [.. Enumerable.Repeat(new QuotedRate("USD", "1"), 201)] }, "rates too_many" },
        { Set with { Rates = [new("USD", "1"), new("USD", "2")] }, "rates[1].currency repeated" },
        { Set with { Rates = [new("USD", "1"), null!] }, "rates[1] ill_formed" },
        { Set with { Rates = [new("EUR", "1")] }, "rates[0].currency same_currency" },
        { Set with { Rates = [new("TKN", "0"), new("usd", "1e3"), new(null!, null!)] },
            "rates[0].currency wrong_currency; rates[0].rate ill_formed; rates[1].currency unknown_currency; "
            + "rates[1].rate ill_formed; rates[2].currency unknown_currency; rates[2].rate ill_formed" },
        { Set with { Rates = [new("USD", "123456.123456789012")] }, "rates[0].rate ill_formed" },
        { new Command.SetRates("", new LocalDate(1800, 1, 1), "TKN", [], " "),
            "table ill_formed; on date_out_of_range; base_currency wrong_currency; source ill_formed; "
            + "rates ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_table_is_kept_in_the_treasury_alone()
    {
        var refusal = new BookInMemory("acme/fans").Post(Set);
        Assert.Equal("not_the_treasury", refusal?.Code);
        Assert.Equal("acme/_", refusal?.Facts["treasury"]);
        var treasury = new BookInMemory("acme/_").Posted(Set);
        Assert.Equal("rates/ecb", treasury.Journal[^1].Record.Stream);
        Assert.Empty(treasury.Journal[^1].Entries);
    }

    [Fact]
    public void Rates_are_of_a_day_that_has_come_and_may_be_said_again()
    {
        var treasury = new BookInMemory("acme/_");
        Assert.Equal(
            Refusal.EffectiveInFuture(Today.PlusDays(1), Today).Facts,
            treasury.Post(Set with { On = Today.PlusDays(1) })?.Facts);
        treasury.Posted(Set).Posted(Set with { Rates = [new("USD", "1.0851")] })
            .Posted(Set with { On = Today.PlusDays(-30) });
        treasury.ForgetStreams();
        treasury.Posted(Set with { Table = "month end" }).Posted(Set);
        // A record is dated as its rates are.
        Assert.Equal(
            [Today, Today, Today.PlusDays(-30), Today, Today],
            treasury.Journal.Skip(1).Select(appended => appended.Record.EffectiveOn));
    }

    [Fact]
    public void The_rates_of_a_closed_period_stay_what_they_are()
    {
        var treasury = new BookInMemory("acme/_").Posted(Set with { On = Today.PlusDays(-1) })
            .Posted(new Command.ClosePeriod(Today.PlusDays(-1), "month end", "pia", "quentin"));
        treasury.ShouldRefuse(Set with { On = Today.PlusDays(-1) }, "period_closed");
        treasury.Posted(Set);
    }
}
