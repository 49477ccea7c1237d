using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Disputes;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Event
    {
        /// <summary>
        /// A bank took a card payment back for now. What could be found of it at creators or the fan is frozen until
        /// the dispute is over.
        /// </summary>
        /// <param name="Amount">What the bank took; more than remains of the payment where rates have moved.</param>
        /// <param name="Frozen">Which accounts were frozen, in the order in which they were found.</param>
        public abstract record DisputeOpening(
            [property: JsonPropertyOrder(-1)] string Dispute,
            [property: JsonPropertyOrder(-1)] long Transaction,
            [property: JsonPropertyOrder(-1)] long Amount,
            [property: JsonPropertyOrder(-1)] string Currency,
            [property: JsonPropertyOrder(-1)] long Fee,
            IReadOnlyList<Portion> Frozen) : Event
        {
            /// <summary>Whose receivable it came off.</summary>
            public string? Processor { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal DisputeUnknown(string dispute) =>
            Of("dispute_unknown", $"There is no dispute {dispute}.", ("dispute", dispute));

        public static Refusal DisputeExists(string dispute, long transaction) => Of(
            "dispute_exists", $"There is a dispute {dispute} already, of transaction {transaction}.",
            ("dispute", dispute), ("transaction", transaction));

        public static Refusal DisputeAlreadyOpen(long transaction, string dispute) => Of(
            "dispute_already_open", $"Transaction {transaction} is disputed by {dispute} now.",
            ("transaction", transaction), ("dispute", dispute));

        public static Refusal DisputeNotInState(string dispute, string state, string needed) => Of(
            "dispute_not_in_state", $"The dispute {dispute} is {state}; it must be {needed}.",
            ("dispute", dispute), ("state", state), ("needed", needed));
    }
}

namespace Fanz.Ledger.Disputes
{
    internal enum DisputeStage
    {
        Unknown,
        Open,
        Won,
        Lost,
    }

    /// <summary>
    /// A dispute from its opening on. One that is won can be opened again by arbitration; one that is lost is over, but
    /// for the sales that are still to be taken back for it.
    /// </summary>
    internal sealed record Dispute : Aggregate
    {
        internal DisputeStage Stage { get; private init; }

        /// <summary>The opening that counts: the last one.</summary>
        internal Event.DisputeOpening? Opening { get; private init; }

        /// <summary>The fees of all its openings, less what the processor returned.</summary>
        internal long Fees { get; private init; }

        /// <summary>Which sales may be taken back for it, and how much of each at most.</summary>
        internal ImmutableDictionary<long, long> ToClawBack { get; private init; } =
            ImmutableDictionary<long, long>.Empty;

        /// <summary>What the fan came to owe by it, less what was taken back since.</summary>
        internal long FanDebt { get; private init; }

        public override Dispute After(Recorded recorded) => (Stage, recorded.Event) switch
        {
            (DisputeStage.Unknown, Event.DisputeOpened opened) => Opened(opened),
            (DisputeStage.Won, Event.DisputeReopened reopened) => Opened(reopened),
            (DisputeStage.Open, Event.DisputeWon won) =>
                this with { Stage = DisputeStage.Won, Fees = Fees - (won.FeeReturned ?? 0) },
            (DisputeStage.Open, Event.DisputeLost lost) => this with
            {
                Stage = DisputeStage.Lost,
                FanDebt = lost.FanDebt ?? 0,
                ToClawBack = (lost.ToClawBack ?? [])
                    .ToImmutableDictionary(sale => sale.Transaction, sale => sale.Amount),
            },
            (DisputeStage.Lost, Event.SaleClawedBack sale)
                when ToClawBack.GetValueOrDefault(sale.Transaction) >= sale.Amount && sale.Amount <= FanDebt =>
                this with
                {
                    ToClawBack = ToClawBack.Remove(sale.Transaction),
                    FanDebt = FanDebt - sale.Amount,
                },
            _ => throw Impossible(recorded),
        };

        private Dispute Opened(Event.DisputeOpening opening) =>
            this with { Stage = DisputeStage.Open, Opening = opening, Fees = Fees + opening.Fee };
    }

    internal static class Disputes
    {
        internal static string StreamOf(string dispute) => $"dispute/{dispute}";

        /// <summary>
        /// Whether a bank disputes a payment now. Nothing of it may then be refunded, delivered or recognised.
        /// </summary>
        internal static bool IsOpen(PastTransaction payment) => OpenOf(payment) is not null;

        /// <summary>The dispute that is open on a payment, or null. There is at most one.</summary>
        internal static string? OpenOf(PastTransaction payment)
        {
            string? open = null;
            foreach (var record in payment.Since)
            {
                open = record.Event switch
                {
                    Event.DisputeOpening opening => opening.Dispute,
                    Event.DisputeWon or Event.DisputeLost => null,
                    _ => open,
                };
            }

            return open;
        }

        /// <summary>Why a dispute is not what it must be for something to happen to it, or null.</summary>
        internal static Refusal? Objection(string name, Dispute dispute, DisputeStage needed) => dispute.Stage switch
        {
            DisputeStage.Unknown => Refusal.DisputeUnknown(name),
            var stage when stage != needed => Refusal.DisputeNotInState(name, Word(stage), Word(needed)),
            _ => null,
        };

        private static string Word(DisputeStage stage) => stage switch
        {
            DisputeStage.Open => "open",
            DisputeStage.Won => "won",
            DisputeStage.Lost => "lost",
            _ => throw new InvariantBroken($"A dispute cannot be {stage}."),
        };
    }
}
