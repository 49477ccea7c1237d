using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// Takes ranges that were exported and verified out of journal and entries, as the owner of the tables. What the books
/// go on with stays: see <see cref="ArchivePlan.CarriedSql"/>. What was archived is noted in the same transaction, and
/// in the access trail of the tenant.
/// </summary>
public sealed class Detaching(NpgsqlDataSource owner, string actor)
{
    public const string Action = "archive_detached";

    private const string CarryingSql =
        """
        create table archive.carrying (
            book_id int not null, number bigint not null, after bigint not null, up_to bigint not null,
            primary key (book_id, number));
        """;

    private const string CarrySql =
        $"""
        insert into archive.carrying
        select $1, j.number, coalesce(p.last_position, 0), j.last_position
        from ({ArchivePlan.CarriedSql}) carried
        join ledger.journal j on j.book_id = $1 and j.number = carried.number
        left join ledger.journal p on p.book_id = $1 and p.number = carried.number - 1
        """;

    private const string CarriedRecordsSql =
        """
        select j.number, j.at, j.last_position, j.refers_to, j.effective_on, j.type, j.stream, j.actor, j.data
        from archive.carrying c join ledger.journal j on j.book_id = c.book_id and j.number = c.number
        where c.book_id = $1 order by c.number
        """;

    private const string CarriedEntriesSql =
        """
        select e.position, e.account_id, e.number, e.version, e.amount, e.balance
        from archive.carrying c cross join lateral (
            select * from ledger.entries
            where book_id = c.book_id and position > c.after and position <= c.up_to offset 0) e
        where c.book_id = $1 order by e.position
        """;

    private const string AccountsSql =
        "select book_id, id, cohort, code, owner, currency from ledger.accounts where book_id = $1";

    private const string InsertSql =
        """
        insert into ledger.archived_ranges (first_number, last_number, first_position, last_position, first_sequence,
            last_sequence, carried, at, book_id, actor, file, file_hash, seal, carried_hash)
        values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), $8, $9, $10, $11, $12, $13)
        returning id, book_id, first_number, last_number, first_position, last_position, first_sequence, last_sequence,
            carried, at, actor, file, file_hash, seal, carried_hash
        """;

    private const string ReferringSql =
        """
        select exists (
            select from ledger.builds b join ledger.journal j on j.book_id = b.book_id and j.number > b.number
            where b.book_id = $1 and b.state <> 'retired' and j.refers_to <= $2)
        """;

    /// <summary>Takes out one range a book.</summary>
    /// <returns>What was taken out, with the number that it has from now on.</returns>
    public async Task<IReadOnlyList<ArchivedRange>> Run(
        IReadOnlyList<(PlannedRange Range, VerifiedFile File)> ranges, CancellationToken token)
    {
        foreach (var (range, _) in ranges)
            if (range.Obstacles is [var first, ..]) throw new ArchiveRefused($"{range.Book.Name}: {first}.");
        var locked = await PartitionSwap.Begin(owner, token);
        try
        {
            await using var working = await OpenToSeek(token);
            await Carry(working, ranges, token);
            var carried = new Dictionary<int, (long Records, byte[] Hash)>();
            foreach (var (range, _) in ranges) carried[range.Book.Id] = await Digest(working, range, token);
            var swap = new PartitionSwap(owner, [.. ranges.Select(one => RowsOf(one.Range))]);
            await swap.Copy(Carried, token);
            IReadOnlyList<ArchivedRange> done = [];
            await swap.Exchange(
                async connection =>
                {
                    done = await Note(connection, ranges, carried, token);
                    await PartitionSwap.Execute(connection, "drop table archive.carrying", token);
                },
                token);
            return done;
        }
        finally
        {
            await PartitionSwap.End(locked);
        }
    }

    /// <summary>What the trail says of a range, so that a line of the table that was changed is found.</summary>
    internal static string ItemOf(ArchivedRange range) =>
        $"range {range.Id} numbers {range.FirstNumber}-{range.LastNumber} " +
        $"positions {range.FirstPosition}-{range.LastPosition} seals {range.FirstSequence}-{range.LastSequence} " +
        $"file {range.File} {Convert.ToHexStringLower(range.FileHash)} seal {Convert.ToHexStringLower(range.Seal)} " +
        $"carried {range.Carried} {Convert.ToHexStringLower(range.CarriedHash)}";

    /// <summary>Writes lines of the trail about ranges, tenant by tenant in the order of their names.</summary>
    internal static async Task Tell(
        NpgsqlConnection connection, string action, string actor,
        IEnumerable<(BookName Book, ArchivedRange Range)> ranges, CancellationToken token)
    {
        var byTenant = ranges.GroupBy(one => one.Book.Tenant).OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var ofTenant in byTenant)
            await AccessTrail.Append(
                connection, ofTenant.Key,
                [
                    .. ofTenant.Select(one => new TrailNote(TrailKind.Done, action, actor)
                    {
                        Platform = one.Book.Platform, Subject = $"book:{one.Book.Platform}",
                        Item = ItemOf(one.Range), Number = one.Range.LastNumber,
                    }),
                ],
                token);
    }

    /// <summary>Entries lie side by side, record by record: each look-up is by index, whatever the planner knows.</summary>
    private async Task<NpgsqlConnection> OpenToSeek(CancellationToken token)
    {
        var connection = await owner.OpenConnectionAsync(token);
        await PartitionSwap.Execute(connection, PartitionSwap.Seek, token);
        return connection;
    }

    private static ArchivedRows RowsOf(PlannedRange range) => new(
        range.Book.Id, range.FirstNumber, range.LastNumber, range.FirstPosition, range.LastPosition);

    private static string Carried(Partition partition, string table) => partition.Relation == "journal"
        ? $"""
          insert into archive.{table}
          select j.* from archive.carrying c join ledger.{partition.Name} j
              on j.book_id = c.book_id and j.number = c.number
          """
        : $"""
          insert into archive.{table}
          select e.* from archive.carrying c cross join lateral (
              select * from ledger.{partition.Name}
              where book_id = c.book_id and position > c.after and position <= c.up_to offset 0) e
          """;

    private static async Task Carry(
        NpgsqlConnection connection, IReadOnlyList<(PlannedRange Range, VerifiedFile File)> ranges,
        CancellationToken token)
    {
        await PartitionSwap.Execute(connection, "drop table if exists archive.carrying", token);
        await PartitionSwap.Execute(connection, CarryingSql, token);
        foreach (var (range, _) in ranges)
        {
            await using var carry = new NpgsqlCommand(CarrySql, connection) { CommandTimeout = 0 };
            foreach (var value in new object[]
            {
                range.Book.Id, range.FirstNumber, range.LastNumber, range.FirstPosition, range.LastPosition,
            })
                carry.Parameters.Add(new() { Value = value });
            await carry.ExecuteNonQueryAsync(token);
        }

        await PartitionSwap.Execute(connection, "analyze archive.carrying", token);
    }

    /// <summary>What a verification will make of what stays here.</summary>
    private async Task<(long Records, byte[] Hash)> Digest(
        NpgsqlConnection connection, PlannedRange range, CancellationToken token)
    {
        var accounts = new KnownAccounts();
        await foreach (var account in Rows(connection, AccountsSql, range, VerificationSnapshot.ReadAccount, token))
            accounts.Add(account);
        await using var second = await OpenToSeek(token);
        await using var entries =
            Rows(second, CarriedEntriesSql, range, RowPages.ReadEntry, token).GetAsyncEnumerator(token);
        var isThere = await entries.MoveNextAsync();
        var leaf = new RowLeaf(range.Book.Name.Tenant, range.Book.Name.Platform);
        var digest = new CarriedDigest();
        var ofRecord = new List<EntryRow>();
        await foreach (var record in Rows(connection, CarriedRecordsSql, range, RowPages.ReadRecord, token))
        {
            ofRecord.Clear();
            for (; isThere && entries.Current.Number == record.Number; isThere = await entries.MoveNextAsync())
                ofRecord.Add(entries.Current);
            digest.Add(leaf.OfRecord(record, CollectionsMarshal.AsSpan(ofRecord), accounts));
        }

        return (digest.Records, digest.Value);
    }

    private static async IAsyncEnumerable<T> Rows<T>(
        NpgsqlConnection connection, string sql, PlannedRange range, Func<NpgsqlDataReader, T> read,
        [EnumeratorCancellation] CancellationToken token)
    {
        await using var query = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        query.Parameters.Add(new() { Value = range.Book.Id });
        await using var reader = await query.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) yield return read(reader);
    }

    /// <summary>Nobody writes now: what stands in the way is looked for once more.</summary>
    private async Task<IReadOnlyList<ArchivedRange>> Note(
        NpgsqlConnection connection, IReadOnlyList<(PlannedRange Range, VerifiedFile File)> ranges,
        Dictionary<int, (long Records, byte[] Hash)> carried, CancellationToken token)
    {
        var done = new List<ArchivedRange>();
        foreach (var (range, file) in ranges)
        {
            var behind = await new ArchivePlan(owner).Behind(range.Book.Id, range.LastNumber, token);
            if (behind is [var first, ..]) throw new ArchiveRefused($"{range.Book.Name}: {first}.");
            await using (var referring = new NpgsqlCommand(ReferringSql, connection))
            {
                referring.Parameters.Add(new() { Value = range.Book.Id });
                referring.Parameters.Add(new() { Value = range.LastNumber });
                if (await referring.ExecuteScalarAsync(token) is true)
                    throw new ArchiveRefused(
                        $"{range.Book.Name}: a follower has yet to read a record that refers to the range.");
            }

            done.Add(await Insert(connection, range, file, carried[range.Book.Id], token));
        }

        await Tell(
            connection, Action, actor, ranges.Zip(done, (one, range) => (one.Range.Book.Name, range)), token);
        return done;
    }

    private async Task<ArchivedRange> Insert(
        NpgsqlConnection connection, PlannedRange range, VerifiedFile file, (long Records, byte[] Hash) carried,
        CancellationToken token)
    {
        await using var insert = new NpgsqlCommand(InsertSql, connection);
        foreach (var value in new object[]
        {
            range.FirstNumber, range.LastNumber, range.FirstPosition, range.LastPosition, range.FirstSequence,
            range.LastSequence, carried.Records, range.Book.Id, actor, Path.GetFileName(file.Path), file.Hash,
            range.Seal, carried.Hash,
        })
            insert.Parameters.Add(new() { Value = value });
        await using var reader = await insert.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return ArchivedRanges.Read(reader);
    }
}
