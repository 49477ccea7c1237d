using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Nothing more is sent there: the bank says that the account is closed, or the creator that it is not theirs.
        /// </summary>
        public sealed record DisablePayoutMethod(string Creator, string Method, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                MethodFaults(Creator, Method).Concat(Found(ReasonFault(Reason)));
        }

        /// <summary>It was all right. It is as verified, and as cool, as it was before.</summary>
        public sealed record EnablePayoutMethod(
            string Creator, string Method, string Reason, string ProposedBy, string ApprovedBy) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => MethodFaults(Creator, Method)
                .Concat(Found(ReasonFault(Reason))).Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutMethodDisabled(string Creator, string Method, string Reason) : Event;

        public sealed record PayoutMethodEnabled(
            string Creator, string Method, string Reason, string ProposedBy, string ApprovedBy) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PayoutMethodDisabled(string creator, string method, string reason) => Of(
            "payout_method_disabled",
            $"The payout method {Identifier.Quote(method)} of {Identifier.Quote(creator)} was disabled "
                + $"({Identifier.Quote(reason)}): add one that works, or enable it.",
            ("creator", creator), ("method", method), ("reason", reason));

        public static Refusal PayoutMethodNotDisabled(string creator, string method) => AboutMethod(
            "payout_method_not_disabled", creator, method, "is not disabled");
    }
}

namespace Fanz.Ledger.Standing
{
    internal static class DisablingPayoutMethods
    {
        internal static Decision Decide(Command.DisablePayoutMethod command, Book book)
        {
            var (creator, method) = (command.Creator, command.Method);
            return PayeeStanding.Of(book, creator).Method(method) switch
            {
                null => Refusal.PayoutMethodUnknown(creator, method),
                { DisabledFor: { } reason } => Refusal.PayoutMethodDisabled(creator, method, reason),
                _ => PayeeStanding.Changed(
                    book, creator, new Event.PayoutMethodDisabled(creator, method, command.Reason)),
            };
        }

        internal static Decision Decide(Command.EnablePayoutMethod command, Book book)
        {
            var (creator, method) = (command.Creator, command.Method);
            return PayeeStanding.Of(book, creator).Method(method) switch
            {
                null => Refusal.PayoutMethodUnknown(creator, method),
                { DisabledFor: null } => Refusal.PayoutMethodNotDisabled(creator, method),
                _ => PayeeStanding.Changed(book, creator, new Event.PayoutMethodEnabled(
                    creator, method, command.Reason, command.ProposedBy, command.ApprovedBy)),
            };
        }
    }
}
