using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal NotDisputable(long transaction) =>
            About("not_disputable", transaction, "is no payment by card");
    }
}

namespace Fanz.Ledger.Disputes
{
    /// <summary>A payment by card, as its bank may dispute it: a sale, a top-up, or a purchase of tokens.</summary>
    /// <param name="Remaining">What of it neither a refund nor a lost dispute has given back.</param>
    internal sealed record DisputedPayment(
        PastTransaction Past, string Fan, Currency Currency, string? Processor, long Remaining)
    {
        /// <summary>What remains of the sale, where it is one.</summary>
        public SaleParts? Sale { get; private init; }

        /// <summary>The tokens that were bought with it, where it is such a purchase.</summary>
        public Event.TokensPurchased? Tokens => Past.Event as Event.TokensPurchased;

        public static (DisputedPayment? Payment, Refusal? Objection) Of(long number, PastTransaction past)
        {
            if (past.ReversedBy is { } by) return (null, Refusal.AlreadyReversed(number, by));
            switch (past.Event)
            {
                case Event.Sale { Funding: Funding.Card, Paid: > 0 } sale:
                    var parts = SaleParts.Of(past);
                    var payment = Paid(past, sale.Fan, sale.Currency, sale.Processor, parts.Paid);
                    return (payment with { Sale = parts }, null);
                case Event.WalletToppedUp topUp:
                    var left = topUp.Amount - Lost(past);
                    return (Paid(past, topUp.Fan, topUp.Currency, topUp.Processor, left), null);
                case Event.TokensPurchased { Funding: Funding.Card } tokens:
                    var rest = tokens.Amount - Lost(past);
                    return (Paid(past, tokens.Fan, tokens.Currency, tokens.Processor, rest), null);
                default:
                    return (null, Refusal.NotDisputable(number));
            }
        }

        /// <summary>What earlier disputes of it had taken for good.</summary>
        public static long Lost(PastTransaction past)
        {
            long lost = 0;
            foreach (var record in past.Since)
                if (record.Event is Event.DisputeLost dispute) lost += dispute.Amount;
            return lost;
        }

        public AccountKey Own(AccountCode code) => new(code, "", Currency);

        public AccountKey OfFan(AccountCode code) => new(code, Fan, Currency);

        private static DisputedPayment Paid(
            PastTransaction past, string fan, string currency, string? processor, long remaining) =>
            new(past, fan, Currency.Of(currency), processor, remaining);
    }
}
