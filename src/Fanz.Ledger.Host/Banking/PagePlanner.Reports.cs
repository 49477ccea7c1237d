using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Host.Banking;

/// <summary>What banks report of payments: returns of the clearing house, and the status of what was sent.</summary>
internal sealed partial class PagePlanner
{
    private BankFileItem Take(Saying.Return line, int saying)
    {
        if (refusals.Sayings.TryGetValue(saying, out var refused)) return Told(line, refused);
        var payout = Find([line.Payout]);
        if (line.IsCorrection) return Told(line, Finding.CorrectionAsked, payout);
        var known = NachaReturnCodes.Of(line.Code);
        // The money that comes with it is on a statement, and waits in suspense.
        if (line.IsDebit || known.Remedy == ReturnRemedy.SuspenseAndAlert)
            return Told(line, Finding.CodeOfDebits, payout);
        if (payout is null || payout.Payout.Sequence is { } place && place != line.Sequence)
            return Told(line, Finding.UnknownReference);
        if (payout.Payout.Sent != line.Amount || payout.Payout.Currency != "USD")
            return Told(line, Finding.AmountDiffers, payout);
        if (payout.State == PayoutState.Returned) return ItemOf(line, BankItemOutcome.Known, null, payout);
        if (payout.IsUnderWay)
        {
            Post(new Command.SettlePayout(payout.Id, bank) { Amount = line.Amount }, saying);
            payout.SettledBy = 0;
        }
        else if (payout.State != PayoutState.Settled)
        {
            return Told(line, Finding.ReturnedThoughNeverPaid, payout);
        }

        Post(
            new Command.ReturnPayout(payout.Id, known.Meaning, bank ?? payout.Payout.Bank, line.Code)
            {
                Amount = line.Amount,
            },
            saying);
        (payout.State, payout.ReturnedBy) = (PayoutState.Returned, 0);
        return ItemOf(
            line, BankItemOutcome.Posted, Remedy(payout, known.Remedy, line.Code, saying, isReturn: true), payout);
    }

    private async Task<BankFileItem?> Take(Saying.Status line, int saying)
    {
        if (refusals.Sayings.TryGetValue(saying, out var refused)) return ItemOf(line, BankItemOutcome.Told, refused);
        var (isAccepted, isRejected) = (
            line.Word is "ACCP" or "ACSP" or "ACSC" or "ACWC", line.Word is "RJCT" or "CANC");
        // Checked for form alone, in part, or not yet: the rest is still to come.
        if (!isAccepted && !isRejected)
            return ItemOf(
                line, BankItemOutcome.Nothing,
                line.Word is null or "ACTC" or "PART" or "PDNG" or "RCVD" ? null : Finding.NotTheLastWord);
        // A duplicate of what may well have been paid: whoever looks decides, and nothing is sent again.
        if (line.Code == "AM05") return ItemOf(line, BankItemOutcome.Told, Finding.Duplicate);
        if (line.Payout is null) return await OfAll(line, isAccepted);
        if (Find([line.Payout]) is not { } payout)
            return ItemOf(line, BankItemOutcome.Told, Finding.UnknownReference);
        if (line.Amount is { } amount && amount != payout.Payout.Sent)
            return ItemOf(line, BankItemOutcome.Told, Finding.AmountDiffers, payout);
        return isAccepted ? Accepted(line, payout, saying) : Rejected(line, payout, saying);
    }

    private BankFileItem Accepted(Saying.Status line, SeenPayout payout, int saying)
    {
        switch (payout.State)
        {
            case PayoutState.Submitted or PayoutState.Unknown:
                Post(new Command.AcceptPayout(payout.Id), saying);
                payout.State = PayoutState.Accepted;
                return ItemOf(line, BankItemOutcome.Posted, null, payout);
            case PayoutState.Accepted or PayoutState.Settled or PayoutState.Returned:
                return ItemOf(line, BankItemOutcome.Known, null, payout);
            default:
                return ItemOf(
                    line, BankItemOutcome.Told,
                    payout.State == PayoutState.Rejected ? Finding.AcceptedThoughRejected : Finding.NotSubmitted,
                        payout);
        }
    }

    private BankFileItem Rejected(Saying.Status line, SeenPayout payout, int saying)
    {
        if (payout.IsUnderWay)
        {
            Post(Rejection(payout, line), saying);
            payout.State = PayoutState.Rejected;
            var finding = line.Code is { } code
                ? Remedy(payout, RemedyOf(code), code, saying, isReturn: false)
                : Finding.PersonLooks;
            return ItemOf(line, BankItemOutcome.Posted, finding, payout);
        }

        return payout.State switch
        {
            PayoutState.Rejected => ItemOf(line, BankItemOutcome.Known, null, payout),
            PayoutState.Settled or PayoutState.Returned =>
                ItemOf(line, BankItemOutcome.Told, Finding.RejectedThoughSettled, payout),
            _ => ItemOf(line, BankItemOutcome.Told, Finding.NotSubmitted, payout),
        };
    }

    private static Command.RejectPayout Rejection(SeenPayout payout, Saying.Status line)
    {
        var reason = line.Code is { } code ? IsoReasonCodes.Of(code).Meaning : "The bank did not make it";
        return new Command.RejectPayout(
            payout.Id, string.IsNullOrWhiteSpace(line.Reason) ? reason : line.Reason, CodeOf(line.Code));
    }

    /// <summary>
    /// The whole of a file. Those of it that have a line of their own are dealt with by that as well.
    /// </summary>
    private async Task<BankFileItem> OfAll(Saying.Status line, bool isAccepted)
    {
        await CatchUp();
        var found = new List<SeenPayout>();
        var files = await reader.Files(null, [line.File!], token);
        foreach (var file in files) found.AddRange(await Members(file));
        if (files.Count == 0) return ItemOf(line, BankItemOutcome.Told, Finding.UnknownReference);
        foreach (var payout in found)
        {
            var command = isAccepted
                ? payout.State is PayoutState.Submitted or PayoutState.Unknown
                    ? new Command.AcceptPayout(payout.Id)
                    : (Command?)null
                : payout.IsUnderWay ? Rejection(payout, line) : null;
            if (command is not null)
                plan.Many.Add((command, $"bank/{(isAccepted ? "accept" : "reject")}/{payout.Id}"));
        }

        var finding = isAccepted ? null
            : found.Exists(one => one.State is PayoutState.Settled or PayoutState.Returned)
                ? Finding.RejectedThoughSettled
            : Finding.PersonLooks;
        return ItemOf(line, BankItemOutcome.Posted, finding);
    }

    /// <summary>
    /// What follows from why a payment did not arrive. What the book refuses of it is left, and a person is told.
    /// </summary>
    private string? Remedy(SeenPayout payout, ReturnRemedy remedy, string code, int saying, bool isReturn)
    {
        var refused = refusals.Remedies.GetValueOrDefault(saying) ?? [];
        var held = false;
        if (isReturn && remedy is ReturnRemedy.RecreditAndDisable or ReturnRemedy.FixAndReissue)
        {
            var release = new Command.ReleaseAmount(
                payout.Payout.Creator, payout.Payout.Sent, payout.Payout.Currency, $"It came back ({code}).",
                    payout.Id);
            held = !TryFollow(release, saying, refused);
        }

        switch (remedy)
        {
            case ReturnRemedy.RecreditAndDisable:
                return held ? Finding.StillHeld : Disable(payout, code, saying, refused);
            case ReturnRemedy.FixAndReissue:
                return held ? Finding.StillHeld : null;
            case ReturnRemedy.HoldAndOpenCase:
                // Refused where the creator is held already, which is as well.
                TryFollow(
                    new Command.HoldCreator(
                        payout.Payout.Creator,
                            $"The payout {payout.Id} did not arrive ({code}): a case for compliance."),
                    saying, refused);
                return Finding.CaseOpened;
            case ReturnRemedy.Hold:
                return isReturn ? null : Finding.PersonLooks;
            default:
                return Finding.PersonLooks;
        }
    }

    private string? Disable(SeenPayout payout, string code, int saying, List<string> refused)
    {
        if (payout.Payout.Method is not { } method) return null;
        var disable = new Command.DisablePayoutMethod(
            payout.Payout.Creator, method, $"A payout did not arrive ({code}).");
        return TryFollow(disable, saying, refused) ? null : Finding.MethodNotDisabled;
    }

    private bool TryFollow(Command command, int saying, List<string> refused)
    {
        if (refused.Contains(CommandFormat.NameOf(command))) return false;
        plan.Commands.Add(new PlannedCommand(command, saying, IsRemedy: true));
        return true;
    }

    private static BankFileItem Told(Saying.Return line, string finding, SeenPayout? payout = null) =>
        ItemOf(line, BankItemOutcome.Told, finding, payout);

    private static BankFileItem ItemOf(
        Saying.Return line, BankItemOutcome outcome, string? finding, SeenPayout? payout) => new(
            line.Line, outcome, line.IsCorrection || line.Amount == 0 ? null : line.IsDebit ? -line.Amount
                : line.Amount,
            line.IsCorrection || line.Amount == 0 ? null : "USD", Payout: payout?.Id, Finding: finding, Code: line.Code)
        {
            Hint = Hinted(line.Payout),
        };

    private static BankFileItem ItemOf(
        Saying.Status line, BankItemOutcome outcome, string? finding = null, SeenPayout? payout = null) => new(
            line.Line, outcome, Payout: payout?.Id, Finding: finding, Code: CodeOf(line.Code ?? line.Word))
        {
            Hint = Hinted(line.Payout ?? line.File),
        };
}
