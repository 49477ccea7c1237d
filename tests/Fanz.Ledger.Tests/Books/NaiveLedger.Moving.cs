using System.Globalization;
using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Money that is theirs already and moves on: releases, what is held by hand, payouts, and what has lain too long.
/// </summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Payout), NaivePayout> payouts = [];
    private readonly Dictionary<(string Book, string Hold), BigInteger> heldByHand = [];
    private readonly Dictionary<(string Book, long Number), NaiveUnclaimed> unclaimed = [];

    private sealed class NaivePayout
    {
        public required Command.FormPayout Terms { get; init; }

        public string State { get; set; } = "formed";

        public string Bank { get; set; } = "";

        public BigInteger Held { get; set; }

        /// <summary>By which rail it goes; none if it is made elsewhere and only recorded.</summary>
        public string? Rail { get; init; }

        public string? Method { get; init; }

        public BigInteger Sent => Terms.Amount - Terms.Fee;

        /// <summary>Where its money is until it has left.</summary>
        public string Whereabouts => Account(State == "accepted" ? "payout.clearing" : "payout.transit");

        public string Account(string code) => Of(code, Terms.Currency, Terms.Creator);
    }

    private sealed record NaiveUnclaimed(BigInteger Amount, string Currency, string? Creator, string? Fan)
    {
        public bool IsReturned { get; set; }
    }

    private Answer? OfMoving(Command command) => command switch
    {
        Command.ReleaseHold c => Release(
            "hold_released", c, Of("creator.pending", c.Currency, c.Creator, c.Cohort), "creator", c.Creator),
        Command.ReleaseReserve c => Release(
            "reserve_released", c, Of("creator.reserve", c.Currency, c.Creator, c.Cohort), "creator", c.Creator),
        Command.ReleaseAffiliate c => Release(
            "affiliate_released", c, Of("affiliate.pending", c.Currency, c.Affiliate, c.Cohort), "affiliate",
            c.Affiliate),
        Command.HoldAmount c => Hold(c),
        Command.ReleaseAmount c => ReleaseHeld(c),
        Command.FormPayout c => FormPayout(c),
        Command.AcceptPayout c => OnPayout(c.Payout, ["formed elsewhere", "submitted", "unknown"], payout => Follow(
            payout, "accepted", Move("payout_accepted",
                (payout.Account("payout.transit"), payout.Sent), (payout.Account("payout.clearing"), -payout.Sent)))),
        Command.SettlePayout c => OnPayout(
            c.Payout, ["accepted", "submitted", "unknown"], payout => Settle(c, payout)),
        Command.FailPayout c => OnPayout(c.Payout, ["formed"], payout => Follow(
            payout, "failed", GiveBack("payout_failed", payout))),
        Command.RejectPayout c => OnPayout(c.Payout, ["accepted", "submitted", "unknown"], payout => Follow(
            payout, "rejected", GiveBack("payout_rejected", payout))),
        Command.ReturnPayout c => OnPayout(c.Payout, ["settled"], payout => Return(c, payout)),
        Command.MoveToUnclaimed c => MoveToUnclaimed(c),
        Command.ReturnUnclaimed c => ReturnUnclaimed(c),
        Command.GrantGoodwill c => Goodwill(c),
        Command.Adjust c when c.EffectiveOn > today => Refused("effective_in_future"),
        Command.Adjust c => Move(
            new NaiveDraft(here, "adjusted", [.. c.Legs.Select(leg => (Text(leg.Account), (BigInteger)leg.Amount))])
            {
                On = c.EffectiveOn,
            }),
        _ => null,
    };

    /// <summary>Tax comes off first, then debts are repaid, and the rest is available.</summary>
    private Answer Release(
        string type, Command.Release c, string held, string role, string owner)
    {
        var amount = Owed(held);
        if (PayeeObjection(role, owner) is { } objection) return Refused(objection);
        if (c.Cohort > today) return Refused("not_matured");
        if (amount == 0) return Refused("nothing_to_release");
        var (refusal, lines) = TaxOn(c, role, owner, amount);
        if (refusal is not null) return Refused(refusal);
        if (Sum(lines.Select(line => line.Base)) > amount) return Refused("withholding_over_release");

        var legs = new List<(string, BigInteger)> { (held, amount) };
        foreach (var tax in lines.GroupBy(line => line.Kind, line => line.Tax).Select(kind => (kind.Key, Sum(kind))))
        {
            legs.Add((Of(tax.Key == WithholdingKind.Backup ? "wht.backup" : "wht.nra", c.Currency), -tax.Item2));
            amount -= tax.Item2;
        }

        return Then(
            Move(new NaiveDraft(here, type, [.. legs, .. Proceeds(role, owner, c.Currency, amount)])
            {
                About = role == "creator" ? new NaiveRelease(today.Year, owner, c.Currency) : null,
                Told = lines.Count == 0 ? "" : string.Join("; ", lines),
            }),
            () => withholdings.AddRange(lines.Where(_ => role == "creator").Select(line => new NaiveWithheld(
                here, today.Year, owner, c.Currency, line.Kind, line.Tax, last[here]))));
    }

    /// <summary>Whatever a creator or a fan owes is repaid out of what they come by.</summary>
    private (string, BigInteger)[] Proceeds(string role, string owner, string currency, BigInteger amount)
    {
        var debt = role == "affiliate" ? 0 : Held(Of($"{role}.debt", currency, owner));
        var repaid = BigInteger.Min(debt, amount);
        var target = role == "fan" ? "fan.wallet" : $"{role}.available";
        return [(Of($"{role}.debt", currency, owner), -repaid), (Of(target, currency, owner), repaid - amount)];
    }

    private Answer Hold(Command.HoldAmount c)
    {
        var answer = Move("amount_held",
            (Of("creator.available", c.Currency, c.Creator), c.Amount),
            (Of("creator.hold", c.Currency, c.Creator), -c.Amount));
        if (answer.Refusal is null)
            heldByHand[(here, c.Currency + c.Creator)] = HeldByHand(c.Currency, c.Creator) + c.Amount;
        return answer;
    }

    private BigInteger HeldByHand(string currency, string creator) =>
        heldByHand.GetValueOrDefault((here, currency + creator));

    /// <summary>What is held by hand, or since one payout came back; never what a dispute holds.</summary>
    private Answer ReleaseHeld(Command.ReleaseAmount c)
    {
        if (PayeeObjection("creator", c.Creator) is { } objection) return Refused(objection);
        var payout = c.Payout is null ? null : payouts.GetValueOrDefault((here, c.Payout));
        if (c.Payout is not null)
        {
            if (payout is null) return Refused("payout_unknown");
            if (payout.State != "returned") return Refused("payout_not_in_state");
            if (payout.Terms.Creator != c.Creator || payout.Terms.Currency != c.Currency)
                return Refused("payout_of_another");
        }

        var held = payout?.Held ?? HeldByHand(c.Currency, c.Creator);
        if (c.Amount > held) return Refused("more_than_held");
        var answer = Move("held_amount_released",
            [
                (Of("creator.hold", c.Currency, c.Creator), c.Amount),
                .. Proceeds("creator", c.Creator, c.Currency, c.Amount),
            ]);
        if (answer.Refusal is not null) return answer;
        if (payout is not null) payout.Held -= c.Amount;
        else heldByHand[(here, c.Currency + c.Creator)] -= c.Amount;
        return answer;
    }

    private Answer FormPayout(Command.FormPayout c)
    {
        if (payouts.ContainsKey((here, c.Payout))) return Refused("payout_exists");
        var rail = PayoutTermsOf(c.Currency)?.Rail;
        string? method = null;
        if ((ObjectionToTerms(c) ?? ObjectionToPayee(c, rail, out method)) is { } objection) return Refused(objection);
        var formed = new NaiveDraft(here, "payout_formed",
            (Of("creator.available", c.Currency, c.Creator), c.Amount),
            (Of("revenue.payout_fee", c.Currency), -c.Fee),
            (Of("payout.transit", c.Currency, c.Creator), c.Fee - c.Amount));
        var answer = Move([formed, .. Taking(c.Creator, c.Currency)]);
        if (answer.Refusal is not null) return answer;
        payouts[(here, c.Payout)] = new NaivePayout { Terms = c, Rail = rail, Method = method };
        Payee(c.Creator).Requests.Remove(c.Currency);
        return answer;
    }

    private Answer OnPayout(string id, string[] needed, Func<NaivePayout, Answer> then) =>
        !payouts.TryGetValue((here, id), out var payout) ? Refused("payout_unknown")
        : needed.Contains(payout.State) || (payout.Rail is null && needed.Contains($"{payout.State} elsewhere"))
            ? then(payout)
            : Refused("payout_not_in_state");

    private static Answer Follow(NaivePayout payout, string state, Answer answer)
    {
        if (answer.Refusal is null) payout.State = state;
        return answer;
    }

    private Answer Settle(Command.SettlePayout c, NaivePayout payout)
    {
        if ((c.Amount ?? payout.Sent) != payout.Sent) return Refused("payout_amount_differs");
        var answer = Follow(payout, "settled", Move("payout_settled",
            (payout.Whereabouts, payout.Sent),
            (Of("cash.bank", payout.Terms.Currency, c.Bank ?? ""), -payout.Sent)));
        if (answer.Refusal is null) payout.Bank = c.Bank ?? "";
        return answer;
    }

    private Answer GiveBack(string type, NaivePayout payout) => Move(type,
        [
            (payout.Whereabouts, payout.Sent),
            (Of("revenue.payout_fee", payout.Terms.Currency), payout.Terms.Fee),
            .. Proceeds("creator", payout.Terms.Creator, payout.Terms.Currency, payout.Terms.Amount),
        ]);

    private Answer Return(Command.ReturnPayout c, NaivePayout payout)
    {
        if ((c.Amount ?? payout.Sent) != payout.Sent) return Refused("payout_amount_differs");
        var answer = Follow(payout, "returned", Move("payout_returned",
            (Of("cash.bank", payout.Terms.Currency, c.Bank ?? payout.Bank), payout.Sent),
            (payout.Account("creator.hold"), -payout.Sent)));
        if (answer.Refusal is null) payout.Held = payout.Sent;
        return answer;
    }

    private Answer MoveToUnclaimed(Command.MoveToUnclaimed c)
    {
        var (role, owner) = c.Creator is { } creator ? ("creator", creator) : ("fan", c.Fan!);
        if (PayeeObjection(role, owner) is { } objection) return Refused(objection);
        var dormantAfter = Policy(policy => policy.DormantAfterDays) ?? 1_095;
        if (c.LastActiveOn.PlusDays(dormantAfter) > today) return Refused("not_dormant");
        var account = Of(role == "fan" ? "fan.wallet" : "creator.available", c.Currency, owner);
        var amount = Owed(account);
        if (amount == 0) return Refused("nothing_to_move");
        var answer = Move("moved_to_unclaimed", (account, amount), (Of("unclaimed", c.Currency), -amount));
        if (answer.Refusal is null)
            unclaimed[(here, last[here])] = new NaiveUnclaimed(amount, c.Currency, c.Creator, c.Fan);
        return answer;
    }

    private Answer ReturnUnclaimed(Command.ReturnUnclaimed c)
    {
        if (c.Transaction > last[here]) return Refused("transaction_unknown");
        if (!unclaimed.TryGetValue((here, c.Transaction), out var moved)) return Refused("not_unclaimed");
        if (moved.IsReturned) return Refused("already_returned");
        var (role, owner) = moved.Creator is { } creator ? ("creator", creator) : ("fan", moved.Fan!);
        if (PayeeObjection(role, owner) is { } objection) return Refused(objection);
        var answer = Move("unclaimed_returned",
            [
                (Of("unclaimed", moved.Currency), moved.Amount),
                .. Proceeds(role, owner, moved.Currency, moved.Amount),
            ]);
        moved.IsReturned |= answer.Refusal is null;
        return answer;
    }

    private Answer Goodwill(Command.GrantGoodwill c)
    {
        var (role, owner) = c.Creator is { } creator ? ("creator", creator) : ("fan", c.Fan!);
        if (PartyObjection(role, owner) is { } objection) return Refused(objection);
        return Move("goodwill_granted",
            [(Of("expense.goodwill", c.Currency), c.Amount), .. Proceeds(role, owner, c.Currency, c.Amount)]);
    }

    private string? PartyObjection(string role, string owner) => Standing(RoleOf(role), owner).Objection;

    /// <summary>A closed party may come by what is theirs; no sanctioned one, and no creator who is held.</summary>
    private string? PayeeObjection(string role, string owner) => Standing(RoleOf(role), owner) switch
    {
        { Sanctioned: true } => "party_sanctioned",
        { Held: true } => "creator_held",
        _ => null,
    };

    private static Role RoleOf(string role) =>
        role switch { "fan" => Role.Fan, "creator" => Role.Creator, _ => Role.Affiliate };

    private static string Of(string code, string currency, string owner = "", LocalDate? cohort = null) =>
        $"{code}/{currency}/{cohort?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}/{owner}";

    /// <summary>The nearest whole number to a fraction; half a unit is one more.</summary>
    private static BigInteger Nearest(BigInteger amount, BigInteger whole) => ((2 * amount) + whole) / (2 * whole);
}
