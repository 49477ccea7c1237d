using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal;

public abstract partial record Command
{
    /// <summary>
    /// Undoes a transaction by posting its mirror image to the same accounts; once, and never a reversal. What has a
    /// way back of its own, what a later record refers to, and a sale that was counted as limited spending or paid by
    /// an authorisation are not undone so: a sale is then refunded.
    /// </summary>
    public sealed record Reverse(long Transaction, string Reason) : Command
    {
        internal override IEnumerable<Fault> Faults(BookName book) => Found(
            Transaction > 0 ? null : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."),
            ReasonFault(Reason));
    }
}

public abstract partial record Event
{
    public sealed record Reversed(long Transaction, string Reason) : Event;
}

internal static class Reversals
{
    private static readonly string[] HalvesOfTwoBooks = ["transferred_to_book", "transferred_from_book"];

    /// <summary>
    /// What may be undone by its mirror image. Everything else has a way back of its own, which knows what has become
    /// of it since.
    /// </summary>
    private static readonly string[] Reversible =
        [
            "transferred", "wallet_topped_up", "tip_sent", "content_unlocked", "message_unlocked", "stream_entered",
            "gift_sent",
        ];

    internal static Decision Decide(Command.Reverse command, Book book)
    {
        var number = command.Transaction;
        if (book.Transaction(number) is not { } past) return book.Absent(number);
        if (past.ReversedBy is { } by) return Refusal.AlreadyReversed(number, by);
        if (past.Type == "reversed") return Refusal.NotReversible(number, "is itself a reversal");
        if (past.Legs.IsEmpty) return Refusal.NotReversible(number, "moved nothing");
        if (HalvesOfTwoBooks.Contains(past.Type)) return Refusal.NotReversible(number, "is one half of a transfer");
        if (!Reversible.Contains(past.Type)) return Refusal.NotReversible(number, "is given back in its own way");
        if (past.Since.Count > 0) return Refusal.NotReversible(number, $"is referred to by {past.Since[0].Number}");
        if (past.Record.Stream is not null) return Refusal.NotReversible(number, "is part of a stream");

        var mirrored = Posting.Of(past.Legs.Select(leg => leg with { Amount = -leg.Amount }).ToImmutableArray());
        if (past.Event is Event.Sale { Tokens: not null }
            && TokenValue.ObjectionToReturn(book, mirrored) is { } changed)
            return changed;
        if (book.Objection(mirrored) is { } objection) return objection;
        return Decision.Of(book, new Draft(
            new Event.Reversed(number, command.Reason), mirrored, RefersTo: number));
    }
}
