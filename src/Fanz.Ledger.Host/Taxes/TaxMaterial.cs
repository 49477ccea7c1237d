using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>Who a creator is for taxes at the end of a period, whichever of the books knows it.</summary>
/// <param name="HasSecondNotice">Whether the authority has said twice that the number is wrong.</param>
internal sealed record Taxpayer(string Creator, TaxStatus Status, bool HasSecondNotice = false)
{
    public Ledger.Journal.Event.TaxFormFiled? Form => Status.Form;

    /// <summary>Whoever is not known to be foreign is reported as a resident.</summary>
    public bool IsForeign => Form is { Kind: not TaxFormKind.W9 } && Status.Withholding != WithholdingKind.Backup;

    public string? Country => Form?.Country;
}

/// <summary>All that reports of a year are made of, of one book or of a tenant's.</summary>
internal sealed class TaxMaterial
{
    public required int Year { get; init; }

    public required TaxData Data { get; init; }

    public required IReadOnlyList<OpenedBook> Books { get; init; }

    /// <summary>The terms at the end of the year, or those of today while it lasts.</summary>
    public required IReadOnlyDictionary<OpenedBook, TaxTerms> Terms { get; init; }

    public IReadOnlyList<EarnedInQuarter> Earned { get; init; } = [];

    public IReadOnlyList<WithheldInQuarter> Withheld { get; init; } = [];

    public IReadOnlyList<YearWithheld> Lines { get; init; } = [];

    public IReadOnlyList<SuppliedInQuarter> Supplied { get; init; } = [];

    public IReadOnlyList<SuppliedInQuarter> GivenBack { get; init; } = [];

    public IReadOnlyDictionary<string, Taxpayer> Taxpayers { get; init; } = new Dictionary<string, Taxpayer>();

    /// <summary>The threshold that books say themselves, or else the data's; books that differ are an error.</summary>
    public ReportingThreshold ThresholdOf(InformationReturn form)
    {
        var said = Terms.Values.Select(terms => terms.ThresholdOf(form, Year)).OfType<ReportingThreshold>()
            .Distinct().ToList();
        if (said.Count > 1)
            throw new Mistake($"The books differ on the threshold of {TaxWords.Of(form)} for {Year}.");
        return said.SingleOrDefault() ?? Data.ThresholdOf(form, Year) ?? throw new Mistake(
            $"Nobody has said from how much on {TaxWords.Of(form)} is reported for {Year}: "
            + "`set_tax_terms` says it in `thresholds`.");
    }

    public Taxpayer TaxpayerOf(string creator) => Taxpayers.TryGetValue(creator, out var known)
        ? known
        : new Taxpayer(creator, new TaxStanding().On(new LocalDate(Year, 12, 31)));
}
