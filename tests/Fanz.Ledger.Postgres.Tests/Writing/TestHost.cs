using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>A host within the test's own process: a writer, its registry and its pool.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public static readonly Actor Checkout = new("checkout");

    private static int books;

    private TestHost(string connectionString, WriterOptions options)
    {
        Database = LedgerDatabase.Connect(connectionString, options.PooledByTransaction);
        Registry = new BookRegistry(Database, options.Clock);
        Writer = new BookWriter(Database, Registry, options);
    }

    public NpgsqlDataSource Database { get; }

    public BookRegistry Registry { get; }

    public BookWriter Writer { get; }

    public static TestHost Start(string connectionString, WriterOptions? options = null) =>
        new(connectionString, options ?? new WriterOptions());

    public static TestHost Start(TestDatabase database, WriterOptions? options = null) =>
        Start(database.HostConnectionString, options);

    /// <summary>Opens a book that no other test has.</summary>
    public Task<BookName> NewBook() => Open($"p{Interlocked.Increment(ref books)}");

    public async Task<BookName> Open(string platform)
    {
        var settings = new BookSettings(
            new BookName("test", platform), DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
        return (await Registry.Open(settings, "tests", CancellationToken.None)).Name;
    }

    public Task<Reply> Post(BookName book, Command command, string key, Actor? actor = null) =>
        Writer.Post(book, command, actor ?? Checkout, key);

    public async Task<Receipt> Posted(BookName book, Command command, string key)
    {
        var reply = await Post(book, command, key);
        return Assert.IsType<Reply.Posted>(reply).Receipt;
    }

    public async Task<Refusal> Refused(BookName book, Command command, string key)
    {
        var reply = await Post(book, command, key);
        return Assert.IsType<Reply.Refused>(reply).Refusal;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Database.DisposeAsync();
    }

    public static Command TopUp(string fan, long amount, string? reference = null) =>
        new Command.TopUp(fan, amount, "USD", reference);

    public static Command Tip(string fan, string creator, long amount) =>
        new Command.SendTip(fan, creator, amount, "USD", Funding.Wallet);

    public static AccountName Wallet(string fan) => new("fan.wallet", fan, "USD");

    public static AccountName Bank { get; } = new("cash.bank", "", "USD");

    /// <summary>From the first account to the second.</summary>
    public static Command.Transfer Move(AccountName from, AccountName to, long amount, string memo = "") =>
        new Command.Transfer([new NamedLeg(from, amount), new NamedLeg(to, -amount)], memo);

    public static Command Freeze(string fan, bool debitsOnly = false) =>
        new Command.FreezeAccount(Wallet(fan), "test", debitsOnly);

    public static Command Unfreeze(string fan) => new Command.UnfreezeAccount(Wallet(fan), "test");

    public static Command Send(BookName to, string fromFan, string toFan, long amount) => new Command.TransferToBook(
        to.Platform, Wallet(fromFan), Wallet(toFan), amount, "USD", "");

    /// <summary>
    /// A receipt as text, to be compared whole: every entry with its account, id, version and balance.
    /// </summary>
    public static string InFull(Receipt receipt) =>
        $"{receipt.Book} {receipt.Number} {receipt.Type} {receipt.At}\n" + string.Join('\n', receipt.Entries);

    public static string InFull(Refusal refusal) =>
        $"{refusal.Code} {refusal.Message} " + string.Join(',', refusal.Facts.OrderBy(fact => fact.Key));

    /// <summary>What a reply says, whether for the first time or again.</summary>
    public static string InFull(Reply reply) => reply switch
    {
        Reply.Posted posted => "posted " + InFull(posted.Receipt),
        Reply.Refused refused => "refused " + InFull(refused.Refusal),
        var other => other.ToString(),
    };
}
