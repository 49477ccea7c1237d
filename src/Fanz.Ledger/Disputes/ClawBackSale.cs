using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Takes back a sale that money had paid for which a lost dispute took away; what it gives back lessens the
        /// fan's debt. Only a sale that the lost dispute names, and each once.
        /// </summary>
        public sealed record ClawBackSale(string Dispute, long Transaction) : Command
        {
            internal override int MostLegs => Collaborator.Most + 8;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("dispute", Dispute),
                Transaction > 0 ? null : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."));
        }
    }

    public abstract partial record Event
    {
        /// <param name="Taken">
        /// Where the parts of creators and affiliates came from, a creator's new debt included.
        /// </param>
        public sealed record SaleClawedBack(
            string Dispute, long Transaction, string Fan, string Currency, IReadOnlyList<Portion> Taken) : SaleReturned;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotToBeClawedBack(string dispute, long transaction) => Of(
            "not_to_be_clawed_back", $"The dispute {dispute} does not take back transaction {transaction}, or did so.",
            ("dispute", dispute), ("transaction", transaction));
    }
}

namespace Fanz.Ledger.Disputes
{
    /// <summary>
    /// A record refers to one transaction, and what remains of a sale is read from what refers to it. So a lost dispute
    /// only finds the sales that its money had paid for and names them; each is then taken back by a record of its own,
    /// which a schedule can repeat without harm, and none of which can be too long. In between the fan owes the whole,
    /// which is the truth of that moment.
    /// </summary>
    internal static class ClawBacks
    {
        private const int FirstChunk = 32;

        internal static Decision Decide(Command.ClawBackSale command, Book book)
        {
            var number = command.Transaction;
            var stream = Disputes.StreamOf(command.Dispute);
            var dispute = book.Recall<Dispute>(stream);
            var past = book.Transaction(number);
            if (Disputes.Objection(command.Dispute, dispute, DisputeStage.Lost) is { } state) return state;
            if (!dispute.ToClawBack.TryGetValue(number, out var most))
                return Refusal.NotToBeClawedBack(command.Dispute, number);
            if (past is not { Event: Event.Sale sale }) return book.Absent(number);

            var currency = Currency.Of(sale.Currency);
            var debt = new AccountKey(Chart.FanDebt, sale.Fan, currency);
            var remains = SaleParts.Of(past);
            // The debt may have been repaid meanwhile, and the sale refunded: neither is taken twice.
            var owed = Math.Min(dispute.FanDebt, book.Account(debt).Balance);
            var amount = remains.InWholeTokens(Math.Min(Math.Min(most, owed), remains.Paid));
            if (amount == 0) return Refusal.NothingToGiveBack(number);

            var parts = remains.Split(amount);
            var tokens = remains.WholeTokens(amount);
            var returning = new Returning(book, currency).TakeBack(parts).Credit(debt, amount);
            var posting = returning.Build();
            if (book.ObjectionToConsequence(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.SaleClawedBack(command.Dispute, number, sale.Fan, sale.Currency, returning.Taken)
                {
                    Amount = amount,
                    Tokens = tokens > 0 ? tokens : null,
                    Parts = ReturnedPart.Of(parts),
                },
                posting, RefersTo: number, Aggregate: stream));
        }

        /// <summary>
        /// What the fan's wallet, or tokens, had paid for since the payment, newest first, until a debt is covered.
        /// What had been set aside by an authorisation was the wallet's too.
        /// </summary>
        internal static IReadOnlyList<SaleToClawBack> Find(Book book, DisputedPayment payment, long debt)
        {
            var sources = payment.Tokens is null
                ? new[] { payment.OfFan(Chart.FanWallet), payment.OfFan(Chart.FanReserved) }
                : [new AccountKey(Chart.FanTokens, payment.Fan, Currency.Token)];
            var found = new List<SaleToClawBack>();
            var (looked, chunk, isKnown) = (0, FirstChunk, true);
            foreach (var number in sources
                .SelectMany(source => book.Spent(source, payment.Past.Record.Number)).Distinct().OrderDescending())
            {
                if (debt == 0) break;
                if (looked++ == chunk)
                {
                    // What is not known yet looks as if nothing had been bought; the rest is found in the next round.
                    if (!isKnown) break;
                    (looked, chunk) = (1, chunk * 2);
                }

                var past = book.Transaction(number);
                isKnown &= past is not null;
                if (past?.Event is not Event.Sale) continue;
                var remains = SaleParts.Of(past);
                var amount = remains.InWholeTokens(Math.Min(debt, remains.Paid));
                if (amount == 0) continue;
                found.Add(new SaleToClawBack(number, amount));
                debt -= amount;
            }

            return found;
        }
    }
}
