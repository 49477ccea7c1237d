using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Packages;

/// <summary>
/// A place of a book as people name it: the number of a record, a time, or a day of the book's own calendar.
/// </summary>
internal abstract record NamedPlace
{
    private NamedPlace()
    {
    }

    /// <summary>The first record from there on.</summary>
    public abstract Task<long> First(JournalReader journal, OpenedBook book, CancellationToken token);

    /// <summary>The last record up to there.</summary>
    public abstract Task<long> Last(JournalReader journal, OpenedBook book, CancellationToken token);

    public sealed record ByNumber(long Number) : NamedPlace
    {
        public override Task<long> First(JournalReader journal, OpenedBook book, CancellationToken token) =>
            Task.FromResult(Number);

        public override Task<long> Last(JournalReader journal, OpenedBook book, CancellationToken token) =>
            Task.FromResult(Number);
    }

    public sealed record ByTime(Instant Time) : NamedPlace
    {
        public override async Task<long> First(JournalReader journal, OpenedBook book, CancellationToken token) =>
            1 + await journal.NumberAt(book, Time - Duration.FromTicks(10), token);

        public override Task<long> Last(JournalReader journal, OpenedBook book, CancellationToken token) =>
            journal.NumberAt(book, Time, token);
    }

    public sealed record ByDay(LocalDate Day) : NamedPlace
    {
        public override Task<long> First(JournalReader journal, OpenedBook book, CancellationToken token) =>
            new ByTime(StartOf(book, Day)).First(journal, book, token);

        public override Task<long> Last(JournalReader journal, OpenedBook book, CancellationToken token) =>
            new ByTime(StartOf(book, Day.PlusDays(1)) - Duration.FromTicks(10)).Last(journal, book, token);

        private static Instant StartOf(OpenedBook book, LocalDate day) =>
            day.AtStartOfDayInZone(book.Settings.TimeZone).ToInstant();
    }
}

/// <summary>How a place of a book is named on the command line.</summary>
internal static class PlaceWords
{
    public static Option<NamedPlace?> Option(string name, string description) => new(name)
    {
        HelpName = "NUMBER|DAY|TIME",
        Description = description,
        CustomParser = Read,
    };

    private static NamedPlace? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return new NamedPlace.ByNumber(number);
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day)) return new NamedPlace.ByDay(day);
        if (OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out var time))
            return new NamedPlace.ByTime(time.ToInstant());
        result.AddError(
            $"`{text}` is neither the number of a record nor a day such as 2026-01-31 "
            + "nor a time such as 2026-01-31T23:59:59Z.");
        return null;
    }
}
