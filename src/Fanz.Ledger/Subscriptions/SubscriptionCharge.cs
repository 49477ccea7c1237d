using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A further payment for a subscription. Who pays whom, in which currency and for how long was agreed when it
        /// was started, and so was who shares it; how it is paid comes with each payment.
        /// </summary>
        public abstract record SubscriptionPayment(string Subscription, Funding Funding, string? Reference = null)
            : Command
        {
            public string? Processor { get; init; }

            public string? Country { get; init; }

            public string? Affiliate { get; init; }

            public IReadOnlyList<TaxLine>? Taxes { get; init; }

            public Discount? Discount { get; init; }

            public IReadOnlyDictionary<string, string>? Metadata { get; init; }

            /// <summary>The price that the caller names, or null for the one that was agreed.</summary>
            internal abstract long? NamedPrice { get; }

            /// <summary>How many share it is not known before it is looked up.</summary>
            internal override int MostLegs => 9 + (2 * Collaborator.Most) + (Taxes?.Count ?? 0);

            /// <summary>The sale that it comes to: as if the subscription were started now, for this amount.</summary>
            internal StartSubscription Under(SubscriptionTerms terms, long amount) =>
                new(Subscription, terms.Fan, terms.Creator, amount, terms.Currency, Funding, terms.Period, Reference)
                {
                    Processor = Processor,
                    Country = Country,
                    Collaborators = terms.Collaborators,
                    Affiliate = Affiliate,
                    Taxes = Taxes,
                    Discount = Discount,
                    Metadata = Metadata,
                };

            /// <summary>Whatever was agreed is in order. The rest is judged as that of any sale.</summary>
            internal override IEnumerable<Fault> Faults(BookName book)
            {
                var agreed = new SubscriptionTerms("fan", "creator", 1, "USD", SubscriptionPeriod.Monthly, null);
                return Under(agreed, NamedPrice ?? Money.Money.Limit).Faults(book);
            }
        }
    }

    public abstract partial record Event
    {
        /// <summary>
        /// A payment for a subscription. The platform's fee is deferred and earned at the end of each month that was
        /// paid for. The creators earn a single month at once, and several month by month.
        /// </summary>
        public abstract record SubscriptionCharge(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            string? Reference = null) : Sale(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference)
        {
            [JsonRequired, JsonPropertyOrder(-1)]
            public string Subscription { get; init; } = "";

            [JsonRequired, JsonPropertyOrder(-1)]
            public SubscriptionPeriod Period { get; init; }

            /// <summary>The day that months are counted from.</summary>
            [JsonRequired, JsonPropertyOrder(-1)]
            public LocalDate Anchor { get; init; }

            [JsonRequired, JsonPropertyOrder(-1)]
            public LocalDate PeriodStart { get; init; }

            /// <summary>The first day that is not paid any more.</summary>
            [JsonRequired, JsonPropertyOrder(-1)]
            public LocalDate PeriodEnd { get; init; }

            /// <summary>The months in which it is earned.</summary>
            [JsonRequired, JsonPropertyOrder(-1)]
            public int Periods { get; init; }

            [JsonPropertyOrder(-1)]
            public long? Pending { get; init; }

            [JsonPropertyOrder(-1)]
            public LocalDate? PendingUntil { get; init; }

            [JsonPropertyOrder(-1)]
            public long? Reserve { get; init; }

            [JsonPropertyOrder(-1)]
            public LocalDate? ReserveUntil { get; init; }

            /// <summary>What the creators earn later. The terms by which they will are frozen beside it.</summary>
            [JsonPropertyOrder(-1)]
            public long? Unearned { get; init; }

            [JsonPropertyOrder(-1)]
            public int? ReserveBasisPoints { get; init; }

            [JsonPropertyOrder(-1)]
            public int? HoldDays { get; init; }

            [JsonPropertyOrder(-1)]
            public int? ReserveDays { get; init; }

            [JsonIgnore]
            public PaidPeriod PaidFor => new(Anchor, PeriodStart, PeriodEnd, Periods);
        }
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class SubscriptionCharges
    {
        internal static Decision Decide(
            Command.StartSubscription sale, PaidPeriod period, Book book, Moment now,
            Func<Selling, Event.SubscriptionCharge> tell)
        {
            var selling = Selling.Of(sale, book, now);
            var isEarnedAtOnce = sale.Period == SubscriptionPeriod.Monthly;
            var posting = selling.Pay();
            if (isEarnedAtOnce) selling.EarnAtOnce(posting);
            else selling.OweUnearned(posting);
            selling.EarnAffiliate(posting).Credit(selling.Own(Chart.DeferredRevenue), selling.Sharing.Fee);
            selling.OweTaxes(posting);
            var charge = selling.Describe(tell(selling)) with
            {
                Subscription = sale.Subscription,
                Period = sale.Period,
                Anchor = period.Anchor,
                PeriodStart = period.Start,
                PeriodEnd = period.End,
                Periods = period.Months,
            };
            return selling.Decide(
                isEarnedAtOnce ? EarnedAtOnce(charge, selling) : EarnedLater(charge, selling), posting,
                Subscription.StreamOf(sale.Subscription));
        }

        private static Event.SubscriptionCharge EarnedAtOnce(Event.SubscriptionCharge charge, Selling selling) =>
            charge with
            {
                Pending = selling.Sharing.Pending,
                PendingUntil = selling.PendingUntil,
                Reserve = selling.Sharing.Reserve,
                ReserveUntil = selling.ReserveUntil,
            };

        private static Event.SubscriptionCharge EarnedLater(Event.SubscriptionCharge charge, Selling selling) =>
            charge with
            {
                Unearned = selling.Sharing.Pending + selling.Sharing.Reserve,
                ReserveBasisPoints = selling.Rule.ReserveBasisPoints,
                HoldDays = selling.Rule.HoldDays,
                ReserveDays = selling.Rule.ReserveDays,
                Shares = charge.Shares?
                    .Select(share => new CreatorShare(share.Creator, 0, 0) { Unearned = share.Pending + share.Reserve })
                    .ToArray(),
            };
    }
}
