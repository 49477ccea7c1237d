using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Sets a part of what a creator has available aside, until it is released.</summary>
        public sealed record HoldAmount(string Creator, long Amount, string Currency, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                ReasonFault(Reason));
        }

        /// <summary>
        /// Gives back what was set aside, which takes two people, or what a returned payout left on hold where one is
        /// named. What a dispute holds is on the same account but cannot be had this way: it is its dispute's.
        /// </summary>
        public sealed record ReleaseAmount(
            string Creator, long Amount, string Currency, string Reason, string? Payout = null,
            string? ProposedBy = null, string? ApprovedBy = null) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("creator", Creator),
                    AmountFault("amount", Amount),
                    MoneyCurrencyFault("currency", Currency),
                    ReasonFault(Reason),
                    Payout is null ? null : IdentifierFault("payout", Payout))
                .Concat(Payout is not null && ProposedBy is null && ApprovedBy is null
                    ? []
                    : TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Held">What is now held by hand in all.</param>
        public sealed record AmountHeld(string Creator, long Amount, string Currency, string Reason, long Held) : Event;

        /// <summary>By two people where somebody had set it aside; the first such records name nobody.</summary>
        /// <param name="Held">What is still held by hand, or of the payout.</param>
        public sealed record HeldAmountReleased(
            string Creator, long Amount, string Currency, string Reason, long DebtRepaid, long Held,
            string? Payout = null, string? ProposedBy = null, string? ApprovedBy = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal MoreThanHeld(string creator, long held, long needed) => Of(
            "more_than_held", $"{held} of {Identifier.Quote(creator)} is held so, {needed} cannot be released.",
            ("creator", creator), ("held", held), ("needed", needed));
    }
}

namespace Fanz.Ledger.Escrow
{
    /// <summary>How much of a creator's money in one currency is held by hand.</summary>
    public sealed record HeldByHand : Aggregate
    {
        public long Amount { get; private init; }

        public override bool IsInItsLastRecord => true;

        internal static string StreamOf(string creator, Currency currency) => $"held/{currency}/{creator}";

        public override Aggregate After(Recorded recorded) => recorded.Event switch
        {
            Event.AmountHeld held => new HeldByHand { Amount = held.Held },
            Event.HeldAmountReleased { Payout: null } released => new HeldByHand { Amount = released.Held },
            _ => throw Impossible(recorded),
        };
    }

    internal static class HeldAmounts
    {
        internal static Decision Decide(Command.HoldAmount command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var stream = HeldByHand.StreamOf(command.Creator, currency);
            var held = book.Recall<HeldByHand>(stream).Amount;
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.CreatorAvailable, command.Creator, currency), command.Amount)
                .Credit(new AccountKey(Chart.CreatorHold, command.Creator, currency), command.Amount)
                .Build();
            if (book.Objection(posting) is { } objection) return objection;
            var @event = new Event.AmountHeld(
                command.Creator, command.Amount, command.Currency, command.Reason, held + command.Amount);
            return Decision.Of(book, new Draft(@event, posting, Aggregate: stream));
        }

        internal static Decision Decide(Command.ReleaseAmount command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var (stream, held, refusal) = WhatIsHeld(command, currency, book);
            var proceeds = Proceeds.OfCreator(book, command.Creator, currency, command.Amount);
            var posting = proceeds
                .Credit(Posting.Draw().Debit(
                    new AccountKey(Chart.CreatorHold, command.Creator, currency), command.Amount))
                .Build();
            var payee = Payees.Objection(book, Role.Creator, command.Creator);
            var objection = book.ObjectionToConsequence(posting);
            if ((payee ?? refusal) is { } no) return no;
            if (command.Amount > held) return Refusal.MoreThanHeld(command.Creator, held, command.Amount);
            if (objection is not null) return objection;
            var @event = new Event.HeldAmountReleased(
                command.Creator, command.Amount, command.Currency, command.Reason, proceeds.DebtRepaid,
                held - command.Amount, command.Payout, command.ProposedBy, command.ApprovedBy);
            return Decision.Of(book, new Draft(@event, posting, Aggregate: stream));
        }

        private static (string Stream, long Held, Refusal? Refusal) WhatIsHeld(
            Command.ReleaseAmount command, Currency currency, Book book)
        {
            if (command.Payout is not { } id)
            {
                var byHand = HeldByHand.StreamOf(command.Creator, currency);
                return (byHand, book.Recall<HeldByHand>(byHand).Amount, null);
            }

            var stream = Payout.StreamOf(id);
            var payout = book.Recall<Payout>(stream);
            var refusal = payout.ObjectionUnless(PayoutState.Returned, id);
            if (refusal is null && (payout.Creator != command.Creator || payout.Currency != command.Currency))
                refusal = Refusal.PayoutOfAnother(id, command.Creator, command.Currency);
            return (stream, payout.Held, refusal);
        }
    }
}
