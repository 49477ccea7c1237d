using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// What the model expects of a command at some moment: legs ("account" to amount), or a refusal's code.
/// </summary>
internal sealed record Expectation(IReadOnlyList<(string Account, long Amount)> Legs, string? Refusal = null, string Facts = "")
{
    public static Expectation No(string code, string facts) => new([], code, facts);
}

/// <summary>
/// A book as plain dictionaries, written from the rules on paper and not from the code: it is told the journal's
/// records one by one, and can be asked what a command should have led to after any of them.
/// </summary>
internal sealed class ModelBook(BookName name)
{
    private readonly Dictionary<string, List<(long Number, long Balance, long Version)>> balances = [];
    private readonly Dictionary<string, List<(long Number, string Life)>> lives = [];
    private readonly Dictionary<long, (string Type, List<(string Account, long Amount)> Legs)> records = [];
    private readonly Dictionary<long, long> reversedBy = [];
    private readonly List<(long Number, LocalDate Through)> closings = [];

    public BookName Name { get; } = name;

    public long LastNumber { get; private set; }

    public void Add(long number, string type, IReadOnlyList<(string Account, long Amount)> legs)
    {
        Assert.Equal(LastNumber + 1, number);
        LastNumber = number;
        records[number] = (type, [.. legs]);
        foreach (var (account, amount) in legs)
        {
            var (balance, version) = At(account, number);
            if (!balances.TryGetValue(account, out var history)) balances[account] = history = [];
            history.Add((number, balance + amount, version + 1));
        }
    }

    /// <summary>What else a record changes than balances.</summary>
    public void Apply(long number, Command command)
    {
        switch (command)
        {
            case Command.Reverse reverse:
                reversedBy.Add(reverse.Transaction, number);
                break;
            case Command.FreezeAccount freeze:
                Live(KeyOf(freeze.Account), number, freeze.DebitsOnly ? "debits" : "frozen");
                break;
            case Command.UnfreezeAccount unfreeze:
                Live(KeyOf(unfreeze.Account), number, "open");
                break;
            case Command.CloseAccount close:
                Live(KeyOf(close.Account), number, "closed");
                break;
            case Command.ClosePeriod close:
                closings.Add((number, close.Through));
                break;
        }
    }

    public (long Balance, long Version) At(string account, long number)
    {
        if (!balances.TryGetValue(account, out var history)) return (0, 0);
        var found = Upto(history, number, point => point.Number);
        return found < 0 ? (0, 0) : (history[found].Balance, history[found].Version);
    }

    /// <summary>
    /// The numbers at which something else than its balance changed for an account, and the beginning.
    /// </summary>
    public IEnumerable<long> TurningPoints(AccountName account) =>
        lives.TryGetValue(KeyOf(account), out var history) ? [0, .. history.Select(point => point.Number)] : [0];

    /// <summary>What the command should lead to when the last record is <paramref name="number"/>.</summary>
    public Expectation Judge(Command command, long number, DateOnly today, ModelBook? away = null, long awayNumber = 0)
    {
        switch (command)
        {
            case Command.TopUp topUp:
                return Post(number, [("psp.receivable/USD//", topUp.Amount), ($"fan.wallet/USD//{topUp.Fan}", -topUp.Amount)]);
            case Command.SendTip tip:
                var creator = Share(tip.Amount, 8_000);
                var pending = Share(creator, 9_000);
                var source = tip.Funding == Funding.Card ? "psp.receivable/USD//" : $"fan.wallet/USD//{tip.Fan}";
                return Post(number,
                    [
                        (source, tip.Amount),
                        ($"creator.pending/USD/{Day(today, 7)}/{tip.Creator}", -pending),
                        ($"creator.reserve/USD/{Day(today, 90)}/{tip.Creator}", pending - creator),
                        ("revenue.tip/USD//", creator - tip.Amount),
                    ]);
            case Command.Transfer transfer:
                var moved = Post(number, [.. transfer.Legs.Select(leg => (KeyOf(leg.Account), leg.Amount))]);
                return moved.Refusal is null && transfer.EffectiveOn <= ClosedAt(number)
                    ? Expectation.No("period_closed", $"{Day(transfer.EffectiveOn)} {Day(ClosedAt(number))}")
                    : moved;
            case Command.ClosePeriod close:
                return close.Through <= ClosedAt(number)
                    ? Expectation.No("period_already_closed", $"{Day(close.Through)} {Day(ClosedAt(number))}")
                    : new Expectation([]);
            case Command.TransferToBook transfer:
                var leaving = Post(number,
                    [(KeyOf(transfer.From), transfer.Amount), ($"due.to/USD//{away!.Name}", -transfer.Amount)]);
                if (leaving.Refusal is not null) return leaving;
                var arriving = away.Post(awayNumber, Arriving(transfer));
                return arriving.Refusal is null ? leaving : arriving;
            case Command.Reverse reverse:
                return Reverse(reverse.Transaction, number);
            case Command.FreezeAccount freeze:
                return Change(KeyOf(freeze.Account), number, life => life == "closed" ? "account_closed" : null);
            case Command.UnfreezeAccount unfreeze:
                return Change(KeyOf(unfreeze.Account), number, life =>
                    life == "closed" ? "account_closed" : life == "open" ? "account_not_frozen" : null);
            case Command.CloseAccount close:
                return Change(KeyOf(close.Account), number, life =>
                    life == "closed" ? "account_closed"
                    : life != "open" ? "account_frozen"
                    : At(KeyOf(close.Account), number).Balance != 0 ? "account_not_empty" : null);
            default:
                throw new ArgumentException($"The model does not know {command}.");
        }
    }

    /// <summary>What a transfer from this model's other book brings here.</summary>
    public IReadOnlyList<(string Account, long Amount)> Arriving(Command.TransferToBook transfer, BookName? from = null) =>
        [($"due.from/USD//{from ?? new BookName(Name.Tenant, "?")}", transfer.Amount), (KeyOf(transfer.To), -transfer.Amount)];

    private Expectation Post(long number, IReadOnlyList<(string Account, long Amount)> legs)
    {
        var moved = legs.Where(leg => leg.Amount != 0).ToList();
        foreach (var (account, amount) in moved)
        {
            var life = LifeAt(account, number);
            if (life == "closed") return Expectation.No("account_closed", account);
            if (life == "frozen" || (life == "debits" && amount > 0)) return Expectation.No("account_frozen", account);
            var before = At(account, number).Balance;
            var code = account[..account.IndexOf('/', StringComparison.Ordinal)];
            // Debits are positive: what is owed to people stands below zero, and never above.
            var isOwed = code.StartsWith("fan.wallet", StringComparison.Ordinal)
                || code.StartsWith("creator.", StringComparison.Ordinal);
            if (isOwed && before + amount > 0)
                return Expectation.No("insufficient_funds", $"{account} {Text(-before)} {Text(amount)}");
        }

        return new Expectation(moved);
    }

    private Expectation Reverse(long transaction, long number)
    {
        if (transaction > number) return Expectation.No("transaction_unknown", Text(transaction));
        if (reversedBy.TryGetValue(transaction, out var by) && by <= number)
            return Expectation.No("already_reversed", $"{Text(transaction)} {Text(by)}");
        var (type, legs) = records[transaction];
        if (type is "reversed" or "transferred_to_book" or "transferred_from_book" || legs.Count == 0)
            return Expectation.No("not_reversible", Text(transaction));
        return Post(number, [.. legs.Select(leg => (leg.Account, -leg.Amount))]);
    }

    private Expectation Change(string account, long number, Func<string, string?> objection)
    {
        if (At(account, number).Version == 0) return Expectation.No("account_unknown", account);
        return objection(LifeAt(account, number)) is { } code ? Expectation.No(code, account) : new Expectation([]);
    }

    private string LifeAt(string account, long number)
    {
        if (!lives.TryGetValue(account, out var history)) return "open";
        var found = Upto(history, number, point => point.Number);
        return found < 0 ? "open" : history[found].Life;
    }

    private LocalDate? ClosedAt(long number)
    {
        var found = Upto(closings, number, point => point.Number);
        return found < 0 ? null : closings[found].Through;
    }

    private static int Upto<T>(List<T> history, long number, Func<T, long> numberOf)
    {
        var (low, high) = (0, history.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (numberOf(history[middle]) <= number) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    private void Live(string account, long number, string life)
    {
        if (!lives.TryGetValue(account, out var history)) lives[account] = history = [];
        history.Add((number, life));
    }

    /// <summary>A share in basis points to the nearest unit, halves up.</summary>
    private static long Share(long amount, long basisPoints) => ((amount * basisPoints) + 5_000) / 10_000;

    private static string Day(DateOnly today, int days) =>
        today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Day(LocalDate? day) => day?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string KeyOf(AccountName account) => $"{account.Code}/{account.Currency}//{account.Owner}";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
