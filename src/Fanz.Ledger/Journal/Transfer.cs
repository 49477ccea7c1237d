using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using NodaTime;

namespace Fanz.Ledger.Journal;

/// <summary>One leg as a command or an event names it. Debits are positive.</summary>
public sealed record NamedLeg(AccountName Account, long Amount)
{
    internal Leg Read() => new(Account.Key, Amount);
}

public abstract partial record Command
{
    /// <summary>
    /// A general posting, for callers who may move anything. At most <see cref="MaxLegs"/> legs; they sum to zero
    /// in each currency and name each account once.
    /// </summary>
    public sealed record Transfer(IReadOnlyList<NamedLeg> Legs, string Memo, LocalDate? EffectiveOn = null) : Command
    {
        public const int MaxLegs = 10_000;

        internal override int MostLegs => Legs.Count;

        internal Leg[] Read() => [.. Legs.Select(leg => leg.Read())];

        internal override IEnumerable<Fault> Faults(BookName book)
        {
            if (MemoFault(Memo) is { } memo) yield return memo;
            if (Fault.OfDate("effective_on", EffectiveOn) is { } date) yield return date;
            foreach (var fault in LegsFaults(Legs)) yield return fault;
        }
    }

    private static IEnumerable<Fault> LegsFaults(IReadOnlyList<NamedLeg>? legs)
    {
        if (legs is null)
        {
            yield return new Fault("legs", "ill_formed", "legs is missing");
            yield break;
        }

        if (legs.Count > Transfer.MaxLegs)
        {
            var problem = $"{legs.Count} legs; at most {Transfer.MaxLegs} are allowed.";
            yield return new Fault("legs", "too_many_legs", problem);
            yield break;
        }

        var areSound = true;
        for (var i = 0; i < legs.Count; i++)
        {
            foreach (var fault in LegFaults($"legs[{i}]", legs[i]))
            {
                areSound = false;
                yield return fault;
            }
        }

        if (areSound && Posting.Problem(legs.Select(leg => leg.Read()).ToArray()) is { } unbalanced)
            yield return new Fault("legs", "not_a_posting", unbalanced);
    }

    private static IEnumerable<Fault> LegFaults(string field, NamedLeg? leg)
    {
        if (leg is null)
        {
            yield return new Fault(field, "ill_formed", $"{field} is missing");
            yield break;
        }

        foreach (var fault in AccountName.Faults(field, leg.Account)) yield return fault;
        if (leg.Amount is 0 or > Money.Money.Limit or < -Money.Money.Limit)
        {
            var code = leg.Amount == 0 ? "amount_zero" : "amount_over_limit";
            yield return new Fault($"{field}.amount", code, $"{leg.Amount} is not an amount to move.");
        }
    }
}

public abstract partial record Event
{
    /// <summary>The legs are the record's entries; only the why needs saying.</summary>
    public sealed record Transferred(string Memo) : Event;
}

internal static class Transfers
{
    internal static Decision Decide(Command.Transfer command, Book book)
    {
        var posting = Posting.Of(ImmutableArray.Create(command.Read()));
        if (book.Objection(posting) is { } objection) return objection;
        return Decision.Dated(
            command.EffectiveOn, (book, new Draft(new Event.Transferred(command.Memo), posting)));
    }
}
