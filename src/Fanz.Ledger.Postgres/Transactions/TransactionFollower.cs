using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Transactions;

/// <summary>
/// Keeps projected.transactions and projected.transaction_parties: what moved how much when, and who has to do with
/// it. Two statements a page, and no row is ever changed.
/// </summary>
public sealed class TransactionFollower() : Follower(FollowerName)
{
    public const string FollowerName = "transactions";

    private const string InsertTransactionsSql =
        """
        insert into projected.transactions
            (build, number, type, at, effective_on, currency, amount, actor, stream, refers_to)
        select $1, t.number, t.type, t.at, t.effective_on, t.currency, t.amount, t.actor, t.stream, t.refers_to
        from unnest(
                $2::bigint[], $3::text[], $4::timestamptz[], $5::date[], $6::text[], $7::bigint[], $8::text[],
                $9::text[], $10::bigint[])
            t (number, type, at, effective_on, currency, amount, actor, stream, refers_to)
        """;

    private const string InsertPartiesSql =
        """
        insert into projected.transaction_parties (party, build, number, type, as_fan, as_creator, as_affiliate)
        select p.party, $1, p.number, p.type, p.as_fan, p.as_creator, p.as_affiliate
        from unnest($2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::boolean[], $7::boolean[])
            p (party, number, type, as_fan, as_creator, as_affiliate)
        order by p.party, p.number
        """;

    public override bool NeedsEntries => true;

    public override bool NeedsReferred => true;

    public override IReadOnlyList<ProjectedTable> Tables => TransactionTables.All;

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var records = page.Records;
        var moved = records.Select(Moved).ToArray();
        writes.Add(
            InsertTransactionsSql,
            records.Select(one => one.Number).ToArray(),
            records.Select(one => one.Record.Type).ToArray(),
            records.Select(one => one.Record.At.ToDateTimeUtc()).ToArray(),
            records.Select(one => one.Record.EffectiveOn.ToDateOnly()).ToArray(),
            moved.Select(one => one.Currency).ToArray(),
            moved.Select(one => one.Amount).ToArray(),
            records.Select(one => one.Record.Actor).ToArray(),
            records.Select(one => one.Record.Stream).ToArray(),
            records.Select(one => one.Record.RefersTo).ToArray());
        WriteParties(page, writes);
        return ValueTask.CompletedTask;
    }

    private static void WriteParties(FollowedPage page, BuildWrites writes)
    {
        var (parties, numbers, types) = (new List<string>(), new List<long>(), new List<string>());
        var (asFan, asCreator, asAffiliate) = (new List<bool>(), new List<bool>(), new List<bool>());
        var found = new TransactionParties();
        foreach (var followed in page.Records)
        {
            found.Clear();
            found.Add(followed);
            if (followed.Record.RefersTo is { } number) found.AddPayment(page.Find(number));
            foreach (var (party, roles) in found.All)
            {
                parties.Add(party);
                numbers.Add(followed.Number);
                types.Add(followed.Record.Type);
                asFan.Add(roles.HasFlag(PartyRoles.Fan));
                asCreator.Add(roles.HasFlag(PartyRoles.Creator));
                asAffiliate.Add(roles.HasFlag(PartyRoles.Affiliate));
            }
        }

        if (parties.Count > 0)
            writes.Add(
                InsertPartiesSql, parties.ToArray(), numbers.ToArray(), types.ToArray(), asFan.ToArray(),
                asCreator.ToArray(), asAffiliate.ToArray());
    }

    /// <summary>What a record moved: see the comment on the column.</summary>
    private static (string Currency, long Amount) Moved(FollowedRecord followed)
    {
        if (followed.Entries.Count == 0) return ("", 0);
        if (followed.Event is Event.Sale sale) return (sale.Currency, sale.Paid);
        var said = SaidInRecord.Of(followed.Record);
        if (said is { Amount: { } amount, Currency: { } stated }) return (stated, amount);
        var currency = followed.Entries[0].Account.Currency;
        long debits = 0;
        foreach (var entry in followed.Entries)
            if (entry.Amount > 0 && ReferenceEquals(entry.Account.Currency, currency))
                debits = checked(debits + entry.Amount);
        return (currency.Code, debits);
    }

}
