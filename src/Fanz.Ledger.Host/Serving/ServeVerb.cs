using System.CommandLine;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Demo;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Telemetry;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// `ledger serve`. Its parts start in this order, and stop in the opposite one: addresses, database, writer, followers, runs.
/// Requests that were taken are answered before the writer drains, and the writer answers all that is queued before the
/// private server stops.
/// </summary>
internal static class ServeVerb
{
    public static Command Words()
    {
        var fresh = Database.FreshOption();
        var urls = new Option<string?>("--urls")
        {
            HelpName = "URL[;URL…]",
            Description = "Where to listen; otherwise LEDGER_URLS, otherwise http://127.0.0.1:5480.",
        };
        var verb = new Command("serve", "Serve the ledger until it is interrupted.") { fresh, urls };
        verb.SetAction((words, token) => Run(words.GetValue(urls) ?? HostSettings.Urls, words.GetValue(fresh), token));
        return verb;
    }

    private static async Task<int> Run(string urls, bool isFresh, CancellationToken token)
    {
        var options = HostSettings.Writer();
        // Judged at once: a wrong setting is told before anything is started.
        _ = (HostSettings.MasterKey, HostSettings.MayWebhooksBePrivate, HostSettings.MayRailsBePrivate);
        var betweenPolls = HostSettings.BetweenPolls;
        var betweenCheckpoints = HostSettings.BetweenCheckpoints;
        if (betweenCheckpoints > TimeSpan.Zero) await CheckpointKeys.Judge(token);
        var (hasSchedules, betweenLooks) = (HostSettings.HasSchedules, HostSettings.BetweenLooksForRuns);
        var patience = Shutdown.Bound;
        using var export = Export.Begin();
        var rules = EntranceRules.Read();
        var (maxWaiting, readsCopy) = (HostSettings.MaxWaiting, HostSettings.ReadConnectionString is not null);
        var readiness = new Readiness();
        var served = new ServedLater();
        await using var http = HttpServer.Build(urls, readiness, served);
        await http.Bind(token);

        await using var database = await Database.OpenPrepared(isFresh, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        if (database.IsPrivate && (await registry.List(token)).Count == 0)
        {
            CommandLine.Say("The ledger is empty: playing a small demonstration …");
            await Demonstration.Play(source, options, Script.Small, progress: null, token);
        }

        if (database.IsPrivate) await FirstKey.Offer(source, token);
        await using var entrance = new Entrance(source, rules);
        await using var reading = database.ConnectToRead();
        await using var readers = new Readers(source, reading, readsCopy, maxWaiting);
        var bell = new Bell();
        var landed = readers.Watch.Landed;
        landed += (_, _) => bell.Ring();
        await using var writer = new BookWriter(source, registry, options with { Landed = landed });
        await using var followed = database.ConnectToFollow();
        var masterKey = await database.MasterKey(token);
        await using var following = new Following(followed, registry, bell, masterKey);
        await using var scheduled = database.ConnectToFollow();
        var paying = PayingTools.Of(source, masterKey);
        using var providers = paying.Providers!;
        await using var alarm = hasSchedules
            ? await Alarm.Start(scheduled, Engine(scheduled, writer, http, paying), betweenLooks, token)
            : null;
        readiness.Follow(database, source, writer, following.Lags);
        await using var watch = new ProviderWatch(source, writer, providers, betweenPolls, CommandLine.Say);
        await using var signing = new CheckpointWatch(scheduled, betweenCheckpoints, CommandLine.Say);
        served.Begin(new Served(source, writer, entrance)
        {
            Readers = readers,
            Receivers = following.Receivers,
            Providers = providers,
            Secrets = paying.Secrets,
        });
        CommandLine.Say($"Serving {string.Join(", ", http.Urls)} from {Whose(database)}; interrupt to stop.");
        await Interrupted(token);

        return await Shutdown.Run(readiness, patience, async stop =>
        {
            readers.Watch.Close();
            await http.StopAsync(stop);
            await watch.Stop().WaitAsync(stop);
            await signing.Stop().WaitAsync(stop);
            if (alarm is not null) await alarm.Stop().WaitAsync(stop);
            await following.Stop().WaitAsync(stop);
            await writer.Drain().WaitAsync(stop);
            export?.Flush();
        });
    }

    private static RunEngine Engine(
        NpgsqlDataSource source, BookWriter writer, WebApplication http, PayingTools paying) => new(
        source, writer, new RunOptions
        {
            Paying = paying,
            PooledByTransaction = HostSettings.IsPooledByTransaction,
            Log = http.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Fanz.Ledger.Schedules"),
        });

    private static string Whose(Database database) => database switch
    {
        { IsBorrowed: true } => "the private server of another running ledger, with which it ends",
        { IsPrivate: true } => "a private server",
        _ => HostSettings.HostDatabase,
    };

    private static async Task Interrupted(CancellationToken token)
    {
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(interrupted.SetResult);
        await interrupted.Task;
    }
}
