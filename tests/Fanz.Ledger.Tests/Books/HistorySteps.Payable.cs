using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What comes in the way of paying somebody, and what clears it away again.</summary>
internal static partial class HistorySteps
{
    private static Family Hindering() => new(
        "hindering",
        [
            (1, (step, book, _) => PayoutTermsOf(step, book)),
            (3, (step, _, _) => Earned(step)),
            (6, (step, book, _) => Held(step, book, name => FormManaged(step, book, name))),
            (10, (step, book, _) => Hinder(step, book)),
            (6, (step, book, _) => SubmitPayout(step, book)),
        ],
        [
            "refused: verification_expired", "refused: not_screened", "refused: no_tax_form",
            "refused: payout_method_by_other_rail", "refused: payout_method_cooling_down", "refused: paid_elsewhere",
        ]);

    private static Command.Transfer Earned(Step step) => new(
        [
            new(new("creator.available", Step.Pick(Creators, step.A), "USD"), -step.Small),
            new(new("cash.bank", "", "USD"), step.Small),
        ],
        "");

    /// <summary>Something that may stop a payout between its forming and its leaving, or the attempt to send it so.</summary>
    private static Command? Hinder(Step step, BookInMemory book)
    {
        var ready = Ready(book).Where(one => one.Method is not null).TakeLast(3).ToList();
        if (ready.Count == 0) return SubmitPayout(step, book);
        // To divert one takes several steps, which are to meet the same one.
        var payout = step.C % 8 > 4 ? ready[0] : Step.Pick(ready, step.A);
        var (creator, today) = (payout.Creator, book.Now.Today);
        var payee = Standing(book, creator);
        return (step.C % 8) switch
        {
            0 => new Command.DisablePayoutMethod(creator, payout.Method!, "R02"),
            1 => Method(step, payout.Method!) with
            {
                Creator = creator, Currency = payout.Currency, Rail = payout.Rail!,
            },
            2 => new Command.RecordScreening(
                creator, ScreeningOutcome.PossibleHit, "sdn", "screener", "search", today),
            3 or 4 => payee.Verification?.ExpiresOn switch
            {
                null => new Command.RecordVerification(
                    creator, VerificationOutcome.Verified, 3, "idcheck", "case", today),
                { } last when last < today => new Command.SubmitPayout(payout.Payout),
                _ => Waited(book, Duration.FromDays(1 + (step.B % 3))),
            },
            _ => Divert(step, payout, payee, payout.Payout[^1] % 2 == 0 ? payout.Rail! : "elsewhere"),
        };
    }

    /// <summary>Leads the creator, step by step, to want their money at another method than the payout is for.</summary>
    private static Command Divert(Step step, Event.PayoutFormed payout, PayeeStanding payee, string rail)
    {
        var (creator, currency) = (payout.Creator, payout.Currency);
        var other = payee.Methods.FirstOrDefault(method =>
            (method.Currency, method.Rail) == (currency, rail) && method.Id != payout.Method);
        return other switch
        {
            null => Method(step, $"{rail}-{currency}") with { Creator = creator, Currency = currency, Rail = rail },
            { State: PayoutMethodState.Unverified } when rail == payout.Rail => new Command.VerifyPayoutMethod(
                creator, other.Id, other.Version, MethodProof.Provider, "deposit"),
            _ when payee.Preference(currency).Method != other.Id =>
                new Command.SetPayoutPreference(creator, currency, PayoutMode.Automatic, other.Id),
            _ => new Command.SubmitPayout(payout.Payout),
        };
    }

    /// <summary>
    /// What the creator lacks first for being paid by a rail; null, and perhaps time has passed, if nothing. Some do not
    /// wait for it.
    /// </summary>
    private static Command? Cure(
        Step step, BookInMemory book, string creator, string rail, Event.PayoutTermsSet terms)
    {
        if (step.A % 3 == 0) return null;
        var (needs, today) = (terms.Needs, book.Now.Today);
        var payee = Standing(book, creator);
        if (payee.VerificationLevel < needs.VerificationLevel || payee.Verification?.ExpiresOn < today)
            return new Command.RecordVerification(
                creator, VerificationOutcome.Verified, 3, "idcheck", "case",
                step.B % 2 == 0 ? today.PlusDays(step.C % 3) : null);
        if (payee.Screening?.Outcome != ScreeningOutcome.Clear && (needs.Screening || payee.Screening is not null))
            return new Command.RecordScreening(creator, ScreeningOutcome.Clear, "sdn", "screener", "search", today);
        if (needs.TaxForm && LastOf(book, $"taxpayer/{creator}") is null or "tax_form_ended")
            return new Command.FileTaxForm(
                creator, $"w{book.Journal.Count}", TaxFormKind.W9, "2024-03", today, "US", step.B % 3 == 0 ? today : null);
        var preferred = payee.Method(payee.Preference(terms.Currency).Method ?? "");
        if (preferred is not null && (preferred.Currency, preferred.Rail) != (terms.Currency, rail))
            return step.B % 3 == 0 ? null : new Command.SetPayoutPreference(creator, terms.Currency, PayoutMode.Automatic);
        var method = preferred ?? payee.Methods
            .Where(method => (method.Currency, method.Rail) == (terms.Currency, rail))
            .OrderBy(method => method.State == PayoutMethodState.Disabled).FirstOrDefault();
        switch (method?.State)
        {
            case null:
            case PayoutMethodState.Disabled when step.B % 2 == 0:
                return Method(step, $"m{(terms.Currency == "USD" ? 0 : 1) + (rail == "ach" ? 0 : 1)}") with
                {
                    Creator = creator, Currency = terms.Currency, Rail = rail,
                };
            case PayoutMethodState.Disabled:
                return new Command.EnablePayoutMethod(creator, method.Id, "it is open", "pat", "sam");
            case PayoutMethodState.Unverified:
                return new Command.VerifyPayoutMethod(
                    creator, method.Id, method.Version, MethodProof.Provider, "deposit");
            default:
                return method.UsableFrom(needs.CoolDownDays) is var from && from > today
                    ? Waited(book, Duration.FromDays(Period.DaysBetween(today, from)))
                    : null;
        }
    }

    private static Command? Waited(BookInMemory book, Duration time)
    {
        book.Wait(time);
        return null;
    }

    /// <summary>What the journal says of somebody, without asking the book to look it up.</summary>
    private static PayeeStanding Standing(BookInMemory book, string creator) => book.Journal
        .Select(appended => appended.Record)
        .Where(record => record.Stream == PayeeStanding.StreamOf(creator))
        .Select(record => new Recorded(
            record.Number, record.At, record.EffectiveOn, EventFormat.Read(record.Type, record.Data.Span)))
        .Aggregate(new PayeeStanding(), (payee, next) => payee.After(next));

    private static Event.PayoutTermsSet? TermsSet(BookInMemory book, string currency) =>
        Told<Event.PayoutTermsSet>(book, "payout_terms_set").LastOrDefault(set => set.Currency == currency);
}
