using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A month that a charge has paid for is over, and what was deferred of it is earned. Months are recognised one
        /// after the other, so that none is forgotten and none counted twice.
        /// </summary>
        public sealed record RecogniseRevenue(long Charge, int Period) : Command
        {
            /// <summary>What it takes from is there. What it brings may be new to each who shares it.</summary>
            internal override int MostLegs => 1 + (2 * Collaborator.Most);

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Charge > 0 ? null : new Fault("charge", "ill_formed", "Transactions are numbered from 1."),
                Period > 0 ? null : new Fault("period", "ill_formed", "Periods are numbered from 1."));
        }
    }

    public abstract partial record Event
    {
        /// <summary>What the platform and the creators earned by one month of a charge. It may be nothing.</summary>
        public sealed record RevenueRecognised(
            long Charge,
            int Period,
            long Revenue,
            long? Pending = null,
            LocalDate? PendingUntil = null,
            long? Reserve = null,
            LocalDate? ReserveUntil = null) : SaleMoved
        {
            /// <summary>What each earned, where several share.</summary>
            public IReadOnlyList<CreatorShare>? Shares { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotACharge(long transaction) =>
            About("not_a_charge", transaction, "is no charge of a subscription");

        public static Refusal EarningDuringDispute(long transaction, string dispute) => Of(
            "earning_during_dispute", $"Nothing of transaction {transaction} is earned while {dispute} disputes it.",
            ("transaction", transaction), ("dispute", dispute));

        public static Refusal NotNextPeriod(long charge, int period, int next) => Of(
            "not_next_period", $"The next period of transaction {charge} is {next}, not {period}.",
            ("transaction", charge), ("period", period), ("next", next));

        public static Refusal NothingToRecognise(long charge) =>
            About("nothing_to_recognise", charge, "has nothing left that is not earned");
    }
}

namespace Fanz.Ledger.Subscriptions
{
    internal static class Recognition
    {
        internal static Decision Decide(Command.RecogniseRevenue command, Book book, Moment now)
        {
            if (book.Transaction(command.Charge) is not { } past) return book.Absent(command.Charge);
            if (past.Event is not Event.SubscriptionCharge charge) return Refusal.NotACharge(command.Charge);
            if (Disputes.Disputes.OpenOf(past) is { } dispute)
                return Refusal.EarningDuringDispute(command.Charge, dispute);
            var month = ChargedMonth.NextOf(past, charge);
            if (month.IsNothingLeft) return Refusal.NothingToRecognise(command.Charge);
            if (command.Period != month.Number)
                return Refusal.NotNextPeriod(command.Charge, command.Period, month.Number);
            if (now.Today < charge.PaidFor.EndOfMonth(command.Period))
                return Refusal.TooEarly("The period can be recognised", charge.PaidFor.EndOfMonth(command.Period));

            var (holds, recognised) = Tell(command, charge, month, now);
            // Of a small charge a month may bring nothing. It is over all the same, and the next one can follow.
            if (month.IsEmpty) return Decision.Of(book, new Draft(recognised, RefersTo: command.Charge));
            var posting = Draw(month, holds, recognised, Currency.Of(charge.Currency));
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(recognised, posting, RefersTo: command.Charge));
        }

        private static Posting Draw(
            ChargedMonth month, CreatorShare[] holds, Event.RevenueRecognised recognised, Currency currency)
        {
            var posting = Posting.Draw();
            foreach (var (creator, amount) in month.Unearned)
                posting.Debit(new AccountKey(Chart.CreatorUnearned, creator, currency), amount);
            return posting
                .Debit(new AccountKey(Chart.DeferredRevenue, "", currency), month.Deferred)
                .Earn(holds, currency, recognised.PendingUntil, recognised.ReserveUntil)
                .Credit(new AccountKey(Chart.SubscriptionRevenue, "", currency), month.Deferred)
                .Build();
        }

        private static (CreatorShare[] Holds, Event.RevenueRecognised Event) Tell(
            Command.RecogniseRevenue command, Event.SubscriptionCharge charge, ChargedMonth month, Moment now)
        {
            var recognised = new Event.RevenueRecognised(command.Charge, command.Period, month.Deferred);
            if (charge is not { ReserveBasisPoints: { } reserve, HoldDays: { } hold, ReserveDays: { } reserveDays })
                return ([], recognised);
            var holds = month.Unearned.Select(part => Split(part.Creator, part.Amount, reserve)).ToArray();
            return (holds, recognised with
            {
                Pending = holds.Sum(share => share.Pending),
                PendingUntil = now.Today.PlusDays(hold),
                Reserve = holds.Sum(share => share.Reserve),
                ReserveUntil = now.Today.PlusDays(reserveDays),
                Shares = charge.Shares is null ? null : holds,
            });
        }

        private static CreatorShare Split(string creator, long amount, int reserveBasisPoints)
        {
            var (pending, reserve) = Allocation.Share(amount, Allocation.WholeInBasisPoints - reserveBasisPoints);
            return new CreatorShare(creator, pending, reserve);
        }
    }

    /// <summary>
    /// The next month of a charge, and what of each part is earned by it: of what remained after the last refund, over
    /// the months that were then left. Without a refund that is the whole charge over all its months.
    /// </summary>
    internal sealed record ChargedMonth(
        int Number, bool IsNothingLeft, IReadOnlyList<(string Creator, long Amount)> Unearned, long Deferred)
    {
        public bool IsEmpty => Deferred == 0 && Unearned.All(part => part.Amount == 0);

        public static ChargedMonth NextOf(PastTransaction past, Event.SubscriptionCharge charge)
        {
            var since = past.Since.ToList();
            var refunded = since.FindLastIndex(record => record.Event is Event.SaleReturned) + 1;
            var all = since.Where(record => record.Event is Event.RevenueRecognised).ToList();
            var recognised = since[refunded..].FindAll(record => record.Event is Event.RevenueRecognised);
            var (next, months) = (recognised.Count + 1, charge.Periods - (all.Count - recognised.Count));

            var unearned = new List<(string Creator, long Amount)>();
            long deferred = 0;
            var isNothingLeft = true;
            foreach (var (account, remaining) in SaleParts.Of(past).Parts)
            {
                var isDeferred = account.Code == Chart.DeferredRevenue;
                if (!isDeferred && account.Code != Chart.CreatorUnearned) continue;
                isNothingLeft = false;
                var amount = remaining;
                if (next < months)
                {
                    var whole = remaining + recognised.Sum(record => Taken(record, account));
                    amount = Math.Min(remaining, Amortisation.Part(whole, next, months));
                }

                if (isDeferred) deferred = amount;
                else unearned.Add((account.Owner, amount));
            }

            return new ChargedMonth(all.Count + 1, isNothingLeft, unearned, deferred);
        }

        private static long Taken(PastRecord record, AccountKey from) =>
            record.Legs.FirstOrDefault(leg => leg.Account == from).Amount;
    }
}
