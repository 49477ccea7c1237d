using System.Text;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Postgres.Tests.Checkpoints;

public sealed class ProofTests
{
    private const int Seed = 20_260_131;

    [Fact]
    public async Task Every_transaction_is_proved_to_be_under_every_checkpoint_that_covers_it()
    {
        await using var ledger = await Filled();
        var book = await Book(ledger);
        var prover = new TransactionProver(ledger.Host);
        var last = ledger.Seeded[SignedLedger.Main].LastNumber;
        using var stranger = CheckpointKey.New();
        for (var number = 1L; number <= last; number++)
        {
            if (number > last - 2)
            {
                Assert.IsType<Proved<TransactionProof>.NotYet>(await prover.Prove(book, number, null, default));
                continue;
            }

            var earliest = Proof(await prover.Prove(book, number, null, default)).Signed.Statement.Sequence;
            for (var checkpoint = 1; checkpoint <= 5; checkpoint++)
            {
                var proved = await prover.Prove(book, number, checkpoint, default);
                if (checkpoint < earliest)
                {
                    Assert.IsType<Proved<TransactionProof>.NotYet>(proved);
                    continue;
                }

                var file = ProofFormat.Write(Proof(proved));
                Assert.InRange(file.Length, 1_000, 20_000);
                var read = Assert.IsType<TransactionProof>(ProofFormat.Read(file));
                Assert.Null(read.Fault([ledger.Key.Public]));
                Assert.Equal(file, ProofFormat.Write(read));
                Assert.Contains("not trusted", read.Fault([stranger.Public]), StringComparison.Ordinal);
                if (number % 4 == 0) StandsAlone(ledger, file, isSecondForm: checkpoint > 2);
            }
        }

        Assert.IsType<Proved<TransactionProof>.Unknown>(await prover.Prove(book, last + 1, null, default));
        Assert.IsType<Proved<TransactionProof>.Unknown>(await prover.Prove(book, 0, null, default));
        Assert.IsType<Proved<TransactionProof>.NotYet>(await prover.Prove(book, 1, 99, default));
    }

    [Fact]
    public async Task Each_checkpoint_is_proved_to_go_on_from_every_earlier_one()
    {
        await using var ledger = await Filled();
        var prover = new ConsistencyProver(ledger.Host);
        for (var to = 2L; to <= 5; to++)
        {
            for (var from = 1L; from < to; from++)
            {
                foreach (var platform in new[] { null, "main" })
                {
                    var file = ProofFormat.Write(Proof(await prover.Prove("acme", from, to, platform, default)));
                    var read = Assert.IsType<ConsistencyProof>(ProofFormat.Read(file));
                    Assert.Null(read.Fault([ledger.Key.Public]));
                    Assert.Equal((platform is null, platform is null ? 2 : 1), (read.IsWhole, read.Books.Length));
                    StandsAlone(ledger, file, isSecondForm: to > 2);
                }
            }
        }

        foreach (var (from, to, platform) in new (long, long, string?)[] { (3, 3, null), (4, 2, null), (1, 9, null), (1, 2, "none") })
            Assert.IsType<Proved<ConsistencyProof>.Unknown>(await prover.Prove("acme", from, to, platform, default));
        var other = Proof(await prover.Prove("acme", 1, 2, null, default));
        var later = Proof(await prover.Prove("acme", 3, 5, null, default));
        Assert.NotNull((other with { To = later.To }).Fault([ledger.Key.Public]));
        Assert.NotNull((other with { Books = later.Books }).Fault([ledger.Key.Public]));
        Assert.NotNull((other with { From = other.To, To = other.From }).Fault([ledger.Key.Public]));
        Assert.NotNull((other with { Books = [] }).Fault([ledger.Key.Public]));
        Assert.NotNull((other with { Books = [other.Books[0], other.Books[0]] }).Fault([ledger.Key.Public]));
    }

    [Fact]
    public async Task A_proof_that_was_changed_anywhere_does_not_hold_or_is_none()
    {
        await using var ledger = await Filled();
        var (random, held) = (new Random(Seed), 0);
        byte[][] files =
            [
                ProofFormat.Write(Proof(await new TransactionProver(ledger.Host).Prove(await Book(ledger), 7, 4, default))),
                ProofFormat.Write(Proof(await new ConsistencyProver(ledger.Host).Prove("acme", 2, 5, null, default))),
            ];
        foreach (var file in files)
        {
            for (var i = 0; i < 400; i++)
            {
                var changed = Changed(file, random);
                // A change that says the same in other words is none.
                if (Fault(changed, ledger.Key) is null && Meaning(changed) != Meaning(file)) held++;
            }
        }

        Assert.True(held == 0, $"{held} changed proofs held, with seed {Seed}.");
    }

    [Fact]
    public void What_is_no_proof_is_told_in_words()
    {
        foreach (var (text, told) in new[]
        {
            ("", "no JSON"), ("{", "no JSON"), ("[]", "Object"), ("{}", "format"), ("{\"format\": 7}", "String"),
            ("{\"format\": \"other\"}", "no fanz-ledger/proof/1"),
            ("{\"format\": \"fanz-ledger/proof/1\", \"kind\": \"wish\"}", "no kind"),
            ("{\"format\": \"fanz-ledger/proof/1\", \"kind\": \"transaction\", \"book\": \"x\"}", "tenant/platform"),
            ("{\"format\": \"fanz-ledger/proof/1\", \"format\": \"fanz-ledger/proof/1\"}", "no JSON"),
            ("{\"format\": \"\\ud800\"}", "no text"),
        })
        {
            var unfit = Assert.Throws<ProofUnreadable>(() => ProofFormat.Read(Encoding.UTF8.GetBytes(text)));
            Assert.Contains(told, unfit.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Two books with five checkpoints of both forms, and two records above the last.</summary>
    private static async Task<SignedLedger> Filled()
    {
        var ledger = await SignedLedger.Open();
        await ledger.Seeded.Open(SignedLedger.Main);
        await ledger.Seeded.Open(SignedLedger.Side, "EUR");
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i <= round; i++) await ledger.TopUp(SignedLedger.Main, "fan-ü");
            if (round % 2 == 0) await ledger.TopUp(SignedLedger.Side);
            // The first two say nothing of a trail, as those that were made before trails were signed.
            if (round >= 2) await ledger.Note();
            await ledger.Sign();
        }

        await ledger.TopUp(SignedLedger.Main);
        return ledger;
    }

    /// <summary>What the verifier that auditors are given says of it, with the right key and with another.</summary>
    private static void StandsAlone(SignedLedger ledger, byte[] file, bool isSecondForm)
    {
        var text = Encoding.UTF8.GetString(file);
        Assert.Equal(isSecondForm, text.Contains("fanz-ledger/proof/2", StringComparison.Ordinal));
        using var other = CheckpointKey.New();
        var (proof, key) = (ledger.Archive.Folder + ".proof", ledger.Archive.Folder + ".pem");
        try
        {
            File.WriteAllBytes(proof, file);
            foreach (var (given, code) in new[] { (ledger.Key, 0), (other, 1) })
            {
                File.WriteAllText(key, given.Public.Pem);
                using var said = new StringWriter();
                var ended = global::StandAlone.Verifier.Run([proof, "--key", key], said);
                Assert.True(ended == code, said.ToString());
            }
        }
        finally
        {
            File.Delete(proof);
            File.Delete(key);
        }
    }

    private static byte[] Changed(byte[] file, Random random)
    {
        var changed = file.ToArray();
        var at = random.Next(file.Length);
        switch (random.Next(4))
        {
            case 0:
                changed[at] ^= (byte)(1 << random.Next(7));
                return changed;
            case 1:
                return [.. file[..at], .. file[(at + 1)..]];
            case 2:
                return [.. file[..at], file[random.Next(file.Length)], .. file[at..]];
            default:
                return file[..at];
        }
    }

    private static string? Meaning(byte[] file)
    {
        try
        {
            return ProofFormat.Read(file) switch
            {
                TransactionProof proof => Encoding.UTF8.GetString(ProofFormat.Write(proof)),
                ConsistencyProof proof => Encoding.UTF8.GetString(ProofFormat.Write(proof)),
                _ => null,
            };
        }
        catch (ProofUnreadable)
        {
            return null;
        }
    }

    private static string? Fault(byte[] file, CheckpointKey key)
    {
        try
        {
            return ProofFormat.Read(file) switch
            {
                TransactionProof proof => proof.Fault([key.Public]),
                ConsistencyProof proof => proof.Fault([key.Public]),
                _ => "no proof",
            };
        }
        catch (ProofUnreadable unfit)
        {
            return unfit.Message;
        }
    }

    private static async Task<OpenedBook> Book(SignedLedger ledger) =>
        (await new BookRegistry(ledger.Host).Find(SignedLedger.Main, default))!;

    private static T Proof<T>(Proved<T> proved) => Assert.IsType<Proved<T>.It>(proved).Proof;
}
