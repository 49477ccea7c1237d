using System.Runtime.CompilerServices;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>A record of a run that says where it stands.</summary>
public readonly record struct RunMark(int BookId, RunId Run, Instant At, Event Event);

/// <summary>How far a run has got.</summary>
/// <param name="Begun">The number of the record that began it; 0 while nobody has.</param>
/// <param name="Skipped">The items that are recorded as skipped.</param>
/// <param name="Finish">What it said at its end.</param>
public sealed record RunProgress(
    Run Run, long Begun, IReadOnlySet<string> Skipped, Event.RunBegun? Plan, Event.RunFinished? Finish);

/// <summary>Reads schedules and runs where they are kept: in the journal, by the names of their streams.</summary>
public sealed class RunReader(NpgsqlDataSource source)
{
    // One range of the index on streams for each schedule, over all books or of one.
    internal const string MarksSql =
        """
        select j.book_id, j.stream, j.at, j.type, j.data
        from unnest($1::text[], $2::text[]) asked (first, behind)
        cross join lateral (
            select book_id, stream, at, type, data from ledger.journal
            where stream >= asked.first and stream < asked.behind and ($3::int is null or book_id = $3)
                and type in ('run_begun', 'run_finished')
            offset 0) j
        """;

    internal const string TimetablesSql =
        """
        select book_id, number, at, effective_on, type, data from ledger.journal
        where stream = $1 and ($2::int is null or book_id = $2)
        order by stream, book_id, number
        """;

    internal const string StreamSql =
        """
        select number, at, effective_on, type, data from ledger.journal
        where stream = $1 and book_id = $2
        order by number
        """;

    internal const string DoneSql =
        """
        select type, data from ledger.journal
        where book_id = $1 and number > $2 and number <= $3 and actor = $4
        order by number
        """;

    private const string ClockSql = "select clock_timestamp()";

    /// <summary>The time that all hosts share.</summary>
    public async Task<Instant> Clock(CancellationToken token)
    {
        await using var command = source.CreateCommand(ClockSql);
        return Instant.FromDateTimeUtc((DateTime)(await command.ExecuteScalarAsync(token))!);
    }

    /// <summary>The timetables of the books that have set anything, by their ids.</summary>
    public async Task<Dictionary<int, Timetable>> Timetables(OpenedBook? book, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, TimetablesSql, Timetable.Stream);
        AddBook(batch, book);
        await using var reader = await ByIndex.Read(batch, token);
        var timetables = new Dictionary<int, Timetable>();
        while (await reader.ReadAsync(token))
        {
            var id = reader.GetInt32(0);
            timetables[id] = timetables.GetValueOrDefault(id, new Timetable()).After(ReadRecorded(reader, 1));
        }

        return timetables;
    }

    /// <summary>Which runs of some schedules were begun and finished, of the day that is named beside each or later.</summary>
    public IAsyncEnumerable<RunMark> Marks(
        OpenedBook? book, IReadOnlyCollection<(string Job, string Schedule, LocalDate From)> schedules,
        CancellationToken token) => Between(
        book, [.. schedules.Select(one => RunId.StreamsFrom(one.Job, one.Schedule, one.From))],
        [.. schedules.Select(one => RunId.StreamsTo(one.Job, one.Schedule))], token);

    /// <summary>The same of all schedules of some jobs, whether they have set ones of that name or not.</summary>
    public async IAsyncEnumerable<RunMark> Marks(
        OpenedBook? book, IReadOnlyCollection<string> jobs, LocalDate from,
        [EnumeratorCancellation] CancellationToken token)
    {
        var marks = Between(
            book, [.. jobs.Select(RunId.StreamsFrom)], [.. jobs.Select(RunId.StreamsTo)], token);
        await foreach (var mark in marks)
            if (mark.Run.On >= from) yield return mark;
    }

    private async IAsyncEnumerable<RunMark> Between(
        OpenedBook? book, string[] first, string[] behind, [EnumeratorCancellation] CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, MarksSql, first, behind);
        AddBook(batch, book);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            if (!RunId.TryReadStream(reader.GetString(1), out var run)) continue;
            yield return new RunMark(
                reader.GetInt32(0), run, Instant.FromDateTimeUtc(reader.GetDateTime(2)),
                EventFormat.Read(reader.GetString(3), reader.GetFieldValue<byte[]>(4)));
        }
    }

    /// <summary>Where a run stands.</summary>
    public async Task<RunProgress> Progress(OpenedBook book, RunId run, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, StreamSql, run.Stream, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var (state, begun, skipped) = (new Run(), 0L, new HashSet<string>(StringComparer.Ordinal));
        var (plan, finish) = ((Event.RunBegun?)null, (Event.RunFinished?)null);
        while (await reader.ReadAsync(token))
        {
            var recorded = ReadRecorded(reader, 0);
            state = state.After(recorded);
            switch (recorded.Event)
            {
                case Event.RunBegun of:
                    (begun, plan) = (recorded.Number, of);
                    break;
                case Event.RunSkipped of:
                    skipped.UnionWith(of.Items.Select(item => item.Item));
                    break;
                case Event.RunFinished of:
                    finish = of;
                    break;
            }
        }

        return new RunProgress(state, begun, skipped, plan, finish);
    }

    /// <summary>
    /// All that a run has posted after it was begun, and up to a number. At its end it says so if some of it is archived.
    /// </summary>
    public async IAsyncEnumerable<Event> Done(
        OpenedBook book, RunId run, long begun, long upTo, [EnumeratorCancellation] CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, DoneSql, book.Id, begun, upTo, run.Actor.ToString());
        RangesAway.Ask(batch, book.Id);
        batch.Timeout = 0;
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
            yield return EventFormat.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
        if ((await RangesAway.Read(reader, token)).Between(begun, upTo) is { } range) throw new RangeIsArchived(range);
    }

    private static Recorded ReadRecorded(NpgsqlDataReader reader, int first) => new(
        reader.GetInt64(first),
        Instant.FromDateTimeUtc(reader.GetDateTime(first + 1)),
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(first + 2)),
        EventFormat.Read(reader.GetString(first + 3), reader.GetFieldValue<byte[]>(first + 4)));

    private static void AddBook(NpgsqlBatch batch, OpenedBook? book) => batch.BatchCommands[^1].Parameters.Add(
        new() { Value = (object?)book?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
}
