using Fanz.Ledger.Audit;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// Brings refused attempts into the trail, without letting anybody fill it: of those that are alike, of one caller, a
/// few a minute get a line each, and the rest is one line that says how many. Nobody waits for it. What was taken is
/// written within a second, also when the database was away for a while; a crash of the host loses what was not yet.
/// </summary>
internal sealed class RefusedAttempts : IAsyncDisposable
{
    public const int MostAMinute = 10;
    private const int MostWindows = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);

    private readonly AccessTrail trail;
    private readonly TimeProvider clock;
    private readonly Action<string> tell;
    private readonly Lock gate = new();
    private readonly Dictionary<Alike, Counting> windows = [];
    private readonly List<(string Tenant, TrailNote Note)> waiting = [];
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource closing = new();
    private readonly Task gatherer;
    private bool isTold;

    public RefusedAttempts(AccessTrail trail, TimeProvider clock, Action<string> tell)
    {
        (this.trail, this.clock, this.tell) = (trail, clock, tell);
        gatherer = Task.Run(Gather);
    }

    /// <summary>Notes the request if somebody was refused what is not theirs to see or do.</summary>
    public void Look(HttpContext context)
    {
        var (caller, status) = (context.Features.Get<Caller>(), context.Response.StatusCode);
        var endpoint = context.GetEndpoint();
        var isRestricted = endpoint?.Metadata.GetMetadata<Restricted>() is not null;
        var isRefused = status switch
        {
            StatusCodes.Status403Forbidden => caller is not null,
            StatusCodes.Status401Unauthorized => isRestricted,
            // To one who may not see the tenant or the platform it is as if there were none.
            StatusCodes.Status404NotFound => isRestricted && caller is not null && !Reaches(context, caller),
            _ => false,
        };
        if (!isRefused) return;
        // Anybody can write any name into an address, so a chain is that of the caller, and strangers are the house's.
        Note(caller?.Tenant ?? AccessTrail.House, new TrailNote(
            TrailKind.Refused, ActionOf(context, endpoint), caller?.Actor.ToString() ?? "")
        {
            KeyId = caller?.KeyId,
            Item = context.Features.Get<Problem>()?.Code,
            Request = context.TraceIdentifier,
        });
    }

    /// <summary>Notes an attempt, or counts it where there were many like it within a minute.</summary>
    public void Note(string tenant, TrailNote note)
    {
        var alike = new Alike(tenant, note.Action, note.Actor, note.KeyId, note.Item);
        lock (gate)
        {
            if (!windows.TryGetValue(alike, out var counting))
            {
                // Keys are made by administrators; so many at once are wrong somehow, and counted as one.
                if (windows.Count >= MostWindows) alike = alike with { Actor = "", KeyId = null, Code = null };
                if (!windows.TryGetValue(alike, out counting))
                    windows[alike] = counting = new Counting(clock.GetTimestamp());
            }

            if (counting.Lines < MostAMinute)
            {
                counting.Lines++;
                waiting.Add((tenant, note));
            }
            else
            {
                counting.Rest += note.Times;
            }
        }
    }

    /// <summary>Writes what waits, and what was counted in minutes that are over.</summary>
    internal async Task Write(bool isLast, CancellationToken token)
    {
        await writing.WaitAsync(token);
        try
        {
            foreach (var ofTenant in Take(isLast).GroupBy(one => one.Tenant, one => one.Note))
            {
                try
                {
                    await trail.Write(ofTenant.Key, [.. ofTenant], token);
                }
                catch (Exception exception) when (
                    exception is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
                {
                    // It is tried again with what comes after it.
                    lock (gate) waiting.AddRange(ofTenant.Select(note => (ofTenant.Key, note)));
                    if (!isTold) tell($"The access trail cannot be written now: {exception.Message}");
                    isTold = true;
                }
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested) return;
        await closing.CancelAsync();
        await gatherer;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Write(isLast: true, patience.Token);
        if (waiting.Count > 0) tell($"{waiting.Count} lines of the access trail could not be written and are lost.");
        closing.Dispose();
        writing.Dispose();
    }

    private List<(string Tenant, TrailNote Note)> Take(bool isLast)
    {
        lock (gate)
        {
            var taken = waiting.ToList();
            waiting.Clear();
            foreach (var (alike, counting) in windows.ToList())
            {
                if (!isLast && clock.GetElapsedTime(counting.Since) < Window) continue;
                windows.Remove(alike);
                if (counting.Rest == 0) continue;
                taken.Add((alike.Tenant, new TrailNote(TrailKind.Refused, alike.Action, alike.Actor)
                {
                    KeyId = alike.KeyId, Item = alike.Code, Times = (int)Math.Min(counting.Rest, int.MaxValue),
                }));
            }

            return taken;
        }
    }

    private async Task Gather()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Gathering, closing.Token);
                await Write(isLast: false, closing.Token);
            }
            catch (OperationCanceledException)
            {
                // What is left is written at the end.
            }
        }
    }

    private static bool Reaches(HttpContext context, Caller caller) =>
        context.GetRouteValue("tenant") is not string tenant
        || (context.GetRouteValue("platform") is string platform
            ? caller.MaySee(tenant, platform)
            : caller.MaySee(tenant));

    /// <summary>The name of the operation; of a command its own.</summary>
    private static string ActionOf(HttpContext context, Endpoint? endpoint) =>
        context.GetRouteValue("command") is string command && CommandFormat.IsKnown(command)
            ? command
            : endpoint?.Metadata.GetMetadata<Described>()?.Name ?? "unknown";

    private sealed record Alike(string Tenant, string Action, string Actor, string? KeyId, string? Code);

    private sealed class Counting(long since)
    {
        public long Since => since;

        public int Lines { get; set; }

        public long Rest { get; set; }
    }
}
