using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>What the transactions of a page moved on bank accounts, and which lines turned out to be which.</summary>
internal sealed class BankEntries
{
    private const string MovedSql =
        """
        insert into projected.bank_entries
            (build, number, bank, currency, amount, on_day, type, bank_reference, payout, processor)
        select $1, new.*
        from unnest(
            $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::date[], $7::text[], $8::text[], $9::text[],
            $10::text[]) new
        order by 2, 3, 4
        """;

    internal const string MatchedSql =
        """
        update projected.bank_entries e
        set bank_reference = new.reference
        from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) new (number, bank, currency, reference)
        where e.build = $1 and e.number = new.number and e.bank = new.bank and e.currency = new.currency
        """;

    private readonly List<Row> rows = [];
    private readonly List<Event.BankLineMatched> matched = [];

    private sealed record Row(
        JournalRecord Record, string Bank, string Currency, long Amount, string? Reference, string? Payout,
        string? Processor);

    public void Add(FollowedPage page, FollowedRecord followed)
    {
        var sums = new SortedDictionary<(string Bank, string Currency), long>();
        foreach (var entry in followed.Entries)
        {
            if (entry.Account.Code != Chart.BankCash) continue;
            var key = (entry.Account.Owner, entry.Account.Currency.Code);
            sums[key] = checked(sums.GetValueOrDefault(key) + entry.Amount);
        }

        if (sums.Count == 0) return;
        var (reference, payout, processor) = Said(page, followed);
        foreach (var ((bank, currency), amount) in sums)
            rows.Add(new Row(followed.Record, bank, currency, amount, reference, payout, processor));
    }

    public void Match(Event.BankLineMatched line) => matched.Add(line);

    public void Write(BuildWrites writes)
    {
        if (rows.Count > 0)
            writes.Add(
                MovedSql, All(row => row.Record.Number), All(row => row.Bank), All(row => row.Currency),
                All(row => row.Amount), All(row => row.Record.EffectiveOn.ToDateOnly()), All(row => row.Record.Type),
                All(row => row.Reference), All(row => row.Payout), All(row => row.Processor));
        if (matched.Count > 0)
            writes.Add(
                MatchedSql, matched.Select(one => one.Record).ToArray(),
                matched.Select(one => one.Bank ?? "").ToArray(), matched.Select(one => one.Currency).ToArray(),
                matched.Select(one => one.BankReference).ToArray());
    }

    private static (string? Reference, string? Payout, string? Processor) Said(
        FollowedPage page, FollowedRecord followed) => followed.Event switch
        {
            Event.ReceiptRecorded one => (one.BankReference, null, null),
            Event.PaymentRecorded one => (one.BankReference, null, null),
            Event.TaxDeposited one => (one.Reference, null, null),
            Event.ExchangeCovered one => (one.Reference, null, null),
            Event.PayoutSettled one => (one.BankReference, one.Payout, null),
            Event.PayoutReturned one => (one.BankReference, one.Payout, null),
            Event.ProcessorSettled one => (null, null, one.Processor ?? ""),
            Event.ProcessorReserveReleased one => (null, null, one.Processor ?? ""),
            // It takes back what the same line had moved before it was known.
            Event.ReceiptAssigned { Record: not null } one => (Line(page, one.Receipt), null, null),
            Event.PaymentAssigned { Record: not null } one => (Line(page, one.Payment), null, null),
            _ => (null, null, null),
        };

    private static string? Line(FollowedPage page, long number) => page.Find(number).Event switch
    {
        Event.ReceiptRecorded receipt => receipt.BankReference,
        Event.PaymentRecorded payment => payment.BankReference,
        _ => null,
    };

    private T[] All<T>(Func<Row, T> value) => [.. rows.Select(value)];
}
