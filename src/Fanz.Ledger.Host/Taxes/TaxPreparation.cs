using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>Reads what a report is made of, and up to which record of each book that is known.</summary>
internal static class TaxPreparation
{
    public static async Task<(TaxMaterial Material, IReadOnlyList<(OpenedBook Book, long Number)> Books)> Read(
        NpgsqlDataSource source, IReadOnlyList<OpenedBook> books, TaxReturn form, int year, int? quarter,
        CancellationToken token)
    {
        var (figures, papers, lastDay) = (new TaxFigures(source), new TaxPapers(source), new LocalDate(year, 12, 31));
        var (earned, numbers) = await figures.Earned(books, year, token);
        var terms = new Dictionary<OpenedBook, TaxTerms>();
        foreach (var book in books) terms[book] = await papers.Terms(book, lastDay, token);
        var lines = new List<YearWithheld>();
        if (form == TaxReturn.ForeignPersons)
            foreach (var book in books) lines.Add(await papers.Withheld(book, year, token));
        var isVat = form == TaxReturn.Vat;
        var from = new LocalDate(year, isVat ? ((quarter!.Value - 1) * 3) + 1 : 1, 1);
        var creators = isVat
            ? []
            : earned.Select(one => one.Creator)
                .Concat(lines.SelectMany(line => line.Lines.Keys, (_, key) => key.Creator)).Distinct().ToArray();
        var material = new TaxMaterial
        {
            Year = year,
            Data = TaxData.Load(),
            Books = books,
            Terms = terms,
            Earned = earned,
            Lines = lines,
            Withheld = isVat ? [] : await figures.Withheld(books, year, token),
            Supplied = isVat ? await figures.Supplied(books, from, from.PlusMonths(3), token) : [],
            GivenBack = isVat ? await figures.GivenBack(books, from, from.PlusMonths(3), token) : [],
            Taxpayers = await Taxpayers(papers, books, creators, lastDay, token),
        };
        return (material, numbers);
    }

    /// <summary>A creator of several platforms has one form that counts: the one that was signed last.</summary>
    private static async Task<IReadOnlyDictionary<string, Taxpayer>> Taxpayers(
        TaxPapers papers, IReadOnlyList<OpenedBook> books, string[] creators, LocalDate on, CancellationToken token)
    {
        var latest = new Dictionary<string, TaxStanding>(StringComparer.Ordinal);
        foreach (var book in books)
        {
            foreach (var (creator, standing) in await papers.Standings(book, creators, token))
                if (standing.Form is { } form
                    && (!latest.TryGetValue(creator, out var known) || known.Form!.SignedOn < form.SignedOn))
                    latest[creator] = standing;
        }

        return latest.ToDictionary(
            one => one.Key, one => new Taxpayer(one.Key, one.Value.On(on), one.Value.HasSecondNotice),
            StringComparer.Ordinal);
    }
}
