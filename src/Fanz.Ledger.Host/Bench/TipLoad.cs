using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>What a load came to.</summary>
internal sealed record LoadResult(long Posted, TimeSpan Elapsed)
{
    public static readonly LoadResult None = new(0, TimeSpan.Zero);

    public double PerSecond => Posted / Elapsed.TotalSeconds;

    public static LoadResult operator +(LoadResult left, LoadResult right) =>
        new(left.Posted + right.Posted, left.Elapsed + right.Elapsed);
}

/// <summary>
/// Callers that each send the next wallet tip when the last is answered: fans and creators drawn evenly, a key of its
/// own for every tip. Any answer but "posted" stops the benchmark.
/// </summary>
internal sealed class TipLoad(BookWriter writer, IReadOnlyList<BookName> books, int fans, int creators)
{
    public const int Callers = 256;
    public const int Fans = 10_000;
    public const int Creators = 1_000;
    private const long FullWallet = 1_000_000_000;

    private static readonly Actor Checkout = new("bench");

    public static BookSettings Book(string platform) => new(
        new BookName("bench", platform), DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));

    /// <summary>Tops every wallet up, so that no tip is refused.</summary>
    public async Task FillWallets()
    {
        foreach (var book in books)
        {
            var topUps = Enumerable.Range(0, fans)
                .Select(fan => (Command: (Command)new Command.TopUp(FanName(fan), FullWallet, "USD"), Key: $"fill-{fan}"));
            foreach (var some in topUps.Chunk(1_000))
                foreach (var reply in await writer.PostAll(book, some, Checkout)) Expect(reply);
        }
    }

    public async Task<LoadResult> Run(TimeSpan time, int callers = Callers)
    {
        var run = Guid.NewGuid().ToString("N");
        var clock = Stopwatch.StartNew();
        var posted = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            long count = 0;
            for (; clock.Elapsed < time; count++)
            {
                var book = books[random.Next(books.Count)];
                Expect(await writer.Post(book, Tip(random), Checkout, $"{run}-{caller}-{count}"));
            }

            return count;
        })));
        return new LoadResult(posted.Sum(), clock.Elapsed);
    }

    /// <summary>One tip from each fan, as fast as the callers get answers.</summary>
    public async Task Sweep()
    {
        var run = Guid.NewGuid().ToString("N");
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var fan = caller; fan < fans; fan += Callers)
            {
                var tip = new Command.SendTip(FanName(fan), CreatorName(fan % creators), 100, "USD", Funding.Wallet);
                Expect(await writer.Post(books[fan % books.Count], tip, Checkout, $"{run}-{fan}"));
            }
        })));
    }

    public Command Tip(Random random) =>
        TipOf(random.Next(fans), random.Next(creators), random.Next(100, 10_000));

    public static Command TipOf(int fan, int creator, long amount) =>
        new Command.SendTip(FanName(fan), CreatorName(creator), amount, "USD", Funding.Wallet);

    public static string FanName(int fan) => $"fan-{fan}";

    public static string CreatorName(int creator) => $"creator-{creator}";

    public static void Expect(Reply reply)
    {
        if (reply is not Reply.Posted) throw new InvalidOperationException($"The benchmark met {reply}.");
    }
}
