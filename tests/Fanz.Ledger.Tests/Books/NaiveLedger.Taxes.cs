using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Who creators are for taxes, what is withheld from them by that, and what is corrected later.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Creator), NaiveTaxpayer> taxpayers = [];
    private readonly List<(string Book, LocalDate From, Command.SetTaxTerms Terms)> taxTerms = [];
    private readonly List<(string Book, Command.SetTreatyRates Rates)> treaties = [];
    private readonly List<NaiveWithheld> withholdings = [];
    private readonly List<(string Book, Command.RecordTaxFiling Filing)> taxFilings = [];

    private sealed record NaiveWithheld(
        string Book, int Year, string Creator, string Currency, WithholdingKind Kind, BigInteger Amount, long Release);

    private sealed record NaiveLine(WithholdingKind Kind, BigInteger Base, int Rate, string Why)
    {
        public BigInteger Tax => Nearest(Base * Rate, 10_000);

        public override string ToString() => $"{Kind} {Base} at {Rate} is {Tax} {Why}".TrimEnd();
    }

    private sealed class NaiveTaxpayer
    {
        public List<Command.FileTaxForm> Forms { get; } = [];

        public bool IsEnded { get; set; }

        public TinResult Tin { get; set; }

        public List<NaiveNotice> Notices { get; } = [];

        public Command.FileTaxForm? InForce(string form) => !IsEnded && Forms.LastOrDefault()?.Form == form ? Forms[^1] : null;
    }

    private sealed class NaiveNotice
    {
        public required Command.RecordTinNotice Said { get; init; }

        public required LocalDate From { get; init; }

        public required bool IsSecond { get; init; }

        public bool IsCured { get; set; }
    }

    private Answer? OfTaxes(Command command) => command switch
    {
        Command.FileTaxForm c => File(c),
        Command.EndTaxForm c => Taxpayer(c.Creator).InForce(c.Form) is null
            ? Refused("tax_form_not_in_force")
            : Then(Move("tax_form_ended"), () => Taxpayer(c.Creator).IsEnded = true),
        Command.RecordTinMatch c => Match(c),
        Command.RecordTinNotice c => Notice(c),
        Command.SetTaxTerms c => Set(c),
        Command.SetTreatyRates c => Then(Move("treaty_rates_set"), () => treaties.Add((here, c))),
        Command.CorrectWithholding c => Correct(c),
        Command.RecordTaxFiling c => File(c),
        _ => null,
    };

    private static Answer Then(Answer answer, Action then)
    {
        if (answer.Refusal is null) then();
        return answer;
    }

    private NaiveTaxpayer Taxpayer(string creator)
    {
        if (!taxpayers.TryGetValue((here, creator), out var known)) taxpayers[(here, creator)] = known = new();
        return known;
    }

    private Answer File(Command.FileTaxForm c)
    {
        var taxpayer = Taxpayer(c.Creator);
        if (taxpayer.Forms.Exists(form => form.Form == c.Form)) return Refused("tax_form_exists");
        if (c.SignedOn > today) return Refused("effective_in_future");
        if (LastDay(c) < today) return Refused("tax_form_lapsed");
        if (TaxTerm(today, terms => terms.Withholds) == true
            && (c.Claims ?? []).Any(claim => Treaty(c.Country, claim.Income) is null))
            return Refused("treaty_rate_missing");
        taxpayer.Forms.Add(c);
        (taxpayer.IsEnded, taxpayer.Tin) = (false, TinResult.NotChecked);
        foreach (var notice in taxpayer.Notices)
            notice.IsCured |= !notice.IsSecond && c.Kind == TaxFormKind.W9 && c.Masked is not null
                && c.SignedOn >= notice.Said.On;
        return Move("tax_form_filed");
    }

    private static LocalDate? LastDay(Command.FileTaxForm form) => form.ExpiresOn
        ?? (form.Kind == TaxFormKind.W9 ? null : new LocalDate(form.SignedOn.Year + 4, 1, 1).PlusDays(-1));

    private Answer Match(Command.RecordTinMatch c)
    {
        var taxpayer = Taxpayer(c.Creator);
        if (taxpayer.InForce(c.Form)?.Masked is null) return Refused("tax_form_not_in_force");
        taxpayer.Tin = c.Result;
        if (c is { Result: TinResult.Matched, By: TinEvidence.AuthorityLetter })
            foreach (var notice in taxpayer.Notices) notice.IsCured = true;
        return Move("tin_match_recorded");
    }

    private Answer Notice(Command.RecordTinNotice c)
    {
        var taxpayer = Taxpayer(c.Creator);
        if (taxpayer.Notices.Exists(notice => notice.Said.Notice == c.Notice)) return Refused("tin_notice_exists");
        if (c.On > today) return Refused("effective_in_future");
        if (TaxTerm(today, terms => terms.NoticeGraceDays) is not { } grace) return Refused("tax_terms_incomplete");
        var isBusiness = TaxTerm(today, terms => terms.NoticeGraceUnit) != GraceUnit.CalendarDays;
        var from = c.On;
        for (var left = grace; left > 0; left--)
            do from = from.PlusDays(1);
            while (isBusiness && from.DayOfWeek >= IsoDayOfWeek.Saturday);
        taxpayer.Notices.Add(new NaiveNotice
        {
            Said = c, From = from.PlusDays(1),
            IsSecond = taxpayer.Notices.Exists(notice =>
                Earlier(notice.Said.On, c.On).PlusYears(3) >= Later(notice.Said.On, c.On)),
        });
        return Move("tin_notice_recorded");
    }

    private static LocalDate Earlier(LocalDate one, LocalDate other) => one < other ? one : other;

    private static LocalDate Later(LocalDate one, LocalDate other) => one < other ? other : one;

    private Answer Set(Command.SetTaxTerms c)
    {
        if (c.EffectiveOn < today) return Refused("effective_in_past");
        taxTerms.Add((here, c.EffectiveOn ?? today, c));
        var objection = taxTerms.Where(set => set.Book == here).Select(set => set.From).Order()
            .Select(Objection).FirstOrDefault(found => found is not null);
        if (objection is null) return Move("tax_terms_set");
        taxTerms.RemoveAt(taxTerms.Count - 1);
        return Refused(objection);
    }

    private string? Objection(LocalDate on) =>
        TaxTerm(on, terms => terms.Withholds) != true ? null
        : TaxTerm(on, terms => terms.PayerCountry) is not { } payer
            || TaxTerm(on, terms => terms.BackupBasisPoints) is null
            || TaxTerm(on, terms => terms.NonResidentBasisPoints) is null
            || TaxTerm(on, terms => terms.NoticeGraceDays) is null ? "tax_terms_incomplete"
        : payer != "US" ? "forms_of_another_country"
        : null;

    private T? TaxTerm<T>(LocalDate on, Func<Command.SetTaxTerms, T?> of) => taxTerms
        .Where(set => set.Book == here && set.From <= on && of(set.Terms) is not null)
        .OrderBy(set => set.From).Select(set => of(set.Terms)).LastOrDefault();

    private TreatyRate? Treaty(string country, IncomeClass income) => treaties
        .Where(set => set.Book == here && set.Rates.Country == country && set.Rates.EffectiveOn <= today)
        .OrderBy(set => set.Rates.EffectiveOn).LastOrDefault().Rates?.Rates.SingleOrDefault(rate => rate.Income == income);

    /// <summary>What is withheld of a release: as it states, or by the creator's papers.</summary>
    private (string? Refusal, List<NaiveLine> Lines) TaxOn(
        Command.Release c, string role, string owner, BigInteger amount)
    {
        if (role != "creator" || TaxTerm(today, terms => terms.Withholds) != true)
            return (null, [.. (c.Withholding ?? []).Select(line =>
                new NaiveLine(line.Kind, line.Base, line.RateBasisPoints, ""))]);
        if (c.Withholding is not null) return ("withholding_by_ledger", []);
        var sources = c.Sources ?? [];
        if (Sum(sources.Select(source => (BigInteger)source.Amount)) > amount) return ("sources_over_release", []);
        var taxpayer = Taxpayer(owner);
        var form = taxpayer.Forms.LastOrDefault();
        var backup = (int)TaxTerm(today, terms => terms.BackupBasisPoints)!;
        var isLapsed = LastDayOf(form) < today;
        var over = taxpayer.IsEnded ? "form_ended" : isLapsed ? "form_lapsed" : null;
        var why = form is null ? "no_form"
            : over is not null && form.Kind is TaxFormKind.W9 or TaxFormKind.W8Ben ? over
            : over is not null || form.Kind != TaxFormKind.W9 ? null
            : form.Masked is null ? "no_number"
            : taxpayer.Tin == TinResult.Mismatched ? "number_mismatched"
            : taxpayer.Notices.Exists(notice => !notice.IsCured && notice.From <= today) ? "tin_notice"
            : "resident";
        if (why == "resident") return (null, []);
        if (why is not null) return (null, [new NaiveLine(WithholdingKind.Backup, amount, backup, why)]);

        var lines = new List<NaiveLine>();
        foreach (var income in new[]
        {
            IncomeClass.Royalties, IncomeClass.Services, IncomeClass.BusinessProfits, IncomeClass.Other,
        })
        {
            var from = Sum(sources.Where(source => source.Income == income && source.Country == "US")
                .Select(source => (BigInteger)source.Amount));
            if (income == IncomeClass.Other)
                from += amount - Sum(sources.Select(source => (BigInteger)source.Amount));
            if (from > 0) lines.Add(Line(form!, over, income, from));
        }

        return (null, lines);
    }

    private LocalDate? LastDayOf(Command.FileTaxForm? form) => form is null ? null : LastDay(form);

    private NaiveLine Line(Command.FileTaxForm form, string? over, IncomeClass income, BigInteger from)
    {
        var (rate, why) = ((int)TaxTerm(today, terms => terms.NonResidentBasisPoints)!, over ?? "non_resident");
        if (over is null && form.Kind == TaxFormKind.W8Eci)
            (rate, why) = form.Masked is null ? (rate, "no_number") : (0, "effectively_connected");
        else if (over is null && form.Masked is not null && form.Claims?.Any(claim => claim.Income == income) == true)
            (rate, why) = Treaty(form.Country, income) is { } treaty
                ? (treaty.RateBasisPoints, $"treaty {treaty.Article}")
                : (rate, "treaty_rate_missing");
        return new NaiveLine(WithholdingKind.NonResident, from, rate, $"{why} {income}");
    }

    private BigInteger StillWithheld(Func<NaiveWithheld, bool> of) =>
        Sum(withholdings.Where(one => one.Book == here && of(one)).Select(one => one.Amount));

    private Answer Correct(Command.CorrectWithholding c)
    {
        if (PayeeObjection("creator", c.Creator) is { } objection) return Refused(objection);
        bool IsOf(NaiveWithheld one) => one.Year == today.Year && one.Creator == c.Creator
            && one.Currency == c.Currency && one.Kind == c.Kind;
        var most = StillWithheld(IsOf);
        if (c.Transaction is { } number)
        {
            if (number > last[here]) return Refused("transaction_unknown");
            if (Past(number)?.Draft.About is not NaiveRelease release || release.Year != today.Year
                || release.Creator != c.Creator || release.Currency != c.Currency)
                return Refused("no_release_of");
            most = BigInteger.Min(most, StillWithheld(one => IsOf(one) && one.Release == number));
        }

        var tax = Of(c.Kind == WithholdingKind.Backup ? "wht.backup" : "wht.nra", c.Currency);
        var isGivenBack = c.Correction == WithholdingCorrection.GiveBack;
        isConsequence = isGivenBack;
        if (isGivenBack && c.Amount > most) return Refused("more_than_withheld");
        if (isGivenBack && c.Amount > Owed(tax)) return Refused("more_than_owed");
        var available = Of("creator.available", c.Currency, c.Creator);
        return Then(
            Move(new NaiveDraft(
                here, "withholding_corrected",
                isGivenBack
                    ? [(tax, c.Amount), .. Proceeds("creator", c.Creator, c.Currency, c.Amount)]
                    : [(available, c.Amount), (tax, -(BigInteger)c.Amount)])
            {
                RefersTo = c.Transaction,
            }),
            () => withholdings.Add(new NaiveWithheld(
                here, today.Year, c.Creator, c.Currency, c.Kind, isGivenBack ? -c.Amount : c.Amount,
                c.Transaction ?? 0)));
    }

    private sealed record NaiveRelease(int Year, string Creator, string Currency);

    private Answer File(Command.RecordTaxFiling c)
    {
        bool IsFiled(string filing) => taxFilings.Exists(one => one.Book == here && one.Filing.Form == c.Form
            && one.Filing.Year == c.Year && one.Filing.Filing == filing);
        if (IsFiled(c.Filing)) return Refused("tax_filing_exists");
        if (c.Corrects is not null && !IsFiled(c.Corrects)) return Refused("tax_filing_unknown");
        taxFilings.Add((here, c));
        return Move("tax_filed");
    }
}
