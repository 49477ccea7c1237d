using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// A book with a long past: a million wallets, each moved fifty times, and a processor account that is in every
/// transaction. It is written without the index on accounts, which is built afterwards; sealed like any other.
/// </summary>
internal sealed class DeepBook(BenchDatabase database, BookRegistry registry)
{
    public const int Wallets = 1_000_000;
    private const int LegsEach = 1_000;
    private const int LegsABatch = 50_000;

    /// <summary>Writes so many entries, and says on what book.</summary>
    public async Task<Prepared> Write(long entries, IProgress<string> progress)
    {
        await Execute("alter table ledger.entries drop constraint entries_account_id_position_book_id_key");
        var prepared = await Prepared.On(database.Source, registry, "deep");
        await using var connection = await database.Owner.OpenConnectionAsync();
        long written = 0;
        var next = 0;
        while (written < entries)
        {
            var fans = Enumerable.Range(0, LegsABatch).Select(i => TipLoad.FanName((next + i) % Wallets));
            var batch = await prepared.TopUps(fans, LegsEach);
            next = (next + LegsABatch) % Wallets;
            await CopyRows.Of(batch.Rows).Write(connection);
            var before = written;
            written += LegsABatch + (LegsABatch / LegsEach);
            if (before / 5_000_000 != written / 5_000_000) progress.Report($"{written:n0} entries written");
        }

        progress.Report("building the index on accounts");
        await Execute("""
            set maintenance_work_mem = '1GB';
            alter table ledger.entries
                add constraint entries_account_id_position_book_id_key unique (account_id, position, book_id);
            """);
        progress.Report("vacuum and checkpoint");
        await Execute("vacuum (analyze) ledger.entries");
        await Execute("vacuum (analyze) ledger.accounts");
        return prepared;
    }

    private async Task Execute(string sql)
    {
        await using var command = database.Owner.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
