using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Tests;

/// <summary>Those who are paid become known, say where to, change their minds, and ask.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] SealedDetails = ["v1.b25l", "v1.dHdv", "v1.dGhyZWU"];

    private static Family PayeesFamily() => new(
        "payees",
        [
            (1, (step, book, _) => Verification(step, book)),
            (1, (step, book, _) => new Command.RecordScreening(
                Step.Pick(Creators, step.A),
                step.B % 12 == 0 ? ScreeningOutcome.Hit
                : step.B % 12 == 1 ? ScreeningOutcome.PossibleHit
                : ScreeningOutcome.Clear,
                "sdn", "screener", "search", book.Now.Today.PlusDays((step.C % 20 == 0 ? 1 : 0) - (step.B % 3 / 2)))),
            (1, (step, _, _) => Method(step, $"m{step.B % 3}")),
            // One of them collects accounts.
            (2, (step, _, _) => Method(step with { A = 2 }, $"m{step.B % 30}")),
            (2, (step, _, _) => new Command.VerifyPayoutMethod(
                Step.Pick(Creators, step.A), $"m{step.B % 3}", step.C % 3 == 0 ? 2 : 1,
                step.Amount % 2 == 0 ? MethodProof.MicroDeposit : MethodProof.Provider, "deposit")),
            (2, (step, book, _) => Guess(step, book)),
            (1, (step, _, _) => new Command.DisablePayoutMethod(
                Step.Pick(Creators, step.A), $"m{step.B % 3}", "R02")),
            (1, (step, _, _) => new Command.EnablePayoutMethod(
                Step.Pick(Creators, step.A), $"m{step.B % 3}", "it is open", "pat", "sam")),
            (1, (step, _, _) => new Command.SetPayoutPreference(
                Step.Pick(Creators, step.A), Step.Pick(Currencies, step.B),
                step.C % 5 == 0 ? PayoutMode.Paused : step.C % 5 < 3 ? PayoutMode.Automatic : PayoutMode.OnRequest,
                step.C % 4 == 0 ? null : $"m{step.Amount % 3}", step.B % 2 == 0 ? 1_000 : null)),
            (5, (step, book, _) => Asking(step, book)),
            (2, (step, book, _) => Withdrawal(step, book)),
            (4, (step, book, _) => Answering(step, book)),
            (1, (step, _, _) => new Command.RecordReading(Step.Pick(Creators, step.A), "payout_method/m0", "asked")),
        ],
        [
            "verification_recorded", "screening_recorded", "payout_method_added", "payout_method_verified",
            "payout_method_verification_failed", "payout_method_disabled", "payout_method_enabled",
            "payout_preference_set", "payout_requested", "payout_request_withdrawn",
            "payout_formed payout_request_taken", "secret_read", "refused: not_verified", "refused: expires_in_past",
            "refused: screening_hit", "refused: no_payout_method", "refused: payout_method_unverified",
            "refused: payout_method_unknown", "refused: payout_method_changed", "refused: payout_method_verified",
            "refused: payout_method_unchanged", "refused: too_many_payout_methods",
            "refused: verification_attempts_used_up", "refused: payout_method_disabled",
            "refused: payout_method_not_disabled", "refused: payout_method_in_other_currency",
            "refused: payouts_paused", "refused: payout_request_open", "refused: no_payout_request",
        ]);

    private static Command.RecordVerification Verification(Step step, BookInMemory book)
    {
        var outcome = (step.B % 5) switch
        {
            0 => VerificationOutcome.Failed,
            1 => VerificationOutcome.Revoked,
            _ => VerificationOutcome.Verified,
        };
        return new Command.RecordVerification(
            Step.Pick(Creators, step.A), outcome, outcome == VerificationOutcome.Revoked ? 0 : 1 + (step.C % 3), "idcheck",
            "case", outcome == VerificationOutcome.Verified && step.C % 2 == 0
                ? book.Now.Today.PlusDays((step.C % 60) - 5)
                : null);
    }

    private static Command.AddPayoutMethod Method(Step step, string id) => new(
        Step.Pick(Creators, step.A), id, step.B % 5 == 0 ? "sepa" : "ach", Step.Pick(Currencies, step.C % 4 / 3), "US",
        Step.Pick(SealedDetails, step.C), "00112233445566778899aabbccddeeff", "···6789", "pat", "sam");

    /// <summary>Always at the same few methods, so that one of them is guessed at once too often.</summary>
    private static Command.FailPayoutMethodVerification? Guess(Step step, BookInMemory book)
    {
        var added = book.Journal.Where(appended => appended.Record.Type == "payout_method_added").Take(3).ToList();
        if (added.Count == 0) return null;
        var one = (Event.PayoutMethodAdded)EventFormat.Read(
            "payout_method_added", Step.Pick(added, step.A).Record.Data.Span);
        return new Command.FailPayoutMethodVerification(one.Creator, one.Method, one.Version, "guess");
    }

    /// <summary>Mostly one who has somewhere to be paid to, and now and then one who has asked already.</summary>
    private static Command Asking(Step step, BookInMemory book)
    {
        long? amount = step.C % 2 == 0 ? step.Small : null;
        if (step.B % 5 == 0 && Request(step, book) is { } last)
            return new Command.RequestPayout(last.Creator, last.Currency, amount);
        var proved = book.Journal.Where(appended => appended.Record.Type == "payout_method_verified").TakeLast(4).ToList();
        if (step.B % 5 < 3 && proved.Count > 0)
        {
            var one = (Event.PayoutMethodVerified)EventFormat.Read(
                "payout_method_verified", Step.Pick(proved, step.A).Record.Data.Span);
            return book.State($"creator.available/USD//{one.Creator}").Balance < 0
                ? new Command.RequestPayout(one.Creator, "USD", amount)
                : new Command.GrantGoodwill(step.Small, "USD", "for a start", "pat", "sam", one.Creator);
        }

        return new Command.RequestPayout(Step.Pick(Creators, step.A), step.C % 3 == 0 ? "JPY" : "USD", amount);
    }

    private static Command.WithdrawPayoutRequest? Withdrawal(Step step, BookInMemory book) =>
        Request(step, book) is { } request
            ? new Command.WithdrawPayoutRequest(request.Creator, request.Currency)
            : null;

    /// <summary>One of the last that were made.</summary>
    private static Event.PayoutRequested? Request(Step step, BookInMemory book)
    {
        var asked = book.Journal.Where(appended => appended.Record.Type == "payout_requested").TakeLast(3).ToList();
        return asked.Count == 0 ? null : (Event.PayoutRequested)EventFormat.Read(
            "payout_requested", Step.Pick(asked, step.A).Record.Data.Span);
    }

    /// <summary>Pays one who asked some of what they have.</summary>
    private static Command? Answering(Step step, BookInMemory book)
    {
        if (Request(step, book) is not { } request) return null;
        var has = -book.State($"creator.available/{request.Currency}//{request.Creator}").Balance;
        return has <= 0 ? null : new Command.FormPayout(
            $"p{book.Journal.Count(appended => appended.Record.Type == "payout_formed")}", request.Creator,
            request.Currency, Math.Min(has, step.Small), 0);
    }
}
