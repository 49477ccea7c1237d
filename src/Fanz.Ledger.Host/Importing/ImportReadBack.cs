using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Host.Importing;

/// <summary>What an import has brought, added up once more from the entries that are in the journal.</summary>
internal static class ImportReadBack
{
    public static async Task<IReadOnlyDictionary<(string Currency, string Code), Int128>> Of(
        NpgsqlDataSource source, OpenedBook book, string import, ImportOutcome outcome, CancellationToken token)
    {
        var sums = new Dictionary<(string, string), Int128>();
        var records = new JournalReader(source).WithEntries(book, outcome.Begun, outcome.Finished, token);
        await foreach (var (record, entries) in records)
        {
            if (entries.IsEmpty || !IsOf(import, EventFormat.Read(record.Type, record.Data.Span))) continue;
            foreach (var entry in entries)
            {
                // What stood against it is no line of the source.
                if (entry.Account.Code == Chart.Suspense && entry.Account.Owner.Length > 0) continue;
                var key = (entry.Account.Currency.Code, entry.Account.Code.Name);
                sums[key] = sums.GetValueOrDefault(key) + entry.Amount;
            }
        }

        return sums;
    }

    private static bool IsOf(string import, Event @event) => @event switch
    {
        Event.BalancesOpened opened => opened.Import == import,
        Event.ChargeOpened charge => charge.Import == import,
        _ => false,
    };
}
