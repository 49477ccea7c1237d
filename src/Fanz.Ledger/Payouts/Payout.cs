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

        public static Refusal PayoutOutsideRails(string payout) => Of(
            "payout_outside_rails",
            $"The payout {Identifier.Quote(payout)} was formed where nothing is set for payouts; it is made elsewhere.",
            ("payout", payout));

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

        /// <summary>It is on its way, or will be at once. It is never sent again.</summary>
        Submitted,

        /// <summary>The answer to it was lost. A statement or an enquiry will say what became of it.</summary>
        Unknown,

        /// <summary>The bank has accepted the file with it.</summary>
        Accepted,

        /// <summary>The bank's statement shows it.</summary>
        Settled,

        /// <summary>It was never sent, and the creator has the money again.</summary>
        Failed,

        /// <summary>Somebody thought better of it before it was sent, and the creator has the money again.</summary>
        Cancelled,

        /// <summary>The bank did not make it, and the creator has the money again.</summary>
        Rejected,

        /// <summary>It came back after it was settled; the money is held until somebody has looked.</summary>
        Returned,
    }

    /// <summary>
    /// One payout: formed, submitted, accepted, settled; with ways back from each of these. An answer that was lost is
    /// none of them: the payout waits until a statement says what became of it. A payout that is made elsewhere, where
    /// nothing is set for payouts, is never submitted from here.
    /// </summary>
    public sealed record Payout : Aggregate
    {
        public PayoutState State { get; private init; }

        public string Creator { get; private init; } = "";

        public string Currency { get; private init; } = "";

        /// <summary>What was taken from the creator: the fee and what is sent.</summary>
        public long Amount { get; private init; }

        public long Fee { get; private init; }

        /// <summary>By which rail it goes; none if it is made elsewhere.</summary>
        public string? Rail { get; private init; }

        /// <summary>With which others it is approved; none of an instant payout.</summary>
        public string? Batch { get; private init; }

        /// <summary>The payout method of the creator that it goes to.</summary>
        public string? Method { get; private init; }

        /// <summary>The file that it was submitted in, and its place there.</summary>
        public string? File { get; private init; }

        public long? Sequence { get; private init; }

        /// <summary>The bank's own reference of the entry that settled it.</summary>
        public string? BankReference { get; private init; }

        /// <summary>Where it was settled from.</summary>
        public string? Bank { get; private init; }

        /// <summary>What is on hold since it came back.</summary>
        public long Held { get; private init; }

        public long Sent => Amount - Fee;

        /// <summary>Where its money is while it is under way.</summary>
        internal AccountCode Whereabouts =>
            State == PayoutState.Accepted ? Chart.PayoutClearing : Chart.PayoutTransit;

        public static string StreamOf(string payout) => $"payout/{payout}";

        public override Aggregate After(Recorded recorded) => (State, recorded.Event) switch
        {
            (PayoutState.None, Event.PayoutFormed formed) => this with
            {
                State = PayoutState.Formed,
                Creator = formed.Creator,
                Currency = formed.Currency,
                Amount = formed.Amount,
                Fee = formed.Fee,
                Rail = formed.Rail,
                Batch = formed.Batch,
                Method = formed.Method,
            },
            (PayoutState.Formed, Event.PayoutFailed) => this with { State = PayoutState.Failed },
            (PayoutState.Formed, Event.PayoutCancelled) => this with { State = PayoutState.Cancelled },
            (PayoutState.Formed, Event.PayoutSubmitted submitted) => this with
            {
                State = PayoutState.Submitted,
                File = submitted.File,
                Sequence = submitted.Sequence,
            },
            (PayoutState.Submitted, Event.PayoutDoubted) => this with { State = PayoutState.Unknown },
            (_, Event.PayoutAccepted) when MayBeAccepted => this with { State = PayoutState.Accepted },
            (_, Event.PayoutSettled settled) when MayBeSettled => this with
            {
                State = PayoutState.Settled,
                Bank = settled.Bank,
                BankReference = settled.BankReference,
            },
            (_, Event.PayoutRejected) when MayBeSettled => this with { State = PayoutState.Rejected },
            (PayoutState.Settled, Event.PayoutReturned) => this with { State = PayoutState.Returned, Held = Sent },
            (PayoutState.Returned, Event.HeldAmountReleased released) when released.Held < Held => this with
            {
                Held = released.Held,
            },
            _ => throw Impossible(recorded),
        };

        /// <summary>What is made elsewhere is only recorded, and nobody says when it was sent.</summary>
        private bool MayBeAccepted => Rail is null
            ? State == PayoutState.Formed
            : State is PayoutState.Submitted or PayoutState.Unknown;

        /// <summary>
        /// A statement is the bank's last word: what it shows was made, whether or not an acceptance ever came.
        /// </summary>
        private bool MayBeSettled =>
            State is PayoutState.Accepted or PayoutState.Submitted or PayoutState.Unknown;

        internal Refusal? ObjectionUnless(PayoutState needed, string id) =>
            State == needed ? null : NotInState(id, needed);

        internal Refusal? ObjectionToAcceptance(string id) => MayBeAccepted
            ? null
            : NotInState(id, Rail is null ? PayoutState.Formed : PayoutState.Submitted);

        /// <summary>Also to a rejection: it takes the place of the settlement.</summary>
        internal Refusal? ObjectionToSettlement(string id) =>
            MayBeSettled ? null : NotInState(id, PayoutState.Accepted);

        internal AccountKey Account(AccountCode code) => new(code, Creator, Money.Currency.Of(Currency));

        internal AccountKey FeeRevenue => new(Chart.PayoutFeeRevenue, "", Money.Currency.Of(Currency));

        internal AccountKey BankCash(string? bank) => new(Chart.BankCash, bank ?? "", Money.Currency.Of(Currency));

        private Refusal NotInState(string id, PayoutState needed) => State == PayoutState.None
            ? Refusal.PayoutUnknown(id)
            : Refusal.PayoutNotInState(id, InWords(State), InWords(needed));

        public static string InWords(PayoutState state) => state switch
        {
            PayoutState.Formed => "formed",
            PayoutState.Submitted => "submitted",
            PayoutState.Unknown => "unknown",
            PayoutState.Cancelled => "cancelled",
            PayoutState.Accepted => "accepted",
            PayoutState.Settled => "settled",
            PayoutState.Failed => "failed",
            PayoutState.Rejected => "rejected",
            PayoutState.Returned => "returned",
            _ => throw new InvariantBroken($"{state} is no state of a payout."),
        };
    }
}
