using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// Puts a prepared file to where it is taken from, and says so. One that was ever to be had there is not put there
/// again, also when it has been taken since; one that is not what was prepared is not put there at all.
/// </summary>
internal sealed class FileRelease(RunWork work)
{
    private readonly PastStreams streams = new(work.Scope.Source);

    public static string NameOf(string file, FileFormat format) => $"{file}.{format.Extension}";

    public async Task Finish(string file, CancellationToken token)
    {
        var (book, paying) = (work.Scope.Book, work.Scope.Paying!);
        var (number, prepared, isReleased) = await Find(file, token);
        if (isReleased) return;
        var content = new PaymentFileContent(
            work.Scope.Source, new PayeeAccounts(work.Scope.Source, paying.Secrets!));
        var rail = await content.RailAsOf(book, prepared.Rail, prepared.RailSetBy, token);
        var name = NameOf(file, FileFormat.Of(rail.Settings!)!);
        using (var outbox = await paying.Outbox.Enter(book.Name, token))
        {
            if (!outbox.WasPlaced(name, prepared.Hash))
            {
                if (!outbox.HasWritten(name, prepared.Hash))
                {
                    var made = await content.Again(book, number, prepared, token);
                    Require(prepared, made, outbox.Write(name, made.Write).Sha256);
                }

                outbox.Place(name, prepared.Hash);
            }
        }

        await work.Post(
            [new RunItem($"release/{file}", new Command.ReleasePaymentFile(file, prepared.Hash))], token);
    }

    /// <summary>Removes what was written of a file that is never prepared: it has accounts in clear.</summary>
    public static async Task Discard(string file, string rail, RunWork work, Outbox outbox, CancellationToken token)
    {
        var set = await new PastStreams(work.Scope.Source)
            .Now(work.Scope.Book, Rail.StreamOf(rail), new Rail(), token);
        if (set.Settings is null || FileFormat.Of(set.Settings) is not { } format) return;
        using var part = await outbox.Enter(work.Scope.Book.Name, token);
        part.Discard(NameOf(file, format));
    }

    /// <summary>A file that was made again is the one that was prepared, or it is none.</summary>
    public static void Require(Event.PaymentFilePrepared prepared, FileContent made, string hash)
    {
        if (hash == prepared.Hash) return;
        throw new FileNotMade(
            made.Orders.Count == prepared.Payouts && made.Sent == prepared.Sent
                ? $"The file {prepared.File} has other bytes than were prepared, with the same payouts and amounts."
                : $"The file {prepared.File} was prepared with {prepared.Payouts} payouts of {prepared.Sent}, and has "
                    + $"{made.Orders.Count} of {made.Sent} now.");
    }

    private async Task<(long Number, Event.PaymentFilePrepared Prepared, bool IsReleased)> Find(
        string file, CancellationToken token)
    {
        var (number, prepared, isReleased) = (0L, (Event.PaymentFilePrepared?)null, false);
        await foreach (var (_, recorded) in streams.Records(
            work.Scope.Book, [(PaymentFile.StreamOf(file), long.MaxValue)], token))
        {
            if (recorded.Event is Event.PaymentFilePrepared found) (number, prepared) = (recorded.Number, found);
            else isReleased = true;
        }

        return (number, prepared ?? throw new RunBrokenOff($"The file {file} is not prepared."), isReleased);
    }
}
