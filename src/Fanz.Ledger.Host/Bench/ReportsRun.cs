using System.Diagnostics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Statements;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// What finance waits for: the trial balance of a book with a million accounts, and the first entry of the statement
/// of a creator who has a hundred thousand. The slowest of several is told.
/// </summary>
internal sealed class ReportsRun(BenchDatabase database, BookRegistry registry, IProgress<string> progress)
{
    private const int Wallets = 1_000_000, Tips = 50_000, Tries = 5;
    private const int WalletsABatch = 50_000, LegsEach = 1_000, TipsABatch = 500;

    public async Task<IReadOnlyList<Measure>> Measure(CancellationToken cancellation)
    {
        var book = await Write(cancellation);
        await new Rebuild(database.Source).Run(
            Followers.All.Single(follower => follower.Name == BalanceFollower.FollowerName), book, null, cancellation);

        var maker = new ReportMaker(database.Source);
        var trialBalance = await Slowest(async () =>
        {
            var report = await maker.Make(new ReportAsked([book], new ReportDays()), cancellation);
            if (report.Books[0].Number < Tips) throw new InvalidOperationException("The report is not of this book.");
        });

        var (reader, entries) = (new StatementReader(database.Source), 0L);
        if (!StatementSubject.TryParse($"creator:{TipLoad.CreatorName(0)}", out var creator))
            throw new InvalidOperationException("The creator has no name.");
        var request = new StatementRequest(creator, Currency.Of("USD"));
        var first = await Slowest(async () =>
        {
            var statement = await reader.Begin(book, request, cancellation);
            await foreach (var _ in statement.Entries(cancellation)) break;
        });
        var whole = Stopwatch.StartNew();
        var all = await reader.Begin(book, request, cancellation);
        await foreach (var _ in all.Entries(cancellation)) entries++;
        var end = await all.End(cancellation);
        if (!end.AddsUp || !end.Ties) throw new InvalidOperationException($"The statement does not tie: {end}.");
        progress.Report($"reports: a statement of {entries:n0} entries took {whole.Elapsed.TotalSeconds:n1} s");
        return
            [
                Bench.Measure.AtMost("trial_balance", trialBalance, "ms", 2_000),
                Bench.Measure.AtMost("statement_first_entry", first, "ms", 200),
                Bench.Measure.Plain("statement_entries", entries / whole.Elapsed.TotalSeconds, "entries/s"),
            ];
    }

    private async Task<OpenedBook> Write(CancellationToken cancellation)
    {
        progress.Report($"reports: writing a book of {Wallets:n0} wallets");
        var prepared = await Prepared.On(database.Source, registry, "reported");
        await using var connection = await database.Owner.OpenConnectionAsync(cancellation);
        foreach (var fans in Enumerable.Range(0, Wallets).Select(TipLoad.FanName).Chunk(WalletsABatch))
            await CopyRows.Of((await prepared.TopUps(fans, LegsEach)).Rows).Write(connection);
        foreach (var fans in Enumerable.Range(0, Tips).Chunk(TipsABatch))
        {
            cancellation.ThrowIfCancellationRequested();
            var tips = fans.Select(fan => (Command)new Command.SendTip(
                TipLoad.FanName(fan), TipLoad.CreatorName(0), 1_000, "USD", Funding.Wallet));
            await CopyRows.Of((await prepared.Tips(tips)).Rows).Write(connection);
        }

        return (await registry.Find(prepared.Name, cancellation))!;
    }

    private static async Task<double> Slowest(Func<Task> read)
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Tries; i++)
        {
            var clock = Stopwatch.StartNew();
            await read();
            if (clock.Elapsed > slowest) slowest = clock.Elapsed;
        }

        return slowest.TotalMilliseconds;
    }
}
