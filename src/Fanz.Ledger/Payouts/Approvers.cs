using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Up to how much a person may approve in one batch. With a limit of 0 they approve nothing more.
        /// </summary>
        public sealed record SetApprover(
            string Person, string Currency, long Limit, string ProposedBy, string ApprovedBy) : Command, IByTwoPeople
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("person", Person),
                    MoneyCurrencyFault("currency", Currency),
                    Limit == 0 ? null : AmountFault("limit", Limit),
                    Person is not null && Person == ApprovedBy
                        ? new Fault("approved_by", "same_person", "Nobody approves a limit of their own.")
                        : null)
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record ApproverSet(
            string Person, string Currency, long Limit, string ProposedBy, string ApprovedBy) : Event;
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>Who may approve what, in one currency.</summary>
    public sealed record Approvers : Aggregate
    {
        private ImmutableDictionary<string, long> Limits { get; init; } =
            ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

        public static string StreamOf(string currency) => $"approvers/{currency}";

        public long LimitOf(string person) => Limits.GetValueOrDefault(person);

        public override Aggregate After(Recorded recorded) => recorded.Event is Event.ApproverSet set
            ? this with { Limits = Limits.SetItem(set.Person, set.Limit) }
            : throw Impossible(recorded);
    }

    internal static class SettingApprovers
    {
        internal static Decision Decide(Command.SetApprover command, Book book)
        {
            var stream = Approvers.StreamOf(command.Currency);
            book.Recall<Approvers>(stream);
            return Decision.Of(book, new Draft(
                new Event.ApproverSet(
                    command.Person, command.Currency, command.Limit, command.ProposedBy, command.ApprovedBy),
                Aggregate: stream));
        }
    }
}
