using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Packages;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// How fast a book of millions of records is taken along as a package, in turns with the least that could be done
/// instead: the bare rows of the same tables, copied out by the server and compressed just so, with nothing in it that
/// a stranger could read or check. The package is verified beside, every decision made again.
/// </summary>
internal sealed class ExportRun(BenchDatabase database, IProgress<string> progress)
{
    private const int Turns = 2;
    private const double Wanted = 100_000;
    private static readonly string[] Tables = ["journal", "entries", "answers", "seals"];

    public async Task<IReadOnlyList<Measure>> Measure(OpenedBook book, CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-export-");
        try
        {
            return await Measure(book, Path.Combine(folder.FullName, "book.gz"), token);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<Measure>> Measure(OpenedBook book, string path, CancellationToken token)
    {
        var (copied, exported) = (TimeSpan.Zero, TimeSpan.Zero);
        long records = 0, bytes = 0;
        for (var turn = 1; turn <= Turns; turn++)
        {
            copied += await Take(path, file => CopyOut(book, file, token));
            progress.Report($"export: bare rows in {copied.TotalSeconds / turn:n1} s, {new FileInfo(path).Length:n0} bytes");
            exported += await Take(path, async file => records =
                (await new PackageExport(database.Source).Write(book, 1, long.MaxValue, file, null, token)).Records);
            bytes = new FileInfo(path).Length;
            progress.Report($"export: package in {exported.TotalSeconds / turn:n1} s, {bytes:n0} bytes");
        }

        var (speed, copy) = (records * Turns / exported.TotalSeconds, records * Turns / copied.TotalSeconds);
        return
            [
                Bench.Measure.AtLeast("export", speed, "records/s", Wanted),
                Bench.Measure.AtLeast("export_copy", speed, "records/s", "bare rows, compressed", copy, 0.6),
                Bench.Measure.Plain("export_size", bytes / (double)records, "bytes a record"),
                Bench.Measure.Plain("export_verified", await Verify(path, token), "records/s"),
            ];
    }

    private static async Task<TimeSpan> Take(string path, Func<Stream, Task> write)
    {
        var elapsed = Stopwatch.StartNew();
        await using var file = new FileStream(
            path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        await write(file);
        return elapsed.Elapsed;
    }

    private static async Task<double> Verify(string path, CancellationToken token)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var result = await new PackageVerification(trusted: null).Verify(file, null, token);
        return result.FirstBroken is { } broken
            ? throw new InvalidOperationException($"The benchmark's package broke: {broken}")
            : result.Counts.Records / result.Elapsed.TotalSeconds;
    }

    private async Task CopyOut(OpenedBook book, Stream file, CancellationToken token)
    {
        using var blocks = new GzipBlocks(file);
        await using var connection = await database.Source.OpenConnectionAsync(token);
        foreach (var table in Tables)
        {
            // COPY takes no parameters; the book's number is the database's own.
            var id = book.Id.ToString(CultureInfo.InvariantCulture);
            await using var rows = await connection.BeginRawBinaryCopyAsync(
                $"copy (select * from ledger.{table} where book_id = {id}) to stdout (format binary)", token);
            while (await rows.ReadAsync(blocks.Filling.GetMemory(), token) is var length and > 0)
            {
                blocks.Filling.Advance(length);
                if (blocks.Filling.WrittenCount >= PackageWriter.BlockLength) await blocks.Next(token);
            }
        }

        await blocks.Finish(token);
    }
}
