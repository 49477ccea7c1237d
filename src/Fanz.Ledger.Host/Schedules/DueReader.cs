using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Schedules;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>A run that is due in a book.</summary>
internal readonly record struct BookDue(OpenedBook Book, DueRun Due);

/// <summary>
/// Finds what is due in all books. Round trips, however many books there are: the books; their timetables; the runs that
/// there were. What is finished stays finished, so of a schedule only the days are looked at behind those that were
/// seen to be done; once in a while all is looked at again, for a database may have lost what it had last.
/// </summary>
internal sealed class DueReader(NpgsqlDataSource source, BookRegistry registry)
{
    private static readonly Duration Trusted = Duration.FromMinutes(10);

    private readonly RunReader reader = new(source);
    private readonly Dictionary<(int Book, string Job, string Schedule), Settled> settled = [];
    private Instant since = Instant.MinValue;

    /// <param name="DoneThrough">Up to there nothing is due any more.</param>
    /// <param name="First">The first day on which there was a run that nobody began by hand.</param>
    private readonly record struct Settled(LocalDate DoneThrough, LocalDate? First);

    public async Task<IReadOnlyList<BookDue>> Due(OpenedBook? only, Instant now, CancellationToken token)
    {
        if (now < since || now - since > Trusted)
        {
            settled.Clear();
            since = now;
        }

        var books = only is null ? await registry.List(token) : [only];
        var timetables = await reader.Timetables(only, token);
        var asked = books.SelectMany(book => Of(timetables, book).Names.Select(name => (book, name.Job, name.Name)))
            .ToArray();
        var seen = await Seen(only, asked, now, token);
        var due = new List<BookDue>();
        foreach (var (book, job, schedule) in asked)
        {
            var runs = seen.GetValueOrDefault((book.Id, job, schedule)) ?? [];
            var found = DueRuns.Of(Of(timetables, book), job, schedule, book.Settings.TimeZone, now, runs);
            due.AddRange(found.Select(one => new BookDue(book, one)));
            Settle(book, job, schedule, now, found, runs);
        }

        return due;
    }

    private static Timetable Of(Dictionary<int, Timetable> timetables, OpenedBook book) =>
        timetables.GetValueOrDefault(book.Id, Unset);

    private static readonly Timetable Unset = new();

    private async Task<Dictionary<(int, string, string), Dictionary<LocalDate, SeenRun>>> Seen(
        OpenedBook? only, IReadOnlyCollection<(OpenedBook Book, string Job, string Schedule)> asked, Instant now,
        CancellationToken token)
    {
        var seen = new Dictionary<(int, string, string), Dictionary<LocalDate, SeenRun>>();
        // The earliest day that any of the books needs.
        var from = asked.GroupBy(one => (one.Job, one.Schedule)).Select(group => (
            group.Key.Job, group.Key.Schedule, group.Min(one => FromOf(one.Book, one.Job, one.Schedule, now)))).ToArray();
        foreach (var (book, job, schedule) in asked)
        {
            var runs = seen[(book.Id, job, schedule)] = [];
            if (!settled.TryGetValue((book.Id, job, schedule), out var known)) continue;
            // What was seen to be done stands for all the days before it.
            for (var day = known.First ?? known.DoneThrough; day <= known.DoneThrough; day = day.PlusDays(1))
                runs[day] = new SeenRun(RunState.Finished, IsByHand: known.First is null);
        }

        await foreach (var mark in reader.Marks(only, from, token))
        {
            var key = (mark.BookId, mark.Run.Job, mark.Run.Schedule);
            if (!seen.TryGetValue(key, out var runs)) continue;
            var before = runs.GetValueOrDefault(mark.Run.On);
            runs[mark.Run.On] = mark.Event switch
            {
                Event.RunBegun begun => new SeenRun(
                    before.State == RunState.Finished ? RunState.Finished : RunState.Begun, begun.ByHand == true),
                _ => before with { State = RunState.Finished },
            };
        }

        return seen;
    }

    private LocalDate FromOf(OpenedBook book, string job, string schedule, Instant now) =>
        settled.TryGetValue((book.Id, job, schedule), out var known)
            ? known.DoneThrough.PlusDays(1)
            : DueRuns.Earliest(now.InZone(book.Settings.TimeZone).Date);

    /// <summary>Yesterday and before nothing new becomes due: schedules and holidays are set ahead.</summary>
    private void Settle(
        OpenedBook book, string job, string schedule, Instant now, IReadOnlyList<DueRun> due,
        Dictionary<LocalDate, SeenRun> runs)
    {
        var through = now.InZone(book.Settings.TimeZone).Date.PlusDays(-2);
        if (due.Count > 0) through = LocalDate.Min(through, due.Min(one => one.Run.On).PlusDays(-1));
        var own = runs.Where(run => !run.Value.IsByHand).Select(run => run.Key).ToArray();
        if (own.Length == 0) return;
        settled[(book.Id, job, schedule)] = new Settled(through, own.Min());
    }
}
