using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Demo;

/// <summary>What is played: the same seed and size give the same month, to the cent.</summary>
internal sealed record Script(int Seed, int Fans)
{
    public const int UsualSeed = 2026;
    public const int UsualFans = 4_000;

    /// <summary>A month that is played while somebody waits for something else.</summary>
    public static readonly Script Small = new(UsualSeed, Fans: 100);
}

/// <summary>
/// A month on two platforms of the tenant `fanz` and in its treasury, posted through the real writer by a clock of its
/// own: on the eve the platforms are set up and the people move in, then come the thirty-one days of January 2026. On a
/// morning the schedules run; by day people buy, and the rare things happen; in the evening the processors settle.
/// </summary>
internal sealed class Demonstration
{
    public static readonly LocalDate Eve = new(2025, 12, 31);
    public static readonly LocalDate End = new(2026, 1, 31);

    public static readonly BookName BestFans = new("fanz", "bestfans");
    public static readonly BookName GirlFanz = new("fanz", "girlfanz");
    public static readonly BookName Treasury = new("fanz", "_");

    /// <summary>Of ten fans so many are on the first platform; the others are on the second.</summary>
    private const int OnBestFans = 7;

    private static readonly Scenery[] Sceneries =
        [
            new(
                Opened(BestFans, "America/New_York", "USD"), "mia", "GBP",
                [("US", 0), ("US", 0), ("US", 0), ("CA", 0)]),
            new(
                Opened(GirlFanz, "Europe/Berlin", "EUR"), "lea", "CHF",
                [("DE", 1_900), ("DE", 1_900), ("FR", 2_000), ("NL", 2_100), ("CH", 0)]),
            new(Opened(Treasury, "America/New_York", "USD"), "", "EUR", []),
        ];

    private readonly Days days;
    private readonly Player player;
    private readonly Stage[] stages;
    private readonly IProgress<string>? progress;
    private Played played = Played.Nothing;

    private Demonstration(Days days, Player player, Stage[] stages, IProgress<string>? progress) =>
        (this.days, this.player, this.stages, this.progress) = (days, player, stages, progress);

    /// <summary>The books it is played in.</summary>
    public static IReadOnlyList<BookSettings> Books { get; } = [.. Sceneries.Select(scenery => scenery.Book)];

    /// <summary>The creator whose statement is shown, and the book.</summary>
    public static (BookName Book, string Creator) Shown => (BestFans, Sceneries[0].ShownCreator);

    public static async Task<Played> Play(
        NpgsqlDataSource source, WriterOptions options, Script script, IProgress<string>? progress,
        CancellationToken token)
    {
        var days = new Days();
        var registry = new BookRegistry(source, days);
        await using var writer = new BookWriter(source, registry, options with { Clock = days });
        foreach (var book in Books) await registry.Open(book, Player.Name.ToString(), token);
        var onBestFans = script.Fans * OnBestFans / 10;
        int[] fans = [onBestFans, script.Fans - onBestFans, 0];
        var stages = Sceneries
            .Select((scenery, i) => new Stage(scenery, fans[i], unchecked((script.Seed * 31) + i)))
            .ToArray();
        var demonstration = new Demonstration(days, new Player(writer, options, token), stages, progress);
        await demonstration.Play(script);
        return demonstration.played;
    }

    private async Task Play(Script script)
    {
        Begin(Eve);
        // The first word in each book says what is played, so that another script is told so at once.
        await Everywhere("script", stage => Opening.Announce(stage, script));
        await Everywhere("settings", Opening.Settings);
        await Everywhere("people", Opening.People);
        var rare = new RareOperations(stages, player);
        played += await rare.Of(Eve);
        for (var day = Eve.PlusDays(1); day <= End; day = day.PlusDays(1))
        {
            Begin(day);
            progress?.Report($"playing {day:d MMMM}: {played.Commands:N0} commands so far");
            // Each run sees what the one before it has left.
            await Everywhere("due", Schedules.Due);
            await Everywhere("releases", Schedules.Releases);
            await Everywhere("of-the-day", Schedules.OfTheDay);
            days.GoOn(Duration.FromHours(4));
            await Everywhere("life", OrdinaryDays.Of);
            played += await rare.Of(day);
            days.GoOn(Duration.FromHours(4));
            await Everywhere("evening", Schedules.OfEvening);
        }
    }

    private void Begin(LocalDate day)
    {
        days.Begin(day);
        foreach (var stage in stages) stage.Today = day;
    }

    /// <summary>The books know nothing of each other, so each can be played by itself.</summary>
    private async Task Everywhere(string part, Func<Stage, IEnumerable<Step>> what)
    {
        foreach (var one in await Task.WhenAll(stages.Select(stage => player.Post(stage, part, what(stage)))))
            played += one;
    }

    private static BookSettings Opened(BookName name, string timeZone, string currency) =>
        BookSettings.Read(name.Tenant, name.Platform, timeZone, BookSettings.NoHolidays, currency) is ({ } settings, _)
            ? settings
            : throw new InvariantBroken($"The demonstration cannot open {name}.");

    /// <summary>
    /// The clock. A day begins at 13:00 and its evening at 21:00 universal time, which is the same date on both sides
    /// of the Atlantic.
    /// </summary>
    private sealed class Days : IClock
    {
        private Instant now = Eve.At(new LocalTime(12, 0)).InUtc().ToInstant();

        public void Begin(LocalDate day) => now = day.At(new LocalTime(13, 0)).InUtc().ToInstant();

        public void GoOn(Duration time) => now += time;

        public Instant GetCurrentInstant() => now;
    }
}
