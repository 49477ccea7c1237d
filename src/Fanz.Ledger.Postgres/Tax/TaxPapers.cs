using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What was withheld from a creator of one kind of income, at one rate and for one reason.</summary>
public readonly record struct WithheldKey(
    string Creator, string Currency, WithholdingKind Kind, IncomeClass Income, int RateBasisPoints,
    WithholdingRule? Rule, string? Country, string? Article);

/// <param name="Base">What it was withheld from.</param>
public readonly record struct WithheldSum(long Base, long Amount);

/// <summary>All that was withheld in a year, and what was corrected of it without saying of which income.</summary>
public sealed record YearWithheld(
    IReadOnlyDictionary<WithheldKey, WithheldSum> Lines,
    IReadOnlyDictionary<(string Creator, string Currency, WithholdingKind Kind), long> Corrections);

/// <summary>
/// Reads what the journal keeps of taxes in streams: who creators are, the terms, what was withheld, what was filed. A
/// stream is found by the index that decisions use; a report of a year asks for a page of creators at a time.
/// </summary>
public sealed class TaxPapers(NpgsqlDataSource source)
{
    /// <summary>For what the identity behind a form is sealed.</summary>
    public const string IdentityPurpose = "tax_identity";

    private const int StreamsAPage = 1_000;

    internal const string StreamsSql =
        """
        select j.stream, j.number, j.at, j.effective_on, j.type, j.data
        from unnest($2::text[]) asked (stream)
        cross join lateral (
            select * from ledger.journal j
            where j.stream = asked.stream and j.book_id = $1
            order by j.number
            offset 0) j
        """;

    // All streams with one beginning stand side by side in the index.
    internal const string YearSql =
        """
        select j.stream, j.number, j.at, j.effective_on, j.type, j.data
        from ledger.journal j
        where j.stream >= $2 and j.stream < $3 and j.book_id = $1
        """;

    /// <summary>The terms of a book on a day.</summary>
    public async Task<TaxTerms> Terms(OpenedBook book, LocalDate on, CancellationToken token) =>
        (await Fold<TaxTermsOverTime>(book, [TaxTermsOverTime.Stream], token))[TaxTermsOverTime.Stream].On(on);

    /// <summary>The standing of each of these creators in a book; of one that has none, the blank one.</summary>
    public async Task<IReadOnlyDictionary<string, TaxStanding>> Standings(
        OpenedBook book, IReadOnlyCollection<string> creators, CancellationToken token)
    {
        var standings = new Dictionary<string, TaxStanding>(StringComparer.Ordinal);
        foreach (var page in creators.Distinct().Chunk(StreamsAPage))
        {
            var folded = await Fold<TaxStanding>(book, [.. page.Select(TaxStanding.StreamOf)], token);
            foreach (var creator in page) standings[creator] = folded[TaxStanding.StreamOf(creator)];
        }

        return standings;
    }

    /// <summary>A form that a creator has filed, also one that another has taken the place of since.</summary>
    public async Task<Event.TaxFormFiled?> Form(
        OpenedBook book, string creator, string form, CancellationToken token)
    {
        Event.TaxFormFiled? found = null;
        await foreach (var (_, recorded) in Read(
            StreamsSql, token, book.Id, new[] { TaxStanding.StreamOf(creator) }))
            if (recorded.Event is Event.TaxFormFiled filed && filed.Form == form) found = filed;
        return found;
    }

    public async Task<TaxFilings> Filings(OpenedBook book, TaxReturn form, int year, CancellationToken token)
    {
        var stream = TaxFilings.StreamOf(form, year);
        return (await Fold<TaxFilings>(book, [stream], token))[stream];
    }

    /// <summary>What releases of a year withheld, and what was corrected.</summary>
    public async Task<YearWithheld> Withheld(OpenedBook book, int year, CancellationToken token)
    {
        var from = WithheldInYear.StreamsOf(year);
        // The next text after all that begin so: a slash is followed by a zero.
        var upTo = from[..^1] + (char)(from[^1] + 1);
        var lines = new Dictionary<WithheldKey, WithheldSum>();
        var corrections = new Dictionary<(string, string, WithholdingKind), long>();
        await foreach (var (_, recorded) in Read(YearSql, token, book.Id, from, upTo))
        {
            switch (recorded.Event)
            {
                case Event.HoldReleased hold: Add(hold.Creator, hold.Currency, hold.Withheld); break;
                case Event.ReserveReleased reserve: Add(reserve.Creator, reserve.Currency, reserve.Withheld); break;
                case Event.WithholdingCorrected corrected:
                    var key = (corrected.Creator, corrected.Currency, corrected.Kind);
                    corrections[key] = checked(corrections.GetValueOrDefault(key) + corrected.Change);
                    break;
                default:
                    throw new InvariantBroken($"{recorded.Event} withholds nothing.");
            }
        }

        return new YearWithheld(lines, corrections);

        void Add(string creator, string currency, IReadOnlyList<Withheld>? withheld)
        {
            foreach (var line in withheld ?? [])
            {
                var key = new WithheldKey(
                    creator, currency, line.Kind, line.Income ?? IncomeClass.Other, line.RateBasisPoints, line.Rule,
                    line.Country, line.Article);
                var sum = lines.GetValueOrDefault(key);
                lines[key] = checked(new WithheldSum(sum.Base + line.Base, sum.Amount + line.Amount));
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, T>> Fold<T>(
        OpenedBook book, string[] streams, CancellationToken token)
        where T : Aggregate, new()
    {
        var folded = streams.Distinct().ToDictionary(stream => stream, _ => new T(), StringComparer.Ordinal);
        await foreach (var (stream, recorded) in Read(StreamsSql, token, book.Id, streams))
            folded[stream] = (T)folded[stream].After(recorded);
        return folded;
    }

    private async IAsyncEnumerable<(string Stream, Recorded Recorded)> Read(
        string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token,
        params object[] parameters)
    {
        await using var batch = ByIndex.Query(source, sql, parameters);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
            yield return (reader.GetString(0), new Recorded(
                reader.GetInt64(1), Instant.FromDateTimeUtc(reader.GetDateTime(2)),
                LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(3)),
                EventFormat.Read(reader.GetString(4), reader.GetFieldValue<byte[]>(5))));
    }
}
