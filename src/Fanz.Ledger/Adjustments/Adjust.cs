using System.Collections.Immutable;
using Fanz.Ledger.Adjustments;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Two people put right by hand what no other command does. The legs are as those of a transfer.
        /// </summary>
        public sealed record Adjust(
            IReadOnlyList<NamedLeg> Legs, string Reason, string ProposedBy, string ApprovedBy,
            LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            internal override int MostLegs => Legs.Count;

            internal override IEnumerable<Fault> Faults(BookName book) => LegsFaults(Legs)
                .Concat(Found(ReasonFault(Reason), Fault.OfDate("effective_on", EffectiveOn)))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        /// <summary>The legs are the record's entries, and its date is the record's.</summary>
        public sealed record Adjusted(string Reason, string ProposedBy, string ApprovedBy) : Event;
    }
}

namespace Fanz.Ledger.Adjustments
{
    internal static class ManualAdjustments
    {
        internal static Decision Decide(Command.Adjust command, Book book, Moment now)
        {
            if (command.EffectiveOn is { } day && day > now.Today) return Refusal.EffectiveInFuture(day, now.Today);
            var posting = Posting.Of(command.Legs.Select(leg => leg.Read()).ToImmutableArray());
            if (book.Objection(posting) is { } objection) return objection;
            return Decision.Dated(command.EffectiveOn, (book, new Draft(
                new Event.Adjusted(command.Reason, command.ProposedBy, command.ApprovedBy), posting)));
        }
    }
}
