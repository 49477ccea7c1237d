using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>What befalls a creator in the course of the year, beside earning.</summary>
internal enum Fate
{
    /// <summary>They earn and are paid.</summary>
    None,

    /// <summary>A resident without a taxpayer number; the form comes in June.</summary>
    NumberComesLate,

    /// <summary>The authority says in April that name and number do not match.</summary>
    Notice,

    /// <summary>A non-resident whose country has a treaty that they claim.</summary>
    Treaty,

    /// <summary>A non-resident of a country without one.</summary>
    NoTreaty,

    /// <summary>Their account is closed in May: what is sent comes back until they give another.</summary>
    AccountClosed,

    /// <summary>Their bank freezes the account: what is sent comes back, and somebody has to look.</summary>
    AccountFrozen,

    /// <summary>They refuse one payment.</summary>
    Refuses,

    /// <summary>One payment comes back weeks later, when others were paid after it.</summary>
    ReturnedLate,

    /// <summary>A list of the sanctioned has their name, from August until it is known to be somebody else's.</summary>
    Sanctioned,

    /// <summary>Their verification runs out in September and is renewed two weeks later.</summary>
    VerificationExpires,

    /// <summary>They wish to be paid when they ask for it.</summary>
    OnRequest,

    /// <summary>Half of what they sell is disputed after they were paid for it.</summary>
    Disputed,

    /// <summary>They change their account in March: it has to cool down.</summary>
    ChangesAccount,

    /// <summary>They never say where to be paid.</summary>
    NoAccount,

    /// <summary>They are held by hand for a month.</summary>
    Held,
}

/// <param name="Account">Where they are paid; the first of those that they have in the year.</param>
internal sealed record YearCreator(string Name, int Number, Fate Fate, string Country, PayeeAccount Account)
{
    /// <summary>The account that they give when the first will not do any more.</summary>
    public PayeeAccount OtherAccount => YearCast.AccountOf(Name, Number + 500);
}

/// <summary>Who takes part. All of it follows from the script.</summary>
internal sealed class YearCast
{
    private YearCast(IReadOnlyList<YearCreator> creators, IReadOnlyList<string> fans) =>
        (Creators, Fans) = (creators, fans);

    public IReadOnlyList<YearCreator> Creators { get; }

    public IReadOnlyList<string> Fans { get; }

    public static YearCast Of(YearScript script)
    {
        var fates = Enum.GetValues<Fate>();
        return new YearCast(
            [.. Enumerable.Range(0, script.Creators).Select(number => Creator(number, number < fates.Length ? fates[number] : Fate.None))],
            [.. Enumerable.Range(0, script.Fans).Select(number => Name("fan", number))]);
    }

    public YearCreator With(Fate fate) => Creators.First(creator => creator.Fate == fate);

    /// <summary>An account that nobody has, with the check digits that it would have.</summary>
    public static PayeeAccount AccountOf(string name, int number)
    {
        var bank = string.Create(CultureInfo.InvariantCulture, $"{9_100_000 + (number % 40):00000000}");
        return new PayeeAccount.UsBank(
            $"Payee {name.Replace('-', ' ')}", $"{bank}{RoutingNumber.CheckDigit(bank)}",
            string.Create(CultureInfo.InvariantCulture, $"{70_000_000 + number}"), number % 5 == 0, number % 7 == 0);
    }

    /// <summary>A person with a number that was never given to anybody.</summary>
    public static TaxIdentity IdentityOf(Command.FileTaxForm form, int number) => new($"Payee {form.Creator}")
    {
        Number = string.Create(CultureInfo.InvariantCulture, $"{219_000_000 + (99 * 10_000) + 1_000 + number}"),
        NumberKind = form.Kind == TaxFormKind.W9 ? TaxNumberKind.Ssn : TaxNumberKind.Foreign,
        Street = "1 Main Street", City = "Springfield", Country = form.Country,
    };

    private static YearCreator Creator(int number, Fate fate)
    {
        var name = Name("creator", number);
        var country = fate switch { Fate.Treaty => "GB", Fate.NoTreaty => "BR", _ => "US" };
        return new YearCreator(name, number, fate, country, AccountOf(name, number));
    }

    private static string Name(string kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:000}");
}
