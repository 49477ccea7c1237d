using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>What is played: the same seed and size give the same year, to the cent, however often it is broken off.</summary>
internal sealed record YearScript(int Seed, int Days, int Creators, int Fans)
{
    public const int WholeYear = 365;
    public const int FewestDays = 14;

    /// <summary>As many as there are fates, so that each is met.</summary>
    public const int FewestCreators = 16;

    public static readonly YearScript Usual = new(Script.UsualSeed, WholeYear, Creators: 24, Fans: 80);

    /// <summary>The day before the first: the platform is set up.</summary>
    public static readonly LocalDate Eve = new(2024, 12, 31);

    public static readonly BookName Platform = new("fanz", "yearfanz");

    public LocalDate First => Eve.PlusDays(1);

    public LocalDate Last => Eve.PlusDays(Days);

    public static BookSettings Settings { get; } = BookSettings.Read(
        Platform.Tenant, Platform.Platform, "America/New_York", "us.fed", "USD") is ({ } settings, _)
        ? settings
        : throw new InvariantBroken($"The demonstration cannot open {Platform}.");
}
