using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Packages;

namespace Fanz.Ledger.Host.Packages;

/// <summary>
/// `ledger audit export`: writes a book, or a range of it, into one file that can be verified without the ledger. The
/// file appears under its name when it is whole, and an older one is never written over.
/// </summary>
internal static class ExportPackageVerb
{
    public static Command Words()
    {
        var book = BookWords.Option("Which book.", isRequired: true);
        var from = PlaceWords.Option(
            "--from", "Begin with the seal that covers this record; otherwise with the first.");
        var upTo = PlaceWords.Option("--to", "End with the seal that covers this record; otherwise with the last.");
        var output = new Option<string>("--out")
        {
            HelpName = "FILE",
            Description = "Where to write it, for example bestfans.jsonl.gz.",
            Required = true,
        };
        var json = Answer.JsonOption();
        var verb = new Command("export", "Write a book into one file that can be verified without the ledger.")
        {
            book, from, upTo, output, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, words.GetValue(from), words.GetValue(upTo), words.GetValue(output)!,
            words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(
        BookName name, NamedPlace? from, NamedPlace? upTo, string path, bool asJson, CancellationToken token)
    {
        if (File.Exists(path)) throw new Mistake($"{path} exists already; a package is never written over.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        var journal = new JournalReader(source);
        var first = from is null ? 1 : await from.First(journal, book, token);
        var last = upTo is null ? long.MaxValue : await upTo.Last(journal, book, token);
        if (last < first) throw new Mistake($"There is no record of {name} in that range.");
        // The projections' totals go along where they stand at the end of the package.
        if (upTo is null) await UpToDate.Bring(source, [book], token, "balances");
        var elapsed = Stopwatch.StartNew();
        var counts = await Write(new PackageExport(source), book, first, last, path, token);
        var rate = (long)(counts.Records / Math.Max(elapsed.Elapsed.TotalSeconds, 0.001));
        var bytes = new FileInfo(path).Length;
        if (asJson) Answer.Json(new { File = path, Counts = counts, Bytes = bytes, RecordsPerSecond = rate });
        else
            Answer.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {counts.Records:N0} records, {counts.Entries:N0} entries, {counts.Seals:N0} seals in " +
                $"{bytes:N0} bytes; {rate:N0} records a second."));
        return CommandLine.Done;
    }

    private static async Task<PackageCounts> Write(
        PackageExport export, OpenedBook book, long first, long last, string path, CancellationToken token)
    {
        var unfinished = $"{path}.unfinished";
        try
        {
            PackageCounts counts;
            using (var progress = new ProgressLine())
            await using (var file = new FileStream(
                unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                counts = await export.Write(book, first, last, file, new Told(progress), token);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: false);
            return counts;
        }
        catch (PackageRefused refused)
        {
            throw new Mistake(refused.Message);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private sealed class Told(ProgressLine line) : IProgress<long>
    {
        public void Report(long value) =>
            line.Report(string.Create(CultureInfo.InvariantCulture, $"{value:N0} records"));
    }
}
