using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal SubscriptionExists(string subscription) => Of(
            "subscription_exists", $"There is a subscription {subscription} already.", ("subscription", subscription));

        public static Refusal SubscriptionUnknown(string subscription) => Of(
            "subscription_unknown", $"There is no subscription {subscription}.", ("subscription", subscription));

        public static Refusal SubscriptionNotInState(string subscription, string state, string needed) => Of(
            "subscription_not_in_state", $"Subscription {subscription} is {state}, not {needed}.",
            ("subscription", subscription), ("state", state), ("needed", needed));

        public static Refusal NotAnUpgrade(string subscription, long price, long newPrice, long difference) => Of(
            "not_an_upgrade",
            $"From {price} to {newPrice} comes to {difference} for the rest of the period, and that is no upgrade; a "
            + "lower price is agreed by renewing with it.",
            ("subscription", subscription), ("price", price), ("new_price", newPrice), ("difference", difference));

        public static Refusal DiscountOverPrice(long discount, long most) => Of(
            "discount_over_price", $"At most {most} can be given away, not {discount}.",
            ("discount", discount), ("most", most));

        /// <param name="what">What cannot be done yet, as "The subscription can be renewed".</param>
        /// <param name="from">The first day on which it can.</param>
        public static Refusal TooEarly(string what, LocalDate from) =>
            Of("too_early", $"{what} from {LocalDatePattern.Iso.Format(from)} on.", ("from", from));

        /// <param name="what">What cannot be done any more, as "The subscription could be resumed".</param>
        /// <param name="until">The first day on which it could not.</param>
        public static Refusal TooLate(string what, LocalDate until) =>
            Of("too_late", $"{what} before {LocalDatePattern.Iso.Format(until)}.", ("until", until));
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class SubscriptionRefusals
    {
        /// <summary>Why what is to be done cannot be, or null where the subscription is as it must be.</summary>
        public static Refusal? Objection(
            this Subscription subscription, string id, params ReadOnlySpan<SubscriptionState> needed)
        {
            if (subscription.State == SubscriptionState.Unknown) return Refusal.SubscriptionUnknown(id);
            if (needed.Contains(subscription.State)) return null;
            var words = new List<string>();
            foreach (var state in needed) words.Add(Word(state));
            return Refusal.SubscriptionNotInState(id, Word(subscription.State), string.Join(" or ", words));
        }

        /// <summary>
        /// Why what is to be done cannot be, or null where the subscription is neither ending nor over.
        /// </summary>
        public static Refusal? ObjectionUnlessItGoesOn(this Subscription subscription, string id) => subscription
            .Objection(id, SubscriptionState.Trial, SubscriptionState.Active, SubscriptionState.PastDue);

        /// <summary>A price that was not said with the discount may be too small for it.</summary>
        public static Refusal? ObjectionToDiscount(this Command.StartSubscription sale)
        {
            if (sale.Discount is not { } discount) return null;
            var most = discount.BorneBy == Bearer.Creator ? sale.Amount - 1 : sale.Amount;
            return discount.Amount > most ? Refusal.DiscountOverPrice(discount.Amount, most) : null;
        }

        private static string Word(SubscriptionState state) => state switch
        {
            SubscriptionState.Trial => "trial",
            SubscriptionState.Active => "active",
            SubscriptionState.Lifetime => "lifetime",
            SubscriptionState.PastDue => "past_due",
            SubscriptionState.Cancelled => "cancelled",
            SubscriptionState.Expired => "expired",
            _ => throw new InvariantBroken($"{state} has no word."),
        };
    }
}
