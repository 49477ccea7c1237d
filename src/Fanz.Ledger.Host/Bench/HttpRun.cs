using System.Net;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// The service against the writer behind it: the same tips, in turns, by callers within the program and over loopback.
/// Whoever sends the requests runs beside the host, and is paid for too.
/// </summary>
internal sealed class HttpRun(NpgsqlDataSource source, TimeSpan time, int turns, IProgress<string> progress)
{
    public async Task<IReadOnlyList<Measure>> Measure(CancellationToken cancellation)
    {
        var registry = new BookRegistry(source);
        var book = (await registry.Open(TipLoad.Book("http"), "bench", cancellation)).Name;
        await using var entrance = new Entrance(source, new EntranceRules(null, KeyGrant.HighestRate));
        await using var readers = new Readers(source, source, isCopy: false, places: 1);
        await using var writer = new BookWriter(
            source, registry, new WriterOptions { Landed = readers.Watch.Landed });
        var direct = new TipLoad(writer, [book], TipLoad.Fans, TipLoad.Creators);
        await direct.FillWallets();

        var later = new ServedLater();
        later.Begin(new Served(source, writer, entrance) { Readers = readers });
        await using var http = HttpServer.Build("http://127.0.0.1:0", new Readiness(), later);
        await http.Bind(cancellation);
        var port = new Uri(http.Urls.Single()).Port;
        var key = await Key(book.Tenant, cancellation);
        var load = new HttpLoad(new IPEndPoint(IPAddress.Loopback, port), book.ToString(), $"Bearer {key}");

        await load.Singles(TimeSpan.FromSeconds(2));
        await load.Batches(TimeSpan.FromSeconds(1));
        var turn = time / turns;
        LoadResult few = LoadResult.None, many = few, singles = few, batches = few;
        for (var i = 1; i <= turns; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            few += await direct.Run(turn, HttpLoad.Connections);
            singles += await load.Singles(turn);
            many += await direct.Run(turn);
            batches += await load.Batches(turn);
            progress.Report(
                $"http: one a request {singles.PerSecond:n0}/s beside {few.PerSecond:n0}/s; " +
                $"{HttpLoad.BatchSize} a request {batches.PerSecond:n0}/s beside {many.PerSecond:n0}/s");
        }

        await load.Latency(TimeSpan.FromSeconds(2));
        var (median, worst) = await load.Latency(time);
        progress.Report($"http: median {median:n1} ms, 99 in 100 within {worst:n1} ms");
        await http.StopAsync(CancellationToken.None);
        return
            [
                Bench.Measure.AtLeast("http", singles.PerSecond, "tips/s", "tips of 64 callers", few.PerSecond, 0.4),
                Bench.Measure.AtLeast("http_batches", batches.PerSecond, "tips/s", "tips", many.PerSecond, 0.8),
                Bench.Measure.Plain("http_p50", median, "ms"),
                Bench.Measure.AtMost("http_p99", worst, "ms", 25),
            ];
    }

    private async Task<string> Key(string tenant, CancellationToken cancellation)
    {
        var grant = new KeyGrant
        {
            Tenant = tenant,
            Service = "bench",
            Scopes = [.. Scopes.All.Order(StringComparer.Ordinal)],
            RateLimit = KeyGrant.HighestRate,
        };
        return (await new KeyStore(source).Create(grant, "bench", cancellation)).Text;
    }
}
