using Fanz.Ledger.Accounts;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Importing;

/// <summary>Who stands for an import, and when its balances were those of the source.</summary>
internal sealed record ImportTerms(string Import, string ProposedBy, string ApprovedBy, NodaTime.LocalDate? On);

/// <summary>
/// What was read, in the parts in which it is posted: the same files make the same parts, so that a part that was
/// posted before is known again.
/// </summary>
internal sealed class ImportParts(ImportTerms terms, int most)
{
    /// <summary>How many balances come in a part; of subscriptions a fifth as many.</summary>
    public const int Usual = 500;

    private readonly List<NamedLeg> lines = [];
    private readonly List<OpenedSubscription> subscriptions = [];
    private readonly Dictionary<string, Int128> moved = [];

    public int Count { get; private set; }

    /// <summary>The parts that are full by now, as they become so.</summary>
    public IEnumerable<Command> Add(NamedLeg line)
    {
        if (IsFull(line.Account.Currency, line.Amount) || lines.Count == most)
            foreach (var part in Rest()) yield return part;
        Move(line.Account.Currency, line.Amount);
        lines.Add(line);
    }

    public IEnumerable<Command> Add(OpenedSubscription one)
    {
        var amount = one.Charge is { } charge
            ? charge.Deferred + (charge.Unearned?.Sum(part => part.Amount) ?? 0)
            : 0;
        var mostOfThem = Math.Clamp(most / 5, 1, Command.OpenSubscriptions.Most);
        if (lines.Count > 0 || subscriptions.Count == mostOfThem || IsFull(one.Currency, amount))
            foreach (var part in Rest()) yield return part;
        Move(one.Currency, amount);
        subscriptions.Add(one);
    }

    public IEnumerable<Command> Rest()
    {
        if (lines.Count > 0)
            yield return new Command.OpenBalances(
                terms.Import, ++Count, [.. lines], terms.ProposedBy, terms.ApprovedBy);
        if (subscriptions.Count > 0)
            yield return new Command.OpenSubscriptions(
                terms.Import, ++Count, [.. subscriptions], terms.ProposedBy, terms.ApprovedBy);
        lines.Clear();
        subscriptions.Clear();
        moved.Clear();
    }

    /// <summary>A part moves no more than any command may.</summary>
    private bool IsFull(string currency, long amount) =>
        moved.GetValueOrDefault(currency) + Int128.Abs(amount) > Money.Money.Limit;

    private void Move(string currency, long amount) =>
        moved[currency] = moved.GetValueOrDefault(currency) + Int128.Abs(amount);
}
