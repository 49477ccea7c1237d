using System.Diagnostics;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Checkpoints;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// How long a proof takes in a book of millions of records: each is made as a verb or an address makes it, one after the
/// other and anywhere in the book, written as a file, and checked. The first checkpoint, over all that was sealed before
/// there were any, is measured beside.
/// </summary>
internal sealed class ProofRun(BenchDatabase database, IProgress<string> progress)
{
    private const int Proofs = 1_000;

    public async Task<IReadOnlyList<Measure>> Measure(OpenedBook book, CancellationToken token)
    {
        using var key = CheckpointKey.New();
        var elapsed = Stopwatch.StartNew();
        var made = await new CheckpointMaker(database.Source).Make(book.Name.Tenant, key, Duration.Zero, token);
        var seconds = elapsed.Elapsed.TotalSeconds;
        var (checkpoint, prover) = (((CheckpointMade.Made)made).Signed, new TransactionProver(database.Source));
        var head = (await new CheckpointReader(database.Source).Heads(book.Name.Tenant, 1, token))
            .Single(one => one.Platform == book.Name.Platform);
        progress.Report($"proof: checkpoint {checkpoint.Statement.Sequence}, {head.Sequence:n0} seals");

        var (random, times, largest) = (new Random(1), new List<double>(Proofs), 0);
        for (var i = 0; i < Proofs; i++)
        {
            elapsed.Restart();
            var proved = await prover.Prove(book, random.NextInt64(1, head.LastNumber + 1), null, token);
            var proof = ((Proved<TransactionProof>.It)proved).Proof;
            var file = ProofFormat.Write(proof);
            times.Add(elapsed.Elapsed.TotalMilliseconds);
            largest = Math.Max(largest, file.Length);
            if (proof.Fault([key.Public]) is { } fault) throw new InvariantBroken($"The benchmark's proof fails: {fault}.");
        }

        times.Sort();
        return
            [
                Bench.Measure.Plain("first_checkpoint", seconds, "s"),
                Bench.Measure.AtMost("proof_p99", times[Proofs * 99 / 100], "ms", 50),
                Bench.Measure.Plain("proof_p50", times[Proofs / 2], "ms"),
                Bench.Measure.Plain("proof_largest", largest, "bytes"),
            ];
    }
}
