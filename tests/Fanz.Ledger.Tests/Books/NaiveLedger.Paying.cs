using System.Numerics;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>How payouts are made: terms, batches that two people approve, what is sent, and in which file.</summary>
internal sealed partial class NaiveLedger
{
    private readonly List<(string Book, LocalDate From, Command.SetPayoutTerms Terms)> payoutTerms = [];
    private readonly Dictionary<(string Book, string Rail), long> rails = [];
    private readonly Dictionary<(string Book, string Currency, string Person), long> approvers = [];
    private readonly Dictionary<(string Book, string Batch), NaiveBatch> batches = [];
    private readonly Dictionary<(string Book, string File), (string Hash, bool IsReleased)> paymentFiles = [];

    private sealed class NaiveBatch
    {
        public required string Currency { get; init; }

        public required string Rail { get; init; }

        public string State { get; set; } = "open";

        public (long, long, string) Content { get; set; }

        public long Sent => Content.Item2;

        public string? First { get; set; }
    }

    private Answer? OfPaying(Command command) => command switch
    {
        Command.SetRail c => Set(c),
        Command.SetPayoutTerms c => Set(c),
        Command.SetApprover c => Set(c),
        Command.OpenBatch c => Open(c),
        Command.CloseBatch c => OnBatch(c.Batch, ["open"], batch => Turn(batch, "closed", "batch_closed", () =>
            batch.Content = (c.Payouts, c.Sent, c.Members))),
        Command.ApproveBatch c => OnBatch(c.Batch, ["closed", "half approved"], batch => Approve(c, batch)),
        Command.RejectBatch c => OnBatch(
            c.Batch, ["open", "closed", "half approved", "approved"],
            batch => Turn(batch, "rejected", "batch_rejected", () => { })),
        Command.SubmitPayout c => OnPayout(c.Payout, ["formed"], payout => Submit(c, payout)),
        Command.DoubtPayout c => OnPayout(c.Payout, ["submitted"], payout => Follow(
            payout, "unknown", Move("payout_doubted"))),
        Command.CancelPayout c => OnPayout(c.Payout, ["formed"], payout => Follow(
            payout, "cancelled", GiveBack("payout_cancelled", payout))),
        Command.PreparePaymentFile c => Prepare(c),
        Command.ReleasePaymentFile c => Release(c),
        _ => null,
    };

    private Answer Set(Command.SetRail c)
    {
        var answer = Move("rail_set");
        rails[(here, c.Rail)] = last[here];
        return answer;
    }

    private Answer Set(Command.SetPayoutTerms c)
    {
        if (c.EffectiveOn < today) return Refused("effective_in_past");
        if (!rails.ContainsKey((here, c.Rail))) return Refused("rail_unknown");
        payoutTerms.Add((here, c.EffectiveOn ?? today, c));
        return Move("payout_terms_set");
    }

    private Answer Set(Command.SetApprover c)
    {
        if (c.Command is { } command) kinds[(here, command, c.Currency, c.Person)] = c.Limit;
        else approvers[(here, c.Currency, c.Person)] = c.Limit;
        return Move("approver_set");
    }

    /// <summary>What was said last of the latest day so far.</summary>
    private Command.SetPayoutTerms? PayoutTermsOf(string currency) => payoutTerms
        .Where(set => set.Book == here && set.Terms.Currency == currency && set.From <= today)
        .OrderBy(set => set.From).LastOrDefault().Terms;

    private string? ObjectionToTerms(Command.FormPayout c)
    {
        if (PayoutTermsOf(c.Currency) is not { } terms)
            return c.Batch is null && c.Instant != true ? null : "no_payout_terms";
        if (terms.CombineInto is not null) return "payouts_combined";
        if (c.Instant == true)
            return terms.InstantFee is null ? "no_instant_payouts"
                : c.Fee != terms.InstantFee ? "payout_fee_differs"
                : c.Amount > terms.InstantMost ? "over_instant_most" : null;
        if (c.Batch is null) return "payout_needs_batch";
        if (!batches.TryGetValue((here, c.Batch), out var batch)) return "batch_unknown";
        return batch.State != "open" ? "batch_not_in_state"
            : batch.Currency != c.Currency || batch.Rail != terms.Rail ? "batch_of_another"
            : c.Fee != terms.Fee ? "payout_fee_differs"
            : c.Amount < terms.Minimum ? "below_payout_minimum" : null;
    }

    private Answer Open(Command.OpenBatch c)
    {
        if (batches.ContainsKey((here, c.Batch))) return Refused("batch_exists");
        if (PayoutTermsOf(c.Currency) is not { } terms) return Refused("no_payout_terms");
        batches[(here, c.Batch)] = new NaiveBatch { Currency = c.Currency, Rail = terms.Rail };
        return Move("batch_opened");
    }

    private Answer OnBatch(string id, string[] needed, Func<NaiveBatch, Answer> then) =>
        !batches.TryGetValue((here, id), out var batch) ? Refused("batch_unknown")
        : !needed.Contains(batch.State) ? Refused("batch_not_in_state")
        : then(batch);

    private Answer Turn(NaiveBatch batch, string state, string type, Action then)
    {
        batch.State = state;
        then();
        return Move(type);
    }

    /// <summary>It takes two, and each must still be allowed it when the second one says so.</summary>
    private Answer Approve(Command.ApproveBatch c, NaiveBatch batch)
    {
        bool May(string person) =>
            approvers.GetValueOrDefault((here, batch.Currency, person)) is > 0 and var limit && limit >= batch.Sent;
        var isSecond = batch.First is not null && May(batch.First);
        if (batch.Content != (c.Payouts, c.Sent, c.Members)) return Refused("batch_differs");
        if (isSecond && batch.First == c.ApprovedBy) return Refused("approved_by_same");
        if (!May(c.ApprovedBy)) return Refused("over_approval_limit");
        return Turn(batch, isSecond ? "approved" : "half approved", "batch_approved", () =>
            batch.First = isSecond ? batch.First : c.ApprovedBy);
    }

    private Answer Submit(Command.SubmitPayout c, NaivePayout payout)
    {
        if (payout.Rail is null) return Refused("payout_outside_rails");
        if (payout.Terms.Batch is { } batch && batches[(here, batch)].State != "approved")
            return Refused("batch_not_in_state");
        if (c.File is not null && paymentFiles.ContainsKey((here, c.File))) return Refused("payment_file_not_in_state");
        if (ObjectionToPayee(payout.Terms, payout.Rail, out var method) is { } objection) return Refused(objection);
        if (method != payout.Method) return Refused("paid_elsewhere");
        return Follow(payout, "submitted", Move("payout_submitted"));
    }

    /// <summary>What the ledger pays itself needs somewhere to go; what others pay is theirs to know.</summary>
    private string? ObjectionToPayee(Command.FormPayout c, string? rail, out string? method)
    {
        var needs = PayoutTermsOf(c.Currency)?.Needs ?? PayoutRequirements.None;
        var (objection, payable) = rail is null
            ? (PayeeObjection("creator", c.Creator), null)
            : Payable(c.Creator, c.Currency, rail, needs);
        method = payable?.Terms.Method;
        return objection ?? (Held(Of("creator.debt", c.Currency, c.Creator)) > 0 ? "creator_in_debt" : null);
    }

    private Answer Prepare(Command.PreparePaymentFile c)
    {
        if (paymentFiles.ContainsKey((here, c.File))) return Refused("payment_file_not_in_state");
        if (!rails.TryGetValue((here, c.Rail), out var setBy)) return Refused("rail_unknown");
        if ((c.RailSetBy ?? setBy) != setBy) return Refused("rail_set_again");
        if (c.Batch is not null)
        {
            if (!batches.TryGetValue((here, c.Batch), out var batch)) return Refused("batch_unknown");
            if (batch.State != "approved") return Refused("batch_not_in_state");
            if ((batch.Currency, batch.Rail) != (c.Currency, c.Rail)) return Refused("batch_of_another");
            if (c.Payouts > batch.Content.Item1 || c.Sent > batch.Sent) return Refused("payment_file_over_batch");
        }

        paymentFiles[(here, c.File)] = (c.Hash, false);
        return Move("payment_file_prepared");
    }

    private Answer Release(Command.ReleasePaymentFile c)
    {
        if (!paymentFiles.TryGetValue((here, c.File), out var file)) return Refused("payment_file_unknown");
        if (file.IsReleased) return Refused("payment_file_not_in_state");
        if (file.Hash != c.Hash) return Refused("payment_file_differs");
        paymentFiles[(here, c.File)] = (c.Hash, true);
        return Move("payment_file_released");
    }
}
