using Fanz.Ledger.Host.Terminal;
using Npgsql;
using Quartz;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// Wakes a host up, again and again: of all hosts that share the database one at a time. That is all that Quartz does
/// here. Its clustered store decides who looks; what is due, and what is done about it, is the engine's, so a look too
/// many does nothing and one that is missed is made up for by the next.
/// </summary>
internal sealed class Alarm : IAsyncDisposable
{
    private const string Name = "ledger";
    private static readonly JobKey Look = new("look", Name);

    private readonly IScheduler scheduler;
    private readonly LookForRuns looking;
    private int stopped;

    private Alarm(IScheduler scheduler, LookForRuns looking) => (this.scheduler, this.looking) = (scheduler, looking);

    /// <summary>Who this host is among those that share the store.</summary>
    public string Host => scheduler.SchedulerInstanceId;

    public static Task<Alarm> Start(
        NpgsqlDataSource source, RunEngine engine, TimeSpan betweenLooks, CancellationToken token) =>
        Start(source, stop => engine.DoWhatIsDue(stop), betweenLooks, token);

    /// <summary>Looks at an interval that all hosts share; the one that was started last has the say.</summary>
    internal static async Task<Alarm> Start(
        NpgsqlDataSource source, Func<CancellationToken, Task> look, TimeSpan betweenLooks, CancellationToken token)
    {
        var looking = new LookForRuns(look);
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.AddSingleton(looking);
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = Name;
                options.GenerateInstanceId = true;
            });
            quartz.UseDefaultThreadPool(maxConcurrency: 1);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(options => options.DataSourceFactory = _ => source);
                store.UseClustering(cluster => cluster.CheckinInterval = TimeSpan.FromSeconds(5));
                store.ConfigureStore(options =>
                {
                    options.TablePrefix = "quartz.qrtz_";
                    options.MisfireThreshold = TimeSpan.FromSeconds(30);
                });
            });
        }).BuildScheduler(token);
        var alarm = new Alarm(scheduler, looking);
        try
        {
            await scheduler.Start(token);
            var job = JobBuilder.Create<LookForRunsJob>().WithIdentity(Look).StoreDurably().Build();
            var trigger = TriggerBuilder.Create().WithIdentity("look", Name).ForJob(Look).StartNow()
                .WithSimpleSchedule(every => every.WithInterval(betweenLooks).RepeatForever()
                    .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithExistingCount))
                .Build();
            await scheduler.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true }, token);
            return alarm;
        }
        catch
        {
            await alarm.DisposeAsync();
            throw;
        }
    }

    /// <summary>Breaks off what is under way; whoever looks next goes on with it.</summary>
    public async Task Stop()
    {
        await looking.Stop();
        if (Interlocked.Exchange(ref stopped, 1) == 0) await scheduler.Shutdown(waitForJobsToComplete: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        looking.Dispose();
    }
}

/// <summary>What is done when the alarm rings.</summary>
internal sealed class LookForRuns(Func<CancellationToken, Task> look) : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private int underWay;
    private string? trouble;

    public Task Stop() => stopping.CancelAsync();

    public void Dispose() => stopping.Dispose();

    /// <summary>One look at a time; what went wrong is told once, and tried again when the alarm rings next.</summary>
    public async Task Look()
    {
        if (stopping.IsCancellationRequested || Interlocked.Exchange(ref underWay, 1) == 1) return;
        try
        {
            await look(stopping.Token);
            trouble = null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (trouble != exception.Message) CommandLine.Say($"Runs wait: {exception.Message}");
            trouble = exception.Message;
        }
        finally
        {
            Volatile.Write(ref underWay, 0);
        }
    }
}

/// <summary>The name under which Quartz knows it. It is kept in the database, so it stays as it is.</summary>
internal sealed class LookForRunsJob(LookForRuns looking) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await looking.Look();
}
