using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Invoicing;

/// <summary>A payment with all that became of it, and which record of those was asked for.</summary>
/// <param name="IsReturn">The record gave something of the payment back; otherwise it is the payment.</param>
public sealed record PaymentFound(PastTransaction Payment, long Number, bool IsReturn);

/// <summary>
/// Finds what receipts are made of: a record, the payment that it gives back if it does, and every record since that
/// refers to that payment, up to a number.
/// </summary>
public sealed class PaymentReader(NpgsqlDataSource source)
{
    private const int RecordsAPage = 200;

    private readonly FoundRecords found = new(source);

    /// <summary>Null where the book has no such record up to the number.</summary>
    public async Task<PaymentFound?> Find(OpenedBook book, long number, long upTo, CancellationToken token)
    {
        if (number > upTo || await Read(book, [number], token) is not [var asked]) return null;
        var payment = asked.Event switch
        {
            Event.SaleReturned or Event.Reversed => asked.RefersTo,
            _ => null,
        };
        var record = payment is { } earlier ? (await Read(book, [earlier], token)).Single() : asked;
        var since = new List<PastRecord>();
        var after = record.Past.Number;
        while (true)
        {
            var referring = await found.Referring(
                book, record.Past.Number, newestFirst: false, after, before: checked(upTo + 1), RecordsAPage, token);
            var numbers = referring.All();
            since.AddRange((await Read(book, numbers, token)).Select(one => one.Past));
            if (numbers.Count < RecordsAPage) break;
            after = numbers[^1];
        }

        return new PaymentFound(new PastTransaction(record.Past, since), number, IsReturn: payment is not null);
    }

    private async Task<IReadOnlyList<(PastRecord Past, Event Event, long? RefersTo)>> Read(
        OpenedBook book, IReadOnlyCollection<long> numbers, CancellationToken token) =>
        [
            .. (await found.Read(book, numbers, token)).Select(placed =>
            {
                var (record, entries) = placed.Appended;
                var happened = EventFormat.Read(record.Type, record.Data.Span);
                return (
                    new PastRecord(
                        new Recorded(record.Number, record.At, record.EffectiveOn, happened), record.Type,
                        record.Stream, [.. entries.Select(entry => new Leg(entry.Account, entry.Amount))]),
                    happened, record.RefersTo);
            }),
        ];
}
