using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Follows the journal of a book and checks, record by record, what must always hold: of the accounts that a record
/// moved after it, of all of them now and then.
/// </summary>
internal sealed class Auditor(BookInMemory book)
{
    private const int Often = 20;

    private readonly Dictionary<AccountKey, Entry> heads = [];
    private readonly Dictionary<long, AccountKey> owners = [];
    private readonly Dictionary<AccountKey, (BigInteger In, BigInteger Out)> moved = [];
    private readonly SaleAuditor sales = new();
    private int read;
    private int looks;
    private long position;

    public void CheckWhatIsNew(NaiveLedger model)
    {
        for (; read < book.Journal.Count; read++)
        {
            Check(book.Journal[read]);
            sales.Follow(book.Journal[read]);
            foreach (var entry in book.Journal[read].Entries) Check(heads[entry.Account].Account);
        }

        if (++looks % Often == 0) CheckEverything(model);
    }

    public void CheckEverything(NaiveLedger model)
    {
        Assert.Equal(book.Journal.Count, book.Book.LastNumber);
        Assert.Equal(position, book.Book.LastPosition);
        foreach (var currency in book.Accounts.GroupBy(state => state.Key.Currency))
            Assert.Equal(0, Sum(currency.Select(state => state.Balance)));
        Conservation.Check(book.Accounts, moved);
        Conservation.CheckTokens(book, model.TokenPriceOf(book.Book.Name.ToString(), book.Now.Today));
        foreach (var state in book.Accounts)
        {
            Check(state.Key);
            Assert.Equal(model.Balance(book.Book.Name.ToString(), state.Key.ToString()), state.Balance);
            if (heads.TryGetValue(state.Key, out var head)) Assert.Equal(head.Balance, state.Balance);
        }
    }

    /// <summary>What is owed to fans and creators, and what they owe, never goes below zero.</summary>
    private void Check(AccountKey key)
    {
        var balance = book.State(key).Balance;
        Assert.True(key.Code.MayGoBelowZero || key.Code.InWords(balance) >= 0, $"{key} is at {balance}");
    }

    private void Check(Appended appended)
    {
        var (record, entries) = (appended.Record, appended.Entries);
        Assert.Equal(read + 1, record.Number);
        foreach (var entry in entries)
        {
            Assert.Equal(record.Number, entry.Number);
            Assert.Equal(++position, entry.Position);
            Assert.True(owners.TryAdd(entry.AccountId, entry.Account) || owners[entry.AccountId] == entry.Account);
            if (heads.TryGetValue(entry.Account, out var previous))
            {
                Assert.Equal(previous.Version + 1, entry.Version);
                Assert.Equal(previous.Balance, entry.BalanceBefore);
                Assert.Equal(previous.AccountId, entry.AccountId);
                Assert.False(entry.OpensAccount);
            }

            heads[entry.Account] = entry;
            var (came, went) = moved.GetValueOrDefault(entry.Account);
            moved[entry.Account] = entry.Amount > 0 ? (came + entry.Amount, went) : (came, went - entry.Amount);
        }

        Assert.Equal(position, record.LastPosition);
        foreach (var legs in entries.GroupBy(e => e.Account.Currency))
            Assert.Equal(0, Sum(legs.Select(e => e.Amount)));
        Assert.Equal(entries.Length, entries.Select(e => e.Account).Distinct().Count());
    }

    private static BigInteger Sum(IEnumerable<long> numbers) =>
        numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);
}
