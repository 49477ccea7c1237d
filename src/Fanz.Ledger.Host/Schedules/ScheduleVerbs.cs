using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Schedules;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>`ledger schedule list`. Schedules are set by two people, over HTTP: `set_schedule`.</summary>
internal static class ScheduleVerbs
{
    private static readonly LocalTimePattern TimeOfDay = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public static Command Words() => new("schedule", "See when jobs are done.") { ListWords() };

    private static Command ListWords()
    {
        var book = BookWords.Option("The book.", isRequired: true);
        var json = Answer.JsonOption();
        var verb = new Command("list", "Say what schedules hold today, and which jobs have none.") { book, json };
        verb.SetAction((words, token) => List(words.GetValue(book)!.Value, words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> List(BookName name, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        var reader = new RunReader(source);
        var now = await reader.Clock(token);
        var zone = book.Settings.TimeZone;
        var timetable = (await reader.Timetables(book, token)).GetValueOrDefault(book.Id, new Timetable());
        var rows = timetable.Names
            .Select(one => (
                one.Job, one.Name, Schedule: timetable.On(now.InZone(zone).Date, one.Job, one.Name),
                Next: DueRuns.Next(timetable, one.Job, one.Name, zone, now).Cast<DueRun?>().FirstOrDefault()))
            .ToArray();
        if (asJson)
        {
            Answer.Json(new
            {
                Schedules = rows.Select(row => new
                {
                    row.Job,
                    Schedule = row.Name,
                    Cadence = row.Schedule?.Cadence.ToString(),
                    At = row.Schedule is { } schedule ? TimeOfDay.Format(schedule.At) : null,
                    row.Schedule?.Calendar,
                    Roll = row.Schedule?.Roll.ToString().ToLowerInvariant(),
                    Enabled = row.Schedule?.IsEnabled,
                    row.Schedule?.Options,
                    Next = row.Next is { } next ? InstantPattern.ExtendedIso.Format(next.At) : null,
                }),
                TimeZone = zone.Id,
                WithoutSchedule = Without(timetable),
            });
            return CommandLine.Done;
        }

        Answer.Table(
            $"Schedules of {book.Name}, in {zone.Id}:",
            ["job", "schedule", "days", "at", "calendar", "otherwise", "options", "next (local)"],
            rows.Select(row => (IReadOnlyList<string>)
                [
                    row.Job, row.Name, row.Schedule?.Cadence.ToString() ?? "holds later",
                    row.Schedule is { } schedule ? TimeOfDay.Format(schedule.At) : "", row.Schedule?.Calendar ?? "",
                    row.Schedule is { IsEnabled: false } ? "rests" : row.Schedule?.Roll.ToString().ToLowerInvariant() ?? "",
                    string.Join(", ", (row.Schedule?.Options ?? new Dictionary<string, string>())
                        .Select(option => $"{option.Key}={option.Value}")),
                    row.Next is { } next
                        ? next.At.InZone(zone).ToString(
                            "uuuu-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)
                        : "never",
                ]));
        if (Without(timetable) is { Length: > 0 } without)
            Answer.Line($"Without a schedule: {string.Join(", ", without)}.");
        return CommandLine.Done;
    }

    private static string[] Without(Timetable timetable) =>
        [.. StandingJobs.Names.Except(timetable.Names.Select(one => one.Job))];
}
