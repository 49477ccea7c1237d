using Fanz.Ledger.Accounts;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Importing;

/// <summary>
/// Adds up what the rows bring, by line of the chart, and holds it against the source's trial balance. No account and
/// no subscription is named twice.
/// </summary>
internal sealed class ImportSums(Problems problems)
{
    private readonly SortedDictionary<(string Currency, string Code), Int128> sums = [];
    private readonly HashSet<AccountName> accounts = [];
    private readonly HashSet<string> subscriptions = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(string Currency, string Code), Int128> Sums => sums;

    public int Rows { get; private set; }

    public int NextRow() => ++Rows;

    public void Add(ImportFile file, CsvRow row, NamedLeg line)
    {
        var account = line.Account;
        if (!accounts.Add(account))
            problems.Add(
                file.Name, row.Line, "owner",
                $"names {account.Code} of {Identifier.Quote(account.Owner)} in {account.Currency} once more.");
        Add(account.Code, account.Currency, line.Amount);
        // What tokens fans hold was issued; that is posted with them and is no row of its own.
        if (account.Code == Chart.FanTokens.Name) Add(Chart.TokensIssued.Name, account.Currency, -line.Amount);
    }

    public void Add(CsvRow row, OpenedSubscription one)
    {
        if (!subscriptions.Add(one.Subscription))
            problems.Add(
                ImportFile.Subscriptions.Name, row.Line, "subscription",
                $"is {Identifier.Quote(one.Subscription)} once more.");
        if (one.Charge is not { } charge) return;
        Add(Chart.DeferredRevenue.Name, one.Currency, -charge.Deferred);
        foreach (var part in charge.Unearned ?? []) Add(Chart.CreatorUnearned.Name, one.Currency, -part.Amount);
    }

    public void Compare(IReadOnlyList<TrialLine> trialBalance)
    {
        var source = trialBalance.ToDictionary(line => (line.Currency, line.Code), line => (Int128)line.Amount);
        foreach (var key in source.Keys.Union(sums.Keys).Order())
        {
            var (wanted, come) = (source.GetValueOrDefault(key), sums.GetValueOrDefault(key));
            if (wanted != come)
                problems.Add(
                    $"{ImportFile.TrialBalance.Name}: {key.Code} in {key.Currency} is {wanted} there, " +
                    $"and the other files come to {come}.");
        }
    }

    private void Add(string code, string currency, long amount) =>
        sums[(currency, code)] = sums.GetValueOrDefault((currency, code)) + amount;
}
