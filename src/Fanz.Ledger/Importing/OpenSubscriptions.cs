using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A part of an import: subscriptions that go on here, with what of their payments is not earned yet.
        /// </summary>
        public sealed record OpenSubscriptions(
            string Import, int Part, IReadOnlyList<OpenedSubscription> Subscriptions, string ProposedBy,
            string ApprovedBy) : Command, IByTwoPeople
        {
            public const int Most = 100;

            internal override int MostLegs => Subscriptions.Sum(one => 2 + (one.Charge?.Unearned?.Count ?? 0));

            internal override IEnumerable<Fault> Faults(BookName book) => Found(ImportFault(Import), PartFault(Part))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy))
                .Concat(FaultsOfSubscriptions(book));

            private IEnumerable<Fault> FaultsOfSubscriptions(BookName book)
            {
                const string field = "subscriptions";
                if (Subscriptions is null) return [new Fault(field, "ill_formed", $"{field} is missing")];
                if (Subscriptions.Count is 0 or > Most)
                    return [new Fault(
                        field, "ill_formed", $"A part has 1 to {Most} subscriptions, not {Subscriptions.Count}.")];
                var faults = Subscriptions.SelectMany((one, i) => FaultsOfOpened($"{field}[{i}]", one, book)).ToList();
                if (faults.Count > 0) return faults;
                if (Subscriptions.DistinctBy(one => one.Subscription, StringComparer.Ordinal).Count()
                    != Subscriptions.Count)
                    faults.Add(new Fault(field, "repeated", "A subscription is named twice."));
                faults.AddRange(FaultsOfSums(field, Subscriptions.SelectMany(
                    one => OpeningSubscriptions.LegsOf(Import, one))));
                return faults;
            }
        }
    }

    public abstract partial record Event
    {
        /// <summary>A part of an import. The records after this one are its subscriptions.</summary>
        public sealed record SubscriptionsOpened(
            string Import, int Part, IReadOnlyList<TrialLine> Sums, int Subscriptions, string ProposedBy,
            string ApprovedBy) : ImportPart(Import, Part, Sums);

        /// <summary>A subscription that was begun elsewhere, as it stands; any rest of its payment follows.</summary>
        public sealed record SubscriptionOpened(
            string Import, string Subscription, string Fan, string Creator, long Price, string Currency,
            SubscriptionPeriod Period, OpenedState State, LocalDate Anchor, LocalDate PeriodStart, LocalDate PeriodEnd,
            int Months, int? FailedAttempts = null, string? Reference = null) : Event
        {
            public IReadOnlyList<Collaborator>? Collaborators { get; init; }

            internal PaidPeriod Paid => new(Anchor, PeriodStart, PeriodEnd, Months);
        }

        /// <summary>
        /// What is left of a payment from before: the amount is what is not earned yet. It is earned, refunded and
        /// disputed as what is left of any other.
        /// </summary>
        public sealed record ChargeOpened(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            long RuleVersion,
            long Fee,
            string? Reference = null)
            : SubscriptionCharge(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference)
        {
            public required string Import { get; init; }
        }
    }
}

namespace Fanz.Ledger.Importing
{
    internal static class OpeningSubscriptions
    {
        internal static Decision Decide(Command.OpenSubscriptions command, Book book)
        {
            var (import, refusal) = book.Recall<Imports>(Imports.Stream).Find(command.Import, command.Part);
            Refusal? exists = null;
            var part = new BroughtIn(command.Import);
            foreach (var one in command.Subscriptions)
            {
                var known = book.Recall<Subscription>(Subscription.StreamOf(one.Subscription));
                if (known.State != SubscriptionState.Unknown) exists ??= Refusal.SubscriptionExists(one.Subscription);
                foreach (var leg in LegsOf(command.Import, one).Skip(1)) part.Add(leg.Account, leg.Amount);
            }

            // They are judged together, for they move the same accounts.
            var objection = part.IsEmpty ? null : book.Objection(part.Build());
            if ((refusal ?? exists ?? objection) is { } no) return no;
            var opened = new Event.SubscriptionsOpened(
                command.Import, command.Part, part.Sums, command.Subscriptions.Count, command.ProposedBy,
                command.ApprovedBy);
            return Decision.Dated(
                import!.Begun.EffectiveOn,
                [
                    (book, new Draft(opened, Aggregate: Imports.Stream)),
                    .. command.Subscriptions.SelectMany(one => Drafts(command.Import, one)).Select(one => (book, one)),
                ]);
        }

        /// <summary>What stands against it comes first, as the first leg of every sale is what pays for it.</summary>
        internal static ImmutableArray<Leg> LegsOf(string import, OpenedSubscription one)
        {
            if (one.Charge is not { } charge) return [];
            var currency = Currency.Of(one.Currency);
            var legs = ImmutableArray.CreateBuilder<Leg>();
            legs.Add(new Leg(ImportUnderWay.Contra(import, currency), charge.Amount));
            foreach (var (creator, amount) in charge.Unearned ?? [])
                legs.Add(new Leg(new AccountKey(Chart.CreatorUnearned, creator, currency), -amount));
            if (charge.Deferred > 0)
                legs.Add(new Leg(new AccountKey(Chart.DeferredRevenue, "", currency), -charge.Deferred));
            return legs.DrainToImmutable();
        }

        private static IEnumerable<Draft> Drafts(string import, OpenedSubscription one)
        {
            var stream = Subscription.StreamOf(one.Subscription);
            var paid = one.Paid;
            var opened = new Event.SubscriptionOpened(
                import, one.Subscription, one.Fan, one.Creator, one.Price, one.Currency, one.Period, one.State,
                paid.Anchor, paid.Start, paid.End, paid.Months, one.FailedAttempts, one.Reference)
            {
                Collaborators = one.Collaborators,
            };
            yield return new Draft(opened, Aggregate: stream);
            if (one.Charge is { } charge)
                yield return new Draft(
                    Charge(import, one, charge), Posting.Of(LegsOf(import, one)), Aggregate: stream);
        }

        private static Event.ChargeOpened Charge(string import, OpenedSubscription one, OpenedCharge charge) => new(
            one.Fan, one.Creator, charge.Amount, one.Currency, charge.Funding, RuleVersion: 0, charge.Deferred,
            one.Reference)
        {
            Import = import,
            Subscription = one.Subscription,
            Period = one.Period,
            Anchor = one.Paid.Anchor,
            PeriodStart = one.Paid.Start,
            PeriodEnd = one.Paid.End,
            Periods = charge.Months,
            Unearned = charge.Unearned?.Sum(part => part.Amount),
            ReserveBasisPoints = charge.ReserveBasisPoints,
            HoldDays = charge.HoldDays,
            ReserveDays = charge.ReserveDays,
            Processor = charge.Processor,
            Shares = one.Collaborators is null
                ? null
                : charge.Unearned?.Select(part => new CreatorShare(part.Creator, 0, 0) { Unearned = part.Amount })
                    .ToArray(),
        };
    }
}
