using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Refunds
{
    /// <summary>How much of one leg of a sale was given back.</summary>
    public sealed record ReturnedPart(AccountName Account, long Amount);
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
