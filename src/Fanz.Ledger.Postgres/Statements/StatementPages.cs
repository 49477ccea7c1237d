using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Statements;

/// <summary>The rows behind a statement are read no more: its follower has lost its place.</summary>
public sealed class StatementCut(string why) : Exception(why);

/// <summary>Where the entries of an account lie that have the same two days.</summary>
internal readonly record struct AccountDay(
    long AccountId, LocalDate EffectiveOn, LocalDate RecordedOn, long FirstPosition, long LastPosition);

/// <summary>An entry as the ledger has it, debit positive.</summary>
internal readonly record struct WalkedEntry(
    long AccountId, long Position, long Number, long Amount, string Type, LocalDate EffectiveOn);

/// <summary>
/// The entries of a statement in the order of their days, from an index alone: first which accounts moved on which
/// days of a month, and where those entries lie; then day by day a walk over the few accounts that moved. Every page is
/// a short transaction of its own. Days are those of whichever build is live, which has all that is up to the number;
/// of its rows only what lies up to the number is looked at.
/// </summary>
/// <param name="source">Where to read.</param>
/// <param name="book">Of which book.</param>
/// <param name="place">Up to where.</param>
/// <param name="accounts">Whose entries.</param>
/// <param name="from">The first day; the least of all dates for the first there is.</param>
/// <param name="to">The last day; the largest of all dates for the last there is.</param>
/// <param name="knownOn">The last day of recording.</param>
internal sealed class StatementPages(
    NpgsqlDataSource source, OpenedBook book, Place place, long[] accounts, DateOnly from, DateOnly to,
    DateOnly knownOn)
{
    /// <summary>How many entries are asked for at a time, over all accounts.</summary>
    public const int EntriesAPage = 1_000;

    private const int DaysAPage = 31;

    /// <summary>
    /// The days of a month that begins with the next day on which anything moved. Without a live build there is no
    /// row, and without such a day one of nothing.
    /// </summary>
    internal const string DaysSql =
        """
        select d.account_id, d.effective_on, d.recorded_on, d.first_position, d.last_position
        from (
            select id from ledger.builds
            where follower = 'balances' and book_id = $1 and state = 'live' and state <> 'retired' and number >= $2) b
        cross join lateral (
            select min(of_account.effective_on) as first_day
            from unnest($4::bigint[]) as account (id)
            cross join lateral (
                select effective_on from projected.account_days
                where build = b.id and account_id = account.id and effective_on >= $5 and effective_on <= $6
                    and recorded_on <= $7 and first_position <= $3
                order by effective_on limit 1) of_account) next
        left join lateral (
            select of_account.*
            from unnest($4::bigint[]) as account (id)
            cross join lateral (
                select account_id, effective_on, recorded_on, first_position, last_position
                from projected.account_days
                where build = b.id and account_id = account.id and effective_on >= next.first_day
                    and effective_on <= $6 and effective_on < next.first_day + $8 and recorded_on <= $7
                    and first_position <= $3
                offset 0) of_account) d on true
        """;

    internal const string EntriesSql =
        """
        select w.place, e.position, e.number, e.amount, j.type, j.effective_on, j.at
        from unnest($2::bigint[], $3::bigint[], $4::bigint[]) with ordinality as w (account_id, after, up_to, place)
        cross join lateral (
            select position, number, amount from ledger.entries
            where account_id = w.account_id and book_id = $1 and position > w.after and position <= w.up_to
            order by position limit $5) e
        cross join lateral (
            select type, effective_on, at from ledger.journal where book_id = $1 and number = e.number limit 1) j
        """;

    internal const string InLedgerSql =
        """
        select coalesce(sum(e.balance), 0)
        from unnest($2::bigint[]) as account (id)
        cross join lateral (
            select balance from ledger.entries
            where account_id = account.id and book_id = $1 and position <= $3
            order by position desc limit 1) e
        """;

    private (Instant At, LocalDate Date) lastRecorded = (Instant.MinValue, default);

    /// <summary>How many pages of entries were read.</summary>
    public int PagesRead { get; private set; }

    /// <summary>How many rows of entries were read, those that were left out included.</summary>
    public long RowsRead { get; private set; }

    /// <summary>The most rows that one page had.</summary>
    public int MostRowsOfAPage { get; private set; }

    /// <summary>The most entries that were in memory at a time.</summary>
    public int MostWaiting { get; private set; }

    public async IAsyncEnumerable<WalkedEntry> Entries([EnumeratorCancellation] CancellationToken token)
    {
        // Without a place the follower has not begun: there was nothing, and there is nothing now.
        if (accounts.Length == 0 || place.Number == 0) yield break;
        var next = from;
        while (next <= to)
        {
            var days = await Days(next, token);
            if (days.Count == 0) yield break;
            var firstDay = days.Min(day => day.EffectiveOn);
            foreach (var day in days.GroupBy(day => day.EffectiveOn).OrderBy(day => day.Key))
                await foreach (var entry in OfDay([.. day], token)) yield return entry;
            next = firstDay.PlusDays(DaysAPage).ToDateOnly();
        }
    }

    /// <summary>What the last entries of the accounts say, up to the place.</summary>
    public async Task<long> InLedger(CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, InLedgerSql, book.Id, accounts, place.Position);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        await reader.ReadAsync(token);
        var sum = (long)reader.GetDecimal(0);
        var away = await RangesAway.Read(reader, token);
        return away.WithinPosition(place.Position) is { } range ? throw new RangeIsArchived(range) : sum;
    }

    private async Task<List<AccountDay>> Days(DateOnly next, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, DaysSql, book.Id, place.Number, place.Position, accounts, next, to, knownOn, DaysAPage);
        await using var reader = await ByIndex.Read(batch, token);
        var (days, isLive) = (new List<AccountDay>(), false);
        while (await reader.ReadAsync(token))
        {
            isLive = true;
            if (reader.IsDBNull(0)) continue;
            days.Add(new AccountDay(
                AccountId: reader.GetInt64(0),
                EffectiveOn: LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(1)),
                RecordedOn: LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(2)),
                FirstPosition: reader.GetInt64(3),
                LastPosition: Math.Min(reader.GetInt64(4), place.Position)));
        }

        return isLive
            ? days
            : throw new StatementCut($"What balances of {book.Name} were is no longer known up to {place.Number}.");
    }

    /// <summary>
    /// The entries of a day in the order of their positions: each account is walked by itself, whoever has run dry is
    /// asked for more, and none of them is read twice.
    /// </summary>
    private async IAsyncEnumerable<WalkedEntry> OfDay(
        AccountDay[] days, [EnumeratorCancellation] CancellationToken token)
    {
        var walks = days.Select(day => new Walk(day)).ToArray();
        var waiting = new PriorityQueue<(WalkedEntry Entry, Walk Walk), long>();
        while (true)
        {
            var dry = walks.Where(walk => walk.IsDry).ToArray();
            if (dry.Length > 0) await Read(dry, waiting, token);
            else if (waiting.Count == 0) yield break;
            var isEnough = dry.Any(walk => walk.IsDry);
            while (!isEnough && waiting.TryDequeue(out var first, out _))
            {
                first.Walk.Waiting--;
                yield return first.Entry;
                isEnough = first.Walk.IsDry;
            }
        }
    }

    private async Task Read(
        Walk[] dry, PriorityQueue<(WalkedEntry Entry, Walk Walk), long> waiting, CancellationToken token)
    {
        var limit = Math.Max(1, EntriesAPage / dry.Length);
        await using var batch = ByIndex.Query(
            source, EntriesSql, book.Id, dry.Select(walk => walk.Day.AccountId).ToArray(),
            dry.Select(walk => walk.After).ToArray(), dry.Select(walk => walk.Day.LastPosition).ToArray(), limit);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var (rows, counts) = (0, new int[dry.Length]);
        var positions = new List<long>();
        while (await reader.ReadAsync(token))
        {
            var index = (int)reader.GetInt64(0) - 1;
            var walk = dry[index];
            var entry = new WalkedEntry(
                walk.Day.AccountId, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4),
                LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(5)));
            rows++;
            counts[index]++;
            walk.After = Math.Max(walk.After, entry.Position);
            positions.Add(entry.Position);
            // What lies between the entries of a day may have been dated on another.
            if (entry.EffectiveOn != walk.Day.EffectiveOn || Recorded(reader.GetDateTime(6)) != walk.Day.RecordedOn)
                continue;
            walk.Waiting++;
            waiting.Enqueue((entry, walk), entry.Position);
        }

        RequireHere(await RangesAway.Read(reader, token), dry, positions);
        for (var i = 0; i < dry.Length; i++)
            if (counts[i] < limit) dry[i].After = dry[i].Day.LastPosition;
        PagesRead++;
        RowsRead += rows;
        MostRowsOfAPage = Math.Max(MostRowsOfAPage, rows);
        MostWaiting = Math.Max(MostWaiting, waiting.Count);
    }

    /// <summary>
    /// Who moved in an archived range on one of these days has the first or the last entry of the day there, or the day
    /// reaches beyond it: then the account's last entry of the range, which is here still, is among those that were read.
    /// </summary>
    private static void RequireHere(RangesAway away, Walk[] dry, List<long> positions)
    {
        if (!away.Any) return;
        foreach (var day in dry.Select(walk => walk.Day))
            positions.AddRange([day.FirstPosition, day.LastPosition]);
        foreach (var position in positions)
            if (away.WithPosition(position) is { } range) throw new RangeIsArchived(range);
    }

    /// <summary>The day of the book on which something was recorded. Neighbours share their time.</summary>
    private LocalDate Recorded(DateTime at)
    {
        var time = Instant.FromDateTimeUtc(at);
        if (lastRecorded.At != time) lastRecorded = (time, time.InZone(book.Settings.TimeZone).Date);
        return lastRecorded.Date;
    }

    /// <summary>How far the entries of an account and day were read, and how many of them wait.</summary>
    private sealed class Walk(AccountDay day)
    {
        public AccountDay Day => day;

        public long After { get; set; } = day.FirstPosition - 1;

        public int Waiting { get; set; }

        public bool IsDry => Waiting == 0 && After < day.LastPosition;
    }
}
