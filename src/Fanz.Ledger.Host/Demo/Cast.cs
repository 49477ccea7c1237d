using Fanz.Ledger.Books;
using NodaTime;

namespace Fanz.Ledger.Host.Demo;

/// <summary>How a creator is taxed when what they earned becomes theirs to have.</summary>
internal enum TaxStatus
{
    Resident,

    /// <summary>No valid taxpayer number: 24 % of everything is withheld.</summary>
    WithoutNumber,

    /// <summary>Not of the country that some of the payments come from: 30 % of those is withheld.</summary>
    NonResident,
}

/// <param name="Name">The name.</param>
/// <param name="Tier">By which rules may hold earnings for longer or shorter.</param>
/// <param name="Country">Where they live.</param>
/// <param name="MonthlyPrice">What a month of their subscription costs.</param>
/// <param name="Tax">How they are taxed.</param>
/// <param name="PaidIn">Another currency that they are paid out in.</param>
internal sealed record CastCreator(
    string Name, string Tier, string Country, long MonthlyPrice, TaxStatus Tax, string? PaidIn);

/// <param name="Name">The name.</param>
/// <param name="Since">Since when they have been a fan.</param>
/// <param name="Country">Where their payments come from.</param>
/// <param name="Affiliate">Who brought them.</param>
internal sealed record CastFan(string Name, LocalDate Since, string Country, string? Affiliate);

/// <summary>
/// Who takes part on a platform, and at what prices. All of it follows from the seed. Beside them there are a few
/// people with names, to whom the rare things happen (see <see cref="RareOperations"/>).
/// </summary>
internal sealed class Cast
{
    private const int FansOfACreator = 12;
    private const int FewestCreators = 6;
    private static readonly long[] MonthlyPrices = [4_99, 7_99, 9_99, 9_99, 14_99, 24_99];
    private static readonly string[] Tiers = ["new", "standard", "standard", "standard", "top"];

    private readonly Dictionary<string, CastCreator> byName;

    private Cast(IReadOnlyList<CastCreator> creators, IReadOnlyList<CastFan> fans)
    {
        (Creators, Fans) = (creators, fans);
        byName = creators.ToDictionary(creator => creator.Name);
    }

    public IReadOnlyList<CastCreator> Creators { get; }

    public IReadOnlyList<CastFan> Fans { get; }

    /// <summary>The creator of a name; null for those to whom only rare things happen.</summary>
    public CastCreator? Find(string name) => byName.GetValueOrDefault(name);

    public static Cast Of(Scenery scenery, int fans, Random random)
    {
        if (fans == 0) return new Cast([], []);
        var creators = Math.Max(FewestCreators, fans / FansOfACreator);
        return new Cast(
            [.. Enumerable.Range(0, creators).Select(number => Creator(scenery, number, creators, random))],
            [.. Enumerable.Range(0, fans).Select(number => Fan(scenery, number, random))]);
    }

    public CastFan AnyFan(Random random) => Fans[random.Next(Fans.Count)];

    /// <summary>The first ones are the most popular: half of everything goes to a quarter of them.</summary>
    public CastCreator AnyCreator(Random random)
    {
        var luck = random.NextDouble();
        return Creators[(int)(luck * luck * Creators.Count)];
    }

    private static CastCreator Creator(Scenery scenery, int number, int creators, Random random) => new(
        number == creators / 2 ? scenery.ShownCreator : $"creator-{number:000}",
        Tiers[random.Next(Tiers.Length)],
        scenery.Countries[random.Next(scenery.Countries.Length)].Country,
        MonthlyPrices[random.Next(MonthlyPrices.Length)],
        // Whatever can be is, however small the cast.
        number == 1 || random.Next(50) == 0 ? TaxStatus.WithoutNumber
        : number == 2 || random.Next(25) == 0 ? TaxStatus.NonResident
        : TaxStatus.Resident,
        number == 3 || random.Next(40) == 0 ? scenery.OtherCurrency : null);

    private static CastFan Fan(Scenery scenery, int number, Random random) => new(
        $"fan-{number:0000}",
        Demonstration.Eve.PlusDays(-30 - random.Next(1_000)),
        scenery.Countries[random.Next(scenery.Countries.Length)].Country,
        random.Next(10) == 0 ? $"affiliate-{random.Next(20):00}" : null);
}

/// <summary>What differs between the platforms: where they are, and what is usual there.</summary>
/// <param name="Book">The book, as a person would create it.</param>
/// <param name="ShownCreator">The name of the creator whose statement can be shown.</param>
/// <param name="OtherCurrency">Another currency in which some creators are paid out.</param>
/// <param name="Countries">Where people live, and the rate of the tax on what fans buy there.</param>
internal sealed record Scenery(
    BookSettings Book, string ShownCreator, string OtherCurrency, (string Country, int VatBasisPoints)[] Countries);
