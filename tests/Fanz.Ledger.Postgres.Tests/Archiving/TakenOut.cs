using System.Globalization;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Archiving;

/// <summary>
/// Takes a range of seals out of journal and entries, as archiving leaves it: what the book goes on with stays, and the
/// range is noted. Behind the triggers, so that what reads is tested without what archives.
/// </summary>
internal static class TakenOut
{
    private const string TakeSql =
        """
        do $$
        declare
            book int := @book;
            first_seal bigint := @first;
            last_seal bigint := @last;
            before record;
            final record;
            relation text;
        begin
            select coalesce(max(last_number), 0) as number, coalesce(max(last_position), 0) as position into before
            from ledger.seals where book_id = book and sequence < first_seal;
            select last_number as number, last_position as position, hash into final
            from ledger.seals where book_id = book and sequence = last_seal;
            create temporary table staying on commit drop as
                select number from ledger.journal
                where book_id = book and number > before.number and number <= final.number
                    and (stream is not null or number in (1, final.number))
                union
                select (array_agg(number order by position desc))[1] from ledger.entries
                where book_id = book and position > before.position and position <= final.position
                group by account_id;
            foreach relation in array array['journal', 'entries'] loop
                execute format('alter table ledger.%I disable trigger append_only', relation);
            end loop;
            delete from ledger.entries where book_id = book and position > before.position
                and position <= final.position and number not in (select number from staying);
            delete from ledger.journal where book_id = book and number > before.number
                and number <= final.number and number not in (select number from staying);
            foreach relation in array array['journal', 'entries'] loop
                execute format('alter table ledger.%I enable always trigger append_only', relation);
            end loop;
            insert into ledger.archived_ranges (first_number, last_number, first_position, last_position,
                first_sequence, last_sequence, carried, at, book_id, actor, file, file_hash, seal, carried_hash)
            select before.number + 1, final.number, before.position + 1, final.position, first_seal, last_seal,
                (select count(*) from staying), clock_timestamp(), book, 'tests',
                format('%s-%s.jsonl.gz', before.number + 1, final.number), sha256('file'), final.hash, sha256('stays');
        end $$
        """;

    /// <param name="superuser">Who may.</param>
    /// <param name="book">The id of the book, or what gives it.</param>
    /// <param name="first">The first seal of the range, by its sequence.</param>
    /// <param name="last">The last one.</param>
    public static async Task Seals(string superuser, string book, long first, long last)
    {
        // A block of code takes no parameters, and is one transaction.
        var sql = TakeSql
            .Replace("@book", book, StringComparison.Ordinal)
            .Replace("@first", first.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@last", last.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(superuser) { Pooling = false });
        await using var take = source.CreateCommand(sql);
        await take.ExecuteNonQueryAsync();
    }
}
