using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Hundreds of commands of every kind, in any order, over two books. An independent model predicts every answer, and
/// what must always hold is checked after every step.
/// </summary>
public class HistoryTests
{
    private const string Fans = "acme/fans";
    private const string Treasury = "acme/_";

    private static readonly string[] Currencies = ["USD", "JPY"];
    private static readonly string[] People = ["ann", "аnn", "b/ea", "é", "e\u0301"];

    private static readonly Gen<Step> AnyStep =
        from book in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Constant(1)))
        from kind in Gen.Choose(0, 19)
        from a in Gen.Choose(0, 1_000)
        from b in Gen.Choose(0, 1_000)
        from amount in Gen.Frequency(
            (6, Gen.Choose(1, 2_000).Select(n => (long)n)),
            (1, Gen.Choose(0, 10).Select(n => Money.Money.Limit - n)))
        select new Step(book, kind, a, b, amount);

    /// <summary>What a caller might do next; what the numbers mean depends on what there is by then.</summary>
    private sealed record Step(int Book, int Kind, int A, int B, long Amount);

    [Fact]
    public void The_model_predicts_every_answer_and_the_books_always_balance()
    {
        var seen = new Dictionary<string, int>();
        var histories = Arb.From(AnyStep.ArrayOf(400), Shorter);
        Properties.Hold(histories, steps => Play(steps, seen), times: 25);
        // A history that never meets a rule proves nothing about it.
        Assert.All(new[]
        {
            "wallet_topped_up", "tip_sent", "transferred", "transferred_to_book transferred_from_book", "reversed",
            "account_frozen", "account_unfrozen", "account_closed", "refused: insufficient_funds",
            "refused: account_frozen", "refused: account_closed", "refused: account_unknown",
            "refused: account_not_frozen", "refused: account_not_empty", "refused: balance_overflow",
            "refused: already_reversed", "refused: not_reversible", "refused: transaction_unknown", "refused: self_tip",
        }, what => Assert.True(seen.GetValueOrDefault(what) >= 5, $"{what} happened too rarely"));
    }

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
            for (var at = 0; at + size <= steps.Length; at += size)
                yield return [.. steps[..at], .. steps[(at + size)..]];
    }

    private static void Play(Step[] steps, Dictionary<string, int> seen)
    {
        var books = new[] { new BookInMemory(Fans), new BookInMemory(Treasury, firstId: 5_000_000) };
        var model = new NaiveLedger();
        foreach (var book in books)
        {
            var name = book.Book.Name.ToString();
            model.Open(name);
            foreach (var (account, balance) in new[]
            {
                ("suspense/USD//", long.MaxValue - Money.Money.Limit), ("rounding/USD//", Money.Money.Limit - long.MaxValue),
            })
            {
                Assert.True(AccountKey.TryParse(account, out var key));
                book.Load(AccountState.Loaded(key.Value, key.Value.Code == Chart.Suspense ? -1 : -2, 1, balance, Life.Open));
                model.Load(name, account, balance);
            }
        }

        var auditors = books.Select(book => new Auditor(book)).ToArray();
        foreach (var step in steps)
        {
            var (book, other) = (books[step.Book], books[1 - step.Book]);
            if (CommandOf(step, book, other) is not { } command) continue;
            Check(command, book, other, model, seen);
            foreach (var auditor in auditors) auditor.CheckWhatIsNew(model);
        }
    }

    private static void Check(
        Command command, BookInMemory book, BookInMemory other, NaiveLedger model, Dictionary<string, int> seen)
    {
        var (here, there) = (book.Book.Name.ToString(), other.Book.Name.ToString());
        var before = book.Snapshot() + other.Snapshot();
        var counts = (book.Journal.Count, other.Journal.Count);
        // An append is stamped a second later; no step comes near the end of a day.
        var today = book.Now.Today;
        var predicted = model.Post(here, there, command, today);
        var refusal = book.Post(command, other);

        var what = refusal is null ? string.Join(' ', predicted.Types) : $"refused: {refusal.Code}";
        seen[what] = seen.GetValueOrDefault(what) + 1;
        Assert.Equal(predicted.Refusal, refusal?.Code);
        if (refusal is not null) Assert.Equal(before, book.Snapshot() + other.Snapshot());

        var appended = book.Journal.Skip(counts.Item1).Select(a => (Book: here, Appended: a))
            .Concat(other.Journal.Skip(counts.Item2).Select(a => (Book: there, Appended: a))).ToList();
        Assert.Equal(predicted.Types, appended.Select(a => a.Appended.Record.Type));
        Assert.Equal(
            predicted.Entries,
            appended.SelectMany(a => a.Appended.Entries, (a, e) => new NaiveLedger.NaiveEntry(
                a.Book, e.Account.ToString(), e.Amount, e.Balance, e.Version)));
    }

    private static Command? CommandOf(Step step, BookInMemory book, BookInMemory other)
    {
        var (a, b) = (step.A, step.B);
        var currency = Currencies[b % 2];
        switch (step.Kind)
        {
            case 0 or 1 or 2: return new Command.TopUp(Pick(People, a), step.Amount, currency);
            case 3 or 4 or 5 or 6:
                return new Command.SendTip(
                    Pick(People, a), Pick(People, b / 2), step.Amount, currency, a % 5 == 0 ? Funding.Card : Funding.Wallet);
            case 7 or 8 or 9: return Transfer(step, book);
            case 10: return new Command.Transfer(
                [new(new("suspense", "", "USD"), step.Amount), new(new("rounding", "", "USD"), -step.Amount)], "large");
            case 11: return new Command.FreezeAccount(AnyAccount(a, book), "order", DebitsOnly: b % 2 == 0);
            case 12 or 13: return new Command.UnfreezeAccount(AnyAccount(a, book), "cleared");
            case 14: return new Command.CloseAccount(AnyAccount(a, book), "gone");
            case 15 or 16: return new Command.Reverse((a % (book.Book.LastNumber + 2)) + 1, "mistake");
            case 17 or 18: return ToBook(step, book, other);
            default:
                if (a % 3 == 0) book.Wait(Duration.FromDays(1));
                // What is let go of must be asked for again, and nothing else may change.
                book.Book.LetGoOfAccounts();
                if (b % 5 == 0) book.Book.ForgetHistory();
                return null;
        }
    }

    private static Command.Transfer? Transfer(Step step, BookInMemory book)
    {
        var pool = Pool(book);
        var count = step.A % 7 == 0 ? pool.Length : 2 + (step.A % 4);
        var start = step.B % pool.Length;
        var names = Enumerable.Range(0, count).Select(i => pool[(start + i) % pool.Length]).ToArray();
        var legs = new List<NamedLeg>();
        foreach (var group in names.GroupBy(name => name.Currency).Where(group => group.Count() > 1))
        {
            var accounts = group.ToArray();
            long sum = 0;
            for (var i = 0; i < accounts.Length - 1; i++)
            {
                var amount = ((step.Amount + (i * 37)) % 500) + 1;
                if ((step.A + i) % 2 == 0) amount = -amount;
                // The last leg must not come out at zero.
                if (i == accounts.Length - 2 && sum + amount == 0) amount *= 2;
                legs.Add(new NamedLeg(accounts[i], amount));
                sum += amount;
            }

            legs.Add(new NamedLeg(accounts[^1], -sum));
        }

        return legs.Count > 0 ? new Command.Transfer(legs, "any") : null;
    }

    private static Command.TransferToBook ToBook(Step step, BookInMemory book, BookInMemory other)
    {
        var from = AnyAccount(step.A, book);
        var to = Pool(other).Where(name => name.Currency == from.Currency).ToArray();
        return new Command.TransferToBook(
            other.Book.Name.Platform, from, Pick(to, step.B), step.Amount, from.Currency, "");
    }

    private static AccountName AnyAccount(int at, BookInMemory book) => Pick(Pool(book), at);

    private static AccountName[] Pool(BookInMemory book)
    {
        var soon = book.Now.Today.PlusDays(7);
        var own = from code in new[] { "psp.receivable", "cash.bank", "suspense", "refund.payable", "expense.promo" }
                  from currency in Currencies
                  select new AccountName(code, "", currency);
        var peoples = from person in People
                      from name in new[]
                      {
                          new AccountName("fan.wallet", person, "USD"), new AccountName("fan.wallet", person, "JPY"),
                          new AccountName("creator.available", person, "USD"),
                          new AccountName("creator.debt", person, "USD"),
                          new AccountName("creator.pending", person, "USD", soon),
                      }
                      select name;
        return [.. peoples, .. own];
    }

    private static T Pick<T>(T[] from, int at) => from[at % from.Length];
}
