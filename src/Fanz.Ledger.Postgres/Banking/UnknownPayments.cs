using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>Money that left unannounced on a page, and what was found out about it.</summary>
internal sealed class UnknownPayments
{
    private const string PaidSql =
        """
        insert into projected.payments
            (build, number, at, paid_on, bank, bank_reference, currency, amount, assigned)
        select $1, new.*, 0
        from unnest(
            $2::bigint[], $3::timestamptz[], $4::date[], $5::text[], $6::text[], $7::text[], $8::bigint[]) new
        order by 2
        """;

    internal const string AssignedSql =
        """
        update projected.payments p
        set assigned = p.assigned + new.amount, last_assigned = new.day
        from unnest($2::bigint[], $3::bigint[], $4::date[]) new (number, amount, day)
        where p.build = $1 and p.number = new.number
        """;

    private readonly List<(JournalRecord Record, Event.PaymentRecorded Payment)> paid = [];
    private readonly SortedDictionary<long, (long Amount, DateOnly Day)> assigned = [];

    public void Add(JournalRecord record, Event.PaymentRecorded payment) => paid.Add((record, payment));

    public void Assign(JournalRecord record, Event.PaymentAssigned one)
    {
        var amount = checked(assigned.GetValueOrDefault(one.Payment).Amount + one.Amount);
        assigned[one.Payment] = (amount, record.EffectiveOn.ToDateOnly());
    }

    public void Write(BuildWrites writes)
    {
        if (paid.Count > 0)
            writes.Add(
                PaidSql,
                paid.Select(one => one.Record.Number).ToArray(),
                paid.Select(one => one.Record.At.ToDateTimeUtc()).ToArray(),
                paid.Select(one => one.Record.EffectiveOn.ToDateOnly()).ToArray(),
                paid.Select(one => one.Payment.Bank ?? "").ToArray(),
                paid.Select(one => one.Payment.BankReference).ToArray(),
                paid.Select(one => one.Payment.Currency).ToArray(),
                paid.Select(one => one.Payment.Amount).ToArray());
        if (assigned.Count > 0)
            writes.Add(
                AssignedSql, assigned.Keys.ToArray(), assigned.Values.Select(one => one.Amount).ToArray(),
                assigned.Values.Select(one => one.Day).ToArray());
    }
}
