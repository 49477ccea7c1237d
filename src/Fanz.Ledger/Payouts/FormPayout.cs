using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Takes out of what a creator has available what is to be sent to them, and the fee for it. Where payouts are
        /// made by the ledger it is for a batch, or instant; elsewhere it is neither.
        /// </summary>
        public sealed record FormPayout(
            string Payout, string Creator, string Currency, long Amount, long Fee, string? Batch = null,
            bool? Instant = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("payout", Payout),
                IdentifierFault("creator", Creator),
                MoneyCurrencyFault("currency", Currency),
                AmountFault("amount", Amount),
                FeeFault("fee", Fee, Amount),
                Batch is null ? null : IdentifierFault("batch", Batch),
                Batch is not null && Instant == true
                    ? new Fault("instant", "ill_formed", "An instant payout waits for no batch.")
                    : null);
        }
    }

    public abstract partial record Event
    {
        /// <summary>The fee and what is sent are together the amount.</summary>
        /// <param name="Rail">By which rail it goes; none if it is made elsewhere.</param>
        /// <param name="Method">The payout method that it goes to.</param>
        public sealed record PayoutFormed(
            string Payout, string Creator, string Currency, long Amount, long Fee, long Sent, string? Rail = null,
            string? Batch = null, string? Method = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal CreatorInDebt(AccountKey debt, long owed) => Of(
            "creator_in_debt", $"{debt} is {owed}; nobody is paid out before it is repaid.",
            ("account", debt), ("owed", owed));

        public static Refusal PayoutNeedsBatch(Currency currency) => Of(
            "payout_needs_batch", $"Payouts in {currency} are formed for a batch, or are instant.",
            ("currency", currency));

        public static Refusal PayoutsCombined(Currency currency, string platform) => Of(
            "payouts_combined", $"Payouts in {currency} are made from {platform}: what is available goes there first.",
            ("currency", currency), ("platform", platform));

        public static Refusal NoInstantPayouts(Currency currency) => Of(
            "no_instant_payouts", $"Nothing is set for instant payouts in {currency}.", ("currency", currency));

        public static Refusal PayoutFeeDiffers(long fee, long set) =>
            Of("payout_fee_differs", $"The fee is {set}, not {fee}.", ("fee", fee), ("set", set));

        public static Refusal BelowPayoutMinimum(long amount, long minimum) => Of(
            "below_payout_minimum", $"{amount} is carried forward until it is {minimum}.",
            ("amount", amount), ("minimum", minimum));

        public static Refusal OverInstantMost(long amount, long most) => Of(
            "over_instant_most", $"An instant payout takes at most {most}, not {amount}.",
            ("amount", amount), ("most", most));
    }
}

namespace Fanz.Ledger.Payouts
{
    internal static class FormingPayouts
    {
        internal static Decision Decide(Command.FormPayout command, Book book, Moment now)
        {
            var (stream, currency) = (Payout.StreamOf(command.Payout), Currency.Of(command.Currency));
            var known = book.Recall<Payout>(stream);
            var terms = PayoutTerms.Of(book, currency, now.Today);
            var batch = command.Batch is { } named ? PayoutBatch.Of(book, named) : null;
            PayoutMethod? method = null;
            var payee = terms is null
                ? ObjectionToPayee(book, command.Creator, currency)
                : ObjectionToPayee(book, command.Creator, currency, terms.Rail, terms.Needs, now, out method);
            var taken = PayoutRequests.TakenBy(book, command.Creator, command.Currency, command.Payout);
            var formed = new Event.PayoutFormed(
                command.Payout, command.Creator, command.Currency, command.Amount, command.Fee,
                command.Amount - command.Fee, terms?.Rail, command.Batch, method?.Id);
            var posting = Posting.Draw()
                .Debit(Of(Chart.CreatorAvailable, command), formed.Amount)
                .Credit(new AccountKey(Chart.PayoutFeeRevenue, "", currency), formed.Fee)
                .Credit(Of(Chart.PayoutTransit, command), formed.Sent)
                .Build();
            var objection = book.ObjectionToConsequence(posting);

            if (known.State != PayoutState.None) return Refusal.PayoutExists(command.Payout);
            if (ObjectionTo(command, terms, batch) is { } refusal) return refusal;
            if (payee is not null) return payee;
            if (objection is not null) return objection;
            var draft = new Draft(formed, posting, Aggregate: stream);
            return taken is null
                ? Decision.Of(book, draft)
                : new Decision.Accepted([(book, draft), (book, taken)]);
        }

        /// <summary>And by a rail nobody of whom not all is known that the terms ask for.</summary>
        internal static Refusal? ObjectionToPayee(
            Book book, string creator, Currency currency, string rail, PayoutRequirements needs, Moment now,
            out PayoutMethod? method)
        {
            // Both are asked for before either may object: one look finds all that is needed.
            var owed = ObjectionToPayee(book, creator, currency);
            return Payability.Objection(book, creator, currency, rail, needs, now.Today, out method) ?? owed;
        }

        /// <summary>Nobody is paid whose money may not leave, nor while they owe anything.</summary>
        internal static Refusal? ObjectionToPayee(Book book, string creator, Currency currency)
        {
            var payee = Payees.Objection(book, Role.Creator, creator);
            var debt = book.Account(new AccountKey(Chart.CreatorDebt, creator, currency));
            return payee ?? (debt.Balance > 0 ? Refusal.CreatorInDebt(debt.Key, debt.Balance) : null);
        }

        private static Refusal? ObjectionTo(Command.FormPayout command, PayoutTerms? terms, PayoutBatch? batch)
        {
            var currency = Currency.Of(command.Currency);
            if (terms is null)
                return command.Batch is null && command.Instant != true ? null : Refusal.NoPayoutTerms(currency);
            if (terms.CombineInto is { } elsewhere) return Refusal.PayoutsCombined(currency, elsewhere);
            if (command.Instant == true) return ObjectionToInstant(command, terms);
            if (batch is null) return Refusal.PayoutNeedsBatch(currency);
            if (batch.ObjectionUnless(command.Batch!, BatchState.Open) is { } refusal) return refusal;
            if ((batch.Currency, batch.Rail) != (command.Currency, terms.Rail))
                return Refusal.BatchOfAnother(command.Batch!, batch.Currency, batch.Rail);
            if (command.Fee != terms.Fee) return Refusal.PayoutFeeDiffers(command.Fee, terms.Fee);
            return command.Amount < terms.Minimum ? Refusal.BelowPayoutMinimum(command.Amount, terms.Minimum) : null;
        }

        private static Refusal? ObjectionToInstant(Command.FormPayout command, PayoutTerms terms)
        {
            if (terms.InstantFee is not { } fee || terms.InstantMost is not { } most)
                return Refusal.NoInstantPayouts(Currency.Of(command.Currency));
            if (command.Fee != fee) return Refusal.PayoutFeeDiffers(command.Fee, fee);
            return command.Amount > most ? Refusal.OverInstantMost(command.Amount, most) : null;
        }

        private static AccountKey Of(AccountCode code, Command.FormPayout command) =>
            new(code, command.Creator, Currency.Of(command.Currency));
    }
}
