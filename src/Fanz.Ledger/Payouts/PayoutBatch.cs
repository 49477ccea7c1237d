using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal BatchExists(string batch) =>
            Of("batch_exists", $"There is a batch {Identifier.Quote(batch)} already.", ("batch", batch));

        public static Refusal BatchUnknown(string batch) =>
            Of("batch_unknown", $"There is no batch {Identifier.Quote(batch)}.", ("batch", batch));

        public static Refusal BatchNotInState(string batch, string state, string needed) => Of(
            "batch_not_in_state", $"The batch {Identifier.Quote(batch)} is {state}, not {needed}.",
            ("batch", batch), ("state", state), ("needed", needed));

        public static Refusal BatchOfAnother(string batch, string currency, string rail) => Of(
            "batch_of_another", $"The batch {Identifier.Quote(batch)} pays {currency} by {Identifier.Quote(rail)}.",
            ("batch", batch), ("currency", currency), ("rail", rail));
    }
}

namespace Fanz.Ledger.Payouts
{
    public enum BatchState
    {
        /// <summary>There is no such batch.</summary>
        None,

        /// <summary>Payouts are formed in it.</summary>
        Open,

        /// <summary>What is in it is settled, and waits for the first who approves it.</summary>
        Closed,

        /// <summary>One person has approved it, and another one has to.</summary>
        HalfApproved,

        /// <summary>Two people have approved it, and its payouts can be submitted.</summary>
        Approved,

        /// <summary>Nothing more of it is ever sent.</summary>
        Rejected,
    }

    /// <summary>
    /// Payouts that are approved together. Its stream knows what they come to and not which they are: each payout
    /// names its batch, and no decision ever looks through all of them.
    /// </summary>
    public sealed record PayoutBatch : Aggregate
    {
        public BatchState State { get; private init; }

        public string Currency { get; private init; } = "";

        public string Rail { get; private init; } = "";

        public LocalDate On { get; private init; }

        public long Payouts { get; private init; }

        /// <summary>What is to be sent in all.</summary>
        public long Sent { get; private init; }

        /// <summary>A hash over each payout, to whom it goes and what is sent.</summary>
        public string Members { get; private init; } = "";

        /// <summary>Who approved it first.</summary>
        public string? FirstApprover { get; private init; }

        public static string StreamOf(string batch) => $"batch/{batch}";

        internal static PayoutBatch Of(Book book, string batch) => book.Recall<PayoutBatch>(StreamOf(batch));

        public override Aggregate After(Recorded recorded) => (State, recorded.Event) switch
        {
            (BatchState.None, Event.BatchOpened opened) => this with
            {
                State = BatchState.Open,
                Currency = opened.Currency,
                Rail = opened.Rail,
                On = opened.On,
            },
            (BatchState.Open, Event.BatchClosed closed) => this with
            {
                State = BatchState.Closed,
                Payouts = closed.Payouts,
                Sent = closed.Sent,
                Members = closed.Members,
            },
            (BatchState.Closed or BatchState.HalfApproved, Event.BatchApproved { IsComplete: false } approved) =>
                this with { State = BatchState.HalfApproved, FirstApprover = approved.ApprovedBy },
            (BatchState.HalfApproved, Event.BatchApproved { IsComplete: true }) => this with
            {
                State = BatchState.Approved,
            },
            (not (BatchState.None or BatchState.Rejected), Event.BatchRejected) => this with
            {
                State = BatchState.Rejected,
            },
            _ => throw Impossible(recorded),
        };

        internal Refusal? ObjectionUnless(string id, params ReadOnlySpan<BatchState> needed)
        {
            if (State == BatchState.None) return Refusal.BatchUnknown(id);
            foreach (var state in needed)
                if (state == State) return null;
            return Refusal.BatchNotInState(id, InWords(State), InWords(needed[0]));
        }

        private static string InWords(BatchState state) => state switch
        {
            BatchState.Open => "open",
            BatchState.Closed => "closed",
            BatchState.HalfApproved => "approved by one",
            BatchState.Approved => "approved",
            BatchState.Rejected => "rejected",
            _ => throw new InvariantBroken($"{state} is no state of a batch."),
        };
    }
}
