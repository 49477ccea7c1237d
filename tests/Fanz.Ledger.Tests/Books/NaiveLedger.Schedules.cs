using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Schedules and runs move nothing; a run is begun once, skips in chunks and is finished once.</summary>
internal sealed partial class NaiveLedger
{
    private readonly HashSet<(string Book, string Calendar)> calendars = [];
    private readonly Dictionary<(string Book, string Run), (bool IsFinished, int Chunks)> runs = [];

    private Answer? OfSchedules(Command command) => command switch
    {
        Command.SetSchedule { EffectiveOn: { } day } when day < today => Refused("effective_in_past"),
        Command.SetSchedule c when c.Calendar is not (null or "none" or "us.fed" or "eu.target" or "uk.bank")
            && !calendars.Contains((here, c.Calendar)) => Refused("calendar_unknown"),
        Command.SetSchedule => Move("schedule_set"),
        Command.SetHolidays c when (c.Closed ?? []).Concat(c.Open ?? []).Any(day => day <= today) =>
            Refused("holiday_not_ahead"),
        Command.SetHolidays c => Close(c),
        Command.BeginRun c => Begin(Name(c), c.On),
        Command.RecordSkipped c => Skip(Name(c), c.Chunk),
        Command.FinishRun c => Finish(Name(c)),
        _ => null,
    };

    private Answer Close(Command.SetHolidays c)
    {
        calendars.Add((here, c.Calendar));
        return Move("holidays_set");
    }

    private Answer Begin(string run, LocalDate on)
    {
        if (runs.TryGetValue((here, run), out var known))
            return Refused(known.IsFinished ? "run_is_finished" : "run_is_begun");
        if (on > today) return Refused("run_is_ahead");
        runs[(here, run)] = (false, 0);
        return Move("run_begun");
    }

    private Answer Skip(string run, int chunk)
    {
        if (!runs.TryGetValue((here, run), out var known)) return Refused("run_not_begun");
        if (known.IsFinished) return Refused("run_is_finished");
        if (chunk != known.Chunks + 1) return Refused("not_next_chunk");
        runs[(here, run)] = (false, chunk);
        return Move("run_skipped");
    }

    private Answer Finish(string run)
    {
        if (!runs.TryGetValue((here, run), out var known)) return Refused("run_not_begun");
        if (known.IsFinished) return Refused("run_is_finished");
        runs[(here, run)] = (true, known.Chunks);
        return Move("run_finished");
    }

    private static string Name(Command.OfRun command) => $"{command.Job}/{command.Schedule}/{command.On}";
}
