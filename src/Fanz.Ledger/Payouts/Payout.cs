using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal PayoutExists(string payout) =>
            Of("payout_exists", $"There is a payout {Identifier.Quote(payout)} already.", ("payout", payout));

        public static Refusal PayoutUnknown(string payout) =>
            Of("payout_unknown", $"There is no payout {Identifier.Quote(payout)}.", ("payout", payout));

        public static Refusal PayoutNotInState(string payout, string state, string needed) => Of(
            "payout_not_in_state", $"The payout {Identifier.Quote(payout)} is {state}, not {needed}.",
            ("payout", payout), ("state", state), ("needed", needed));

        public static Refusal PayoutOfAnother(string payout, string creator, string currency) => Of(
            "payout_of_another",
            $"The payout {Identifier.Quote(payout)} did not go to {Identifier.Quote(creator)} in {currency}.",
            ("payout", payout), ("creator", creator), ("currency", currency));
    }
}

namespace Fanz.Ledger.Payouts
{
    public enum PayoutState
    {
        /// <summary>There is no such payout.</summary>
        None,

        /// <summary>Taken out of what the creator has available; nothing was sent.</summary>
        Formed,

        /// <summary>The bank has accepted the file with it.</summary>
        Accepted,

        /// <summary>The bank's statement shows it.</summary>
        Settled,

        /// <summary>It was never sent, and the creator has the money again.</summary>
        Failed,

        /// <summary>The bank did not make it, and the creator has the money again.</summary>
        Rejected,

        /// <summary>It came back after it was settled; the money is held until somebody has looked.</summary>
        Returned,
    }

    /// <summary>
    /// One payout: formed, accepted, settled; with three ways back, one for each of these. An answer that was lost is
    /// none of them: the payout stays as it is until a statement says what became of it.
    /// </summary>
    public sealed record Payout : Aggregate
    {
        public PayoutState State { get; private init; }

        public string Creator { get; private init; } = "";

        public string Currency { get; private init; } = "";

        /// <summary>What was taken from the creator: the fee and what is sent.</summary>
        public long Amount { get; private init; }

        public long Fee { get; private init; }

        /// <summary>Where it was settled from.</summary>
        public string? Bank { get; private init; }

        /// <summary>What is on hold since it came back.</summary>
        public long Held { get; private init; }

        public long Sent => Amount - Fee;

        internal static string StreamOf(string payout) => $"payout/{payout}";

        public override Aggregate After(Recorded recorded) => (State, recorded.Event) switch
        {
            (PayoutState.None, Event.PayoutFormed formed) => this with
            {
                State = PayoutState.Formed,
                Creator = formed.Creator,
                Currency = formed.Currency,
                Amount = formed.Amount,
                Fee = formed.Fee,
            },
            (PayoutState.Formed, Event.PayoutAccepted) => this with { State = PayoutState.Accepted },
            (PayoutState.Formed, Event.PayoutFailed) => this with { State = PayoutState.Failed },
            (PayoutState.Accepted, Event.PayoutSettled settled) => this with
            {
                State = PayoutState.Settled,
                Bank = settled.Bank,
            },
            (PayoutState.Accepted, Event.PayoutRejected) => this with { State = PayoutState.Rejected },
            (PayoutState.Settled, Event.PayoutReturned) => this with { State = PayoutState.Returned, Held = Sent },
            (PayoutState.Returned, Event.HeldAmountReleased released) when released.Held < Held => this with
            {
                Held = released.Held,
            },
            _ => throw Impossible(recorded),
        };

        internal Refusal? ObjectionUnless(PayoutState needed, string id) =>
            State == needed ? null
            : State == PayoutState.None ? Refusal.PayoutUnknown(id)
            : Refusal.PayoutNotInState(id, InWords(State), InWords(needed));

        internal AccountKey Account(AccountCode code) => new(code, Creator, Money.Currency.Of(Currency));

        internal AccountKey FeeRevenue => new(Chart.PayoutFeeRevenue, "", Money.Currency.Of(Currency));

        internal AccountKey BankCash(string? bank) => new(Chart.BankCash, bank ?? "", Money.Currency.Of(Currency));

        private static string InWords(PayoutState state) => state switch
        {
            PayoutState.Formed => "formed",
            PayoutState.Accepted => "accepted",
            PayoutState.Settled => "settled",
            PayoutState.Failed => "failed",
            PayoutState.Rejected => "rejected",
            PayoutState.Returned => "returned",
            _ => throw new InvariantBroken($"{state} is no state of a payout."),
        };
    }
}
