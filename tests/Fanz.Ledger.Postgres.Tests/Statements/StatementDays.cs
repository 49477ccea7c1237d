using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Orders;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Statements;

/// <summary>
/// Some months of a book by a seed: everything that fans buy, what is given back of it, what is released, and what is
/// dated back or ahead. Few take part, so that much meets. Not everything is taken.
/// </summary>
internal sealed class StatementDays : IAsyncDisposable
{
    private readonly Random random;
    private readonly SetClock clock = new() { Time = Instant.FromUtc(2026, 1, 1, 6, 0) };
    private readonly List<long> sales = [];
    private readonly List<string> disputes = [];
    private int keys;

    private StatementDays(TestDatabase database, int seed)
    {
        random = new Random(seed);
        Host = TestHost.Start(database, new WriterOptions { Clock = clock });
    }

    public TestHost Host { get; }

    public OpenedBook Book { get; private set; } = null!;

    public int Taken { get; private set; }

    public LocalDate Today => clock.Time.InZone(Book.Settings.TimeZone).Date;

    /// <summary>A tenant of its own, so that several can share a database.</summary>
    public static async Task<StatementDays> Begin(TestDatabase database, int seed, string tenant)
    {
        var days = new StatementDays(database, seed);
        // Its days are not those of the clock: some of them begin in the middle of another.
        days.Book = await days.Host.Registry.Open(
            new BookSettings(
                new BookName(tenant, "shop"), DateTimeZoneProviders.Tzdb["Pacific/Auckland"],
                BookSettings.NoHolidays, Currency.Of("USD")),
            "tests", CancellationToken.None);
        await days.Rules();
        return days;
    }

    public async Task Post(int commands)
    {
        for (var i = 0; i < commands; i++)
        {
            clock.Time += Duration.FromMinutes(random.Next(1, 900));
            var command = Draw();
            if (await Host.Post(Book.Name, command, $"{++keys}") is not Reply.Posted posted) continue;
            Taken++;
            if (posted.Receipt.Type is "dispute_opened") disputes.Add(((Command.OpenDispute)command).Dispute);
            if (command is Command.Sale or Command.SubscriptionPayment or Command.TopUp)
                sales.Add(posted.Receipt.Number);
        }
    }

    /// <summary>Lets the follower of balances come to the head.</summary>
    public async Task Follow()
    {
        var head = await new JournalReader(Host.Database).PlaceAsOf(Book, AsOf.Head, CancellationToken.None);
        await using var runner = new FollowerRunner(Host.Database, [new BalanceFollower()], new Bell());
        Assert.True(await new Builds(Host.Database).Reach(
            BalanceFollower.FollowerName, Book, head.Number, TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private async Task Rules()
    {
        await Host.Posted(
            Book.Name,
            new Command.SetRevenueRule(new RuleScope(), 2_000, 1_000, 90, 7, "pia", "quentin")
            {
                Affiliate = new AffiliateTerms(500, AffiliateBasis.Gross, Bearer.Platform),
            },
            "rule");
        await Host.Posted(
            Book.Name,
            new Command.SetRevenueRule(new RuleScope("creator-1"), 1_500, 500, 30, 10, "pia", "quentin")
            {
                Affiliate = new AffiliateTerms(700, AffiliateBasis.CreatorNet, Bearer.Creator),
            },
            "own rule");
    }

    private Command Draw()
    {
        var (fan, creator) = ($"fan-{random.Next(4)}", Creator());
        var currency = random.Next(5) == 0 ? "JPY" : "USD";
        var amount = random.Next(100, 6_000);
        return random.Next(100) switch
        {
            < 12 => new Command.TopUp(fan, amount * 4, currency, $"card {keys}"),
            < 46 => Sale(fan, creator, amount, currency),
            < 50 => new Command.RefundSale(Earlier(), "as asked"),
            < 56 => new Command.RefundSale(Earlier(), "some of it", random.Next(1, 900)),
            < 59 => new Command.OpenDispute($"d-{keys}", Earlier(), 1_500),
            < 61 => new Command.LoseDispute(AnyDispute()) { Bearer = random.Next(2) == 0 ? Bearer.Platform : null },
            < 62 => new Command.WinDispute(AnyDispute()),
            < 64 => new Command.Reverse(Earlier(), "a mistake"),
            < 70 => new Command.ReleaseHold(creator, currency, Today.PlusDays(-random.Next(12)), $"run-{keys}"),
            < 73 => new Command.ReleaseReserve(creator, currency, Today.PlusDays(-random.Next(9)), $"run-{keys}"),
            < 76 => new Command.HoldAmount(creator, amount / 4, currency, "a person looks"),
            < 80 => new Command.PurchaseTokens(fan, amount, amount, "USD", Funding.Card, random.Next(2) * 100),
            < 84 => new Command.DeliverOrder(Earlier()),
            < 87 => new Command.RecogniseRevenue(Earlier(), random.Next(1, 3)),
            < 89 => new Command.GrantPromo(fan, amount, currency, $"p-{keys}"),
            < 94 => new Command.Transfer(Legs(fan, creator, amount / 10, currency), "moved", Someday(ahead: true)),
            _ => new Command.Adjust(
                Legs(fan, creator, amount / 10, currency), "put right", "pia", "quentin", Someday(ahead: false)),
        };
    }

    private Command.Sale Sale(string fan, string creator, long amount, string currency)
    {
        var funding = Any([Funding.Card, Funding.Card, Funding.Wallet, Funding.Promo, Funding.Tokens]);
        if (funding == Funding.Tokens) currency = "USD";
        Command.Sale sale = random.Next(7) switch
        {
            0 => new Command.UnlockContent(fan, creator, amount, currency, funding) { Content = $"c-{keys}" },
            1 => new Command.SendGift(fan, creator, amount, currency, funding, "rose", random.Next(1, 4)),
            2 => new Command.StartSubscription(
                $"s-{keys}", fan, creator, amount, currency, funding,
                Any([SubscriptionPeriod.Monthly, SubscriptionPeriod.Yearly])),
            3 => new Command.PlaceOrder(fan, creator, amount, currency, funding)
            {
                Order = $"o-{keys}",
                Shipping = random.Next(2) == 0 ? 300 : null,
                Lines = [new OrderLine("shirt", 2, amount - 40), new OrderLine("pin", 1, 40)],
            },
            _ => new Command.SendTip(fan, creator, amount, currency, funding, $"r-{keys}"),
        };
        return sale with
        {
            Affiliate = random.Next(3) == 0 ? "affiliate-1" : null,
            Taxes = random.Next(3) == 0
                ? [new TaxLine(TaxKind.Vat, "DE", amount / 5, 1_900), new TaxLine(TaxKind.SalesTax, "US-NY", 7)]
                : null,
            Discount = random.Next(4) == 0
                ? new Discount("spring", amount / 10, Any([Bearer.Platform, Bearer.Creator]))
                : null,
            Collaborators = random.Next(4) == 0 && creator != "creator-2"
                ? [new Collaborator(creator, 60), new Collaborator("creator-2", 40)]
                : null,
        };
    }

    private NamedLeg[] Legs(string fan, string creator, long amount, string currency) => random.Next(3) switch
    {
        0 => [new(new("fan.wallet", fan, currency), -amount), new(new("cash.bank", "", currency), amount)],
        1 => [new(new("creator.available", creator, currency), -amount), new(new("cash.bank", "", currency), amount)],
        _ => [new(new("expense.psp_fee", "", currency), amount), new(new("cash.bank", "", currency), -amount)],
    };

    private LocalDate? Someday(bool ahead) =>
        random.Next(4) == 0 ? null : Today.PlusDays(random.Next(-45, ahead ? 4 : 0));

    private string Creator() => $"creator-{random.Next(3)}";

    private long Earlier() => sales.Count > 0 ? sales[^random.Next(1, Math.Min(30, sales.Count) + 1)] : 1;

    private string AnyDispute() => disputes.Count > 0 ? disputes[random.Next(disputes.Count)] : "none";

    private T Any<T>(T[] from) => from[random.Next(from.Length)];

    private sealed class SetClock : IClock
    {
        public Instant Time { get; set; }

        public Instant GetCurrentInstant() => Time;
    }
}
