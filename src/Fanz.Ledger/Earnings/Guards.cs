using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal SelfTip(string fan, string creator) => Of(
            "self_tip", $"The fan {Identifier.Quote(fan)} is the creator {Identifier.Quote(creator)}.",
            ("fan", fan), ("creator", creator));

        public static Refusal BelowMinimum(string currency, long minimum, long paid, LocalDate? liftsOn) => Limited(
            "below_minimum", $"The least is {minimum}, not {paid}.", liftsOn,
            ("currency", currency), ("minimum", minimum), ("paid", paid));

        public static Refusal OverMaximum(string currency, long maximum, long paid, LocalDate? liftsOn) => Limited(
            "over_maximum", $"The most is {maximum}, not {paid}.", liftsOn,
            ("currency", currency), ("maximum", maximum), ("paid", paid));

        /// <param name="limit">per_purchase, per_day or per_week.</param>
        /// <param name="liftsOn">The day on which the same could be paid, where waiting helps.</param>
        public static Refusal OverLimit(
            string limit, string currency, long most, long spent, long paid, LocalDate? liftsOn) => Limited(
                "over_limit", $"The limit {limit} is {most}; {spent} was spent and {paid} would be more.", liftsOn,
                ("limit", limit), ("currency", currency), ("most", most), ("spent", spent), ("paid", paid));

        private static Refusal Limited(
            string code, string message, LocalDate? liftsOn, params ReadOnlySpan<(string, object)> facts) =>
            liftsOn is { } day ? Of(code, message, [.. facts, ("lifts_on", day)]) : Of(code, message, facts);
    }
}

namespace Fanz.Ledger.Earnings
{
    /// <summary>What keeps a purchase from being made although there is money for it.</summary>
    internal static class Guards
    {
        internal static string StreamOf(string fan, Currency currency) => $"spending/{currency}/{fan}";

        /// <summary>Why a sale may not be made, and what the fan has then spent where limits hold.</summary>
        internal static (Refusal? Objection, Spent? Spent) Look(
            Command.Sale sale, long paid, Book book, Moment now)
        {
            var objection = ObjectionToParties(sale, book);
            // What was authorised was counted then. What it is spent on is known only now, and has limits of its own.
            var (refusal, spent) = LookAtSpending(
                sale.Fan, Currency.Of(sale.Currency), paid, sale.Kind, book, now,
                isCounted: sale.Funding != Funding.Authorisation);
            return (objection ?? refusal, spent);
        }

        /// <summary>
        /// Why a fan may not pay an amount now, and what they have then spent where totals are limited. What they spend
        /// on is not known yet where it is only authorised: then only the limits for all kinds hold.
        /// </summary>
        /// <param name="isCounted">Whether it is new spending, which totals are limited for.</param>
        internal static (Refusal? Objection, Spent? Spent) LookAtSpending(
            string fan, Currency currency, long amount, SaleKind? kind, Book book, Moment now, bool isCounted = true)
        {
            var rows = book.Recall<LimitsOverTime>(LimitsOverTime.Stream).Of(currency.Code);
            if (rows.IsEmpty) return (null, null);
            // How old an account is matters only where young ones are limited, and only then is it looked up.
            var since = rows.Any(static row => row.YoungerThanDays is not null)
                ? book.Recall<Registration>(Registration.StreamOf(fan)).Since
                : null;
            var limits = Limits.Of(rows, kind, since, now.Today);
            var refusal = ObjectionToAmount(limits, currency, amount, since);
            // A subscription was agreed to once, and its renewals must not fail because of a tip.
            if (kind == SaleKind.Subscription) return (refusal, null);
            refusal ??= ObjectionToPurchase(limits, currency, amount, since);
            if (!limits.CountSpending || !isCounted) return (refusal, null);
            var before = book.Recall<SpentSoFar>(StreamOf(fan, currency)).AsOf(now.Today);
            return (
                refusal ?? ObjectionToTotals(limits, currency, amount, before, now.Today),
                new Spent(before.Day + amount, before.Week + amount));
        }

        /// <summary>
        /// Counts what was spent by a record that is in a stream of its own, as the second draft of that decision.
        /// </summary>
        internal static Draft Count(string fan, Currency currency, Spent spent) => new(
            new Event.SpendingCounted(fan, currency.Code, spent), Aggregate: StreamOf(fan, currency));

        private static Refusal? ObjectionToParties(Command.Sale sale, Book book)
        {
            var objection = Standings.Objection(book, Role.Fan, sale.Fan);
            if (sale.Affiliate is { } affiliate) objection ??= Standings.Objection(book, Role.Affiliate, affiliate);
            if (sale.Collaborators is not { } all) return objection ?? ObjectionTo(sale.Creator, sale.Fan, book);
            foreach (var one in all) objection ??= ObjectionTo(one.Creator, sale.Fan, book);
            return objection;
        }

        private static Refusal? ObjectionTo(string creator, string fan, Book book)
        {
            var standing = Standings.Of(book, Role.Creator, creator);
            return creator == fan || standing.Fan == fan
                ? Refusal.SelfTip(fan, creator)
                : standing.Objection(Role.Creator, creator);
        }

        /// <summary>What is given away entirely is not paid for, and no least amount stands against that.</summary>
        private static Refusal? ObjectionToAmount(Limits limits, Currency currency, long paid, LocalDate? since) =>
            limits switch
            {
                { Minimum: { } minimum } when paid < minimum.Amount && paid > 0 =>
                    Refusal.BelowMinimum(currency.Code, minimum.Amount, paid, minimum.OutgrownOn(since)),
                { Maximum: { } maximum } when paid > maximum.Amount =>
                    Refusal.OverMaximum(currency.Code, maximum.Amount, paid, maximum.OutgrownOn(since)),
                _ => null,
            };

        private static Refusal? ObjectionToPurchase(Limits limits, Currency currency, long paid, LocalDate? since) =>
            limits.PerPurchase is { } limit && paid > limit.Amount
                ? Refusal.OverLimit(
                    "per_purchase", currency.Code, limit.Amount, spent: 0, paid, limit.OutgrownOn(since))
                : null;

        private static Refusal? ObjectionToTotals(
            Limits limits, Currency currency, long paid, Spent before, LocalDate today) => limits switch
            {
                // The week is named first: where both are full, it is the later to lift.
                { PerWeek: { } limit } when before.Week + paid > limit.Amount => Refusal.OverLimit(
                    "per_week", currency.Code, limit.Amount, before.Week, paid,
                    paid > limit.Amount ? null : SpentSoFar.MondayOf(today).PlusDays(7)),
                { PerDay: { } limit } when before.Day + paid > limit.Amount => Refusal.OverLimit(
                    "per_day", currency.Code, limit.Amount, before.Day, paid,
                    paid > limit.Amount ? null : today.PlusDays(1)),
                _ => null,
            };
    }
}
