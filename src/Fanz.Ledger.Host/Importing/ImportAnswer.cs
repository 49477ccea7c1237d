using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Host.Importing;

/// <summary>What an import answers: what is wrong with its files, or its trial balance beside the source's.</summary>
internal static class ImportAnswer
{
    public static void TellProblems(ImportPlan plan, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Ok = false, plan.Terms.Import, Problems = plan.Problems.Count, Told = plan.Problems.Told,
            });
            return;
        }

        foreach (var problem in plan.Problems.Told) Answer.Line(problem);
        Answer.Line($"{plan.Problems.Count} problems; nothing was posted.");
    }

    public static void TellChecked(ImportPlan plan, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Ok = true, plan.Terms.Import, plan.Rows, plan.Parts,
                TrialBalance = plan.TrialBalance.Select(line => new
                {
                    line.Code, line.Currency, Source = line.Amount, Files = (long)plan.Sums[(line.Currency, line.Code)],
                }),
            });
            return;
        }

        Answer.Table(
            $"{plan.Terms.Import}: {plan.Rows:N0} rows in {plan.Parts:N0} parts (debits positive)",
            ["code", new("source", IsNumber: true), new("files", IsNumber: true)],
            plan.TrialBalance.Select(line => (IReadOnlyList<string>)
                [
                    line.Code, Said(line.Amount, line.Currency),
                    Said(plan.Sums[(line.Currency, line.Code)], line.Currency),
                ]));
        Answer.Line("Nothing is wrong with the files; nothing was posted.");
    }

    /// <returns>Whether what is in the journal is what the source has.</returns>
    public static bool TellImported(
        ImportPlan plan, ImportOutcome outcome, IReadOnlyDictionary<(string Currency, string Code), Int128> imported,
        IReadOnlyList<TrialBalanceLine> now, bool asJson)
    {
        var source = plan.TrialBalance.ToDictionary(line => (line.Currency, line.Code), line => (Int128)line.Amount);
        var book = now.ToDictionary(line => (Currency: line.Currency.Code, line.Code), line => (Int128)line.Minor);
        var keys = source.Keys.Union(imported.Keys).Order().ToList();
        var agrees = keys.TrueForAll(key => source.GetValueOrDefault(key) == imported.GetValueOrDefault(key));
        if (asJson)
        {
            Answer.Json(new
            {
                Ok = agrees, plan.Terms.Import, plan.Rows, plan.Parts, outcome.Posted, outcome.Replayed,
                TrialBalance = keys.Select(key => new
                {
                    key.Code, key.Currency, Source = (long)source.GetValueOrDefault(key),
                    Imported = (long)imported.GetValueOrDefault(key), Book = (long)book.GetValueOrDefault(key),
                }),
            });
            return agrees;
        }

        Answer.Table(
            $"{plan.Terms.Import}: {plan.Rows:N0} rows (debits positive)",
            [
                "code", new("source", IsNumber: true), new("imported", IsNumber: true),
                new("in the book now", IsNumber: true),
            ],
            keys.Select(key => (IReadOnlyList<string>)
                [
                    key.Code, Said(source.GetValueOrDefault(key), key.Currency),
                    Said(imported.GetValueOrDefault(key), key.Currency),
                    Said(book.GetValueOrDefault(key), key.Currency),
                ]));
        Answer.Line(
            $"{(agrees ? "Equal" : "NOT EQUAL")}: {outcome.Posted:N0} commands were posted, " +
            $"{outcome.Replayed:N0} had been before.");
        return agrees;
    }

    private static string Said(Int128 minor, string currency) =>
        new Money.Money((long)minor, Currency.Of(currency)).ToString();
}
