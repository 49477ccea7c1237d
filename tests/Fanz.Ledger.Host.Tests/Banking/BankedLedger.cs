using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Reconciling;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Webhooks;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Standing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Banking;

/// <summary>
/// Books whose payouts are with a bank: two files of them are submitted, one for a clearing house (p1 to p3) and one in
/// XML (q1 to q4). The clock is the test's.
/// </summary>
internal sealed class BankedLedger : IAsyncDisposable
{
    public const string Account = "US-111";
    public const string XmlMessage = "XML-MSG-1";
    public const long Opening = 1_000_000;
    private static readonly string Hash = new('a', 64);
    private static int tenants;

    private readonly BookWriter writer;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("banked-");
    private int posted;
    private int files;

    private BankedLedger(Home home)
    {
        Source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        Registry = new BookRegistry(Source, Clock);
        writer = new BookWriter(Source, Registry, new WriterOptions { Clock = Clock });
    }

    public string Tenant { get; } = $"banked{Interlocked.Increment(ref tenants)}";

    public TestClock Clock { get; } = new();

    public LocalDate Today => Clock.GetCurrentInstant().InUtc().Date;

    public NpgsqlDataSource Source { get; }

    public BookRegistry Registry { get; }

    public BookWriter Writer => writer;

    public static async Task<BankedLedger> Start(Home home)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        return new BankedLedger(home);
    }

    public async Task<OpenedBook> Open(string platform)
    {
        var settings = new BookSettings(
            new BookName(Tenant, platform), DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
        var book = await Registry.Open(settings, "tests", CancellationToken.None);
        var bank = new AccountName("cash.bank", "", "USD");
        var begin = new List<Command>
        {
            new Command.Transfer(
                [
                    new(bank, Opening),
                    .. new[] { "ada", "bea", "cleo", "dora" }.Select(creator => new NamedLeg(
                        new AccountName("creator.available", creator, "USD"), -Opening / 4)),
                ],
                "brought in", Today.PlusDays(-1)),
            new Command.SetRail("ach", PaymentFormat.Nacha, new Dictionary<string, string>(), "anna", "ben"),
            new Command.SetPayoutTerms(
                "USD", "ach", 1_00, 0, new PayoutRequirements(0, 0, false, false), "anna", "ben"),
            new Command.SetApprover("carl", "USD", 1_000_000_00, "anna", "ben"),
            new Command.SetApprover("erik", "USD", 1_000_000_00, "anna", "ben"),
        };
        foreach (var creator in new[] { "ada", "bea", "cleo", "dora" })
        {
            begin.Add(new Command.AddPayoutMethod(
                creator, "bank", "ach", "USD", "US", "v1.MkQ5x0vTq2p7mJc4bq1vY0d6m8eC2T0nT3w",
                "5f0c1b7a9e3d4c2b8a6f1e0d9c8b7a65", "···6789", creator, "ben"));
            begin.Add(new Command.VerifyPayoutMethod(creator, "bank", 1, MethodProof.Provider, $"link-{creator}"));
        }

        foreach (var command in begin) await Post(book, command);
        await Submit(book, "b-ach", "ach-1", "ACH-MSG-1", ("p1", "ada", 101_00), ("p2", "bea", 102_00), ("p3", "cleo",
            103_00));
        await Submit(
            book, "b-xml", "xml-1", XmlMessage, ("q1", "ada", 201_00), ("q2", "bea", 202_00), ("q3", "cleo", 203_00),
            ("q4", "dora", 204_00));
        return book;
    }

    public async Task Submit(
        OpenedBook book, string batch, string file, string message,
        params (string Payout, string Creator, long Amount)[] payouts)
    {
        var sent = payouts.Sum(one => one.Amount);
        await Post(book, new Command.OpenBatch(batch, "USD", Today));
        foreach (var (payout, creator, amount) in payouts)
            await Post(book, new Command.FormPayout(payout, creator, "USD", amount, 0, batch));
        await Post(book, new Command.CloseBatch(batch, payouts.Length, sent, Hash));
        await Post(book, new Command.ApproveBatch(batch, payouts.Length, sent, Hash, "carl"));
        await Post(book, new Command.ApproveBatch(batch, payouts.Length, sent, Hash, "erik"));
        foreach (var (i, one) in payouts.Index())
            await Post(book, new Command.SubmitPayout(one.Payout, file, i + 1));
        await Post(book, new Command.PreparePaymentFile(
            file, "ach", "USD", message, Clock.GetCurrentInstant(), Today, payouts.Length, sent, Hash, batch));
        await Post(book, new Command.ReleasePaymentFile(file, Hash));
    }

    public async Task<Receipt> Post(OpenedBook book, Command command)
    {
        var reply = await writer.Post(book.Name, command, new Actor("tests"), $"{++posted}");
        return reply is Reply.Posted done
            ? done.Receipt
            : throw new InvalidOperationException($"{command}: {reply}");
    }

    public string Keep(byte[] content)
    {
        var path = Path.Combine(folder.FullName, $"{++files}.bin");
        File.WriteAllBytes(path, content);
        return path;
    }

    public Task<ImportedBankFile> Import(
        OpenedBook book, byte[] content, bool isDry = false, Action<string>? interrupt = null, string? bank = null,
        TableTerms? table = null) =>
        new BankImport(Source, writer, book, bank, "tests", CancellationToken.None)
        {
            Interrupt = interrupt ?? (_ => { }),
        }.Import(new BankFileReading(Keep(content), table, "bank.bin"), null, isDry);

    /// <summary>
    /// What every account holds, and how each payout stands: what must not depend on what came first.
    /// </summary>
    public async Task<string> Stands(OpenedBook book)
    {
        await using var query = Source.CreateCommand(
            """
            select string_agg(line, E'\n' order by line) from (
                select a.code || '/' || a.owner || ' ' || last.balance line
                from ledger.accounts a
                cross join lateral (
                    select e.balance from ledger.entries e where e.account_id = a.id and e.book_id = a.book_id
                    order by e.position desc limit 1) last
                where a.book_id = $1 and last.balance <> 0
                union all
                select j.stream || ' ' || (array_agg(j.type order by j.number desc))[1]
                from ledger.journal j where j.book_id = $1 and j.stream like 'payout/%' group by j.stream) lines
            """);
        query.Parameters.Add(new() { Value = book.Id });
        return (string)(await query.ExecuteScalarAsync())!;
    }

    public async Task<List<string>> Journal(OpenedBook book)
    {
        var records = new List<string>();
        await foreach (var record in new JournalReader(Source).After(book, 0, int.MaxValue, CancellationToken.None))
            records.Add($"{record.Number} {record.Type} {System.Text.Encoding.UTF8.GetString(record.Data.Span)}");
        return records;
    }

    public async Task<Reconciliation> Reconcile(OpenedBook book, LocalDate? on = null)
    {
        await CatchUp.With(
            Source, ReconcileVerb.Followed, [book], new FollowerOptions(), CancellationToken.None);
        return await new ReconciliationReader(Source, book).Read(on ?? Today, 5, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await Source.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
