using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Transactions;

/// <summary>Two sales, from the payment in one year to the last refund in the next, as tax reports see them.</summary>
public sealed class TaxExampleTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly Calendar clock = new();
    private int keys;

    [Fact]
    public async Task What_is_sold_counts_in_the_quarter_in_which_it_is_released()
    {
        await using var host = TestHost.Start(database, new WriterOptions { Clock = clock });
        clock.Today = new LocalDate(2025, 12, 30);
        var book = await host.NewBook();
        await Post(host, book, new Command.SetRevenueRule(new RuleScope(), 2_000, 1_000, 90, 7, "olga", "pete"));
        var tip = await Post(host, book, new Command.SendTip("gast", "mia", 1_000, "USD", Funding.Card)
        {
            Country = "DE",
        });
        var video = await Post(host, book, new Command.UnlockContent("gast", "mia", 500, "USD", Funding.Card)
        {
            Country = "US",
            Content = "video-1",
            Discount = new Discount("spring", 100, Bearer.Creator),
            Taxes = [new TaxLine(TaxKind.SalesTax, "US-CA", 32, 800)],
        });

        clock.Today = new LocalDate(2026, 1, 2);
        await Post(host, book, new Command.RefundSale(tip, "too much", 300));
        clock.Today = new LocalDate(2026, 1, 6);
        await Post(host, book, new Command.ReleaseHold("mia", "USD", clock.Today, "run-1")
        {
            Withholding = [new WithholdingLine(WithholdingKind.Backup, 792, 2_400)],
        });
        clock.Today = new LocalDate(2026, 4, 10);
        await Post(host, book, new Command.ReleaseReserve("mia", "USD", new LocalDate(2026, 3, 30), "run-2"));
        clock.Today = new LocalDate(2026, 4, 11);
        await Post(host, book, new Command.RefundSale(video, "broken"));

        var opened = (await host.Registry.Find(book, CancellationToken.None))!;
        await Follow(host, opened);
        Assert.Equal(
            [
                // Paid in December, and nothing available yet.
                "2025 4 DE personalised_service: payments 1, payments_gross 1000",
                "2025 4 US pre_recorded: payments 1, payments_gross 400",
                "2026 1 : released 792, withheld 190",
                "2026 1 DE personalised_service: sales 1, gross 900, refunds 270, fees 126, net 504",
                "2026 1 US pre_recorded: sales 1, gross 360, fees 72, net 288",
                "2026 2 : released 88",
                "2026 2 DE personalised_service: gross 100, refunds 30, fees 14, net 56",
                // What is given back of earlier quarters is an adjustment of this one.
                "2026 2 US pre_recorded: gross 40, later_refunds 400, fees -72, net -288",
            ],
            await Rows(host, opened, TaxLists.Earnings, ["tax_year", "quarter", "country", "class"], "creator"));
        Assert.Equal(
            [
                "2025-12-01 US-CA 800: supplies 1, base 400, tax 32",
                "2026-04-01 US-CA 800: refunded_base 400, refunded_tax 32",
            ],
            await Rows(host, opened, TaxLists.Supplies, ["month", "jurisdiction", "rate"], "oldest"));
        Assert.Equal(
            ["2026 1 backup mia: base 792, withheld 190"],
            await Rows(host, opened, TaxLists.Withholdings, ["tax_year", "quarter", "kind", "payee"], "oldest"));
    }

    private async Task<long> Post(TestHost host, BookName book, Command command) =>
        (await host.Posted(book, command, $"{++keys}")).Number;

    private static async Task Follow(TestHost host, OpenedBook book)
    {
        await using var runner = new FollowerRunner(host.Database, [new TaxFollower()], new Bell());
        Assert.True(await new Builds(host.Database).Reach(
            TaxFollower.FollowerName, book, 8, TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    /// <summary>A line a row: what it is of, and every figure that is not nothing.</summary>
    private static async Task<IEnumerable<string>> Rows(
        TestHost host, OpenedBook book, Listing list, string[] keys, string order)
    {
        var request = new ListRequest(
            list.Orders.Single(one => one.Name == order), new Dictionary<string, object>(), null, null);
        var page = await new ListReader(host.Database).Page(book, list, request, CancellationToken.None);
        return page.Rows.Select(row =>
        {
            var values = list.Columns.Zip(row.Values).ToDictionary(pair => pair.First.Name, pair => pair.Second);
            var of = keys.Select(key => values[key]).OfType<object>().Select(ListValues.InWords);
            var figures = values.Where(value => !keys.Contains(value.Key) && value.Value is long and not 0)
                .Select(value => $"{value.Key} {value.Value}");
            return $"{string.Join(' ', of)}{(values[keys[^1]] is null ? " " : "")}: {string.Join(", ", figures)}";
        });
    }

    private sealed class Calendar : IClock
    {
        private long ticks;

        public LocalDate Today { get; set; }

        public Instant GetCurrentInstant() =>
            Today.At(LocalTime.Noon).InUtc().ToInstant().Plus(Duration.FromMilliseconds(++ticks));
    }
}
