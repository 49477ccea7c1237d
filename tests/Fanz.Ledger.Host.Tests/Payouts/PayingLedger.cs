using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Host.Tests.Payouts;

/// <summary>A payment as a file has it.</summary>
internal readonly record struct Paid(string Payout, long Amount, string Account);

/// <summary>
/// A platform that pays by files to the clearing house, with creators who have something available, and the folder that
/// its files are carried from.
/// </summary>
internal sealed class PayingLedger : IAsyncDisposable
{
    public const long Minimum = 10_00;
    public const long Fee = 25;
    private static readonly byte[] MasterKey = [.. Enumerable.Range(1, 32).Select(one => (byte)one)];

    private readonly HomeFolder folder = new();
    private int accounts = 1_000;

    private PayingLedger(ScheduledLedger ledger, OpenedBook book, FileRailSet rail) =>
        (Ledger, Book, Rail, Keys, Payouts) =
        (ledger, book, rail, new PersonKeys(ledger.Source, MasterKey), new PayoutReader(ledger.Source));

    public ScheduledLedger Ledger { get; }

    public OpenedBook Book { get; }

    public FileRailSet Rail { get; }

    public PersonKeys Keys { get; }

    public PayoutReader Payouts { get; }

    public string Outbox => Path.Combine(folder.Path, "outbox");

    private string Folder => Path.Combine(Outbox, Book.Name.Tenant, Book.Name.Platform);

    /// <summary>Told after each write of a run and each step in the folder.</summary>
    public Action<string>? Wrote { get; set; }

    public static async Task<PayingLedger> Start(
        Home home, int creators = 5, int filePayouts = 1_000, FileRailSet? rail = null)
    {
        var ledger = await ScheduledLedger.Start(home);
        var paying = new PayingLedger(ledger, await ledger.Open(), rail ?? FileRailSet.Nacha);
        await paying.Set(paying.Book, filePayouts);
        for (var i = 0; i < creators; i++) await paying.Add($"creator-{i}", Minimum + (i * 1_00));
        return paying;
    }

    public async Task Set(OpenedBook book, int filePayouts = 1_000, string? combineInto = null)
    {
        await Ledger.Post(book, new Command.SetRail(
            Rail.Name, Rail.Format,
            new Dictionary<string, string>(Rail.Settings)
            {
                ["file_payouts"] = filePayouts.ToString(CultureInfo.InvariantCulture),
            },
            "ann", "ben"));
        await Ledger.Post(book, new Command.SetPayoutTerms(
            "USD", Rail.Name, Minimum, Fee, new PayoutRequirements(0, 0, Screening: false, TaxForm: false), "ann", "ben")
        {
            InstantFee = 100, InstantMost = 500_00, CombineInto = combineInto,
        });
        await Ledger.Post(book, new Command.SetApprover("carla", "USD", 1_000_000_00, "ann", "ben"));
        await Ledger.Post(book, new Command.SetApprover("dan", "USD", 1_000_000_00, "ann", "ben"));
    }

    /// <summary>A creator with an account of their own, and an amount that is available.</summary>
    public async Task Add(string creator, long amount)
    {
        await AddMethod(creator, "main", $"{++accounts}");
        await Give(Book, creator, amount);
    }

    public Task Give(OpenedBook book, string creator, long amount) => Ledger.Post(book, new Command.Transfer(
        [
            new NamedLeg(new AccountName("psp.receivable", "", "USD"), amount),
            new NamedLeg(new AccountName("creator.available", creator, "USD"), -amount),
        ],
        "earned elsewhere"));

    public async Task AddMethod(string creator, string method, string account, int version = 1)
    {
        var details = await Keys.Seal(
            Book.Name.Tenant, PersonKeys.OfCreator(creator), PersonKeys.PayoutDetails,
            PayeeAccountFormat.Write(Rail.Account($"Person {creator}", account)), CancellationToken.None);
        await Ledger.Post(Book, new Command.AddPayoutMethod(
            creator, method, Rail.Name, "USD", "US", details, new string('a', 32), "···1234", "ann", "ben"));
        await Ledger.Post(Book, new Command.VerifyPayoutMethod(creator, method, version, MethodProof.Provider, "seen"));
    }

    /// <summary>What a program is told that works with this book.</summary>
    public IReadOnlyDictionary<string, string> SettingsOf(Home home) => new Dictionary<string, string>(home.Settings)
    {
        ["LEDGER_MASTER_KEY"] = Convert.ToBase64String(MasterKey), ["LEDGER_OUTBOX"] = Outbox,
    };

    /// <summary>A host's engine: what it writes may be its last.</summary>
    public RunEngine Engine(byte[]? masterKey = null) => Ledger.Engine(options => options with
    {
        ItemsAPage = 3,
        Wrote = step => Wrote?.Invoke(step),
        Paying = new PayingTools(
            new PersonKeys(Ledger.Source, masterKey ?? MasterKey),
            new Outbox(Outbox) { Did = step => Wrote?.Invoke(step) }),
    });

    public RunId Run(string job) => new(
        job, Schedule.Main, Ledger.Clock.GetCurrentInstant().InZone(Book.Settings.TimeZone).Date);

    public Task<RunReport> Do(string job, RunEngine? engine = null) =>
        (engine ?? Engine()).Do(Book, Run(job), isByHand: true, CancellationToken.None);

    public string Batch => PayoutNames.OfBatch(Schedule.Main, Run("any").On);

    public async Task Approve(string batch)
    {
        using var members = new BatchMembers();
        await foreach (var row in Payouts.Members(Book, batch, CancellationToken.None))
            members.Add(row.Payout, row.Creator, row.Sent);
        foreach (var person in new[] { "carla", "dan" })
            await Ledger.Post(Book, new Command.ApproveBatch(
                batch, members.Payouts, members.Sent, members.Members(), person));
    }

    /// <summary>By the journal itself: what is made of it may not have come so far.</summary>
    public async Task<BatchState> StateOf(string batch) => (await new PastStreams(Ledger.Source).Now(
        Book, PayoutBatch.StreamOf(batch), new PayoutBatch(), CancellationToken.None)).State;

    /// <summary>What happened of one kind, in the order of the journal.</summary>
    public async Task<IReadOnlyList<T>> Happened<T>()
        where T : Event => [.. (await Ledger.Journal(Book)).Select(one => one.Event).OfType<T>()];

    public IReadOnlyList<string> Files => !Directory.Exists(Folder) ? [] :
        [
            .. Directory.GetFiles(Folder).Where(path => Path.GetFileName(path)[0] != '.')
                .Order(StringComparer.Ordinal),
        ];

    public IReadOnlyList<string> Leftovers => [.. Directory.GetFiles(Folder, ".*.part", SearchOption.AllDirectories)];

    /// <summary>The payments in all files that are to be carried.</summary>
    public IReadOnlyList<Paid> InFiles() => [.. Files.SelectMany(Rail.Payments)];

    /// <summary>Every payout was formed and sent once, and each file is what the journal makes of it.</summary>
    public async Task Check(int payouts)
    {
        var (formed, submitted) = (await Happened<Event.PayoutFormed>(), await Happened<Event.PayoutSubmitted>());
        var paid = InFiles();
        Assert.Equal(payouts, formed.Count);
        Assert.Equal(payouts, submitted.Count);
        Assert.Equal(formed.Select(one => one.Creator).Distinct().Count(), formed.Count);
        Assert.Equal(
            submitted.Select(one => (one.Payout, one.Amount)).Order(),
            paid.Select(one => (one.Payout, one.Amount)).Order());
        Assert.Equal(
            (await Happened<Event.PaymentFilePrepared>()).Select(one => one.File).Order(),
            Files.Select(Path.GetFileNameWithoutExtension).Order()!);
        Assert.Equal(Files.Count, (await Happened<Event.PaymentFileReleased>()).Count);
        Assert.Empty(Leftovers);
        await CheckFiles();
    }

    public async Task CheckFiles()
    {
        var content = new PaymentFileContent(Ledger.Source, new PayeeAccounts(Ledger.Source, Keys));
        var records = await Ledger.Journal(Book);
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].Event is not Event.PaymentFilePrepared prepared) continue;
            using var again = new MemoryStream();
            var made = await content.Again(Book, i + 1, prepared, CancellationToken.None);
            Assert.Equal(prepared.Hash, made.Write(again).Sha256);
            var path = Path.Combine(Folder, $"{prepared.File}.{Rail.Extension}");
            if (File.Exists(path)) Assert.Equal(again.ToArray(), await File.ReadAllBytesAsync(path));
            Assert.Equal(
                again.ToArray(),
                await File.ReadAllBytesAsync(Path.Combine(Folder, "archive", $"{prepared.File}.{Rail.Extension}")));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>What a test throws where a host dies.</summary>
internal sealed class HostDied : Exception;
