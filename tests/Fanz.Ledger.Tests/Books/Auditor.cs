using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Follows the journal of a book and checks, record by record, what must always hold.</summary>
internal sealed class Auditor(BookInMemory book)
{
    private readonly Dictionary<AccountKey, Entry> heads = [];
    private readonly Dictionary<long, AccountKey> owners = [];
    private int read;
    private long position;

    public void CheckWhatIsNew(NaiveLedger model)
    {
        for (; read < book.Journal.Count; read++) Check(book.Journal[read]);
        Assert.Equal(book.Journal.Count, book.Book.LastNumber);
        Assert.Equal(position, book.Book.LastPosition);
        Assert.All(
            book.Accounts.GroupBy(state => state.Key.Currency),
            currency => Assert.Equal(0, Sum(currency.Select(state => state.Balance))));
        foreach (var state in book.Accounts)
        {
            Assert.Equal(model.Balance(book.Book.Name.ToString(), state.Key.ToString()), state.Balance);
            if (heads.TryGetValue(state.Key, out var head)) Assert.Equal(head.Balance, state.Balance);
            Assert.True(state.Key.Code.MayGoBelowZero || state.Key.Code.InWords(state.Balance) >= 0);
        }
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
        }

        Assert.Equal(position, record.LastPosition);
        Assert.All(entries.GroupBy(e => e.Account.Currency), legs => Assert.Equal(0, Sum(legs.Select(e => e.Amount))));
        Assert.Equal(entries.Length, entries.Select(e => e.Account).Distinct().Count());
    }

    private static BigInteger Sum(IEnumerable<long> numbers) =>
        numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);
}
