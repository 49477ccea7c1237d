using Fanz.Ledger.Erasure;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Standing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Erasure;

/// <summary>What a book has of a person that a law may want kept.</summary>
/// <param name="Kept">Of each class the last record; none where there is no record of it.</param>
/// <param name="HasMoney">Whether an account of theirs holds something: what is owed has an owner who is known.</param>
public sealed record PersonFacts(IReadOnlyList<KeptRecords> Kept, bool HasMoney, bool IsSanctioned)
{
    /// <summary>The last entry of each account: it says when and how much.</summary>
    internal const string LedgerSql =
        """
        select max(greatest(j.effective_on, (j.at at time zone 'UTC')::date)), coalesce(bool_or(last.balance <> 0), false)
        from ledger.accounts a
        cross join lateral (
            select e.number, e.balance from ledger.entries e where e.account_id = a.id and e.book_id = a.book_id
            order by e.position desc limit 1) last
        join ledger.journal j on j.number = last.number and j.book_id = a.book_id
        where a.owner = $1 and a.code = any ($2) and a.book_id = $3
        """;

    /// <summary>
    /// The newest record of each account that moved VAT as well. A record's entries stand side by side, behind those of
    /// the record before. Where there never was any VAT, every entry of the person is looked at, for this one time.
    /// </summary>
    internal const string VatSql =
        """
        select max((hit.at at time zone 'UTC')::date)
        from ledger.accounts a
        cross join lateral (
            select j.at from ledger.entries e
            join ledger.journal j on j.number = e.number and j.book_id = e.book_id
            join ledger.journal p on p.number = e.number - 1 and p.book_id = e.book_id
            where e.account_id = a.id and e.book_id = a.book_id and exists (
                select from ledger.entries v
                join ledger.accounts t on t.id = v.account_id and t.book_id = v.book_id
                where v.book_id = e.book_id and v.position > p.last_position and v.position <= j.last_position
                    and t.code in ('vat.payable', 'vat.input'))
            order by e.position desc limit 1) hit
        where a.owner = $1 and a.code = any ($2) and a.book_id = $3
        """;

    /// <summary>
    /// What moved VAT in an archived range cannot be seen: whoever moved there at all is taken to have moved VAT on its
    /// last day. That is longer than need be, and never shorter.
    /// </summary>
    internal const string VatAwaySql =
        """
        select max((s.at at time zone 'UTC')::date)
        from ledger.archived_ranges r
        cross join lateral (
            select at from ledger.seals where book_id = r.book_id and last_number >= r.last_number
            order by last_number, sequence limit 1) s
        where r.book_id = $3 and not exists (select from ledger.returned_ranges b where b.range_id = r.id) and exists (
            select from ledger.accounts a
            cross join lateral (
                select from ledger.entries e
                where e.account_id = a.id and e.book_id = a.book_id and e.position >= r.first_position
                    and e.position <= r.last_position limit 1) moved
            where a.owner = $1 and a.code = any ($2) and a.book_id = $3)
        """;

    /// <summary>When they were sanctioned or cleared last, and which it was; and when they were screened last.</summary>
    internal const string SanctionsSql =
        """
        (select (j.at at time zone 'UTC')::date, j.type from ledger.journal j
        where j.stream = $1 and j.book_id = $3 and j.type in ('party_sanctioned', 'party_cleared')
            and j.data ->> 'party' = $2
        order by j.number desc limit 1)
        union all
        (select (j.at at time zone 'UTC')::date, j.type from ledger.journal j
        where j.stream = $4 and j.book_id = $3 and j.type = 'screening_recorded'
        order by j.number desc limit 1)
        """;

    public static async Task<PersonFacts> Of(
        NpgsqlDataSource source, OpenedBook book, Person person, CancellationToken token)
    {
        var kept = new List<KeptRecords>();
        bool hasMoney, isSanctioned = false;
        await using var batch = ByIndex.Query(source, LedgerSql, person.Id, person.Codes, book.Id);
        ByIndex.Add(batch, VatSql, person.Id, person.Codes, book.Id);
        ByIndex.Add(batch, VatAwaySql, person.Id, person.Codes, book.Id);
        ByIndex.Add(
            batch, SanctionsSql, PersonRecord.StandingStreamOf(person.Role, person.Id), person.Id, book.Id,
            person.Role == Role.Creator ? PayeeStanding.StreamOf(person.Id) : "");
        batch.Timeout = 0;
        await using var reader = await ByIndex.Read(batch, token);
        Keep(RetentionClass.Ledger, await LastDay());
        hasMoney = reader.GetBoolean(1);
        await reader.NextResultAsync(token);
        var vat = await LastDay();
        await reader.NextResultAsync(token);
        var away = await LastDay();
        Keep(RetentionClass.Vat, vat is null || away > vat ? away : vat);
        await reader.NextResultAsync(token);
        LocalDate? sanctions = null;
        while (await reader.ReadAsync(token))
        {
            var on = Day();
            if (sanctions is null || on > sanctions) sanctions = on;
            isSanctioned |= reader.GetString(1) == "party_sanctioned";
        }

        Keep(RetentionClass.Sanctions, sanctions);
        return new PersonFacts(kept, hasMoney, isSanctioned);

        void Keep(RetentionClass kind, LocalDate? on)
        {
            if (on is { } last) kept.Add(new KeptRecords(kind, last));
        }

        async Task<LocalDate?> LastDay()
        {
            await reader.ReadAsync(token);
            return reader.IsDBNull(0) ? null : Day();
        }

        LocalDate Day() => LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(0));
    }
}
