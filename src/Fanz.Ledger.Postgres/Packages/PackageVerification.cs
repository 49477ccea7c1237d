using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>What a verification of a package has found.</summary>
/// <param name="FirstBroken">The first thing that is not as it should be, or null.</param>
/// <param name="CoveredUpTo">The last record under a checkpoint whose key is trusted; 0 where there is none.</param>
/// <param name="Decided">How many records came to the same when they were decided again.</param>
/// <param name="AsRequested">How many of them from exactly the request that was answered.</param>
/// <param name="NotDecided">How many were not, by what stood in the way.</param>
public sealed record PackageResult(
    string? Book, long FirstNumber, long LastNumber, PackageCounts Counts, Broken? FirstBroken, long CoveredUpTo,
    long Decided, long AsRequested, IReadOnlyDictionary<string, long> NotDecided, TimeSpan Elapsed)
{
    /// <summary>The hash of the last seal that was read.</summary>
    public byte[]? LastSeal { get; init; }

    public bool Ok => FirstBroken is null;

    public double EntriesPerSecond => Elapsed > TimeSpan.Zero ? Counts.Entries / Elapsed.TotalSeconds : 0;
}

/// <summary>
/// Makes everything of a package again, without a database: double entry, balances, leaves, the chain of seals,
/// checkpoints, totals, and every decision. Reading, hashing and deciding are done beside each other; a few seals
/// wait between them, so memory is bounded by the accounts and not by the journal.
/// </summary>
/// <param name="trusted">A public key that checkpoints must be signed with; without one none is trusted.</param>
public sealed class PackageVerification(ECDsa? trusted)
{
    private const int PartsBetween = 16;

    public async Task<PackageResult> Verify(Stream file, IProgress<long>? progress, CancellationToken token)
    {
        var elapsed = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var read = Channel.CreateBounded<PackagePart>(PartsBetween);
        var isChecked = Channel.CreateBounded<PackagePart>(PartsBetween);
        var check = new PackageCheck(trusted);
        var reading = Task.Run(() => Pump(file, read.Writer, stop.Token), CancellationToken.None);
        var deciding = Task.Run(() => Decide(check, isChecked.Reader, stop), CancellationToken.None);
        Broken? broken = null;
        try
        {
            await foreach (var part in read.Reader.ReadAllAsync(stop.Token))
            {
                if ((broken = check.Check(part)) is not null) break;
                if (part is PackagePart.Sealed under) progress?.Report(under.Seal.LastNumber);
                await isChecked.Writer.WriteAsync(part, stop.Token);
            }
        }
        catch (PackageBroken damaged)
        {
            broken = check.Damaged(damaged.Line, damaged.Message);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // A record was decided otherwise; there is nothing more to look at.
        }

        isChecked.Writer.Complete();
        using var decisions = await deciding;
        await stop.CancelAsync();
        await reading;
        token.ThrowIfCancellationRequested();
        // What is decided was checked before, so what was decided otherwise stands before what was checked last.
        return new PackageResult(
            check.Head?.Book, check.Head?.FirstNumber ?? 0, check.LastNumber, check.Counts, decisions.Broken ?? broken,
            check.CoveredUpTo, decisions.All?.Decided ?? 0, decisions.All?.AsRequested ?? 0,
            decisions.All?.NotDecided ?? new Dictionary<string, long>(), elapsed.Elapsed)
        {
            LastSeal = check.LastSeal,
        };
    }

    private static async Task Pump(Stream file, ChannelWriter<PackagePart> parts, CancellationToken token)
    {
        try
        {
            using var reader = new PackageReader(file);
            foreach (var part in reader.Read()) await parts.WriteAsync(part, token);
            parts.Complete();
        }
        catch (OperationCanceledException)
        {
            parts.TryComplete();
        }
        catch (Exception exception)
        {
            parts.TryComplete(exception);
        }
    }

    private static async Task<Decisions> Decide(
        PackageCheck check, ChannelReader<PackagePart> parts, CancellationTokenSource stop)
    {
        var decisions = new Decisions();
        try
        {
            await foreach (var part in parts.ReadAllAsync(CancellationToken.None))
            {
                if (decisions.Broken is not null) continue;
                if (part is PackagePart.Begun begun)
                    decisions.All = new PackageDecisions(begun.Head, check.Settings!);
                if ((decisions.Broken = decisions.All!.Follow(part)) is not null) await stop.CancelAsync();
            }

            return decisions;
        }
        catch
        {
            await stop.CancelAsync();
            decisions.Dispose();
            throw;
        }
    }

    private sealed class Decisions : IDisposable
    {
        public PackageDecisions? All { get; set; }

        public Broken? Broken { get; set; }

        public void Dispose() => All?.Dispose();
    }
}
