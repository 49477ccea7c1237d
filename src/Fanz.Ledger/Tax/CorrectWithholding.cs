using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Too much or too little was withheld from a creator this year, for instance because a form came late. What
        /// was too much goes back, as long as it was not paid to the authority; debts are repaid first, as by any money
        /// that a creator comes by. The income itself stays what it was.
        /// </summary>
        /// <param name="Transaction">The number of the release that it is about, if it is about one.</param>
        public sealed record CorrectWithholding(
            string Creator, string Currency, WithholdingKind Kind, WithholdingCorrection Correction, long Amount,
            string Reason, string ProposedBy, string ApprovedBy, long? Transaction = null) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("creator", Creator),
                    MoneyCurrencyFault("currency", Currency),
                    Enum.IsDefined(Kind) ? null : new Fault("kind", "ill_formed", "It is backup or non_resident."),
                    Enum.IsDefined(Correction)
                        ? null
                        : new Fault("correction", "ill_formed", "A correction is give_back or withhold_more."),
                    AmountFault("amount", Amount),
                    ReasonFault(Reason),
                    Transaction is null or > 0
                        ? null
                        : new Fault("transaction", "ill_formed", "Transactions are numbered from 1."))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record WithholdingCorrected(
            string Creator, string Currency, WithholdingKind Kind, WithholdingCorrection Correction, long Amount,
            long DebtRepaid, string Reason, string ProposedBy, string ApprovedBy, long? Transaction = null) : Event
        {
            /// <summary>What it adds to what was withheld; less than nothing where it gives back.</summary>
            [JsonIgnore]
            public long Change => Correction == WithholdingCorrection.GiveBack ? -Amount : Amount;
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal MoreThanWithheld(string creator, int year, long withheld, long needed) => Of(
            "more_than_withheld",
            $"{withheld} was withheld from {Identifier.Quote(creator)}, {needed} cannot be given back.",
            ("creator", creator), ("year", year), ("withheld", withheld), ("needed", needed));

        public static Refusal NoReleaseOf(long number, string creator, string currency, int year) => Of(
            "no_release_of",
            $"Transaction {number} is no release to {Identifier.Quote(creator)} in {currency} in {year}.",
            ("transaction", number), ("creator", creator), ("currency", currency), ("year", year));
    }
}

namespace Fanz.Ledger.Tax
{
    [JsonConverter(typeof(WordJson<WithholdingCorrection>))]
    public enum WithholdingCorrection
    {
        [JsonStringEnumMemberName("give_back")]
        GiveBack,
        [JsonStringEnumMemberName("withhold_more")]
        WithholdMore,
    }

    /// <summary>What was withheld from one creator in one year, with its corrections.</summary>
    public sealed record WithheldInYear : Aggregate
    {
        private ImmutableDictionary<(WithholdingKind, string), long> Sums { get; init; } =
            ImmutableDictionary<(WithholdingKind, string), long>.Empty;

        public static string StreamOf(int year, string creator) => StreamsOf(year) + creator;

        /// <summary>With what the streams of a year begin.</summary>
        public static string StreamsOf(int year) => FormattableString.Invariant($"withheld/{year}/");

        public long Of(WithholdingKind kind, Currency currency) => Sums.GetValueOrDefault((kind, currency.Code));

        public override WithheldInYear After(Recorded recorded) => recorded.Event switch
        {
            Event.HoldReleased { Withheld: { } lines } hold => With(hold.Currency, lines),
            Event.ReserveReleased { Withheld: { } lines } reserve => With(reserve.Currency, lines),
            Event.WithholdingCorrected corrected => With(corrected.Currency, corrected.Kind, corrected.Change),
            _ => throw Impossible(recorded),
        };

        private WithheldInYear With(string currency, IEnumerable<Withheld> lines) =>
            lines.Aggregate(this, (sum, line) => sum.With(currency, line.Kind, line.Amount));

        private WithheldInYear With(string currency, WithholdingKind kind, long change) => this with
        {
            Sums = Sums.SetItem((kind, currency), checked(Sums.GetValueOrDefault((kind, currency)) + change)),
        };
    }

    internal static class WithholdingCorrections
    {
        internal static Decision Decide(Command.CorrectWithholding command, Book book, Moment now)
        {
            var (currency, year) = (Currency.Of(command.Currency), now.Today.Year);
            var stream = WithheldInYear.StreamOf(year, command.Creator);
            var withheld = book.Recall<WithheldInYear>(stream).Of(command.Kind, currency);
            var tax = book.Account(Withholding.Account(command.Kind, currency));
            var isGivenBack = command.Correction == WithholdingCorrection.GiveBack;
            var proceeds = Proceeds.OfCreator(book, command.Creator, currency, isGivenBack ? command.Amount : 0);
            var posting = (isGivenBack
                    ? proceeds.Credit(Posting.Draw().Debit(tax.Key, command.Amount))
                    : Posting.Draw()
                        .Debit(new AccountKey(Chart.CreatorAvailable, command.Creator, currency), command.Amount)
                        .Credit(tax.Key, command.Amount))
                .Build();
            var payee = Payees.Objection(book, Role.Creator, command.Creator);
            var (ofRelease, noRelease) = OfRelease(command, book, year);
            var objection = isGivenBack ? book.ObjectionToConsequence(posting) : book.Objection(posting);
            if ((payee ?? noRelease) is { } no) return no;
            if (isGivenBack)
            {
                var most = Math.Min(withheld, ofRelease ?? withheld);
                if (command.Amount > most)
                    return Refusal.MoreThanWithheld(command.Creator, year, most, command.Amount);
                // What was paid to the authority is the authority's to give back.
                var owed = tax.Key.Code.InWords(tax.Balance);
                if (command.Amount > owed) return Refusal.MoreThanOwed(tax.Key, owed, command.Amount);
            }

            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.WithholdingCorrected(
                    command.Creator, command.Currency, command.Kind, command.Correction, command.Amount,
                    proceeds.DebtRepaid, command.Reason, command.ProposedBy, command.ApprovedBy, command.Transaction),
                posting, RefersTo: command.Transaction, Aggregate: stream));
        }

        /// <summary>What is still withheld of the release that is named, after earlier corrections of it.</summary>
        private static (long? Withheld, Refusal? Refusal) OfRelease(
            Command.CorrectWithholding command, Book book, int year)
        {
            if (command.Transaction is not { } number) return (null, null);
            if (book.Transaction(number) is not { } past) return (null, book.Absent(number));
            var (creator, currency, lines) = past.Event switch
            {
                Event.HoldReleased hold => (hold.Creator, hold.Currency, hold.Withheld),
                Event.ReserveReleased reserve => (reserve.Creator, reserve.Currency, reserve.Withheld),
                _ => ("", "", null),
            };
            if (creator != command.Creator || currency != command.Currency
                || past.Record.Recorded.EffectiveOn.Year != year)
                return (null, Refusal.NoReleaseOf(number, command.Creator, command.Currency, year));
            var corrected = past.Since.Select(record => record.Event).OfType<Event.WithholdingCorrected>()
                .Where(correction => correction.Kind == command.Kind).Sum(correction => correction.Change);
            var withheld = (lines ?? []).Where(line => line.Kind == command.Kind).Sum(line => line.Amount);
            return (withheld + corrected, null);
        }
    }
}
