using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// What residents are told they were paid: 1099-NEC and 1099-MISC by when it became available, 1099-K by when fans
/// paid. Whoever had tax withheld is told so from the first cent on, whatever the threshold.
/// </summary>
internal static class InformationReturns
{
    private static readonly Postgres.Lists.ListColumn[] Who =
        [
            TaxTable.Text("creator", "Who was paid."),
            TaxTable.Text(TaxTable.CurrencyColumn, "Of all amounts."),
        ];

    private static readonly Postgres.Lists.ListColumn[] Papers =
        [
            TaxTable.Text("form_on_file", "The id of the creator's form, if there is one."),
            TaxTable.Text("number", "The mask of the number on it."),
        ];

    public static TaxTable Nec(TaxMaterial material) => Paid(
        material,
        [
            TaxTable.Minor(
                "box_1_nonemployee_compensation", "What became available to them in the year, before taxes and debts."),
        ],
        [InformationReturn.Nec], _ => InformationReturn.Nec);

    public static TaxTable Misc(TaxMaterial material) => Paid(
        material,
        [
            TaxTable.Minor("box_2_royalties", "What became available of platforms that report it as royalties."),
            TaxTable.Minor("box_3_other_income", "What became available of all others."),
        ],
        [InformationReturn.MiscRoyalties, InformationReturn.MiscOther],
        terms => terms == InformationReturn.MiscRoyalties ? terms.Value : InformationReturn.MiscOther);

    public static TaxTable K(TaxMaterial material)
    {
        var threshold = material.ThresholdOf(InformationReturn.K);
        var rows = new Rows(material);
        var withheld = Backup(material);
        foreach (var some in Of(material, InformationReturn.K).GroupBy(one => (one.Creator, one.Currency)))
        {
            var (gross, payments) = (some.Sum(one => one.PaymentsGross), some.Sum(one => one.Payments));
            var tax = withheld.GetValueOrDefault(some.Key);
            var isReported = (gross >= threshold.Amount && payments >= (threshold.Payments ?? 0))
                || some.Key.Currency != threshold.Currency;
            rows.Add(some.Key, gross != 0 || tax != 0, isReported || tax != 0,
                [
                    gross, payments, tax,
                    .. Enumerable.Range(1, 4).Select(quarter =>
                        (object)some.Where(one => one.Quarter == quarter).Sum(one => one.PaymentsGross)),
                ]);
        }

        return rows.Table(
            [
                .. Who, .. Papers,
                TaxTable.Minor("box_1a_gross_amount", "What fans paid for their sales, before fees and refunds."),
                TaxTable.Whole("box_3_payments", "How many payments that is."),
                TaxTable.Minor("box_4_federal_income_tax_withheld", "Backup withholding, with corrections."),
                .. Enumerable.Range(1, 4).Select(quarter =>
                    TaxTable.Minor($"gross_quarter_{quarter}", "What of box 1a was paid in that quarter.")),
            ]);
    }

    private static TaxTable Paid(
        TaxMaterial material, Postgres.Lists.ListColumn[] boxes, InformationReturn[] forms,
        Func<InformationReturn?, InformationReturn> boxOf)
    {
        var thresholds = forms.Select(material.ThresholdOf).ToArray();
        var withheld = Backup(material);
        var rows = new Rows(material);
        foreach (var some in Of(material, forms).GroupBy(one => (one.Creator, one.Currency)))
        {
            var amounts = forms
                .Select(form => some
                    .Where(one => boxOf(material.Terms[one.Book].InformationReturn) == form).Sum(one => one.Released))
                .ToArray();
            var tax = withheld.GetValueOrDefault(some.Key);
            var isReported = thresholds.Zip(amounts).Any(box =>
                box.Second > 0 && (box.Second >= box.First.Amount || some.Key.Currency != box.First.Currency));
            rows.Add(
                some.Key, amounts.Any(amount => amount != 0) || tax != 0, isReported || tax != 0,
                [.. amounts.Select(amount => (object)amount), tax]);
        }

        return rows.Table(
            [
                .. Who, .. Papers, .. boxes,
                TaxTable.Minor("box_4_federal_income_tax_withheld", "Backup withholding, with corrections."),
            ]);
    }

    /// <summary>What is to be told on some of the forms: of platforms that say no other one.</summary>
    private static IEnumerable<EarnedInQuarter> Of(TaxMaterial material, params InformationReturn[] forms) =>
        material.Earned.Where(one =>
            material.Terms[one.Book].InformationReturn is not { } said || forms.Contains(said));

    private static Dictionary<(string Creator, string Currency), long> Backup(TaxMaterial material) => material.Withheld
        .Where(one => one is { Role: "creator", Kind: WithholdingKind.Backup })
        .GroupBy(one => (one.Payee, one.Currency))
        .ToDictionary(some => some.Key, some => some.Sum(one => one.Withheld));

    private sealed class Rows(TaxMaterial material)
    {
        private readonly List<IReadOnlyList<object?>> rows = [];
        private readonly HashSet<string> below = [];
        private readonly HashSet<string> foreign = [];

        public void Add((string Creator, string Currency) who, bool isAnything, bool isReported, object[] amounts)
        {
            if (!isAnything) return;
            var taxpayer = material.TaxpayerOf(who.Creator);
            if (taxpayer.IsForeign) foreign.Add(who.Creator);
            else if (!isReported) below.Add(who.Creator);
            else rows.Add([who.Creator, who.Currency, taxpayer.Form?.Form, taxpayer.Form?.Masked, .. amounts]);
        }

        public TaxTable Table(Postgres.Lists.ListColumn[] columns) => new(
            columns, Who.Length,
            [
                .. rows.OrderBy(row => (string)row[0]!, StringComparer.Ordinal)
                    .ThenBy(row => (string)row[1]!, StringComparer.Ordinal),
            ],
            below.Count, foreign.Count);
    }
}
