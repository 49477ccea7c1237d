using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// One person approves a batch and says what they saw. It takes two, each within the limit of their own.
        /// </summary>
        public sealed record ApproveBatch(
            string Batch, long Payouts, long Sent, string Members, string ApprovedBy) : Command, IApproved
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("batch", Batch), IdentifierFault("approved_by", ApprovedBy))
                    .Concat(ContentFaults(Payouts, Sent, Members));
        }

        /// <summary>
        /// Nothing more of a batch is to be sent, also where it was approved; what was not is cancelled one by one.
        /// </summary>
        public sealed record RejectBatch(string Batch, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("batch", Batch), ReasonFault(Reason));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Limit">Up to how much they could have approved.</param>
        /// <param name="IsComplete">Whether somebody else had approved it before, and still may.</param>
        public sealed record BatchApproved(
            string Batch, string Currency, long Payouts, long Sent, string ApprovedBy, long Limit,
            bool IsComplete) : Event;

        public sealed record BatchRejected(string Batch, string Currency, string Reason) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal BatchDiffers(string batch, long payouts, long sent) => Of(
            "batch_differs",
            $"The batch {Identifier.Quote(batch)} has {payouts} payouts of {sent} in all, or others than those seen.",
            ("batch", batch), ("payouts", payouts), ("sent", sent));

        public static Refusal ApprovedBySame(string batch, string person) => Of(
            "approved_by_same", $"{Identifier.Quote(person)} has approved it; the second has to be somebody else.",
            ("batch", batch), ("person", person));

        public static Refusal OverApprovalLimit(string person, long limit, long sent) => Of(
            "over_approval_limit", $"{Identifier.Quote(person)} approves up to {limit}, not {sent}.",
            ("person", person), ("limit", limit), ("sent", sent));
    }
}

namespace Fanz.Ledger.Payouts
{
    internal static class ApprovingBatches
    {
        internal static Decision Decide(Command.ApproveBatch command, Book book)
        {
            var batch = PayoutBatch.Of(book, command.Batch);
            if (batch.ObjectionUnless(command.Batch, BatchState.Closed, BatchState.HalfApproved) is { } refusal)
                return refusal;
            var approvers = book.Recall<Approvers>(Approvers.StreamOf(batch.Currency));
            // Who may not approve so much any more has not approved it: the next one is then the first.
            var first = batch.FirstApprover is { } earlier && May(approvers, earlier, batch) ? earlier : null;
            if ((command.Payouts, command.Sent, command.Members) != (batch.Payouts, batch.Sent, batch.Members))
                return Refusal.BatchDiffers(command.Batch, batch.Payouts, batch.Sent);
            if (first == command.ApprovedBy)
                return Refusal.ApprovedBySame(command.Batch, command.ApprovedBy);
            var limit = approvers.LimitOf(command.ApprovedBy);
            if (!May(approvers, command.ApprovedBy, batch))
                return Refusal.OverApprovalLimit(command.ApprovedBy, limit, batch.Sent);
            return FillingBatches.Recorded(book, command.Batch, new Event.BatchApproved(
                command.Batch, batch.Currency, batch.Payouts, batch.Sent, command.ApprovedBy, limit,
                IsComplete: first is not null));
        }

        private static bool May(Approvers approvers, string person, PayoutBatch batch) =>
            approvers.LimitOf(person) is > 0 and var limit && limit >= batch.Sent;

        internal static Decision Decide(Command.RejectBatch command, Book book)
        {
            var batch = PayoutBatch.Of(book, command.Batch);
            if (batch.ObjectionUnless(
                command.Batch, BatchState.Closed, BatchState.HalfApproved, BatchState.Approved,
                BatchState.Open) is { } refusal)
                return refusal;
            return FillingBatches.Recorded(
                book, command.Batch, new Event.BatchRejected(command.Batch, batch.Currency, command.Reason));
        }
    }
}
