using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Balances;

/// <summary>
/// Some weeks of a tenant with books on both sides of the date line, by a seed: sales, what is given back, what is
/// dated back or ahead, what is put right, and money that goes from book to book. Not everything is taken.
/// </summary>
internal sealed class BusyDays : IAsyncDisposable
{
    private static readonly string[] Zones = ["America/New_York", "Pacific/Kiritimati", "Etc/UTC"];
    private static readonly string[] Currencies = ["USD", "USD", "USD", "EUR", "JPY"];

    private readonly Random random;
    private readonly SetClock clock = new() { Time = Instant.FromUtc(2026, 1, 1, 6, 0) };
    private readonly Dictionary<BookName, List<long>> sales = [];
    private int keys;

    private BusyDays(TestDatabase database, int seed)
    {
        random = new Random(seed);
        Host = TestHost.Start(database, new WriterOptions { Clock = clock });
    }

    public TestHost Host { get; }

    /// <summary>The last one is the treasury.</summary>
    public List<OpenedBook> Books { get; } = [];

    public int Taken { get; private set; }

    /// <summary>A tenant of its own, so that several can share a database.</summary>
    public static async Task<BusyDays> Begin(TestDatabase database, int seed, string tenant)
    {
        var days = new BusyDays(database, seed);
        foreach (var (platform, zone) in new[] { "east", "west", "_" }.Zip(Zones))
        {
            var settings = new BookSettings(
                new BookName(tenant, platform), DateTimeZoneProviders.Tzdb[zone], BookSettings.NoHolidays,
                Currency.Of("USD"));
            days.Books.Add(await days.Host.Registry.Open(settings, "tests", CancellationToken.None));
            days.sales[settings.Name] = [];
        }

        return days;
    }

    public async Task Post(int commands)
    {
        for (var i = 0; i < commands; i++)
        {
            clock.Time += Duration.FromMinutes(random.Next(1, 200));
            var book = Books[random.Next(2)].Name;
            var (to, command) = random.Next(12) == 0 ? (Books[2].Name, Rates()) : (book, Draw(book));
            var reply = await Host.Post(to, command, $"{++keys}");
            if (reply is not Reply.Posted posted) continue;
            Taken++;
            if (command is Command.Sale) sales[book].Add(posted.Receipt.Number);
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private Command Draw(BookName book)
    {
        var (fan, creator, currency) = ($"fan-{random.Next(4)}", $"creator-{random.Next(3)}", Any(Currencies));
        var amount = random.Next(1, 5_000);
        return random.Next(100) switch
        {
            < 14 => new Command.TopUp(fan, amount * 3, currency, $"r-{keys}"),
            < 40 => Sale(fan, creator, amount, currency),
            < 46 => new Command.RefundSale(Earlier(book), "not as described"),
            < 49 => new Command.OpenDispute($"d-{keys}", Earlier(book), 1_500),
            < 52 => new Command.ReleaseHold(creator, currency, Today.PlusDays(random.Next(-20, 1)), $"run-{keys}"),
            < 55 => new Command.HoldAmount(creator, amount, currency, "a person looks"),
            < 58 => new Command.SettleProcessor(
                currency, amount, amount / 20, amount / 10, random.Next(2) == 0 ? "stripe" : null),
            < 61 => new Command.RecordReceipt(amount, currency, $"b-{keys}"),
            < 64 => new Command.PurchaseTokens(fan, amount, amount, "USD", Funding.Card),
            < 67 => new Command.GrantPromo(fan, amount, currency, $"p-{keys}"),
            < 72 => new Command.Transfer(Legs(fan, amount, currency), "moved", Someday(ahead: true)),
            < 79 => new Command.Adjust(
                Legs(fan, amount, currency), "put right", "pia", "quentin", Someday(ahead: false)),
            < 87 => new Command.TransferToBook(
                Books.First(one => one.Name != book).Name.Platform, Bank(currency), Bank(currency), amount, currency,
                "swept"),
            < 91 => new Command.Reverse(random.Next(1, keys + 2), "a mistake"),
            < 94 => new Command.FreezeAccount(Wallet(fan, currency), "court order", random.Next(2) == 0),
            < 97 => new Command.UnfreezeAccount(Wallet(fan, currency), "it was lifted"),
            _ => new Command.CloseAccount(Wallet(fan, currency), "gone"),
        };
    }

    private Command Sale(string fan, string creator, long amount, string currency) => new Command.SendTip(
        fan, creator, amount, currency, random.Next(3) == 0 ? Funding.Wallet : Funding.Card)
    {
        Affiliate = random.Next(4) == 0 ? "affiliate-1" : null,
        Processor = random.Next(3) == 0 ? "stripe" : null,
        Taxes = random.Next(3) == 0 ? [new TaxLine(TaxKind.Vat, Any(["DE", "FR"]), amount / 5)] : null,
    };

    private Command.SetRates Rates() => new(
        "month-end", Today.PlusDays(-random.Next(2)), "EUR",
        [new QuotedRate("USD", $"1.0{random.Next(10, 99)}"), new QuotedRate("JPY", $"16{random.Next(10)}.25")],
        "reference rates");

    private LocalDate Today => clock.Time.InUtc().Date;

    private NamedLeg[] Legs(string fan, long amount, string currency) =>
        random.Next(3) switch
        {
            0 => [new(Wallet(fan, currency), -amount), new(Bank(currency), amount)],
            1 => [new(new("expense.psp_fee", "", currency), amount), new(Bank(currency), -amount)],
            _ => [new(new("suspense", "", currency), amount), new(new("due.to", "other/book", currency), -amount)],
        };

    private LocalDate? Someday(bool ahead) =>
        random.Next(4) == 0 ? null : Today.PlusDays(random.Next(-25, ahead ? 25 : 0));

    private long Earlier(BookName book) =>
        sales[book] is { Count: > 0 } known ? known[random.Next(known.Count)] : 1;

    private string Any(string[] from) => from[random.Next(from.Length)];

    private static AccountName Wallet(string fan, string currency) => new("fan.wallet", fan, currency);

    private static AccountName Bank(string currency) => new("cash.bank", "", currency);

    private sealed class SetClock : IClock
    {
        public Instant Time { get; set; }

        public Instant GetCurrentInstant() => Time;
    }
}
