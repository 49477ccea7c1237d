using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Bench;

/// <summary>One run of the benchmark: what is compared takes turns, and a turn is a few seconds.</summary>
internal sealed class Run(
    BenchDatabase database, TimeSpan time, PayoutsSize payouts, IProgress<string> progress,
    CancellationToken cancellation)
{
    private const int Turns = 4;
    private const int Books = 94;
    private const long DeepEntries = 50_000_000;
    private const long LongEntries = 10_000_000;

    private readonly BookRegistry registry = new(database.Source);
    private readonly List<Measure> measures = [];
    private double tips;

    private TimeSpan Turn => time / Turns;

    public async Task<IReadOnlyList<Measure>> Measure(IReadOnlyCollection<string> wanted)
    {
        await Speed(wanted);
        if (wanted.Contains("latency")) await Latencies();
        if (wanted.Contains("http")) await Http();
        if (wanted.Contains("follow")) await Follow();
        // Followers follow all books: it comes before books of millions of records are written that nobody follows.
        if (wanted.Contains("payouts"))
            measures.AddRange(await new PayoutsRun(database, registry, payouts, time / 2, progress).Measure(cancellation));
        if (wanted.Any(measure => measure is "verify" or "rebuild" or "proof" or "export"))
            await LongBook(wanted);
        if (wanted.Contains("reports"))
            measures.AddRange(await new ReportsRun(database, registry, progress).Measure(cancellation));
        if (wanted.Contains("deep") || wanted.Contains("memory")) await Deep();
        return measures;
    }

    /// <summary>Tips, and all that they are compared with, turn by turn.</summary>
    private async Task Speed(IReadOnlyCollection<string> wanted)
    {
        await using var writer = new BookWriter(database.Source, registry);
        var book = (await registry.Open(TipLoad.Book("tips"), "bench", cancellation)).Name;
        var load = new TipLoad(writer, [book], TipLoad.Fans, TipLoad.Creators);
        await load.FillWallets();
        progress.Report("warming up");
        await load.Run(TimeSpan.FromSeconds(2));
        var (records, seals) = await Sealed(book.Platform);
        await load.Run(Turn);
        var (recordsAfter, sealsAfter) = await Sealed(book.Platform);
        var batchSize = (int)Math.Max(1, (recordsAfter - records) / Math.Max(1, sealsAfter - seals));

        var floor = wanted.Contains("floor") ? await Floor.On(database, registry, load, "floor") : null;
        var classic = wanted.Contains("classic") ? new Classic(database.Owner) : null;
        if (classic is not null) await classic.Create();
        var spread = wanted.Contains("books") ? await Spread(writer) : null;
        await using var mix = wanted.Contains("mix") ? await Mix() : null;

        var totals = new Dictionary<string, LoadResult>();
        for (var turn = 1; turn <= Turns; turn++)
        {
            progress.Report($"turn {turn} of {Turns}, batches of {batchSize}");
            await Take("tips", () => load.Run(Turn));
            if (floor is not null)
            {
                await Take("copy", () => floor.ByCopy(Turn, batchSize));
                await Take("statements", () => floor.ByStatements(Turn, batchSize));
            }

            if (spread is not null) await Take("books", () => spread.Run(Turn));
            if (mix is not null) await Take("mix", () => mix.Run(Turn));
            if (classic is null) continue;
            foreach (var callers in new[] { 1, 8, 32 })
                await Take($"classic-{callers}", () => classic.Run(Turn / 2, callers));
        }

        tips = totals["tips"].PerSecond;
        measures.Add(Bench.Measure.Plain("tips_batch", batchSize, "commands a batch"));
        if (floor is not null)
        {
            var (copy, statements) = (totals["copy"].PerSecond, totals["statements"].PerSecond);
            measures.Add(Bench.Measure.Plain("floor_copy", copy, "tips/s"));
            measures.Add(Bench.Measure.Plain("floor_statements", statements, "tips/s"));
            measures.Add(Bench.Measure.Plain("floor", Math.Max(copy, statements), "tips/s"));
            measures.Add(Bench.Measure.AtLeast("tips", tips, "tips/s", "floor", Math.Max(copy, statements), 0.75));
        }

        if (classic is not null)
        {
            progress.Report($"a classic transaction is: {string.Join("; ", Classic.Statements)}");
            var best = new[] { 1, 8, 32 }.Max(callers => totals[$"classic-{callers}"].PerSecond);
            measures.Add(Bench.Measure.Plain("classic", best, "tips/s"));
            measures.Add(Bench.Measure.AtLeast("tips_classic", tips, "tips/s", "classic", best, 10));
        }

        if (floor is null && classic is null) measures.Add(Bench.Measure.Plain("tips", tips, "tips/s"));
        if (spread is not null)
            measures.Add(Bench.Measure.AtLeast("books", totals["books"].PerSecond, "tips/s", "tips", tips, 0.75));

        if (mix is not null)
        {
            progress.Report($"mix: refusals: {mix.Refused}");
            measures.Add(Bench.Measure.AtLeast("mix", totals["mix"].PerSecond, "commands/s", "tips", tips, 0.5));
        }

        async Task Take(string name, Func<Task<LoadResult>> run)
        {
            cancellation.ThrowIfCancellationRequested();
            var result = await run();
            totals[name] = totals.GetValueOrDefault(name, LoadResult.None) + result;
            progress.Report($"{name}: {result.PerSecond:n0}/s");
        }
    }

    /// <summary>The same callers, fans and creators, over ninety-four books.</summary>
    private async Task<TipLoad> Spread(BookWriter writer)
    {
        var books = new List<BookName>();
        for (var i = 0; i < Books; i++)
            books.Add((await registry.Open(TipLoad.Book($"platform-{i}"), "bench", cancellation)).Name);
        var load = new TipLoad(writer, books, TipLoad.Fans / Books, TipLoad.Creators / Books);
        await load.FillWallets();
        return load;
    }

    /// <summary>The whole vocabulary. Its first days fill the pools that later ones draw from.</summary>
    private async Task<MixLoad> Mix()
    {
        progress.Report("setting the mix up");
        var mix = await MixLoad.On(database.Source, cancellation);
        await mix.Run(TimeSpan.FromSeconds(2));
        await mix.Run(Turn);
        return mix;
    }

    private async Task Latencies()
    {
        await using var writer = new BookWriter(database.Source, registry);
        var book = (await registry.Open(TipLoad.Book("latency"), "bench", cancellation)).Name;
        var load = new TipLoad(writer, [book], TipLoad.Fans, TipLoad.Creators);
        await load.FillWallets();
        await Latency.Run(writer, book, load, TimeSpan.FromSeconds(2));
        var (median, worst) = await Latency.Run(writer, book, load, time);
        progress.Report($"latency: median {median:n1} ms, 99 in 100 within {worst:n1} ms");
        measures.Add(Bench.Measure.AtMost("latency_p50", median, "ms", 4));
        measures.Add(Bench.Measure.AtMost("latency_p99", worst, "ms", 20));
    }

    private async Task Http() =>
        measures.AddRange(await new HttpRun(database.Source, time, Turns, progress).Measure(cancellation));

    private async Task Follow() => measures.AddRange(
        await new FollowRun(database, registry, Turn, Turns, progress).Measure(cancellation));

    /// <summary>A book of ten million entries, in tips of four: verified, and every projection made of it.</summary>
    private async Task LongBook(IReadOnlyCollection<string> wanted)
    {
        const int batchSize = 500;
        var prepared = await Prepared.On(database.Source, registry, "verified");
        var load = new TipLoad(null!, [], TipLoad.Fans, TipLoad.Creators);
        var random = new Random(1);
        await using var connection = await database.Owner.OpenConnectionAsync(cancellation);
        var fans = Enumerable.Range(0, TipLoad.Fans).Select(TipLoad.FanName);
        await CopyRows.Of((await prepared.TopUps(fans, 1)).Rows).Write(connection);
        for (long written = 0; written < LongEntries; written += batchSize * 4)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = await prepared.Tips(Enumerable.Range(0, batchSize).Select(_ => load.Tip(random)));
            await CopyRows.Of(batch.Rows).Write(connection);
            if (written % 1_000_000 < batchSize * 4) progress.Report($"{written:n0} entries written");
        }

        if (wanted.Contains("verify")) await VerifyBook(prepared.Name, "verify");
        if (wanted.Contains("proof"))
        {
            var book = await registry.Find(prepared.Name, cancellation);
            measures.AddRange(await new ProofRun(database, progress).Measure(book!, cancellation));
        }

        if (wanted.Contains("export"))
        {
            var book = await registry.Find(prepared.Name, cancellation);
            measures.AddRange(await new ExportRun(database, progress).Measure(book!, cancellation));
        }

        if (wanted.Contains("rebuild"))
        {
            var book = await registry.Find(prepared.Name, cancellation);
            measures.AddRange(await new RebuildRun(database, progress).Measure(book!, cancellation));
        }
    }

    private async Task VerifyBook(BookName book, string name)
    {
        var result = await new Verification(database.Source).Verify(book, 1, null, cancellation);
        progress.Report($"{name}: {result.Entries:n0} entries, {result.EntriesPerSecond:n0}/s");
        if (result.FirstBroken is { } broken) throw new InvalidOperationException($"The benchmark's book broke: {broken}");
        measures.Add(Bench.Measure.AtLeast(name, result.EntriesPerSecond, "entries/s", 300_000));
    }

    private async Task Deep()
    {
        progress.Report($"writing {DeepEntries:n0} entries over {DeepBook.Wallets:n0} wallets");
        var book = (await new DeepBook(database, registry).Write(DeepEntries, progress)).Name;
        // What was needed to write the book is garbage by now, and no part of the host.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        await using var writer = new BookWriter(database.Source, registry);
        var load = new TipLoad(writer, [book], DeepBook.Wallets, TipLoad.Creators);
        var shallow = new TipLoad(writer, [TipLoad.Book("tips").Name], TipLoad.Fans, TipLoad.Creators);
        await shallow.Run(TimeSpan.FromSeconds(2));
        await load.Run(TimeSpan.FromSeconds(2));
        LoadResult deep = LoadResult.None, tips = LoadResult.None;
        for (var turn = 1; turn <= Turns; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            deep += await load.Run(Turn);
            tips += await shallow.Run(Turn);
            progress.Report($"deep: {deep.PerSecond:n0}/s beside {tips.PerSecond:n0}/s");
        }

        measures.Add(Bench.Measure.AtLeast("deep", deep.PerSecond, "tips/s", "tips beside it", tips.PerSecond, 0.8));
        await AfterCheckpoints(load, shallow, tips.PerSecond);
        await MemoryOf(load, writer);
        await VerifyBook(book, "deep_verify");
    }

    /// <summary>
    /// Just after a checkpoint every page is logged whole when it is first touched, and a deep book touches more pages.
    /// It is compared with a shallow book just after one; what is left of the ordinary speed is given beside it.
    /// </summary>
    private async Task AfterCheckpoints(TipLoad load, TipLoad shallow, double ordinary)
    {
        LoadResult deep = LoadResult.None, other = LoadResult.None;
        for (var turn = 1; turn <= Turns; turn++)
        {
            if (!await database.TryCheckpoint()) return;
            deep += await load.Run(Turn);
            await database.TryCheckpoint();
            other += await shallow.Run(Turn);
            progress.Report($"just after a checkpoint: deep {deep.PerSecond:n0}/s, tips {other.PerSecond:n0}/s");
        }

        measures.Add(Bench.Measure.AtLeast(
            "deep_after_checkpoint", deep.PerSecond, "tips/s", "tips just after one", other.PerSecond, 0.8));
        measures.Add(Bench.Measure.Plain("deep_after_checkpoint_to_tips", deep.PerSecond / ordinary, "of tips"));
    }

    /// <summary>Goes on until every wallet has been used, and then asks how much memory the host has.</summary>
    private async Task MemoryOf(TipLoad load, BookWriter writer)
    {
        await load.Sweep();
        await load.Run(Turn);
        using var process = Process.GetCurrentProcess();
        measures.Add(Bench.Measure.Plain("memory_accounts", writer.KnownAccounts, "accounts known"));
        measures.Add(Bench.Measure.AtMost("memory", process.WorkingSet64 / 1_048_576.0, "MB", 600));
    }

    private async Task<(long Records, long Seals)> Sealed(string platform)
    {
        await using var command = database.Source.CreateCommand("""
            select s.last_number, s.sequence from ledger.seals s
            join ledger.books b on b.id = s.book_id where b.tenant = 'bench' and b.platform = $1
            order by s.last_number desc, s.sequence desc limit 1
            """);
        command.Parameters.Add(new() { Value = platform });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
