using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class TreatyTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);

    internal static readonly Command.SetTreatyRates Germany = new(
        "DE", new LocalDate(1990, 1, 1), [new(IncomeClass.Royalties, 0, "12"), new(IncomeClass.Services, 0, "7")],
        "the convention of 1989", "pia", "quentin");

    internal static readonly (string, Event)[] Events =
    [
        ("treaty_rates_set", new Event.TreatyRatesSet(
            "DE", new LocalDate(1990, 1, 1), Germany.Rates, "the convention of 1989", "pia", "quentin")),
        ("treaty_rates_set.ended", new Event.TreatyRatesSet("HU", Today, [], "terminated", "pia", "quentin")),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Germany, "" },
        { Germany with { Rates = [] }, "" },
        { Germany with { Rates = null! }, "rates ill_formed" },
        { Germany with { Rates = [null!] }, "rates[0] ill_formed" },
        { Germany with { Rates = [new((IncomeClass)9, 10_001, "")] },
            "rates[0].income ill_formed; rates[0].rate_basis_points ill_formed; rates[0].article ill_formed" },
        { Germany with { Rates = [new(IncomeClass.Other, -1, "21"), new(IncomeClass.Other, 0, "21")] },
            "rates[0].rate_basis_points ill_formed; rates[1].income repeated" },
        { new Command.SetTreatyRates(null!, new LocalDate(1, 1, 1), [], "", "pia", "pia"),
            "approved_by same_person; country ill_formed; effective_on date_out_of_range; source ill_formed" },
        { Germany with { Country = "Germany" }, "country ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Rates_hold_from_their_day_until_others_follow_and_a_class_that_is_not_named_has_none()
    {
        var book = new BookInMemory().Posted(Germany)
            .Posted(Germany with { EffectiveOn = Today.PlusDays(30), Rates = [new(IncomeClass.Royalties, 500, "12")] })
            .Posted(Germany with { EffectiveOn = Today.PlusDays(60), Rates = [] })
            .Posted(Germany with { EffectiveOn = new LocalDate(2000, 2, 29), Rates = [new(IncomeClass.Other, 1, "21")] });
        var rates = book.Ask(known => known.Recall<TreatyRates>(TreatyRates.StreamOf("DE")));
        Assert.Null(rates.On(new LocalDate(1989, 12, 31), IncomeClass.Royalties));
        Assert.Equal(0, rates.On(new LocalDate(1990, 1, 1), IncomeClass.Royalties)?.RateBasisPoints);
        Assert.Equal(0, rates.On(new LocalDate(2000, 2, 28), IncomeClass.Services)?.RateBasisPoints);
        Assert.Null(rates.On(new LocalDate(2000, 2, 29), IncomeClass.Services));
        Assert.Equal(500, rates.On(Today.PlusDays(59), IncomeClass.Royalties)?.RateBasisPoints);
        Assert.Null(rates.On(Today.PlusDays(60), IncomeClass.Royalties));
    }
}
