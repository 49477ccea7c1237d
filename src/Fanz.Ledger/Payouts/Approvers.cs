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
        /// Up to how much a person may approve in one batch of payouts, or in one command of a kind that takes two
        /// people. With a limit of 0 they approve nothing more.
        /// </summary>
        /// <param name="Command">The kind of command that the limit is for; batches of payouts if none is named.</param>
        public sealed record SetApprover(
            string Person, string Currency, long Limit, string ProposedBy, string ApprovedBy, string? Command = null)
            : Command, IByTwoPeople
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("person", Person),
                    MoneyCurrencyFault("currency", Currency),
                    Limit == 0 ? null : AmountFault("limit", Limit),
                    Command is null ? null : TwoPeopleCommandFault(Command),
                    Person is not null && Person == ApprovedBy
                        ? new Fault("approved_by", "same_person", "Nobody approves a limit of their own.")
                        : null)
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Command">The kind of command that the limit is for; none for batches of payouts.</param>
        public sealed record ApproverSet(
            string Person, string Currency, long Limit, string ProposedBy, string ApprovedBy, string? Command = null)
            : Event;
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>Who may approve what, in one currency.</summary>
    public sealed record Approvers : Aggregate
    {
        /// <summary>By person and kind of command; the kind is null for batches of payouts.</summary>
        private ImmutableDictionary<(string Person, string? Command), long> Limits { get; init; } =
            ImmutableDictionary<(string, string?), long>.Empty;

        private ImmutableHashSet<string> Limited { get; init; } = [];

        public static string StreamOf(string currency) => $"approvers/{currency}";

        /// <summary>Up to how much they approve in one batch, or in one command of a kind.</summary>
        public long LimitOf(string person, string? command = null) => Limits.GetValueOrDefault((person, command));

        /// <summary>Whether anybody was ever given a limit for commands of this kind.</summary>
        public bool AreLimited(string command) => Limited.Contains(command);

        public override Aggregate After(Recorded recorded) => recorded.Event is Event.ApproverSet set
            ? this with
            {
                Limits = Limits.SetItem((set.Person, set.Command), set.Limit),
                Limited = set.Command is { } command ? Limited.Add(command) : Limited,
            }
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
                    command.Person, command.Currency, command.Limit, command.ProposedBy, command.ApprovedBy,
                    command.Command),
                Aggregate: stream));
        }
    }
}
