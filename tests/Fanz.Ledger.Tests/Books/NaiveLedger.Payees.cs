using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What is known of those who are paid, where they are paid, and what they asked for.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Creator), NaivePayee> payees = [];

    private sealed class NaivePayee
    {
        public int Level { get; set; }

        /// <summary>The last day on which they are known so well.</summary>
        public LocalDate? KnownUntil { get; set; }

        public (LocalDate On, ScreeningOutcome Outcome)? Screened { get; set; }

        public List<NaiveMethod> Methods { get; } = [];

        public Dictionary<string, Command.SetPayoutPreference> Preferences { get; } = [];

        public HashSet<string> Requests { get; } = [];

        public NaiveMethod? Method(string id) => Methods.Find(method => method.Terms.Method == id);
    }

    private sealed class NaiveMethod
    {
        public required Command.AddPayoutMethod Terms { get; set; }

        public int Version { get; set; }

        public LocalDate ChangedOn { get; set; }

        public int Failed { get; set; }

        public bool Verified { get; set; }

        public bool Disabled { get; set; }
    }

    private Answer? OfPayees(Command command)
    {
        switch (command)
        {
            case Command.RecordVerification c:
                if (c.Outcome == VerificationOutcome.Revoked && Payee(c.Creator).Level == 0) return Refused("not_verified");
                if (c.ExpiresOn < today) return Refused("expires_in_past");
                if (c.Outcome != VerificationOutcome.Failed)
                    (Payee(c.Creator).Level, Payee(c.Creator).KnownUntil) = (c.Level, c.ExpiresOn);
                return Move("verification_recorded");
            case Command.RecordScreening c:
                if (c.On > today) return Refused("effective_in_future");
                var screened = Payee(c.Creator).Screened;
                if (screened is null || screened.Value.On <= c.On) Payee(c.Creator).Screened = (c.On, c.Outcome);
                return Move("screening_recorded");
            case Command.AddPayoutMethod c: return Add(c, Payee(c.Creator));
            case Command.VerifyPayoutMethod c: return OnMethod(c.Creator, c.Method, c.Version, method =>
            {
                if (c.By == MethodProof.MicroDeposit && method.Failed == 3) return "refused: verification_attempts_used_up";
                method.Verified = true;
                return "payout_method_verified";
            });
            case Command.FailPayoutMethodVerification c: return OnMethod(c.Creator, c.Method, c.Version, method =>
            {
                if (method.Failed == 3) return "refused: verification_attempts_used_up";
                method.Failed++;
                return "payout_method_verification_failed";
            });
            case Command.DisablePayoutMethod c: return Switch(c.Creator, c.Method, true, "payout_method_disabled");
            case Command.EnablePayoutMethod c: return Switch(c.Creator, c.Method, false, "payout_method_not_disabled");
            case Command.SetPayoutPreference c:
                if (c.Method is not null && Payee(c.Creator).Method(c.Method) is null)
                    return Refused("payout_method_unknown");
                if (c.Method is not null && Payee(c.Creator).Method(c.Method)!.Terms.Currency != c.Currency)
                    return Refused("payout_method_in_other_currency");
                Payee(c.Creator).Preferences[c.Currency] = c;
                return Move("payout_preference_set");
            case Command.RequestPayout c:
                if (ObjectionToRequest(c, Payee(c.Creator)) is { } objection) return Refused(objection);
                Payee(c.Creator).Requests.Add(c.Currency);
                return Move("payout_requested");
            case Command.WithdrawPayoutRequest c:
                return Payee(c.Creator).Requests.Remove(c.Currency)
                    ? Move("payout_request_withdrawn")
                    : Refused("no_payout_request");
            case Command.RecordReading: return Move("secret_read");
            default: return null;
        }
    }

    private NaivePayee Payee(string creator)
    {
        if (!payees.TryGetValue((here, creator), out var payee)) payees[(here, creator)] = payee = new NaivePayee();
        return payee;
    }

    private Answer Add(Command.AddPayoutMethod c, NaivePayee payee)
    {
        var known = payee.Method(c.Method);
        if (known is null && payee.Methods.Count == 10) return Refused("too_many_payout_methods");
        if (known is not null && known.Failed < 3 && known.Terms.Details == c.Details && known.Terms.Rail == c.Rail
            && known.Terms.Currency == c.Currency && known.Terms.Country == c.Country)
            return Refused("payout_method_unchanged");
        if (known is null) payee.Methods.Add(known = new NaiveMethod { Terms = c });
        (known.Terms, known.Failed, known.Verified, known.Disabled) = (c, 0, false, false);
        known.ChangedOn = today;
        known.Version++;
        return Move("payout_method_added");
    }

    private Answer OnMethod(string creator, string id, int version, Func<NaiveMethod, string> then)
    {
        if (Payee(creator).Method(id) is not { } method) return Refused("payout_method_unknown");
        if (method.Version != version) return Refused("payout_method_changed");
        if (method.Disabled) return Refused("payout_method_disabled");
        if (method.Verified) return Refused("payout_method_verified");
        var came = then(method);
        return came.StartsWith("refused: ", StringComparison.Ordinal) ? Refused(came[9..]) : Move(came);
    }

    private Answer Switch(string creator, string id, bool off, string already)
    {
        if (Payee(creator).Method(id) is not { } method) return Refused("payout_method_unknown");
        if (method.Disabled == off) return Refused(already);
        method.Disabled = off;
        return Move(off ? "payout_method_disabled" : "payout_method_enabled");
    }

    private string? ObjectionToRequest(Command.RequestPayout c, NaivePayee payee)
    {
        if (payee.Requests.Contains(c.Currency)) return "payout_request_open";
        if (payee.Preferences.GetValueOrDefault(c.Currency)?.Mode == PayoutMode.Paused) return "payouts_paused";
        return Payable(c.Creator, c.Currency, rail: null, PayoutRequirements.None).Objection;
    }

    /// <summary>
    /// What is in the way of paying somebody, the first thing that is; and where they would be paid, which is where they
    /// prefer it, or else where least is in the way.
    /// </summary>
    private (string? Objection, NaiveMethod? Method) Payable(
        string creator, string currency, string? rail, PayoutRequirements needs)
    {
        var payee = Payee(creator);
        var preferred = payee.Method(payee.Preferences.GetValueOrDefault(currency)?.Method ?? "");
        if (preferred?.Terms.Currency != currency) preferred = null;
        // Each of these is a step further on the way to being paid; all of them is to be there.
        Func<NaiveMethod, string?>[] steps =
        [
            method => method.Disabled ? "payout_method_disabled" : null,
            method => method.Verified ? null : "payout_method_unverified",
            method => method.ChangedOn.PlusDays(needs.CoolDownDays) <= today ? null : "payout_method_cooling_down",
        ];
        string? InTheWay(NaiveMethod method) => steps.Select(step => step(method)).FirstOrDefault(code => code is not null);
        var best = payee.Methods
            .Where(method => method.Terms.Currency == currency && method.Terms.Rail == (rail ?? method.Terms.Rail))
            .Where(method => preferred is null || method == preferred)
            .MaxBy(method => Array.FindIndex(steps, step => step(method) is not null) is >= 0 and var at ? at : steps.Length);
        var objection =
            PayeeObjection("creator", creator)
            ?? (payee.Level < needs.VerificationLevel ? "not_verified" : null)
            ?? (needs.VerificationLevel > 0 && payee.KnownUntil < today ? "verification_expired" : null)
            ?? (payee.Screened is null && needs.Screening ? "not_screened" : null)
            ?? (payee.Screened is { Outcome: not ScreeningOutcome.Clear } ? "screening_hit" : null)
            ?? (needs.TaxForm && !HasTaxForm(Taxpayer(creator)) ? "no_tax_form" : null)
            ?? (best is not null ? InTheWay(best)
                : preferred is null ? "no_payout_method"
                : "payout_method_by_other_rail");
        return (objection, best);
    }

    private bool HasTaxForm(NaiveTaxpayer taxpayer) =>
        !taxpayer.IsEnded && taxpayer.Forms.LastOrDefault() is { } form && !(LastDay(form) < today);

    /// <summary>A payout answers the request that there is, in the same breath.</summary>
    private NaiveDraft[] Taking(string creator, string currency) => Payee(creator).Requests.Contains(currency)
        ? [new NaiveDraft(here, "payout_request_taken")]
        : [];
}
