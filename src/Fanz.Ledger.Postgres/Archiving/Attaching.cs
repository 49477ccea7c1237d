using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Packages;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// Brings ranges back from their files, as the owner of the tables. The rows are those that the file's seals cover, and
/// the file was verified against the seals that the books have: what comes back is what was taken out, to the byte.
/// </summary>
public sealed class Attaching(NpgsqlDataSource owner, string actor)
{
    public const string Action = "archive_attached";

    private const string LoadingSql =
        """
        drop table if exists archive.loaded_journal, archive.loaded_entries;
        create table archive.loaded_journal (like ledger.journal);
        create table archive.loaded_entries (like ledger.entries);
        """;

    private const string InsertSql =
        """
        insert into ledger.returned_ranges (range_id, at, book_id, actor) values ($1, clock_timestamp(), $2, $3)
        """;

    public async Task Run(
        IReadOnlyList<(OpenedBook Book, ArchivedRange Range, VerifiedFile File)> ranges, IProgress<long>? progress,
        CancellationToken token)
    {
        var locked = await PartitionSwap.Begin(owner, token);
        try
        {
            await using var loading = await owner.OpenConnectionAsync(token);
            await PartitionSwap.Execute(loading, LoadingSql, token);
            foreach (var (_, range, file) in ranges) await Load(range, file.Path, progress, token);
            await PartitionSwap.Execute(loading, "analyze archive.loaded_journal, archive.loaded_entries", token);
            var swap = new PartitionSwap(owner, [.. ranges.Select(one => RowsOf(one.Range))]);
            await swap.Copy(Loaded, token);
            await swap.Exchange(
                async connection =>
                {
                    await Note(connection, ranges, token);
                    await PartitionSwap.Execute(
                        connection, "drop table archive.loaded_journal, archive.loaded_entries", token);
                },
                token);
        }
        finally
        {
            await PartitionSwap.End(locked);
        }
    }

    private static ArchivedRows RowsOf(ArchivedRange range) => new(
        range.Book, range.FirstNumber, range.LastNumber, range.FirstPosition, range.LastPosition);

    private static string Loaded(Partition partition, string table) =>
        $"""
        insert into archive.{table} select * from archive.loaded_{partition.Relation}
        where {partition.Key} >= {partition.From} and {partition.Key} < {partition.To}
        """;

    private async Task Load(ArchivedRange range, string path, IProgress<long>? progress, CancellationToken token)
    {
        await using var forJournal = await owner.OpenConnectionAsync(token);
        await using var forEntries = await owner.OpenConnectionAsync(token);
        await using var journal = await forJournal.BeginBinaryImportAsync(
            """
            copy archive.loaded_journal (number, at, last_position, refers_to, book_id, effective_on, type, stream,
                actor, data) from stdin binary
            """,
            token);
        await using var entries = await forEntries.BeginBinaryImportAsync(
            """
            copy archive.loaded_entries (position, account_id, number, version, amount, balance, book_id)
                from stdin binary
            """,
            token);
        await using var file = ArchiveFiles.Open(path);
        using var reader = new PackageReader(file);
        foreach (var part in reader.Read())
        {
            if (part is not PackagePart.Sealed under) continue;
            foreach (var record in under.Batch.Records)
            {
                await journal.StartRowAsync(token);
                await journal.WriteAsync(record.Number, NpgsqlDbType.Bigint, token);
                await journal.WriteAsync(PackageFormat.TimeOf(record.At), NpgsqlDbType.TimestampTz, token);
                await journal.WriteAsync(record.LastPosition, NpgsqlDbType.Bigint, token);
                if (record.RefersTo is { } other) await journal.WriteAsync(other, NpgsqlDbType.Bigint, token);
                else await journal.WriteNullAsync(token);
                await journal.WriteAsync(range.Book, NpgsqlDbType.Integer, token);
                await journal.WriteAsync(PackageFormat.DateOf(record.EffectiveOn), NpgsqlDbType.Date, token);
                await journal.WriteAsync(record.Type, NpgsqlDbType.Text, token);
                if (record.Stream is { } stream) await journal.WriteAsync(stream, NpgsqlDbType.Text, token);
                else await journal.WriteNullAsync(token);
                await journal.WriteAsync(record.Actor, NpgsqlDbType.Text, token);
                await journal.WriteAsync(record.Data, NpgsqlDbType.Json, token);
            }

            foreach (var entry in under.Batch.Entries)
            {
                await entries.StartRowAsync(token);
                foreach (var value in new[]
                {
                    entry.Position, entry.AccountId, entry.Number, entry.Version, entry.Amount, entry.Balance,
                })
                    await entries.WriteAsync(value, NpgsqlDbType.Bigint, token);
                await entries.WriteAsync(range.Book, NpgsqlDbType.Integer, token);
            }

            progress?.Report(under.Seal.LastNumber);
        }

        await journal.CompleteAsync(token);
        await entries.CompleteAsync(token);
    }

    private async Task Note(
        NpgsqlConnection connection,
        IReadOnlyList<(OpenedBook Book, ArchivedRange Range, VerifiedFile File)> ranges, CancellationToken token)
    {
        foreach (var (book, range, _) in ranges)
        {
            await using var insert = new NpgsqlCommand(InsertSql, connection);
            insert.Parameters.Add(new() { Value = range.Id });
            insert.Parameters.Add(new() { Value = book.Id });
            insert.Parameters.Add(new() { Value = actor });
            await insert.ExecuteNonQueryAsync(token);
        }

        await Detaching.Tell(connection, Action, actor, ranges.Select(one => (one.Book.Name, one.Range)), token);
    }
}
