using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>Accounts: the last entry and the last event of the life of each.</summary>
internal sealed class AccountsAsked(IReadOnlyCollection<Book> books) : Asked
{
    private const string Select = """
        select w.ordinal, a.id, e.version, e.balance, life.type, life.data
        from unnest($1, $2, $3, $4, $5, $6) with ordinality
            as w (book_id, code, owner, currency, cohort, stream, ordinal)
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
        cross join lateral (
            select version, balance from ledger.entries
            where account_id = a.id and book_id = w.book_id order by position desc limit 1) e
        left join lateral (
            select type, data from ledger.journal
            where stream = w.stream and book_id = w.book_id order by number desc limit 1) life on true
        """;

    private readonly (Book Book, AccountKey Key)[] needs =
        [.. books.SelectMany(book => book.Needs.Accounts.Select(key => (book, key)))];

    private AccountState?[] states = [];

    public override bool IsNothing => needs.Length == 0;

    public override NpgsqlBatchCommand Statement() => Statement(
        Select,
        (NpgsqlDbType.Integer, needs.Select(need => need.Book.Id).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Key.Code.Name).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Key.Owner).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => need.Key.Currency.Code).ToArray()),
        (NpgsqlDbType.Date, needs.Select(need => need.Key.Cohort?.ToDateOnly()).ToArray()),
        (NpgsqlDbType.Text, needs.Select(need => AccountLife.StreamOf(need.Key)).ToArray()));

    public override async Task Read(NpgsqlDataReader reader)
    {
        states = new AccountState?[needs.Length];
        while (await reader.ReadAsync())
        {
            var i = ReadIndex(reader);
            var life = reader.IsDBNull(4)
                ? null
                : EventFormat.Read(reader.GetString(4), reader.GetFieldValue<byte[]>(5));
            states[i] = AccountState.Loaded(
                needs[i].Key, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), AccountLife.After(life));
        }
    }

    public override void Tell(Unread unread)
    {
        for (var i = 0; i < needs.Length; i++) needs[i].Book.Learn(states[i] ?? new AccountState(needs[i].Key));
    }
}
