using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>Reads what is due by a day, in the order of days, each page behind the row that the last one ended with.</summary>
public sealed class DueDeadlines(NpgsqlDataSource source)
{
    private const int RowsAPage = 5_000;

    internal const string PageSql =
        """
        select d.subject, d.number, d.due_on, d.currency, d.amount, d.period, d.periods, d.anchor, d.period_end
        from projected.deadlines d
        where d.build = (
                select id from ledger.builds
                where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired')
            and d.kind = $3 and d.due_on <= $4 and (d.due_on, d.subject) > ($5, $6)
        order by d.due_on, d.subject
        limit $7
        """;

    public async IAsyncEnumerable<Deadline> Of(
        OpenedBook book, string kind, LocalDate by, [EnumeratorCancellation] CancellationToken token)
    {
        var (day, subject) = (DateOnly.MinValue, "");
        while (true)
        {
            var page = new List<Deadline>();
            await using (var batch = ByIndex.Query(
                source, PageSql, DeadlineFollower.FollowerName, book.Id, kind, by.ToDateOnly(), day, subject, RowsAPage))
            await using (var reader = await ByIndex.Read(batch, token))
                while (await reader.ReadAsync(token)) page.Add(Read(reader, kind));
            foreach (var row in page) yield return row;
            if (page.Count < RowsAPage) yield break;
            (day, subject) = (page[^1].DueOn.ToDateOnly(), page[^1].Subject);
        }
    }

    private static Deadline Read(NpgsqlDataReader reader, string kind)
    {
        PaidPeriod? paid = reader.IsDBNull(7)
            ? null
            : new PaidPeriod(Day(reader, 7), Day(reader, 7), Day(reader, 8), reader.GetInt32(6));
        return new Deadline(
            kind, reader.GetString(0), reader.GetInt64(1), Day(reader, 2), reader.GetString(3), reader.GetInt64(4),
            reader.GetInt32(5), paid);
    }

    private static LocalDate Day(NpgsqlDataReader reader, int column) =>
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column));
}

/// <summary>A subscription whose period is over.</summary>
public readonly record struct EndedSubscription(string Subscription, string State, LocalDate EndedOn);

/// <summary>Reads the subscriptions in a state whose period is over by a day.</summary>
public sealed class EndedSubscriptions(NpgsqlDataSource source)
{
    private const int RowsAPage = 5_000;

    internal const string PageSql =
        """
        select s.subscription, s.period_end
        from projected.subscriptions s
        where s.build = (
                select id from ledger.builds
                where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired')
            and s.state = $3 and s.period_end <= $4 and (s.period_end, s.subscription) > ($5, $6)
        order by s.period_end, s.subscription
        limit $7
        """;

    public async IAsyncEnumerable<EndedSubscription> In(
        OpenedBook book, string state, LocalDate by, [EnumeratorCancellation] CancellationToken token)
    {
        var (day, subscription) = (DateOnly.MinValue, "");
        while (true)
        {
            var page = new List<EndedSubscription>();
            await using (var batch = ByIndex.Query(
                source, PageSql, SubscriptionFollower.FollowerName, book.Id, state, by.ToDateOnly(), day, subscription,
                RowsAPage))
            await using (var reader = await ByIndex.Read(batch, token))
                while (await reader.ReadAsync(token))
                    page.Add(new EndedSubscription(
                        reader.GetString(0), state, LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(1))));
            foreach (var row in page) yield return row;
            if (page.Count < RowsAPage) yield break;
            (day, subscription) = (page[^1].EndedOn.ToDateOnly(), page[^1].Subscription);
        }
    }
}
