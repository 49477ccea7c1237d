using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// The whole of a cohort that has matured becomes available. <paramref name="Run"/> is the scheduled run that
        /// asks for it: cohort and run make the idempotency key, so a run can be repeated.
        /// </summary>
        public abstract record Release(string Currency, LocalDate Cohort, string Run) : Command
        {
            /// <summary>What is withheld, if anything; the base is at most what is released.</summary>
            public IReadOnlyList<WithholdingLine>? Withholding { get; init; }

            /// <summary>
            /// Where the money came from and for what, as far as it is known; for books whose ledger decides what is
            /// withheld. What is not named counts as the payer's own country's.
            /// </summary>
            public IReadOnlyList<IncomeSource>? Sources { get; init; }

            protected IEnumerable<Fault> FaultsOfRelease(string field, string? owner) => Found(
                    IdentifierFault(field, owner),
                    MoneyCurrencyFault("currency", Currency),
                    Fault.OfDate("cohort", Cohort),
                    IdentifierFault("run", Run))
                .Concat(WithholdingFaults(Withholding))
                .Concat(SourceFaults(Sources));
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NotMatured(AccountKey held, LocalDate today) => Of(
            "not_matured", $"{held} matures later than today, {Told(today)}.",
            ("account", held), ("matures_on", held.Cohort!.Value), ("today", today));

        public static Refusal NothingToRelease(AccountKey held) =>
            Of("nothing_to_release", $"{held} holds nothing.", ("account", held));

        public static Refusal WithholdingOverRelease(AccountKey held, long withheldFrom, long released) => Of(
            "withholding_over_release", $"Tax on {withheldFrom} cannot be withheld from a release of {released}.",
            ("account", held), ("base", withheldFrom), ("released", released));
    }
}

namespace Fanz.Ledger.Escrow
{
    /// <summary>
    /// A release while it is decided: tax comes off first, then debts are repaid, and the rest is available. What tax
    /// is the ledger's to say where the book's terms say so; otherwise it is as the command states it.
    /// </summary>
    internal sealed class Releasing
    {
        private readonly AccountKey held;
        private readonly Book book;
        private readonly Proceeds proceeds;
        private readonly Refusal? objection;
        private readonly string? stream;

        private Releasing(Command.Release command, Role role, AccountKey held, Book book, Moment now)
        {
            (this.held, this.book) = (held, book);
            Amount = held.Code.InWords(book.Account(held).Balance);
            var terms = role == Role.Creator ? TaxTerms.Of(book, now.Today) : TaxTerms.Nothing;
            (Withheld, var refusal) = terms.Withholds
                ? DecidedWithholding.Of(command, terms, held, Amount, book, now.Today)
                : (Withholding.From(command.Withholding), null);
            foreach (var kind in Kinds) book.Account(Withholding.Account(kind, held.Currency));
            if (role == Role.Creator && Withheld is not null)
                book.Recall<WithheldInYear>(stream = WithheldInYear.StreamOf(now.Today.Year, held.Owner));
            objection = Payees.Objection(book, role, held.Owner) ?? Objection(now, refusal);
            var left = objection is null ? Amount - (Withheld?.Sum(tax => tax.Amount) ?? 0) : 0;
            proceeds = role == Role.Affiliate
                ? Proceeds.OfAffiliate(book, held.Owner, held.Currency, left)
                : Proceeds.OfCreator(book, held.Owner, held.Currency, left);
        }

        public long Amount { get; }

        public IReadOnlyList<Withheld>? Withheld { get; }

        private IEnumerable<WithholdingKind> Kinds => (Withheld ?? []).Select(tax => tax.Kind).Distinct();

        public long DebtRepaid => proceeds.DebtRepaid;

        public long Available => proceeds.Rest;

        public static Releasing Of(Command.Release command, Role role, AccountKey held, Book book, Moment now) =>
            new(command, role, held, book, now);

        public Decision Decide(Event released)
        {
            if (objection is not null) return objection;
            var posting = Posting.Draw().Debit(held, Amount);
            foreach (var kind in Kinds)
                posting.Credit(
                    Withholding.Account(kind, held.Currency),
                    Withheld!.Where(tax => tax.Kind == kind).Sum(tax => tax.Amount));
            var built = proceeds.Credit(posting).Build();
            return book.ObjectionToConsequence(built) is { } refusal
                ? refusal
                : Decision.Of(book, new Draft(released, built, Aggregate: stream));
        }

        private Refusal? Objection(Moment now, Refusal? refusal)
        {
            if (held.Cohort > now.Today) return Refusal.NotMatured(held, now.Today);
            if (Amount == 0) return Refusal.NothingToRelease(held);
            if (refusal is not null) return refusal;
            var withheldFrom = Withheld?.Sum(tax => tax.Base) ?? 0;
            return withheldFrom > Amount ? Refusal.WithholdingOverRelease(held, withheldFrom, Amount) : null;
        }
    }
}
