using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Checkpoints;
using Npgsql;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// `ledger audit prove`: writes a small file that leads from a transaction to a signed checkpoint, or from one
/// checkpoint to a later one. It ends with 1 where no checkpoint covers the transaction yet.
/// </summary>
internal static class ProveVerb
{
    public static Command Words()
    {
        var transaction = Whole("--transaction", "N", "Prove that this record is under a checkpoint; with --book.");
        var checkpoint = Whole("--checkpoint", "C", "Under this checkpoint; otherwise the first that covers it.");
        var from = Whole("--from", "C", "Prove that a later checkpoint goes on from this one.");
        var to = Whole("--to", "C", "The later checkpoint.");
        var book = BookWords.Option("The book of the transaction, or the one in which checkpoints are compared.");
        var tenant = CheckpointWords.Tenant("Whose checkpoints are compared, in all books of the earlier one.");
        var output = new Option<string?>("--out")
        {
            HelpName = "FILE",
            Description = "Where the proof is written; otherwise standard output.",
        };
        var verb = new Command("prove", "Write a proof that can be checked without the database.")
        {
            transaction, checkpoint, from, to, book, tenant, output,
        };
        verb.Validators.Add(result =>
        {
            var isOfTransaction = result.GetValue(transaction) is not null;
            var isOfCheckpoints = result.GetValue(from) is not null && result.GetValue(to) is not null;
            var mixed = isOfTransaction && (result.GetValue(from) ?? result.GetValue(to)) is not null;
            if (isOfTransaction == isOfCheckpoints || mixed)
                result.AddError("Name a --transaction, or two checkpoints with --from and --to.");
            else if (isOfTransaction && result.GetValue(book) is null)
                result.AddError("--transaction is a number of one book: name it with --book.");
            else if (isOfCheckpoints && result.GetValue(book) is null == result.GetValue(tenant) is null)
                result.AddError("Checkpoints are a tenant's: name it with --tenant, or one book of it with --book.");
            else if (isOfCheckpoints && result.GetValue(checkpoint) is not null)
                result.AddError("--checkpoint goes with --transaction.");
        });
        verb.SetAction(async (words, token) =>
        {
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            var name = words.GetValue(book);
            return words.GetValue(transaction) is { } number
                ? await Transaction(
                    source, name!.Value, number, words.GetValue(checkpoint), words.GetValue(output), token)
                : await Checkpoints(
                    source, words.GetValue(tenant) ?? name!.Value.Tenant, words.GetValue(from)!.Value,
                    words.GetValue(to)!.Value, name?.Platform, words.GetValue(output), token);
        });
        return verb;
    }

    private static async Task<int> Transaction(
        NpgsqlDataSource source, BookName name, long number, long? checkpoint, string? output, CancellationToken token)
    {
        var book = await new BookRegistry(source).MustFind(name, token);
        var proved = await new TransactionProver(source).Prove(book, number, checkpoint, token);
        return await Write(proved, ProofFormat.Write, output, token);
    }

    private static async Task<int> Checkpoints(
        NpgsqlDataSource source, string tenant, long from, long to, string? platform, string? output,
        CancellationToken token)
    {
        var proved = await new ConsistencyProver(source).Prove(tenant, from, to, platform, token);
        return await Write(proved, ProofFormat.Write, output, token);
    }

    private static async Task<int> Write<T>(
        Proved<T> proved, Func<T, byte[]> format, string? output, CancellationToken token)
    {
        switch (proved)
        {
            case Proved<T>.It { Proof: var proof }:
                var bytes = format(proof);
                if (output is null)
                {
                    await using var standard = Console.OpenStandardOutput();
                    await standard.WriteAsync(bytes, token);
                    return CommandLine.Done;
                }

                await File.WriteAllBytesAsync(output, bytes, token);
                CommandLine.Say(string.Create(CultureInfo.InvariantCulture, $"{output}: {bytes.Length:N0} bytes."));
                return CommandLine.Done;
            case Proved<T>.NotYet { Why: var why }:
                CommandLine.Say(why);
                return CommandLine.AnswerIsNo;
            case Proved<T>.Unknown { Why: var why }:
                throw new Mistake(why);
            default:
                throw new InvariantBroken("A proof has no other outcome.");
        }
    }

    private static Option<long?> Whole(string name, string help, string description) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result => Read(result),
    };

    private static long? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;
        result.AddError($"`{text}` is no number from 1 on.");
        return null;
    }
}
