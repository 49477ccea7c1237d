using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What comes in the way of paying somebody, and what clears it away again.</summary>
internal static partial class HistorySteps
{
    /// <summary>Something that may stop a payout between its forming and its leaving.</summary>
    private static Command? Hinder(Step step, BookInMemory book)
    {
        var formed = Told<Event.PayoutFormed>(book, "payout_formed")
            .Where(one => one.Method is not null && LastOf(book, $"payout/{one.Payout}") == "payout_formed")
            .TakeLast(4).ToList();
        if (formed.Count == 0) return null;
        var payout = Step.Pick(formed, step.A);
        var (creator, currency, method) = (payout.Creator, payout.Currency, payout.Method!);
        var payee = Standing(book, creator);
        return (step.C % 8) switch
        {
            0 => new Command.DisablePayoutMethod(creator, method, "R02"),
            1 => Method(step, method) with { Creator = creator, Currency = currency },
            2 => Method(step, "m3") with
            {
                Creator = creator, Currency = currency, Rail = step.B % 2 == 0 ? payout.Rail! : "sepa",
            },
            3 => new Command.RecordScreening(
                creator, ScreeningOutcome.PossibleHit, "sdn", "screener", "search", book.Now.Today),
            4 or 5 => payee.Verification?.ExpiresOn is null && step.C % 2 == 0
                ? new Command.RecordVerification(
                    creator, VerificationOutcome.Verified, 2, "idcheck", "case", book.Now.Today)
                : Waited(book, Duration.FromDays(1 + (step.B % 3))),
            _ => new Command.SetPayoutPreference(
                creator, currency, PayoutMode.Automatic, Step.Pick(payee.Methods, step.B).Id),
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
            return new Command.SetPayoutPreference(creator, terms.Currency, PayoutMode.Automatic);
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
