using System.Data;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>A cohort that is about to be released, and what it holds.</summary>
public readonly record struct HeldCohort(AccountKey Held, long Amount);

/// <summary>Where the money of cohorts came from.</summary>
/// <param name="Number">
/// What it is complete to. What came later has no source here, and so counts as the payer's own country's: who wants
/// better lets the follower catch up first.
/// </param>
public sealed record SourcesOfCohorts(
    long Number, IReadOnlyDictionary<AccountKey, IReadOnlyList<IncomeSource>> Sources)
{
    /// <summary>What a release of the cohort may state; null where nothing is known.</summary>
    public IReadOnlyList<IncomeSource>? Of(AccountKey held) =>
        Sources.TryGetValue(held, out var sources) && sources.Count > 0 ? sources : null;
}

/// <summary>
/// Tells a release run where the money of its cohorts came from, a page of cohorts at a time: what sales have brought
/// to each and was not released yet, by payer country and class. Together they are never more than the cohort holds.
/// Round trips: begin; where the follower is; the cohorts of the page; the end. One snapshot for both.
/// </summary>
public sealed class CohortSources(NpgsqlDataSource source)
{
    /// <summary>The classes of income that the classes of sales are.</summary>
    internal static IncomeClass IncomeOf(string taxClass) => taxClass switch
    {
        "pre_recorded" => IncomeClass.Royalties,
        "personalised_service" => IncomeClass.Services,
        "goods" => IncomeClass.BusinessProfits,
        _ => IncomeClass.Other,
    };

    /// <summary>The sources by which the ledger withholds on a day; null where releases of the book need none.</summary>
    public async Task<SourcesOfCohorts?> Wanted(
        OpenedBook book, LocalDate on, IReadOnlyList<HeldCohort> cohorts, CancellationToken token)
    {
        var terms = await new TaxPapers(source).Terms(book, on, token);
        return terms.Withholds ? await Of(book, terms.PayerCountry!, cohorts, token) : null;
    }

    public async Task<SourcesOfCohorts> Of(
        OpenedBook book, string payerCountry, IReadOnlyList<HeldCohort> cohorts, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        if (await TaxBuilds.Of(connection, [book], token) is not [var build])
            return new SourcesOfCohorts(0, new Dictionary<AccountKey, IReadOnlyList<IncomeSource>>());
        var kept = new Dictionary<AccountKey, Dictionary<(string, IncomeClass), long>>();
        var accounts = cohorts.Select(cohort => cohort.Held).ToArray();
        await using (var batch = ByIndex.Query(
            connection, CohortEarnings.KeptSql, [build.Id, .. CohortEarnings.Parameters(accounts)]))
        {
            await using var reader = await ByIndex.Read(batch, token);
            while (await reader.ReadAsync(token))
            {
                var country = reader.GetString(4);
                // A sale that does not say where it was paid from has no source.
                if (country == "") continue;
                var earned = new Earned(0, reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9));
                var account = CohortEarnings.Key(reader);
                if (!kept.TryGetValue(account, out var sources)) kept[account] = sources = [];
                var key = (country, IncomeOf(reader.GetString(5)));
                sources[key] = checked(sources.GetValueOrDefault(key) + earned.Net);
            }
        }

        return new SourcesOfCohorts(build.Number, cohorts
            .Where(cohort => kept.ContainsKey(cohort.Held))
            .ToDictionary(cohort => cohort.Held, cohort => IncomeSource.Within(
                cohort.Amount, payerCountry,
                kept[cohort.Held].Select(one => new IncomeSource(one.Key.Item1, one.Key.Item2, one.Value)))));
    }
}
