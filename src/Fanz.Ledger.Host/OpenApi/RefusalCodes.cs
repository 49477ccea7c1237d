using System.Collections.Frozen;
using System.Reflection;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// Every business "no" there is. Each is made by a method of <see cref="Refusal"/>, and made here once with sample
/// facts: so its code, the names of its facts and what it says cannot be others than those that are answered.
/// </summary>
internal static class RefusalCodes
{
    public static FrozenDictionary<string, Refusal> ByMaker { get; } = typeof(Refusal)
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType == typeof(Refusal) && !method.IsSpecialName)
        .ToFrozenDictionary(method => method.Name, Sample, StringComparer.Ordinal);

    /// <summary>What stands beside its maker in the source, if anything does.</summary>
    public static string? WordsOf(string maker) => Wording.OfMethod(typeof(Refusal).GetMethod(maker)!);

    public static IEnumerable<Refusal> Of(Type command) => Reach.OfRecipe(command).Refusals
        .Select(maker => ByMaker[maker])
        .OrderBy(refusal => refusal.Code, StringComparer.Ordinal);

    private static Refusal Sample(MethodInfo maker)
    {
        var number = 0;
        return (Refusal)maker.Invoke(null, [.. maker.GetParameters().Select(one => Sample(one, ref number))])!;
    }

    private static object Sample(ParameterInfo parameter, ref int number)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var name = parameter.Name!;
        if (type == typeof(AccountKey)) return Account(name);
        if (type == typeof(Currency)) return Currency.Of("USD");
        if (type == typeof(BookName)) return new BookName("fanz", "bestfans");
        if (type == typeof(LocalDate)) return new LocalDate(2026, 1, name == "today" ? 5 : 8);
        if (type == typeof(RuleScope)) return new RuleScope("mia");
        if (type == typeof(RunId))
            return new RunId(StandingJobs.ReleaseHolds, Schedule.Main, new LocalDate(2026, 1, 8));
        if (type == typeof(Role)) return Role.Creator;
        if (type == typeof(IncomeClass)) return IncomeClass.Royalties;
        if (type == typeof(int)) return 3 + number++;
        if (type == typeof(long)) return IsNumber(name) ? 42L + number++ : Amount(name) ?? 1_000L + (250 * number++);
        if (type == typeof(Int128)) return (Int128)(Amount(name) ?? 1_000L + (250 * number++));
        if (type == typeof(string)) return Word(name, ((MethodInfo)parameter.Member).Name);
        throw new InvariantBroken($"There is no sample {type.Name} for the refusals of the document.");
    }

    /// <summary>Where any two numbers would not make sense of the sentence that they are in.</summary>
    private static long? Amount(string name) => name switch
    {
        "available" => 500,
        "sources" => 1_500_00,
        "needed" => 999,
        "minimum" or "most" => 1_000_00,
        "maximum" or "spent" => 500_00,
        "paid" => 600_00,
        "discount" or "withheldFrom" => 1_200_00,
        _ => null,
    };

    private static AccountKey Account(string name)
    {
        var dollar = Currency.Of("USD");
        return name switch
        {
            "held" => new AccountKey(Chart.CreatorPending, "mia", dollar, new LocalDate(2026, 1, 8)),
            "debt" => new AccountKey(Chart.CreatorDebt, "mia", dollar),
            "tax" => new AccountKey(Chart.SalesTaxPayable, "US-CA", dollar),
            "position" => new AccountKey(Chart.ExchangePosition, "", dollar),
            "reserve" => new AccountKey(Chart.ProcessorReserve, "northpay", dollar),
            _ => new AccountKey(Chart.FanWallet, "anna", dollar),
        };
    }

    private static bool IsNumber(string name) => name is
        "transaction" or "number" or "by" or "charge" or "grant" or "receipt" or "refund" or "sale"
        or "setBy";

    private static string Word(string name, string maker) => (name, maker) switch
    {
        ("fan", _) => "anna",
        ("creator" or "party", _) => "mia",
        ("currency", _) => "USD",
        ("country", _) => "DE",
        ("payerCountry", _) => "GB",
        ("missing", _) => "payer_country",
        ("named", nameof(Refusal.ProposalOfAnotherCommand)) => "adjust",
        ("command", _) => "grant_goodwill",
        ("problem", _) => "Nobody approves a limit of their own.",
        ("state", nameof(Refusal.ProposalNotOpen)) => "approved",
        ("named" or "asked", _) => "EUR",
        ("state", nameof(Refusal.PayoutNotInState)) => "formed",
        ("needed", nameof(Refusal.PayoutNotInState)) => "accepted",
        ("state", nameof(Refusal.BatchNotInState)) => "closed",
        ("needed", nameof(Refusal.BatchNotInState)) => "approved",
        ("state", nameof(Refusal.PaymentFileNotInState)) => "released",
        ("platform", _) => "bestfans",
        ("person", _) => "quinn",
        ("hash", _) => new string('0', 64),
        ("state", nameof(Refusal.DisputeNotInState)) => "won",
        ("needed", nameof(Refusal.DisputeNotInState)) => "open",
        ("state", nameof(Refusal.SubscriptionNotInState)) => "active",
        ("needed", nameof(Refusal.SubscriptionNotInState)) => "past_due",
        ("kept", nameof(Refusal.PayoutMethodByOtherRail)) => "sepa",
        ("kept", nameof(Refusal.PayoutMethodInOtherCurrency)) => "EUR",
        ("method", _) => "bank",
        ("outcome", _) => "possible_hit",
        ("reason", _) => "R02 account closed",
        ("state", _) => "finished",
        ("end", _) => "voided",
        ("limit", _) => "per_day",
        ("why", _) => "cannot be undone this way",
        ("what", nameof(Refusal.TooEarly)) => "The subscription can be renewed",
        ("what", nameof(Refusal.TooLate)) => "The subscription could be resumed",
        _ => $"{name}-1",
    };
}
