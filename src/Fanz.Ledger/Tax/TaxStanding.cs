using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tax;

/// <summary>What is withheld from a payee on a day, as their own papers say; rates are said by others.</summary>
/// <param name="Withholding">By which rule; null when nothing is withheld.</param>
/// <param name="Rule">Why.</param>
/// <param name="Form">The form behind it, if there is one.</param>
/// <param name="Claims">For which income the rate of a treaty is to be had.</param>
public sealed record TaxStatus(
    WithholdingKind? Withholding, WithholdingRule? Rule = null, Event.TaxFormFiled? Form = null,
    IReadOnlyList<TreatyClaim>? Claims = null);

/// <summary>
/// Who a creator is for taxes: the form that they have filed last, whether its number is theirs, and what the authority
/// has said about it.
/// </summary>
public sealed record TaxStanding : Aggregate
{
    private const int YearsOfNotices = 3;

    /// <summary>The form that was filed last, also when it has ended or lapsed since.</summary>
    public Event.TaxFormFiled? Form { get; private init; }

    public bool IsEnded { get; private init; }

    /// <summary>What the authority says of the form's number; not checked for a new form.</summary>
    public TinResult Tin { get; private init; } = TinResult.NotChecked;

    /// <summary>Whether the authority said twice in three years that the number is wrong, and it is not cured.</summary>
    public bool HasSecondNotice => Notices.Any(notice => notice.IsSecond && !notice.IsCured);

    private ImmutableHashSet<string> Forms { get; init; } =
        ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private ImmutableArray<Notice> Notices { get; init; } = [];

    private sealed record Notice(string Id, LocalDate On, bool IsSecond, LocalDate WithholdFrom, bool IsCured = false);

    public static string StreamOf(string creator) => $"taxpayer/{creator}";

    public bool IsInForce(string form) => Form?.Form == form && !IsEnded;

    /// <summary>Whether a form is on file that has neither ended nor lapsed by a day.</summary>
    public bool IsOnFile(LocalDate day) => Form is { } form && !IsOver(form, day);

    /// <summary>
    /// What is withheld on a day. Whoever is unknown is taken for an individual of the United States, and so are
    /// individuals whose foreign form has lapsed; entities have shown that they are foreign, and only lose what their
    /// form claimed. A notice about a number concerns who states one as a resident, and nobody else.
    /// </summary>
    public TaxStatus On(LocalDate day)
    {
        if (Form is not { } form) return new TaxStatus(WithholdingKind.Backup, WithholdingRule.NoForm);
        if (IsOver(form, day))
        {
            var rule = IsEnded ? WithholdingRule.FormEnded : WithholdingRule.FormLapsed;
            return new TaxStatus(
                form.Kind is TaxFormKind.W9 or TaxFormKind.W8Ben ? WithholdingKind.Backup : WithholdingKind.NonResident,
                rule, form);
        }

        return form.Kind switch
        {
            TaxFormKind.W9 when form.Masked is null => Backup(WithholdingRule.NoNumber),
            TaxFormKind.W9 when Tin == TinResult.Mismatched => Backup(WithholdingRule.NumberMismatched),
            TaxFormKind.W9 when Notices.Any(notice => !notice.IsCured && notice.WithholdFrom <= day) =>
                Backup(WithholdingRule.TinNotice),
            TaxFormKind.W9 => new TaxStatus(null, Form: form),
            TaxFormKind.W8Eci when form.Masked is null =>
                new TaxStatus(WithholdingKind.NonResident, WithholdingRule.NoNumber, form),
            TaxFormKind.W8Eci =>
                new TaxStatus(WithholdingKind.NonResident, WithholdingRule.EffectivelyConnected, form),
            // Without a number nobody has what a treaty grants.
            _ => new TaxStatus(
                WithholdingKind.NonResident, WithholdingRule.NonResident, form,
                form.Masked is null ? null : form.Claims),
        };

        TaxStatus Backup(WithholdingRule rule) => new(WithholdingKind.Backup, rule, form);
    }

    public override TaxStanding After(Recorded recorded) => recorded.Event switch
    {
        Event.TaxFormFiled filed when !HasHad(filed.Form) => this with
        {
            Form = filed,
            IsEnded = false,
            Tin = TinResult.NotChecked,
            Forms = Forms.Add(filed.Form),
            Notices = [.. Notices.Select(notice => notice with { IsCured = notice.IsCured || Cures(filed, notice) })],
        },
        Event.TaxFormEnded ended when IsInForce(ended.Form) => this with { IsEnded = true },
        Event.TinMatchRecorded match when IsInForce(match.Form) => this with
        {
            Tin = match.Result,
            Notices = match is { Result: TinResult.Matched, By: TinEvidence.AuthorityLetter }
                ? [.. Notices.Select(notice => notice with { IsCured = true })]
                : Notices,
        },
        Event.TinNoticeRecorded notice when !HasNotice(notice.Notice) => this with
        {
            Notices = Notices.Add(new Notice(notice.Notice, notice.On, notice.IsSecond, notice.WithholdFrom)),
        },
        _ => throw Impossible(recorded),
    };

    private bool IsOver(Event.TaxFormFiled form, LocalDate day) => IsEnded || form.ExpiresOn < day;

    internal bool HasHad(string form) => Forms.Contains(form);

    internal bool HasNotice(string id) => Notices.Any(notice => notice.Id == id);

    /// <summary>Whether another notice was received within three years of a day, before it or after.</summary>
    internal bool HasNoticeNear(LocalDate on) => Notices.Any(notice =>
        notice.On <= on.PlusYears(YearsOfNotices) && on <= notice.On.PlusYears(YearsOfNotices));

    /// <summary>A first notice is cured by a form that was signed since and states a number again.</summary>
    private static bool Cures(Event.TaxFormFiled filed, Notice notice) =>
        !notice.IsSecond && filed is { Kind: TaxFormKind.W9, Masked: not null } && filed.SignedOn >= notice.On;
}
