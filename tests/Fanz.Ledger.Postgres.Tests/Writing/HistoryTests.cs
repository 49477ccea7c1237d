using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Tests.Following;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// The ledger's promises under the worst of days. LEDGER_SEED runs one history again, LEDGER_ROUNDS makes it longer.
/// Kills come after so and so many answers, not after so and so many seconds.
/// </summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    private const int Callers = 8;
    private const int DefaultKills = 60;

    [Fact]
    public async Task Any_history_survives_kills()
    {
        var seed = Setting("LEDGER_SEED") ?? Random.Shared.Next();
        var kills = Setting("LEDGER_ROUNDS") ?? DefaultKills;
        output.WriteLine($"LEDGER_SEED={seed} LEDGER_ROUNDS={kills}");
        await using var day = await Day.Begin(books: 4);
        try
        {
            await day.Run(seed, kills, Callers);
        }
        finally
        {
            output.WriteLine(day.Told());
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A database, two hosts and some callers, and what befalls them.</summary>
    private sealed class Day : IAsyncDisposable
    {
        private static readonly HostSettings Hurried = new(LockTimeout: 3_000, IdleTimeout: 2_000, Patience: 3_000);

        private readonly PrivateServer server;
        private readonly Workload work;
        private readonly Task<HostProcess>[] hosts;
        private readonly Dictionary<string, int> misfortunes = [];

        private Day(PrivateServer server, IReadOnlyList<BookName> books)
        {
            this.server = server;
            hosts = [StartHost(), StartHost()];
            work = new Workload(books, random => hosts[random.Next(hosts.Length)]);
        }

        public static async Task<Day> Begin(int books)
        {
            var server = await PrivateServer.Start();
            await using var opener = TestHost.Start(server.Server.HostConnectionString());
            var names = new List<BookName>();
            for (var i = 0; i < books; i++) names.Add(await opener.NewBook());
            return new Day(server, names);
        }

        public string Told() =>
            $"{work.Answered} answers; {Counts(work.Kinds)}; after {Counts(misfortunes)}";

        public async Task Run(int seed, int kills, int callers)
        {
            var random = new Random(seed);
            var isOver = false;
            var calling = Task.WhenAll(Enumerable.Range(0, callers).Select(
                caller => Task.Run(() => work.Call(seed, caller, () => isOver))));
            for (var kill = 0; kill < kills; kill++)
            {
                await Progress(random.Next(5, 120), calling);
                await Misfortune(random);
            }

            await Progress(100, calling);
            isOver = true;
            await calling;
            await LedgerAudit.Passes(server.Server.SuperuserConnectionString());
            await HistoryCheck.Holds(server.Server.SuperuserConnectionString(), work.Answers);
            await Projected.IsRight(server.Server.HostConnectionString());
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var host in hosts) await (await host).DisposeAsync();
            await server.DisposeAsync();
        }

        private async Task Progress(int answers, Task calling)
        {
            var wanted = work.Answered + answers;
            // A caller that failed says more than that nothing goes on.
            await Eventually.True(() => calling.IsFaulted || work.Answered >= wanted, "Nothing was answered any more.");
            if (calling.IsFaulted) await calling;
        }

        private async Task Misfortune(Random random)
        {
            switch (random.Next(10))
            {
                case < 5:
                    Count("killed backends");
                    await KillBackends(random.Next(3));
                    break;
                case < 8:
                    Count("killed hosts");
                    await KillHost(random.Next(hosts.Length));
                    break;
                default:
                    Count("killed servers");
                    var restartsHost = random.Next(3) == 0;
                    await server.Server.KillServer();
                    if (restartsHost) await KillHost(random.Next(hosts.Length));
                    await server.Server.Restart(CancellationToken.None);
                    break;
            }
        }

        private async Task KillBackends(int how)
        {
            // All; those in the middle of a transaction; one of them.
            var which = how switch { 0 => "true", 1 => "xact_start is not null", _ => "random() < 0.3" };
            await TestDatabase.Execute(
                server.Server.SuperuserConnectionString(),
                $"select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ledger_host' and {which}");
        }

        private async Task KillHost(int which)
        {
            var host = await hosts[which];
            host.Kill();
            hosts[which] = StartHost();
            await host.DisposeAsync();
        }

        private Task<HostProcess> StartHost() => HostProcess.Start(server.Server.HostConnectionString(), Hurried);

        private void Count(string misfortune) =>
            misfortunes[misfortune] = misfortunes.GetValueOrDefault(misfortune) + 1;

        private static string Counts(IEnumerable<KeyValuePair<string, int>> counts) =>
            string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"));
    }
}
