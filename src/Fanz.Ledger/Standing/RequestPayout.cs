using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A creator wants to be paid an amount, or all there is. The next payout in that currency answers it, whatever
        /// it comes to and whatever becomes of it.
        /// </summary>
        public sealed record RequestPayout(string Creator, string Currency, long? Amount = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                MoneyCurrencyFault("currency", Currency),
                Amount is { } amount ? AmountFault("amount", amount) : null);
        }

        /// <summary>They do not want it any more.</summary>
        public sealed record WithdrawPayoutRequest(string Creator, string Currency) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("creator", Creator), MoneyCurrencyFault("currency", Currency));
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutRequested(string Creator, string Currency, long? Amount = null) : Event;

        /// <param name="Request">The number of the transaction that asked for it.</param>
        public sealed record PayoutRequestWithdrawn(string Creator, string Currency, long Request) : Event;

        /// <param name="Request">The number of the transaction that asked for it.</param>
        public sealed record PayoutRequestTaken(string Creator, string Currency, long Request, string Payout) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PayoutsPaused(string creator, string currency) => Of(
            "payouts_paused",
            $"The creator {Identifier.Quote(creator)} has paused payouts in {currency}: set another preference.",
            ("creator", creator), ("currency", currency));

        public static Refusal PayoutRequestOpen(string creator, string currency, long number) => Of(
            "payout_request_open",
            $"The creator {Identifier.Quote(creator)} has asked for a payout in {currency} already: withdraw that first.",
            ("creator", creator), ("currency", currency), ("request", number));

        public static Refusal NoPayoutRequest(string creator, string currency) => Of(
            "no_payout_request",
            $"The creator {Identifier.Quote(creator)} has not asked for a payout in {currency}.",
            ("creator", creator), ("currency", currency));
    }
}

namespace Fanz.Ledger.Standing
{
    /// <summary>A payout that a creator asked for.</summary>
    /// <param name="Number">The number of the record that says so.</param>
    /// <param name="Amount">How much; all there is where nothing is said.</param>
    public sealed record PayoutRequest(long Number, long? Amount);

    /// <summary>
    /// A creator asks, and is told at once what is sure to be in the way. What depends on the terms of the day is judged
    /// when the payout is formed.
    /// </summary>
    internal static class PayoutRequests
    {
        private static readonly PayoutRequirements Least = new(0, 0, Screening: false, TaxForm: false);

        internal static Decision Decide(Command.RequestPayout command, Book book, Moment now)
        {
            var (creator, currency) = (command.Creator, command.Currency);
            var objection = Payability.Objection(
                book, creator, Currency.Of(currency), rail: null, Least, now.Today, out _);
            var payee = PayeeStanding.Of(book, creator);
            if (payee.Request(currency) is { } open) return Refusal.PayoutRequestOpen(creator, currency, open.Number);
            if (payee.Preference(currency).Mode == PayoutMode.Paused) return Refusal.PayoutsPaused(creator, currency);
            if (objection is not null) return objection;
            return PayeeStanding.Changed(book, creator, new Event.PayoutRequested(creator, currency, command.Amount));
        }

        internal static Decision Decide(Command.WithdrawPayoutRequest command, Book book)
        {
            var (creator, currency) = (command.Creator, command.Currency);
            return PayeeStanding.Of(book, creator).Request(currency) is { } open
                ? PayeeStanding.Changed(
                    book, creator, new Event.PayoutRequestWithdrawn(creator, currency, open.Number))
                : Refusal.NoPayoutRequest(creator, currency);
        }

        /// <summary>
        /// What a payout does to the request that it answers: it is over, in the same breath, so that no second payout
        /// takes it. Null where nobody asked.
        /// </summary>
        internal static Draft? TakenBy(Book book, string creator, string currency, string payout) =>
            PayeeStanding.Of(book, creator).Request(currency) is { } open
                ? new Draft(
                    new Event.PayoutRequestTaken(creator, currency, open.Number, payout),
                    Aggregate: PayeeStanding.StreamOf(creator))
                : null;
    }
}
