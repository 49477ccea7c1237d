using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Refunds
{
    /// <summary>
    /// How much of one leg of a sale was given back. The account is the one that the sale had brought it to; where the
    /// money was taken from may be elsewhere (see <see cref="Portion"/>).
    /// </summary>
    public sealed record ReturnedPart(AccountName Account, long Amount)
    {
        internal static IReadOnlyList<ReturnedPart> Of(IEnumerable<SalePart> parts) =>
            [.. parts.Select(part => new ReturnedPart(Portion.NameOf(part.Account), part.Remaining))];
    }

    /// <summary>
    /// An amount, and the account that it was really taken from or came back to. It is never negative.
    /// </summary>
    public sealed record Portion(AccountName Account, long Amount)
    {
        internal static IReadOnlyList<Portion> Of(IEnumerable<Leg> legs) =>
            [.. legs.Select(leg => new Portion(NameOf(leg.Account), leg.Amount))];

        internal static AccountName NameOf(AccountKey account) =>
            new(account.Code.Name, account.Owner, account.Currency.Code, account.Cohort);
    }
}

namespace Fanz.Ledger.Journal
{
    using Fanz.Ledger.Refunds;

    public abstract partial record Event
    {
        /// <summary>
        /// Something of a sale is earned that was only owed before. It refers to the sale, and its legs say from where
        /// to where its parts move.
        /// </summary>
        public abstract record SaleMoved : Event;

        /// <summary>
        /// Something of a sale was given back. It refers to the sale, and says how much of each of its legs: where the
        /// money then came from may be elsewhere.
        /// </summary>
        public abstract record SaleReturned : Event
        {
            /// <summary>How much of what the fan paid.</summary>
            public required long Amount { get; init; }

            /// <summary>How many of the tokens that were redeemed.</summary>
            public long? Tokens { get; init; }

            public required IReadOnlyList<ReturnedPart> Parts { get; init; }
        }
    }
}
