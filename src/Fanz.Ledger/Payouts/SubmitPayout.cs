using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A payout is about to leave. It is said before the first byte does; whatever happens then, it is not sent
        /// a second time.
        /// </summary>
        /// <param name="File">The file that it goes in; none where each payout is a request of its own.</param>
        /// <param name="Sequence">Its place in the file, from 1.</param>
        public sealed record SubmitPayout(string Payout, string? File = null, long? Sequence = null) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                File is null ? null : IdentifierFault("file", File),
                File is null == Sequence is null
                    ? null
                    : new Fault("sequence", "ill_formed", "A place is a place in a file, and each in a file has one."),
                Sequence is null or > 0 ? null : new Fault("sequence", "ill_formed", "Places are numbered from 1."));
        }

        /// <summary>The answer to a payout was lost: it may have been made or not.</summary>
        public sealed record DoubtPayout(string Payout, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("payout", Payout), ReasonFault(Reason));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Amount">What is sent.</param>
        public sealed record PayoutSubmitted(
            string Payout, string Creator, string Currency, long Amount, string Rail, string? Batch = null,
            string? Method = null, string? File = null, long? Sequence = null) : Event;

        public sealed record PayoutDoubted(
            string Payout, string Creator, string Currency, long Amount, string Reason) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PaidElsewhere(string payout, string formed, string now) => Of(
            "paid_elsewhere",
            $"The payout {Identifier.Quote(payout)} was formed to go to {Identifier.Quote(formed)}, and the creator is paid "
                + $"to {Identifier.Quote(now)} now: the next one goes there.",
            ("payout", payout), ("method", formed), ("current", now));
    }
}

namespace Fanz.Ledger.Payouts
{
    internal static class SubmittingPayouts
    {
        internal static Decision Decide(Command.SubmitPayout command, Book book, Moment now)
        {
            var stream = Payout.StreamOf(command.Payout);
            var payout = book.Recall<Payout>(stream);
            var file = command.File is { } named ? book.Recall<PaymentFile>(PaymentFile.StreamOf(named)) : null;
            if (payout.ObjectionUnless(PayoutState.Formed, command.Payout) is { } refusal) return refusal;
            if (payout.Rail is not { } rail) return Refusal.PayoutOutsideRails(command.Payout);
            var batch = payout.Batch is { } batchNamed ? PayoutBatch.Of(book, batchNamed) : null;
            // It was well when it was formed, and days may have passed since.
            var currency = Currency.Of(payout.Currency);
            var needs = PayoutTerms.Of(book, currency, now.Today)?.Needs ?? PayoutRequirements.None;
            var payee = FormingPayouts.ObjectionToPayee(
                book, payout.Creator, currency, rail, needs, now, out var method);

            if (batch?.ObjectionUnless(payout.Batch!, BatchState.Approved) is { } unapproved) return unapproved;
            if (file?.ObjectionUnless(PaymentFileState.None, command.File!) is { } prepared) return prepared;
            if (payee is not null) return payee;
            if (method!.Id != payout.Method)
                return Refusal.PaidElsewhere(command.Payout, payout.Method ?? "", method.Id);
            return Decision.Of(book, new Draft(
                new Event.PayoutSubmitted(
                    command.Payout, payout.Creator, payout.Currency, payout.Sent, rail, payout.Batch, payout.Method,
                    command.File, command.Sequence),
                Aggregate: stream));
        }

        internal static Decision Decide(Command.DoubtPayout command, Book book)
        {
            var stream = Payout.StreamOf(command.Payout);
            var payout = book.Recall<Payout>(stream);
            if (payout.ObjectionUnless(PayoutState.Submitted, command.Payout) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.PayoutDoubted(
                    command.Payout, payout.Creator, payout.Currency, payout.Sent, command.Reason),
                Aggregate: stream));
        }
    }
}
