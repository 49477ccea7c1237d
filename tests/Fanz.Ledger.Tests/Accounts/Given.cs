using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Tests;

/// <summary>Balances that a test begins with, as if a store had found them.</summary>
internal static class Given
{
    /// <summary>The amount is as the account's owner would say it: positive on its normal side.</summary>
    public static BookInMemory Holding(this BookInMemory book, string account, long amount)
    {
        Assert.True(AccountKey.TryParse(account, out var key), account);
        var balance = key.Value.Code.InWords(amount);
        book.Load(AccountState.Loaded(key.Value, id: -1 - book.Accounts.Count(), version: 1, balance, Life.Open));
        return book;
    }

    /// <summary>What an account holds, on its normal side.</summary>
    public static long Has(this BookInMemory book, string account)
    {
        var state = book.State(account);
        return state.Key.Code.InWords(state.Balance);
    }
}
