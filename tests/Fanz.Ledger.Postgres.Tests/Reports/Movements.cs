using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Reports;

/// <summary>An entry with its days, as it stands in the journal.</summary>
internal sealed record Movement(
    BookName Book, LocalDate EffectiveOn, LocalDate RecordedOn, AccountKey Account, long Amount);

/// <summary>Every entry of some books, read plainly, and summed up one by one.</summary>
internal sealed class Movements(IReadOnlyList<Movement> all)
{
    public IReadOnlyList<Movement> All => all;

    public static async Task<Movements> Of(TestDatabase database, IReadOnlyList<OpenedBook> books)
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var all = new List<Movement>();
        foreach (var book in books)
        {
            await using var command = source.CreateCommand(
                $"""
                select j.effective_on, j.at, a.code, a.owner, a.currency, a.cohort, e.amount
                from ledger.entries e, ledger.journal j, ledger.accounts a
                where e.book_id = {book.Id} and j.book_id = e.book_id and j.number = e.number and a.id = e.account_id
                order by e.position
                """);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                all.Add(new Movement(
                    book.Name, LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(0)),
                    Instant.FromDateTimeUtc(reader.GetDateTime(1)).InZone(book.Settings.TimeZone).Date,
                    new AccountKey(
                        Chart.Find(reader.GetString(2)), reader.GetString(3), Currency.Of(reader.GetString(4)),
                        reader.IsDBNull(5) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(5))),
                    reader.GetInt64(6)));
            }
        }

        return new Movements(all);
    }

    public Movements Within(ReportDays days) => new(
        [
            .. all.Where(one => !(one.EffectiveOn < days.From) && !(one.EffectiveOn > days.To)
                && !(one.RecordedOn > days.KnownOn)),
        ]);

    public Movements In(params BookName[] books) => new([.. all.Where(one => books.Contains(one.Book))]);

    public Movements On(AccountKey account) => new([.. all.Where(one => one.Account == account)]);

    public long Sum => all.Sum(one => one.Amount);

    /// <summary>As text, one line of the chart each, without those that come to nothing.</summary>
    public IReadOnlyList<string> Lines() => Lines(all.Select(one => new ReportLine(
        one.Account.Code,
        one.Account.Code.Name is "cash.bank" or "psp.receivable" or "psp.reserve" or "due.to" or "due.from"
            or "vat.payable" or "salestax.payable" or "suspense" ? one.Account.Owner : "",
        one.Account.Currency, one.Amount)));

    public static IReadOnlyList<string> Lines(IEnumerable<ReportLine> lines) =>
        [
            .. lines.GroupBy(line => $"{line.Currency} {line.Code} {line.Owner}")
                .Select(same => (same.Key, Sum: same.Aggregate((Int128)0, (sum, line) => sum + line.Balance)))
                .Where(same => same.Sum != 0)
                .Select(same => $"{same.Key} {same.Sum}").Order(StringComparer.Ordinal),
        ];
}
