using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Audit;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// The money rules over a whole database, twice: in plain SQL that shares nothing with the writer, and by the
/// verification, which makes every seal again. Each check selects what breaks its rule.
/// </summary>
internal static class LedgerAudit
{
    private static readonly (string Rule, string Sql)[] Rules =
        [
            ("Records are numbered from 1 without gaps.", """
                select format('book %s has %s records and ends at %s', book_id, count(*), max(number))
                from ledger.journal group by book_id having count(*) <> max(number) or min(number) <> 1
                """),
            ("Positions are contiguous and end where the last record says.", """
                select format('book %s: %s entries up to %s, journal says %s', j.book_id, e.count, e.last, j.last)
                from (select book_id, max(last_position) as last from ledger.journal group by book_id) j
                left join (select book_id, count(*), min(position) as first, max(position) as last
                    from ledger.entries group by book_id) e using (book_id)
                where coalesce(e.last, 0) <> j.last or coalesce(e.count, 0) <> j.last
                """),
            ("An entry lies within its record.", """
                select format('book %s position %s is not in record %s', e.book_id, e.position, e.number)
                from ledger.entries e
                left join (select book_id, number, last_position,
                        lag(last_position, 1, 0::bigint) over (partition by book_id order by number) as before
                    from ledger.journal) j using (book_id, number)
                where j.number is null or e.position <= j.before or e.position > j.last_position
                """),
            ("Versions count from 1 and balances are running sums.", """
                select format('book %s account %s version %s', book_id, account_id, version)
                from (select *, row_number() over account as counted, sum(amount) over account as summed
                    from ledger.entries window account as (partition by book_id, account_id order by position)) e
                where version <> counted or balance <> summed
                """),
            ("Every transaction sums to zero in each currency, with at least two entries, none of them zero.", """
                select format('book %s record %s in %s sums to %s', e.book_id, e.number, a.currency, sum(e.amount))
                from ledger.entries e join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                group by e.book_id, e.number, a.currency
                having sum(e.amount) <> 0 or count(*) < 2 or bool_or(e.amount = 0)
                """),
            ("Every entry has its account, and every account an entry.", """
                select format('book %s account %s is not registered', book_id, account_id)
                from (select distinct book_id, account_id from ledger.entries) e
                where not exists (select from ledger.accounts a where a.id = e.account_id and a.book_id = e.book_id)
                union all
                select format('book %s account %s was never used', book_id, id) from ledger.accounts a
                where not exists (select from ledger.entries e where a.id = e.account_id and a.book_id = e.book_id)
                """),
            ("No balance is on the side where it may not be.", """
                select format('book %s account %s (%s) at %s', e.book_id, a.id, a.code, e.balance)
                from ledger.entries e join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                where (a.code = any($1) and e.balance > 0) or (a.code = any($2) and e.balance < 0)
                """),
            ("Seals are chained, count from 1, go forward in time and cover everything.", """
                select format('book %s seal %s', book_id, sequence)
                from (select s.*, lag(hash) over w as before, lag(at) over w as earlier, lag(last_number) over w as low,
                        row_number() over w as counted, lead(sequence) over w as next,
                        (select max(number) from ledger.journal j where j.book_id = s.book_id) as records,
                        (select coalesce(max(position), 0) from ledger.entries e where e.book_id = s.book_id) as entries
                    from ledger.seals s window w as (partition by book_id order by sequence)) s
                where sequence <> counted or at <= earlier or last_number < low
                    or (sequence > 1 and previous <> before)
                    or (next is null and (last_number <> records or last_position <> entries))
                """),
            ("Every record stands under a seal of its own recorded time.", """
                select format('book %s record %s', j.book_id, j.number) from ledger.journal j
                where not exists (select from ledger.seals s
                    where s.book_id = j.book_id and s.at = j.at and s.last_number >= j.number)
                """),
            ("An answer names a record that is there, and no record is answered twice or not at all.", """
                select format('book %s record %s: %s answers', j.book_id, j.number, count(a.number))
                from ledger.journal j
                left join ledger.answers a on a.book_id = j.book_id and a.number = j.number and a.at = j.at
                group by j.book_id, j.number, j.type
                having count(a.number) <> case when j.type in ('book_opened', 'transferred_from_book') then 0 else 1 end
                union all
                select format('book %s answer %s: no record %s', a.book_id, a.key_hash, a.number) from ledger.answers a
                where a.number is not null
                    and not exists (select from ledger.journal j where a.book_id = j.book_id and a.number = j.number)
                union all
                select format('book %s answer %s: no seal of its time', a.book_id, a.key_hash) from ledger.answers a
                where not exists (select from ledger.seals s where s.book_id = a.book_id and s.at = a.at)
                """),
            ("A transaction is reversed at most once.", """
                select format('book %s record %s', book_id, refers_to) from ledger.journal
                where type = 'reversed' group by book_id, refers_to having count(*) > 1
                """),
            ("What one book owes another is what the other is due.", """
                select format('%s owes %s %s, is due %s', coalesce(t.home, f.home), coalesce(t.away, f.away), t.sum, f.sum)
                from (select b.tenant || '/' || b.platform as home, a.owner as away, a.currency, sum(e.amount)
                    from ledger.entries e join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                    join ledger.books b on b.id = e.book_id where a.code = 'due.to' group by 1, 2, 3) t
                full join (select a.owner as home, b.tenant || '/' || b.platform as away, a.currency, sum(e.amount)
                    from ledger.entries e join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                    join ledger.books b on b.id = e.book_id where a.code = 'due.from' group by 1, 2, 3) f
                    using (home, away, currency)
                where coalesce(t.sum, 0) + coalesce(f.sum, 0) <> 0
                """),
        ];

    /// <summary>Fails with every rule that is broken, and the first rows that break it.</summary>
    public static async Task Passes(string superuser)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(superuser) { Pooling = false }.ConnectionString);
        var broken = new List<string>();
        foreach (var (rule, sql) in Rules)
        {
            await using var command = source.CreateCommand(sql);
            if (sql.Contains("$1", StringComparison.Ordinal))
            {
                command.Parameters.Add(Codes(code => code is { MayGoBelowZero: false, NormalSide: Side.Credit }));
                command.Parameters.Add(Codes(code => code is { MayGoBelowZero: false, NormalSide: Side.Debit }));
            }

            await using var reader = await command.ExecuteReaderAsync();
            for (var shown = 0; shown < 5 && await reader.ReadAsync(); shown++)
                broken.Add($"{rule} {reader.GetString(0)}");
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken));
        var verified = await new Verification(source).Verify(null, 1, null, CancellationToken.None);
        Assert.True(verified.Ok, verified.FirstBroken?.ToString());
    }

    private static NpgsqlParameter Codes(Func<AccountCode, bool> which) => new()
    {
        Value = Chart.All.Where(which).Select(code => code.Name).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };
}
