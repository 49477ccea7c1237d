using Fanz.Ledger.Books;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>The records after another that took something from an account, newest first.</summary>
internal sealed class SpendingAsked(IReadOnlyCollection<Book> books) : Asked
{
    // Of an account that nearly always receives, no more than the newest entries are looked at.
    private const int EntriesLookedAt = 10 * Spending.Most;

    // After a record that is not here yet there is nothing here: the position after it is null. "book_id + 0" keeps
    // the planner from reading the book's own entries backwards and leaving out those of other accounts.
    private const string Select = """
        select w.ordinal, debit.number
        from unnest($1, $2, $3, $4, $5, $6, $7, $8) with ordinality
            as w (book_id, code, owner, currency, cohort, after, looked_at, most, ordinal)
        cross join lateral (
            (select id from ledger.accounts
             where owner = w.owner and code = w.code and currency = w.currency and cohort = w.cohort
                and book_id = w.book_id)
            union all
            (select id from ledger.accounts
             where w.cohort is null
                and owner = w.owner and code = w.code and currency = w.currency and cohort is null
                and book_id = w.book_id)
            limit 1) a
        left join lateral (
            select last_position from ledger.journal
            where book_id = w.book_id and number = w.after limit 1) before on true
        cross join lateral (
            select newest.number
            from (
                select number, amount, position from ledger.entries
                where account_id = a.id and book_id + 0 = w.book_id
                    and position > case when w.after <= 0 then 0 else before.last_position end
                order by position desc limit w.looked_at) newest
            where newest.amount > 0
            order by newest.position desc limit w.most) debit
        """;

    private readonly (Book Book, Spending Wanted)[] needs =
        [.. books.SelectMany(book => book.Needs.Spending.Select(wanted => (book, wanted)))];

    private readonly List<(int Need, long Number)> found = [];

    public override bool IsNothing => needs.Length == 0;

    public override NpgsqlBatchCommand Statement() => Statement(
        Select,
        (NpgsqlDbType.Integer, needs.Select(need => need.Book.Id).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Wanted.Account.Code.Name).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Wanted.Account.Owner).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Wanted.Account.Currency.Code).ToArray()),
        (NpgsqlDbType.Date, needs.Select(need => need.Wanted.Account.Cohort?.ToDateOnly()).ToArray()),
        (NpgsqlDbType.Bigint, needs.Select(need => need.Wanted.After).ToArray()),
        (NpgsqlDbType.Bigint, needs.Select(_ => (long)EntriesLookedAt).ToArray()),
        (NpgsqlDbType.Bigint, needs.Select(_ => (long)Spending.Most).ToArray()));

    public override async Task Read(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync()) found.Add((ReadIndex(reader), reader.GetInt64(1)));
    }

    public override void Tell(Unread unread)
    {
        var numbers = found.ToLookup(row => row.Need, row => row.Number);
        for (var i = 0; i < needs.Length; i++)
        {
            var (book, wanted) = needs[i];
            var since = unread.Debits(book, wanted.Account).Where(number => number > wanted.After);
            // The batch under way may have been read as well.
            book.Learn(wanted, [.. numbers[i].Union(since).OrderDescending().Take(Spending.Most)]);
        }
    }
}
