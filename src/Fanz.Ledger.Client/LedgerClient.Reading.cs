using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Client;

public sealed partial class LedgerClient
{
    private const int RowsAPage = 500;

    /// <summary>What an account holds now; null when it was never used.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="account">The account.</param>
    /// <param name="atLeast">
    /// A number that the answer must have seen, such as that of a receipt: also a replica then shows what was posted.
    /// </param>
    /// <param name="cancellation">Ends the asking.</param>
    public Task<AccountBalance?> Balance(
        BookName book, AccountName account, long atLeast = 0, CancellationToken cancellation = default) =>
        Balance(book, account, ("at_least", atLeast > 0 ? Text(atLeast) : null), cancellation);

    /// <summary>What an account held as of a number of the book; null when it was never used.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="account">The account.</param>
    /// <param name="number">The last record that counts.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public Task<AccountBalance?> BalanceAsOf(
        BookName book, AccountName account, long number, CancellationToken cancellation = default) =>
        Balance(book, account, ("as_of", Text(number)), cancellation);

    /// <summary>What an account held at a time, as it was recorded by then; null when it was never used.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="account">The account.</param>
    /// <param name="time">When; not in the future.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public Task<AccountBalance?> BalanceAsOf(
        BookName book, AccountName account, Instant time, CancellationToken cancellation = default) =>
        Balance(book, account, ("as_of", InstantPattern.ExtendedIso.Format(time)), cancellation);

    /// <summary>All accounts of an owner, with what they hold. They are read a page at a time.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="owner">A fan, a creator, an affiliate …; empty for the platform itself.</param>
    /// <param name="atLeast">A number that the answer must have seen, such as that of a receipt.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IAsyncEnumerable<AccountBalance> Accounts(
        BookName book, string owner, long atLeast = 0, CancellationToken cancellation = default)
    {
        var path = $"{BookPath(book)}/accounts?owner={Uri.EscapeDataString(owner)}{AtLeast(atLeast)}";
        return Pages(path, ReadPage, cancellation);

        static ListPage<AccountBalance> ReadPage(JsonElement json)
        {
            var number = json.Number("number");
            return new ListPage<AccountBalance>(
                json.List("accounts", account => AccountBalance.Read(number, account)), json.TextOrNull("next"));
        }
    }

    /// <summary>
    /// The movements of an account, from the oldest or the newest on. They are read a page at a time; stop when you
    /// have enough.
    /// </summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="account">The account.</param>
    /// <param name="newestFirst">From the newest back.</param>
    /// <param name="atLeast">A number that the answer must have seen, such as that of a receipt.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="WrongQuestion">There is no such book, or the account was never used.</exception>
    /// <exception cref="TimelineLost">Another database took over while it was read: begin again.</exception>
    public IAsyncEnumerable<AccountEntry> Entries(
        BookName book, AccountName account, bool newestFirst = false, long atLeast = 0,
        CancellationToken cancellation = default)
    {
        var order = newestFirst ? "newest" : "oldest";
        var path = $"{BookPath(book)}/entries?account={Escaped(account)}&order={order}{AtLeast(atLeast)}";
        return Pages(path, ReadPage, cancellation);

        static ListPage<AccountEntry> ReadPage(JsonElement json) =>
            new(json.List("entries", AccountEntry.Read), json.TextOrNull("next"));
    }

    /// <summary>A record by its number, and what refers to it; null when the book has none of that number.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="number">The number, as a receipt has it.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public async Task<Transaction?> Transaction(
        BookName book, long number, CancellationToken cancellation = default)
    {
        try
        {
            return await Get($"{BookPath(book)}/transactions/{Text(number)}", Client.Transaction.Read, cancellation);
        }
        catch (WrongQuestion wrong) when (wrong.Problem.Code == "transaction_unknown")
        {
            return null;
        }
    }

    /// <summary>
    /// The records that carry a name of another system, the newest first. They are read a page at a time.
    /// </summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="reference">The name.</param>
    /// <param name="kind">What it names, such as `reference`, `order` or `content`; otherwise any of these.</param>
    /// <param name="atLeast">A number that the answer must have seen: it is found a moment after it is posted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IAsyncEnumerable<JournalItem> Find(
        BookName book, string reference, string? kind = null, long atLeast = 0,
        CancellationToken cancellation = default)
    {
        var ofKind = kind is null ? "" : $"&kind={Uri.EscapeDataString(kind)}";
        var path = $"{BookPath(book)}/transactions?reference={Uri.EscapeDataString(reference)}{ofKind}";
        return Pages(path + AtLeast(atLeast), ReadRecords, cancellation);
    }

    /// <summary>The records that carry a piece of metadata, the newest first. They are read a page at a time.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="name">The key of the metadata.</param>
    /// <param name="value">What it must say.</param>
    /// <param name="atLeast">A number that the answer must have seen: it is found a moment after it is posted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IAsyncEnumerable<JournalItem> FindByMetadata(
        BookName book, string name, string value, long atLeast = 0, CancellationToken cancellation = default)
    {
        var path = $"{BookPath(book)}/transactions?metadata.{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
        return Pages(path + AtLeast(atLeast), ReadRecords, cancellation);
    }

    /// <summary>The life of a payout, a dispute, a subscription …, from its first record on.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="stream">Its name, such as `payout/4711`, as <see cref="JournalItem.Stream"/> has it.</param>
    /// <param name="atLeast">A number that the answer must have seen, such as that of a receipt.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="WrongQuestion">The book has no record of it.</exception>
    public IAsyncEnumerable<JournalItem> Stream(
        BookName book, string stream, long atLeast = 0, CancellationToken cancellation = default) => Pages(
        $"{BookPath(book)}/streams?stream={Uri.EscapeDataString(stream)}{AtLeast(atLeast)}", ReadRecords,
        cancellation);

    private static ListPage<JournalItem> ReadRecords(JsonElement json) =>
        new(json.List("records", JournalItem.Read), json.TextOrNull("next"));

    private async Task<AccountBalance?> Balance(
        BookName book, AccountName account, (string Name, string? Value) parameter, CancellationToken cancellation)
    {
        var path = $"{BookPath(book)}/accounts/balance?account={Escaped(account)}";
        if (parameter.Value is { } value) path += $"&{parameter.Name}={Uri.EscapeDataString(value)}";
        try
        {
            return await Get(path, AccountBalance.Read, cancellation);
        }
        catch (WrongQuestion wrong) when (wrong.Problem.Code == "account_unknown")
        {
            return null;
        }
    }

    private async IAsyncEnumerable<T> Pages<T>(
        string path, Func<JsonElement, ListPage<T>> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var cursor = next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}";
            var page = await Get($"{path}&limit={RowsAPage}{cursor}", read, cancellation);
            foreach (var row in page.Rows) yield return row;
            next = page.Next;
        }
        while (next is not null);
    }

    private Task<T> Get<T>(string path, Func<JsonElement, T> read, CancellationToken cancellation)
        where T : class => sender.Send(() => Gets(path), Reading(read), new Attempts(), cancellation);

    private static Func<Answer, Verdict<T>> Reading<T>(Func<JsonElement, T> read)
        where T : class => answer => answer.Status == 200 && answer.Read(read) is { } found
            ? Verdict<T>.Is(found)
            : Verdict<T>.Of(answer);

    private static HttpRequestMessage Gets(string path) => new(HttpMethod.Get, new Uri(path, UriKind.Relative));

    private static string AtLeast(long number) => number > 0 ? $"&at_least={Text(number)}" : "";

    private static string Escaped(AccountName account) => Uri.EscapeDataString(AccountText.Of(account));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
