using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Says what a look at lists of sanctioned people found. A hit stops payouts and nothing else until a later
        /// screening is clear: whether it is the creator who is meant, people find out, and sanction them if so.
        /// </summary>
        public sealed record RecordScreening(
            string Creator, ScreeningOutcome Outcome, string List, string Provider, string Reference,
            LocalDate On) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                Enum.IsDefined(Outcome)
                    ? null
                    : new Fault("outcome", "ill_formed", "A screening is clear, a possible_hit or a hit."),
                IdentifierFault("list", List),
                IdentifierFault("provider", Provider),
                IdentifierFault("reference", Reference),
                Fault.OfDate("on", On));
        }
    }

    public abstract partial record Event
    {
        public sealed record ScreeningRecorded(
            string Creator, ScreeningOutcome Outcome, string List, string Provider, string Reference,
            LocalDate On) : Event;
    }
}

namespace Fanz.Ledger.Standing
{
    [JsonConverter(typeof(WordJson<ScreeningOutcome>))]
    public enum ScreeningOutcome
    {
        [JsonStringEnumMemberName("clear")]
        Clear,
        [JsonStringEnumMemberName("possible_hit")]
        PossibleHit,
        [JsonStringEnumMemberName("hit")]
        Hit,
    }

    internal static class Screenings
    {
        internal static Decision Decide(Command.RecordScreening command, Book book, Moment now)
        {
            // Asked for because the record changes it. One that comes late is kept, and the newest counts.
            _ = PayeeStanding.Of(book, command.Creator);
            if (command.On > now.Today) return Refusal.EffectiveInFuture(command.On, now.Today);
            return PayeeStanding.Changed(book, command.Creator, new Event.ScreeningRecorded(
                command.Creator, command.Outcome, command.List, command.Provider, command.Reference, command.On));
        }
    }
}
