using System.Collections.Concurrent;
using System.Diagnostics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>A command as a caller sends it, however often.</summary>
internal sealed record Issued(BookName Book, Command Command, string Service, string Key);

/// <summary>
/// Callers that behave like services under stress: few accounts, so that much collides; keys used twice for other
/// requests; answered commands sent again; the same command sent to two hosts at once. A command without a definite
/// answer is sent again under its key until it has one.
/// </summary>
internal sealed class Workload(IReadOnlyList<BookName> books, Func<Random, Task<HostProcess>> anyHost)
{
    private const int AnswersADay = 25;
    private static readonly LocalDate FirstDay = new(2020, 1, 1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);
    private static readonly string[] Services = ["checkout", "orders"];

    private readonly ConcurrentDictionary<BookName, long> lastSeen = new();
    private int answered;

    public ConcurrentBag<(Issued Command, HostReply Reply)> Answers { get; } = [];

    /// <summary>Every reply there was, with how often.</summary>
    public ConcurrentDictionary<string, int> Kinds { get; } = new();

    public int Answered => answered;

    public async Task Call(int seed, int caller, Func<bool> isEnough)
    {
        var random = new Random(HashCode.Combine(seed, caller));
        var mine = new List<Issued>();
        for (var i = 0; !isEnough(); i++)
        {
            var book = books[random.Next(books.Count)];
            var isShared = random.Next(100) < 6;
            var issued = random.Next(100) < 8 && mine.Count > 0
                ? mine[random.Next(mine.Count)]
                : new Issued(
                    book, Draw(random, book, $"{caller}-{i}"), Services[random.Next(2)],
                    isShared ? $"shared-{random.Next(60)}" : $"{caller}-{i}");
            mine.Add(issued);
            if (random.Next(100) < 8) await Task.WhenAll(Send(issued, random.Next()), Send(issued, random.Next()));
            else await Send(issued, random.Next());
            // Callers have other things to do; otherwise the history gets too long to be checked in a minute.
            await Task.Delay(random.Next(6));
        }
    }

    private async Task Send(Issued issued, int seed)
    {
        var random = new Random(seed);
        var since = Stopwatch.StartNew();
        while (true)
        {
            var host = await anyHost(random);
            var reply = await host.Post(issued.Book, issued.Command, issued.Service, issued.Key);
            Kinds.AddOrUpdate(reply?.Kind ?? "(host died)", 1, (_, count) => count + 1);
            if (reply is { IsDefinite: true })
            {
                Answers.Add((issued, reply));
                Interlocked.Increment(ref answered);
                if (reply.Number > 0) lastSeen.AddOrUpdate(issued.Book, reply.Number, (_, last) => Math.Max(last, reply.Number));
                return;
            }

            Assert.True(reply?.Kind is null or "Busy" or "Unavailable" or "Unknown", $"{issued} was answered {reply}");
            Assert.True(since.Elapsed < LongestSilence, $"{issued} has no definite answer: {reply}");
            await Task.Delay(random.Next(1, 30));
        }
    }

    private Command Draw(Random random, BookName book, string unique)
    {
        var fan = Fan(random);
        var other = Fan(random);
        var amount = random.Next(1, 400);
        switch (random.Next(100))
        {
            case < 25:
                return new Command.TopUp(fan, amount, "USD", unique);
            case < 60:
                return new Command.SendTip(
                    fan, $"creator-{random.Next(4)}", amount, "USD", random.Next(5) == 0 ? Funding.Card : Funding.Wallet);
            case < 72 when fan != other:
                return TestHost.Move(TestHost.Wallet(fan), TestHost.Wallet(other), amount, unique) with
                {
                    EffectiveOn = random.Next(3) == 0 ? BookkeepersDay.PlusDays(random.Next(-5, 6)) : null,
                };
            case < 82:
                var platform = books[random.Next(books.Count)].Platform;
                if (platform == book.Platform) goto default;
                return new Command.TransferToBook(
                    platform, TestHost.Wallet(fan), TestHost.Wallet(other), amount, "USD", unique);
            case < 90:
                var last = lastSeen.GetValueOrDefault(book, 1);
                return new Command.Reverse(random.NextInt64(Math.Max(1, last - 40), last + 4), unique);
            case < 94:
                return new Command.FreezeAccount(TestHost.Wallet(fan), unique, random.Next(2) == 0);
            case < 98:
                return new Command.UnfreezeAccount(TestHost.Wallet(fan), unique);
            case < 99:
                return new Command.ClosePeriod(BookkeepersDay.PlusDays(random.Next(-2, 3)), unique, "pia", "quentin");
            default:
                return new Command.TopUp(fan, amount * 3, "USD", unique);
        }
    }

    /// <summary>Long ago, and going on with what is done: what is dated then meets what is closed.</summary>
    private LocalDate BookkeepersDay => FirstDay.PlusDays(answered / AnswersADay);

    private static string Fan(Random random) => $"fan-{random.Next(12)}";
}
