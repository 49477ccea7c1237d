using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

/// <summary>Tax forms and notices, what the ledger withholds by them, corrections, and what was filed.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Treaties = ["DE", "CH"];

    private static Family Taxes() => new(
        "taxes",
        [
            (3, (step, book, _) => FileForm(step, book)),
            (1, (step, book, _) => new Command.EndTaxForm(Step.Pick(Creators, step.A), Form(step, book), "moved")),
            (2, (step, book, _) => new Command.RecordTinMatch(
                Step.Pick(Creators, step.A), Form(step, book),
                Step.Pick([TinResult.Matched, TinResult.Mismatched, TinResult.Matched, TinResult.NotChecked], step.B),
                step.C % 3 == 0 ? TinEvidence.AuthorityLetter : TinEvidence.TinMatching)),
            (2, (step, book, _) => new Command.RecordTinNotice(
                Step.Pick(Creators, step.A), $"n{step.B % 40}", book.Now.Today.PlusDays(1 - (step.C % 1_300)))),
            (3, (step, book, _) => Terms(step, book)),
            (2, (step, book, _) => new Command.SetTreatyRates(
                Step.Pick(Treaties, step.A), book.Now.Today.PlusDays(20 - (step.B % 60)),
                [
                    .. new TreatyRate[]
                        {
                            new(IncomeClass.Royalties, step.C % 10_001, "12"), new(IncomeClass.Services, 0, "14"),
                            new(IncomeClass.BusinessProfits, 500, "7"),
                        }.Where((_, i) => (step.C >> i) % 4 != 0),
                ],
                "the treaty", "pat", "sam")),
            (3, (step, book, _) => ReleaseHold(step with { B = 3 }, book)),
            (4, (step, book, _) => Correct(step, book)),
            (1, (step, _, _) => new Command.RecordTaxFiling(
                $"f{step.A % 9}", Step.Pick([TaxReturn.Nec, TaxReturn.Dac7], step.B), 2026, new string('a', 64),
                [new("gross", "USD", step.Amount)], step.B % 2 == 0 ? null : 1 + (step.C % 4),
                step.C % 4 == 0 ? $"f{step.B % 9}" : null)),
        ],
        [
            "tax_form_filed", "tax_form_ended", "tin_match_recorded", "tin_notice_recorded", "tax_terms_set",
            "treaty_rates_set", "withholding_corrected", "tax_filed", "refused: tax_form_exists",
            "refused: tax_form_not_in_force", "refused: tax_form_lapsed", "refused: treaty_rate_missing",
            "refused: tin_notice_exists", "refused: tax_terms_incomplete", "refused: forms_of_another_country",
            "refused: withholding_by_ledger", "refused: sources_over_release", "refused: more_than_withheld",
            "refused: no_release_of", "refused: tax_filing_exists", "refused: tax_filing_unknown",
        ]);

    private static string Form(Step step, BookInMemory book)
    {
        var filed = book.Journal.Count(appended => appended.Record.Type == "tax_form_filed");
        return $"form{Math.Max(0, filed - 1 - (step.C % 3))}";
    }

    private static Command.FileTaxForm FileForm(Step step, BookInMemory book)
    {
        var kind = Step.Pick(
            [TaxFormKind.W8Ben, TaxFormKind.W9, TaxFormKind.W8BenE, TaxFormKind.W8Eci, TaxFormKind.W9], step.B);
        var isTreaty = kind is TaxFormKind.W8Ben or TaxFormKind.W8BenE;
        var filed = book.Journal.Count(appended => appended.Record.Type == "tax_form_filed");
        var signedOn = book.Now.Today.PlusDays(step.C % 20 == 0 ? 1 : -(step.C % 5 == 0 ? step.A % 1_500 : step.A % 9));
        var hasNumber = step.C % 4 != 1;
        return new Command.FileTaxForm(
            Step.Pick(Creators, step.A), $"form{filed - (step.C % 9 == 0 ? 1 : 0)}", kind, "2024-03", signedOn,
            isTreaty ? Step.Pick(Treaties, step.C) : "US", step.A % 7 == 0 ? signedOn.PlusDays(step.B % 90) : null)
        {
            Sealed = hasNumber ? "v1.AAAAAAAAAAAAAAAAAAAA" : null,
            Fingerprint = hasNumber ? "f00d" : null,
            Masked = hasNumber ? "···1234" : null,
            NumberKind = hasNumber ? (isTreaty ? TaxNumberKind.Foreign : TaxNumberKind.Ssn) : null,
            Claims = isTreaty && step.A % 3 != 0
                ? [new(IncomeClass.Royalties, "12"), .. step.A % 3 == 1 ? [new TreatyClaim(IncomeClass.Services)] : Array.Empty<TreatyClaim>()]
                : null,
        };
    }

    /// <summary>Mostly complete; on and off, so that releases also state themselves what they withhold.</summary>
    private static Command.SetTaxTerms Terms(Step step, BookInMemory book) => new("pat", "sam", From(step, book))
    {
        Withholds = step.A % 4 != 0,
        PayerCountry = step.B % 12 == 0 ? "GB" : step.B % 3 == 0 ? null : "US",
        BackupBasisPoints = step.B % 5 == 0 ? null : 2_000 + (step.C % 500),
        NonResidentBasisPoints = step.B % 7 == 0 ? null : 3_000 + (step.C % 9),
        NoticeGraceDays = step.B % 4 == 0 ? null : step.C % 40,
        NoticeGraceUnit = step.C % 3 == 0 ? GraceUnit.CalendarDays : step.C % 3 == 1 ? GraceUnit.BusinessDays : null,
    };

    /// <summary>Now and then more than there is to release.</summary>
    private static IncomeSource[]? SourcesOf(Step step, BookInMemory book, AccountName name)
    {
        var balance = Math.Min(BalanceOf(book, name), Money.Money.Limit - 10);
        var part = Math.Max(1, balance / (3 + (step.A % 3)));
        return (step.A % 5) switch
        {
            0 => null,
            1 => [new("DE", IncomeClass.Other, balance + 1)],
            2 when balance > 9 => [new("US", IncomeClass.Royalties, part), new("DE", IncomeClass.Services, part)],
            3 when balance > 9 =>
                [new("US", IncomeClass.Services, part), new("US", IncomeClass.BusinessProfits, 1), new("FR", IncomeClass.Royalties, part)],
            _ => balance > 0 ? [new("US", IncomeClass.Royalties, balance)] : null,
        };
    }

    private static Command.CorrectWithholding Correct(Step step, BookInMemory book)
    {
        var number = Record(book, step.A, "hold_released", "reserve_released");
        var released = step.C % 5 == 0 ? null : book.Journal
            .Select(appended => (appended.Record, Event: EventFormat.Read(appended.Record.Type, appended.Record.Data.Span)))
            .Where(one => one.Event is Event.HoldReleased { Withheld: not null })
            .Select(one => new { one.Record.Number, Hold = (Event.HoldReleased)one.Event }).LastOrDefault();
        var (creator, currency) = released is { Hold: { } hold }
            ? (hold.Creator, hold.Currency)
            : (Step.Pick(Creators, step.B), Step.Pick(Currencies, step.C));
        var line = released?.Hold.Withheld?[0];
        return new Command.CorrectWithholding(
            creator, currency, line?.Kind ?? (step.B % 2 == 0 ? WithholdingKind.Backup : WithholdingKind.NonResident),
            step.B % 3 == 0 ? WithholdingCorrection.WithholdMore : WithholdingCorrection.GiveBack,
            line is { Amount: > 1 } ? 1 + (step.Small % line.Amount) : step.Small, "the form came late", "pat", "sam",
            step.B % 4 == 0 ? number : step.B % 4 == 1 ? released?.Number : null);
    }
}
