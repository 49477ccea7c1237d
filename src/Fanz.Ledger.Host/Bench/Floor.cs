using System.Diagnostics;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// What PostgreSQL can do at all: the same rows into the same tables and indexes, made beforehand, in batches of the
/// size that the tips came in, each committed. Once by binary COPY, once by the writer's own statements. COPY is the
/// owner's, since PostgreSQL refuses it to those who are subject to row-level security.
/// </summary>
internal sealed class Floor
{
    private const int BatchesAtOnce = 64;

    private readonly BenchDatabase database;
    private readonly TipLoad load;
    private readonly Prepared prepared;

    private Floor(BenchDatabase database, TipLoad load, Prepared prepared)
    {
        this.database = database;
        this.load = load;
        this.prepared = prepared;
    }

    public static async Task<Floor> On(BenchDatabase database, BookRegistry registry, TipLoad load, string platform)
    {
        var prepared = await Prepared.On(database.Source, registry, platform);
        var floor = new Floor(database, load, prepared);
        await using var connection = await database.Owner.OpenConnectionAsync();
        var fans = Enumerable.Range(0, TipLoad.Fans).Select(TipLoad.FanName);
        await CopyRows.Of((await prepared.TopUps(fans, 1)).Rows).Write(connection);
        return floor;
    }

    public async Task<LoadResult> ByCopy(TimeSpan time, int batchSize)
    {
        await using var connection = await database.Owner.OpenConnectionAsync();
        return await Run(time, batchSize, batch => CopyRows.Of(batch.Rows), rows => rows.Write(connection));
    }

    public async Task<LoadResult> ByStatements(TimeSpan time, int batchSize)
    {
        await using var connection = await WriterConnection.Open(database.Source, new WriterOptions());
        return await Run(time, batchSize, batch => batch, connection.Send);
    }

    /// <summary>Makes some batches, then times the writing of them alone, until the time is used up.</summary>
    private async Task<LoadResult> Run<T>(TimeSpan time, int batchSize, Func<Batch, T> make, Func<T, Task> write)
    {
        var random = new Random(batchSize);
        var clock = new Stopwatch();
        long posted = 0;
        while (clock.Elapsed < time)
        {
            var made = new List<T>();
            for (var i = 0; i < BatchesAtOnce; i++)
                made.Add(make(await prepared.Tips(Enumerable.Range(0, batchSize).Select(_ => load.Tip(random)))));
            clock.Start();
            foreach (var batch in made) await write(batch);
            clock.Stop();
            posted += (long)made.Count * batchSize;
        }

        return new LoadResult(posted, clock.Elapsed);
    }
}
