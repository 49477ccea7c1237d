using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using NodaTime.Text;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// `ledger audit verify-proof`: checks a proof by itself, without any database. It ends with 1 where it does not hold,
/// and with 2 where the file is no proof.
/// </summary>
internal static class VerifyProofVerb
{
    public static Command Words()
    {
        var file = new Argument<string>("FILE") { Description = "What `ledger audit prove` wrote." };
        var key = CheckpointWords.Key(isRequired: true);
        var kept = new Option<string?>("--checkpoint")
        {
            HelpName = "FILE",
            Description = "A checkpoint that was kept: the proof has to end in this very one.",
        };
        var verb = new Command("verify-proof", "Check a proof against a public key, without any database.")
        {
            file, key, kept,
        };
        verb.SetAction((words, token) =>
            Run(words.GetRequiredValue(file), words.GetRequiredValue(key)!, words.GetValue(kept), token));
        return verb;
    }

    private static async Task<int> Run(string path, string key, string? kept, CancellationToken token)
    {
        var trusted = await CheckpointWords.ReadKeys(key, token);
        var proof = await Read(path, ProofFormat.Read, token);
        var statement = proof switch
        {
            TransactionProof of => of.Signed.Statement,
            ConsistencyProof of => of.To.Statement,
            _ => throw new InvariantBroken("There is no other proof."),
        };
        var fault = proof is TransactionProof ofTransaction
            ? ofTransaction.Fault(trusted)
            : ((ConsistencyProof)proof).Fault(trusted);
        if (fault is null && kept is not null)
        {
            var (signed, _, _) = await Read(kept, bytes => CheckpointFormat.Read(bytes), token);
            if (!signed.Statement.Hash().AsSpan().SequenceEqual(statement.Hash()))
                fault = $"it does not end in the checkpoint that was kept, {Of(signed)}";
        }

        Answer.Line(fault is null ? InWords(proof) : $"DOES NOT HOLD: {fault}.");
        return fault is null ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static async Task<T> Read<T>(
        string path, Func<ReadOnlyMemory<byte>, T> read, CancellationToken token)
    {
        try
        {
            return read(await File.ReadAllBytesAsync(path, token));
        }
        catch (ProofUnreadable unfit)
        {
            throw new Mistake($"{path}: {unfit.Message}");
        }
    }

    private static string InWords(object proof) => proof switch
    {
        TransactionProof { Record.Record: var record } of => string.Create(
            CultureInfo.InvariantCulture,
            $"It holds: {of.Book} {record.Number}, {record.Type}, of {InstantPattern.General.Format(record.At)} with "
            + $"{of.Record.Entries.Length} entries is under checkpoint {Of(of.Signed)}."),
        ConsistencyProof of => string.Create(
            CultureInfo.InvariantCulture,
            $"It holds: checkpoint {Of(of.To)} goes on from checkpoint {Of(of.From)} in "
            + $"{(of.IsWhole ? "all" : "")} {of.Books.Length} of its {of.From.Statement.Books} books.").Replace(
                "  ", " ", StringComparison.Ordinal),
        _ => throw new InvariantBroken("There is no other proof."),
    };

    private static string Of(SignedCheckpoint signed)
    {
        var statement = signed.Statement;
        return $"{statement.Sequence} of {statement.Tenant}, {InstantPattern.General.Format(statement.At)}";
    }
}
