using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// The rules of the domain once more, as plainly as they can be said: dictionaries, texts and big integers, and no
/// code of the ledger but the words of its commands. It predicts the answer to every command, to the last entry.
/// </summary>
internal sealed class NaiveLedger
{
    private static readonly string[] NeverInDebit =
        ["fan.", "creator.", "payout.", "affiliate.", "token.liability", "refund.payable", "order.escrow"];

    private static readonly string[] NeverInCredit = ["creator.debt", "fan.debt"];

    private readonly Dictionary<(string Book, string Account), NaiveAccount> accounts = [];
    private readonly Dictionary<(string Book, long Number), NaiveRecord> records = [];
    private readonly Dictionary<string, long> last = [];

    internal sealed record NaiveEntry(string Book, string Account, BigInteger Amount, BigInteger Balance, long Version);

    internal sealed record Answer(string? Refusal, IReadOnlyList<NaiveEntry> Entries, IReadOnlyList<string> Types);

    private sealed class NaiveAccount
    {
        public BigInteger Balance { get; set; }

        public long Version { get; set; }

        public string Life { get; set; } = "open";
    }

    private sealed class NaiveRecord
    {
        public required string Type { get; init; }

        public required (string Account, BigInteger Amount)[] Legs { get; init; }

        public long? ReversedBy { get; set; }
    }

    public void Open(string book) => Record(book, "book_opened", []);

    public void Load(string book, string account, BigInteger balance)
    {
        Account(book, account).Balance = balance;
        Account(book, account).Version = 1;
    }

    public BigInteger Balance(string book, string account) => Account(book, account).Balance;

    public Answer Post(string book, string other, Command command, LocalDate today) => command switch
    {
        Command.TopUp c => Move("wallet_topped_up", (book,
            [($"psp.receivable/{c.Currency}//", c.Amount), ($"fan.wallet/{c.Currency}//{c.Fan}", -c.Amount)])),
        Command.SendTip c => Tip(book, c, today),
        Command.Transfer c => Move("transferred", (book,
            [.. c.Legs.Select(leg => (Text(leg.Account), (BigInteger)leg.Amount))])),
        Command.TransferToBook c => ToBook(book, other, c),
        Command.Reverse c => Reverse(book, c.Transaction),
        Command.FreezeAccount c => Freeze(book, Text(c.Account), c.DebitsOnly ? "frozen for debits" : "frozen"),
        Command.UnfreezeAccount c => Unfreeze(book, Text(c.Account)),
        Command.CloseAccount c => Close(book, Text(c.Account)),
        _ => throw new ArgumentException($"The model does not know {command}."),
    };

    private static string Text(AccountName name) =>
        $"{name.Code}/{name.Currency}/{name.Cohort?.ToString("uuuu-MM-dd", null)}/{name.Owner}";

    private Answer Tip(string book, Command.SendTip tip, LocalDate today)
    {
        if (tip.Fan == tip.Creator) return Refused("self_tip");
        // Of two parts the larger remainder takes the odd cent, the creator's at a tie: that is rounding half up.
        BigInteger amount = tip.Amount;
        var creators = ((amount * 8) + 5) / 10;
        var pending = ((creators * 9) + 5) / 10;
        var source = tip.Funding == Funding.Wallet ? $"fan.wallet/{tip.Currency}//{tip.Fan}" : $"psp.receivable/{tip.Currency}//";
        var legs = new (string, BigInteger Amount)[]
        {
            (source, amount),
            ($"creator.pending/{tip.Currency}/{today.PlusDays(7):uuuu-MM-dd}/{tip.Creator}", -pending),
            ($"creator.reserve/{tip.Currency}/{today.PlusDays(90):uuuu-MM-dd}/{tip.Creator}", -(creators - pending)),
            ($"revenue.tip/{tip.Currency}//", -(amount - creators)),
        };
        return Move("tip_sent", (book, [.. legs.Where(leg => leg.Amount != 0)]));
    }

    private Answer ToBook(string book, string other, Command.TransferToBook c)
    {
        (string, (string, BigInteger)[]) leaves =
            (book, [(Text(c.From), c.Amount), ($"due.to/{c.Currency}//{other}", -c.Amount)]);
        (string, (string, BigInteger)[]) arrives =
            (other, [($"due.from/{c.Currency}//{book}", c.Amount), (Text(c.To), -c.Amount)]);
        return Move("transferred_to_book transferred_from_book", leaves, arrives);
    }

    private Answer Reverse(string book, long number)
    {
        if (!records.TryGetValue((book, number), out var record)) return Refused("transaction_unknown");
        if (record.ReversedBy is not null) return Refused("already_reversed");
        if (record.Legs.Length == 0
            || record.Type is "reversed" or "transferred_to_book" or "transferred_from_book")
            return Refused("not_reversible");
        var answer = Move("reversed", (book, [.. record.Legs.Select(leg => (leg.Account, -leg.Amount))]));
        if (answer.Refusal is null) record.ReversedBy = last[book];
        return answer;
    }

    private Answer Freeze(string book, string account, string life)
    {
        var state = Account(book, account);
        if (state.Version == 0) return Refused("account_unknown");
        if (state.Life == "closed") return Refused("account_closed");
        state.Life = life;
        return Record(book, "account_frozen", []);
    }

    private Answer Unfreeze(string book, string account)
    {
        var state = Account(book, account);
        if (state.Version == 0) return Refused("account_unknown");
        if (state.Life == "closed") return Refused("account_closed");
        if (state.Life == "open") return Refused("account_not_frozen");
        state.Life = "open";
        return Record(book, "account_unfrozen", []);
    }

    private Answer Close(string book, string account)
    {
        var state = Account(book, account);
        if (state.Version == 0) return Refused("account_unknown");
        if (state.Life == "closed") return Refused("account_closed");
        if (state.Life != "open") return Refused("account_frozen");
        if (state.Balance != 0) return Refused("account_not_empty");
        state.Life = "closed";
        return Record(book, "account_closed", []);
    }

    private Answer Move(string types, params (string Book, (string Account, BigInteger Amount)[] Legs)[] parts)
    {
        foreach (var (book, legs) in parts)
            foreach (var (account, amount) in legs)
                if (Objection(Account(book, account), account, amount) is { } objection) return Refused(objection);

        var answers = parts.Select((part, i) => Record(part.Book, types.Split(' ')[i], part.Legs)).ToList();
        return new Answer(
            null, [.. answers.SelectMany(answer => answer.Entries)], [.. answers.SelectMany(answer => answer.Types)]);
    }

    private static string? Objection(NaiveAccount state, string account, BigInteger amount)
    {
        if (state.Life == "closed") return "account_closed";
        if (state.Life == "frozen" || (state.Life == "frozen for debits" && amount > 0)) return "account_frozen";
        var balance = state.Balance + amount;
        if (BigInteger.Abs(balance) > long.MaxValue) return "balance_overflow";
        if (NeverInCredit.Any(account.StartsWith)) return balance < 0 ? "insufficient_funds" : null;
        return NeverInDebit.Any(account.StartsWith) && balance > 0 ? "insufficient_funds" : null;
    }

    private Answer Record(string book, string type, (string Account, BigInteger Amount)[] legs)
    {
        last[book] = last.GetValueOrDefault(book) + 1;
        records[(book, last[book])] = new NaiveRecord { Type = type, Legs = legs };
        var entries = new List<NaiveEntry>();
        foreach (var (account, amount) in legs)
        {
            var state = Account(book, account);
            state.Balance += amount;
            state.Version++;
            entries.Add(new NaiveEntry(book, account, amount, state.Balance, state.Version));
        }

        return new Answer(null, entries, [type]);
    }

    private NaiveAccount Account(string book, string account)
    {
        if (!accounts.TryGetValue((book, account), out var state)) accounts[(book, account)] = state = new();
        return state;
    }

    private static Answer Refused(string code) => new(code, [], []);
}
