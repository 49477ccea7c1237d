using System.Security.Cryptography;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// `ledger payouts file`: makes a file again from the journal and the keys alone. It has the bytes that were prepared,
/// or the verb says how it differs and writes nothing.
/// </summary>
internal static class PayoutFileVerb
{
    public static async Task<int> Run(
        BookName book, string file, string? path, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        var (number, prepared) = await Prepared(desk, file, token);
        var keys = (await desk.Tools(token)).Secrets ?? throw new Mistake(
            "What is in a file is sealed: LEDGER_MASTER_KEY is not set.");
        await new AccessTrail(desk.Source).Write(
            book.Tenant,
            new TrailNote(TrailKind.Read, "make_payment_file_again", KeyVerbs.Us)
            {
                Platform = book.Platform, Subject = $"payment_file:{file}", Number = number,
            },
            token);
        FileContent made;
        string hash;
        try
        {
            made = await new PaymentFileContent(desk.Source, new PayeeAccounts(desk.Source, keys))
                .Again(desk.Book, number, prepared, token);
            hash = path is null ? Hash(made) : Write(path, made, prepared);
            if (path is null) FileRelease.Require(prepared, made, hash);
        }
        catch (Exception wrong) when (wrong is FileNotMade or WrongMasterKey)
        {
            throw new Mistake(wrong.Message);
        }

        if (asJson)
        {
            Answer.Json(new
            {
                Ok = true, File = file, prepared.Rail, prepared.Batch, prepared.Payouts, prepared.Sent,
                prepared.Currency, Hash = hash, Path = path,
            });
            return CommandLine.Done;
        }

        Answer.Line(
            $"{file}: {prepared.Payouts} payouts of {PayoutDecisions.InWords(prepared.Sent, prepared.Currency)}, as it was "
            + $"prepared by record {number} ({hash}){(path is null ? "" : $"; written to {path}")}.");
        return CommandLine.Done;
    }

    private static async Task<(long Number, Event.PaymentFilePrepared Prepared)> Prepared(
        PayoutDesk desk, string file, CancellationToken token)
    {
        await foreach (var (_, recorded) in new PastStreams(desk.Source).Records(
            desk.Book, [(PaymentFile.StreamOf(file), long.MaxValue)], token))
            if (recorded.Event is Event.PaymentFilePrepared prepared) return (recorded.Number, prepared);
        throw new Mistake($"{desk.Book.Name} has no file {file}: `ledger payouts list --files` lists them.");
    }

    private static string Hash(FileContent made) => made.Write(Stream.Null).Sha256;

    /// <summary>Beside first: under the name that was asked for there is the right file, or none.</summary>
    private static string Write(string path, FileContent made, Event.PaymentFilePrepared prepared)
    {
        if (Path.Exists(path)) throw new Mistake($"{path} is there already.");
        var part = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.part";
        try
        {
            string hash;
            using (var stream = Outbox.Open(part, FileMode.CreateNew)) hash = made.Write(stream).Sha256;
            FileRelease.Require(prepared, made, hash);
            File.Move(part, path, overwrite: false);
            return hash;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
