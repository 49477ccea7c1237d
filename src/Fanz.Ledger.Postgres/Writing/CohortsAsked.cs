using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>The cohorts of holding accounts that hold something.</summary>
internal sealed class CohortsAsked(IReadOnlyCollection<Book> books) : Asked
{
    private const string Select = """
        select w.ordinal, a.cohort
        from unnest($1, $2, $3, $4) with ordinality as w (book_id, code, owner, currency, ordinal)
        cross join lateral (
            select id, cohort from ledger.accounts
            where owner = w.owner and code = w.code and currency = w.currency and cohort is not null
                and book_id = w.book_id offset 0) a
        cross join lateral (
            select balance from ledger.entries
            where account_id = a.id and book_id = w.book_id order by position desc limit 1) e
        where e.balance <> 0
        """;

    private readonly (Book Book, AccountKey Account)[] needs =
        [.. books.SelectMany(book => book.Needs.Cohorts.Select(account => (book, account)))];

    private readonly List<(int Need, LocalDate Day)> found = [];

    public override bool IsNothing => needs.Length == 0;

    public override NpgsqlBatchCommand Statement() => Statement(
        Select,
        (NpgsqlDbType.Integer, needs.Select(need => need.Book.Id).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Account.Code.Name).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Account.Owner).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Account.Currency.Code).ToArray()));

    public override async Task Read(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync()) found.Add((ReadIndex(reader), ReadDay(reader, 1)));
    }

    public override void Tell(Unread unread)
    {
        var days = found.ToLookup(row => row.Need, row => row.Day);
        var touched = needs.Select(need => need.Book).Distinct().ToDictionary(book => book, unread.Cohorts);
        for (var i = 0; i < needs.Length; i++)
        {
            var (book, account) = needs[i];
            book.LearnCohorts(account, days[i].Concat(touched[book][account]));
        }
    }
}
