using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Transfers, reversals, the lives of accounts; and the passing of time and of memory.</summary>
internal static partial class HistorySteps
{
    internal static readonly string[] Currencies = ["USD", "JPY"];

    private static Family Journal() => new(
        "journal",
        [
            (3, (step, book, _) => Transfer(step, book)),
            (1, (step, _, _) => new Command.Transfer(
                [new(new("suspense", "", "USD"), step.Amount), new(new("rounding", "", "USD"), -step.Amount)],
                "large")),
            (1, (step, book, _) => new Command.FreezeAccount(
                AnyAccount(step.A, book), "order", DebitsOnly: step.B % 2 == 0)),
            (3, (step, book, _) => new Command.UnfreezeAccount(AFrozenAccount(step, book), "cleared")),
            (1, (step, book, _) => CloseAccount(step, book)),
            (2, (step, book, _) => new Command.Reverse((step.A % (book.Book.LastNumber + 2)) + 1, "mistake")),
            (2, (step, book, other) => ToBook(step, book, other)),
            (1, (step, book, _) => Forget(step, book)),
            (1, (step, book, _) => Wait(step, book)),
        ],
        [
            "transferred", "transferred_to_book transferred_from_book", "reversed", "account_frozen",
            "account_unfrozen", "account_closed", "refused: insufficient_funds", "refused: account_frozen", "refused: account_closed",
            "refused: account_unknown", "refused: account_not_frozen", "refused: account_not_empty",
            "refused: balance_overflow", "refused: already_reversed", "refused: not_reversible",
            "refused: transaction_unknown", "refused: transaction_archived",
        ]);

    /// <summary>What is let go of must be asked for again, and nothing else may change.</summary>
    private static Command? Forget(Step step, BookInMemory book)
    {
        book.Book.LetGoOfAccounts();
        if (step.B % 3 == 0) book.Book.ForgetHistory();
        if (step.C % 3 == 0) book.ForgetStreams();
        return null;
    }

    /// <summary>Whole hours: the seconds of a history never come near the end of one.</summary>
    private static Command? Wait(Step step, BookInMemory book)
    {
        book.Wait((step.A % 6) switch
        {
            0 => Duration.FromHours(step.B % 48),
            1 or 2 => Duration.FromDays(1),
            3 or 4 => Duration.FromDays(step.B % 12),
            _ => Duration.FromDays(step.B % 120),
        });
        return null;
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
            other.Book.Name.Platform, from, Step.Pick(to, step.B), step.Amount, from.Currency, "");
    }

    private static AccountName AnyAccount(int at, BookInMemory book) => Step.Pick(Pool(book), at);

    private static AccountName AFrozenAccount(Step step, BookInMemory book)
    {
        var frozen = book.Accounts.Where(state => state.Life is Life.Frozen or Life.FrozenForDebits).ToList();
        if (frozen.Count == 0 || step.B % 4 == 0) return AnyAccount(step.A, book);
        var (code, owner, currency, cohort) = Step.Pick(frozen, step.A).Key;
        return new AccountName(code.Name, owner, currency.Code, cohort);
    }

    private static Command.CloseAccount? CloseAccount(Step step, BookInMemory book)
    {
        var name = AnyAccount(step.A, book);
        return step.B % 3 == 0 && Chart.Find(name.Code).Holder is not (Holder.Platform or Holder.PlatformOrImport)
            ? new Command.CloseAccount(name, "gone")
            : null;
    }

    private static AccountName[] Pool(BookInMemory book)
    {
        var soon = book.Now.Today.PlusDays(7);
        var own = from code in new[] { "psp.receivable", "cash.bank", "suspense", "refund.payable", "expense.promo" }
                  from currency in Currencies
                  select new AccountName(code, "", currency);
        var fans = from fan in Fans
                   from name in new[]
                   {
                       new AccountName("fan.wallet", fan, "USD"), new AccountName("fan.wallet", fan, "JPY"),
                       new AccountName("fan.debt", fan, "USD"),
                   }
                   select name;
        var creators = from creator in Creators
                       from name in new[]
                       {
                           new AccountName("creator.available", creator, "USD"),
                           new AccountName("creator.available", creator, "JPY"),
                           new AccountName("creator.debt", creator, "USD"),
                           new AccountName("creator.pending", creator, "USD", soon),
                       }
                       select name;
        return [.. fans, .. creators, .. own];
    }
}
