using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// The whole vocabulary as a platform uses it, by the same callers, fans and creators as the tips: see
/// <see cref="MixCaller"/> for who does what how often. Rules and limits are in force as they would be. A turn is a
/// day, and the next turn is the same day of the next month: what was subscribed to is then due, what was earned has
/// matured, and what was sold is old. Within a turn nothing is easier than on any day.
/// </summary>
internal sealed class MixLoad : IAsyncDisposable
{
    /// <summary>Callers compete for what creators have: a few commands come too late. More would be a fault.</summary>
    private const double MostRefused = 0.01;
    private const long FullPurse = 1_000_000;
    private const int CreatorsWithRules = 200;

    private static readonly Actor Checkout = new("bench");
    private static readonly string[] Expected = ["insufficient_funds", "creator_in_debt", "nothing_to_release"];

    private readonly MonthlyClock clock = new();
    private readonly BookWriter writer;
    private readonly MixCaller[] callers =
        [.. Enumerable.Range(0, TipLoad.Callers).Select(caller => new MixCaller(caller))];
    private readonly Dictionary<string, int> refused = [];

    private MixLoad(NpgsqlDataSource database)
    {
        var registry = new BookRegistry(database, clock);
        writer = new BookWriter(database, registry, new WriterOptions { Clock = clock });
    }

    private static BookName Book => TipLoad.Book("mix").Name;

    /// <summary>What was refused so far, by code.</summary>
    public string Refused
    {
        get
        {
            lock (refused)
            {
                return refused.Count == 0
                    ? "none"
                    : string.Join(", ", refused.Select(one => $"{one.Value} {one.Key}"));
            }
        }
    }

    /// <summary>Opens the book, sets rules and limits, and gives every fan a wallet, tokens and a past.</summary>
    public static async Task<MixLoad> On(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var load = new MixLoad(database);
        await load.writer.Registry.Open(TipLoad.Book("mix"), "bench", cancellation);
        await load.PostAll("set", Settings());
        await load.PostAll("register", Fans(fan => new Command.RegisterFan(fan, new LocalDate(2024, 1, 1))));
        await new TipLoad(load.writer, [Book], TipLoad.Fans, TipLoad.Creators).FillWallets();
        await load.PostAll("tokens", Fans(fan => new Command.PurchaseTokens(
            fan, FullPurse, FullPurse, "USD", Funding.Card)));
        return load;
    }

    public async Task<LoadResult> Run(TimeSpan time)
    {
        clock.NextMonth();
        var run = Guid.NewGuid().ToString("N");
        var elapsed = Stopwatch.StartNew();
        var counts = await Task.WhenAll(callers.Select(caller => Task.Run(async () =>
        {
            caller.Begin(clock.Today);
            var (posted, no) = (0L, 0L);
            while (elapsed.Elapsed < time)
            {
                var (command, then) = caller.Next();
                switch (await writer.Post(Book, command, Checkout, $"{run}-{caller.Number}-{posted + no}"))
                {
                    case Reply.Posted { Receipt: var receipt }:
                        posted++;
                        then?.Invoke(receipt);
                        break;
                    case Reply.Refused { Refusal.Code: var code } when Expected.Contains(code):
                        no++;
                        lock (refused) refused[code] = refused.GetValueOrDefault(code) + 1;
                        break;
                    case var other:
                        throw new InvalidOperationException($"The benchmark met {other} on {command}.");
                }
            }

            return (Posted: posted, Refused: no);
        })));
        var (all, late) = (counts.Sum(count => count.Posted), counts.Sum(count => count.Refused));
        return late <= all * MostRefused
            ? new LoadResult(all, elapsed.Elapsed)
            : throw new InvalidOperationException($"The benchmark met too many refusals: {Refused}.");
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private static IEnumerable<Command> Settings()
    {
        var terms = new AffiliateTerms(500, AffiliateBasis.Gross, Bearer.Platform);
        yield return Rule(new RuleScope { Tenant = true }, feeBasisPoints: 2_000);
        yield return Rule(new RuleScope(), feeBasisPoints: 2_000) with { Affiliate = terms };
        yield return Rule(new RuleScope(Kind: SaleKind.Message), feeBasisPoints: 1_900) with
        {
            Affiliate = terms, HoldDaysBy = [new HoldDaysFor(14, Tier: "new")],
        };
        for (var creator = 0; creator < CreatorsWithRules; creator++)
            yield return Rule(new RuleScope(TipLoad.CreatorName(creator * 5)), feeBasisPoints: 1_500) with
            {
                Affiliate = terms,
            };
        // Nobody reaches them, but everybody is counted.
        yield return new Command.SetLimits("USD")
        {
            Minimum = 50, Maximum = 1_000_000_00, PerDay = 1_000_000_000_00, PerWeek = 2_000_000_000_00,
        };
        yield return new Command.SetLimits("USD", YoungerThanDays: 7) { PerPurchase = 100_00, PerDay = 500_00 };
    }

    private static Command.SetRevenueRule Rule(RuleScope scope, int feeBasisPoints) =>
        new(scope, feeBasisPoints, ReserveBasisPoints: 1_000, ReserveDays: 90, HoldDays: 7, "olga", "pete");

    private static IEnumerable<Command> Fans(Func<string, Command> make) =>
        Enumerable.Range(0, TipLoad.Fans).Select(fan => make(TipLoad.FanName(fan)));

    private async Task PostAll(string what, IEnumerable<Command> commands)
    {
        foreach (var some in commands.Select((command, i) => (command, $"{what}-{i}")).Chunk(1_000))
            foreach (var reply in await writer.PostAll(Book, some, Checkout)) TipLoad.Expect(reply);
    }

    /// <summary>Stands still within a turn.</summary>
    private sealed class MonthlyClock : IClock
    {
        private readonly LocalDate first = new(2026, 1, 15);
        private int months;

        public LocalDate Today => first.PlusMonths(months);

        public void NextMonth() => months++;

        public Instant GetCurrentInstant() => Today.At(new LocalTime(12, 0)).InUtc().ToInstant();
    }
}
