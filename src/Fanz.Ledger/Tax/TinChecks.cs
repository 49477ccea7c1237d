using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>What came of comparing the number of a creator's form with the authority's books.</summary>
        public sealed record RecordTinMatch(
            string Creator, string Form, TinResult Result, TinEvidence By, string? Reference = null) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                IdentifierFault("form", Form),
                Enum.IsDefined(Result)
                    ? null
                    : new Fault("result", "ill_formed", "A result is matched, mismatched or not_checked."),
                Enum.IsDefined(By)
                    ? null
                    : new Fault("by", "ill_formed", "It is told by tin_matching or authority_letter."),
                Reference is null ? null : IdentifierFault("reference", Reference));
        }

        /// <summary>
        /// The authority says that a creator's name and number do not go together, and that tax must be withheld unless
        /// that is cured in time. A second notice within three years is cured by the authority's own letter alone.
        /// </summary>
        /// <param name="Notice">An id of the notice, never used before for this creator.</param>
        /// <param name="On">The day on which it was received.</param>
        public sealed record RecordTinNotice(string Creator, string Notice, LocalDate On, string? Reference = null)
            : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                IdentifierFault("notice", Notice),
                Fault.OfDate("on", On),
                Reference is null ? null : IdentifierFault("reference", Reference));
        }
    }

    public abstract partial record Event
    {
        public sealed record TinMatchRecorded(
            string Creator, string Form, TinResult Result, TinEvidence By, string? Reference = null) : Event;

        /// <param name="IsSecond">Whether another one was within three years.</param>
        /// <param name="WithholdFrom">The first day after the days of grace.</param>
        public sealed record TinNoticeRecorded(
            string Creator, string Notice, LocalDate On, bool IsSecond, LocalDate WithholdFrom,
            string? Reference = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal TinNoticeExists(string creator, string notice) => Of(
            "tin_notice_exists", $"The notice {Identifier.Quote(notice)} has been recorded before.",
            ("creator", creator), ("notice", notice));
    }
}

namespace Fanz.Ledger.Tax
{
    internal static class TinChecks
    {
        internal static Decision Decide(Command.RecordTinMatch command, Book book)
        {
            var stream = TaxStanding.StreamOf(command.Creator);
            var standing = book.Recall<TaxStanding>(stream);
            return standing.IsInForce(command.Form) && standing.Form is { Masked: not null }
                ? Decision.Of(book, new Draft(
                    new Event.TinMatchRecorded(
                        command.Creator, command.Form, command.Result, command.By, command.Reference),
                    Aggregate: stream))
                : Refusal.TaxFormNotInForce(command.Creator, command.Form);
        }

        internal static Decision Decide(Command.RecordTinNotice command, Book book, Moment now)
        {
            var stream = TaxStanding.StreamOf(command.Creator);
            var standing = book.Recall<TaxStanding>(stream);
            var terms = TaxTerms.Of(book, now.Today);
            if (standing.HasNotice(command.Notice)) return Refusal.TinNoticeExists(command.Creator, command.Notice);
            if (command.On > now.Today) return Refusal.EffectiveInFuture(command.On, now.Today);
            if (terms.WithholdAfter(command.On) is not { } from)
                return Refusal.TaxTermsIncomplete("notice_grace_days", now.Today);
            return Decision.Of(book, new Draft(
                new Event.TinNoticeRecorded(
                    command.Creator, command.Notice, command.On, standing.HasNoticeNear(command.On), from,
                    command.Reference),
                Aggregate: stream));
        }
    }
}
