using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// Lets the tree of a book grow up to a head: the seals since the last kept node are read once more, a page at a time,
/// and the nodes that become full are kept.
/// </summary>
internal sealed class TreeGrowing(NpgsqlDataSource source, NpgsqlConnection connection, int book)
{
    private const int SealsAPage = 20_000;

    internal const string PageSql =
        """
        select sequence, last_number, hash from ledger.seals
        where book_id = $1 and (last_number, sequence) > ($2, $3) and (last_number, sequence) <= ($4, $5)
        order by last_number, sequence
        limit $6
        """;

    private const string InsertSql =
        """
        insert into ledger.seal_nodes (index, last_number, book_id, level, hash)
        select n.index, n.last_number, $1, n.level, n.hash
        from unnest($2::bigint[], $3::bigint[], $4::int[], $5::bytea[]) as n (index, last_number, level, hash)
        """;

    /// <summary>The head, with the root of the tree up to it.</summary>
    /// <param name="head">Where the book stands now.</param>
    /// <param name="said">How many seals the last checkpoint had.</param>
    /// <param name="token">Stops it.</param>
    public async Task<BookHead> Grow(BookHead head, long said, CancellationToken token)
    {
        var kept = said / SealTree.Width * SealTree.Width;
        var reader = new BookTree(source, book);
        var tree = await reader.Grown(kept, token);
        var place = (Number: kept == 0 ? long.MinValue : await reader.LastNumber(kept, token), Sequence: kept);
        while (tree.Size < head.Sequence)
        {
            var page = await Page(place, head, token);
            if (page.Count == 0) throw Gap(tree.Size + 1);
            var filled = new List<(int Level, long Index, long Number, byte[] Hash)>();
            foreach (var (sequence, number, hash) in page)
            {
                if (sequence != tree.Size + 1) throw Gap(tree.Size + 1);
                tree.Add(hash, (level, index, node) => filled.Add((level, index, number, node)));
                place = (number, sequence);
            }

            // None of them is there yet: it would be full, and kept, before the seals that are read here.
            await Keep(filled, token);
        }

        return head with { Tree = tree.Root() };
    }

    private async Task<List<(long Sequence, long Number, byte[] Hash)>> Page(
        (long Number, long Sequence) after, BookHead head, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            connection, PageSql, book, after.Number, after.Sequence, head.LastNumber, head.Sequence, SealsAPage);
        batch.Timeout = 0;
        await using var reader = await ByIndex.Read(batch, token);
        var page = new List<(long, long, byte[])>();
        while (await reader.ReadAsync(token))
            page.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        return page;
    }

    private async Task Keep(List<(int Level, long Index, long Number, byte[] Hash)> filled, CancellationToken token)
    {
        if (filled.Count == 0) return;
        await using var insert = new NpgsqlCommand(InsertSql, connection);
        foreach (var value in new object[]
        {
            book, filled.Select(node => node.Index).ToArray(), filled.Select(node => node.Number).ToArray(),
            filled.Select(node => node.Level).ToArray(), filled.Select(node => node.Hash).ToArray(),
        })
            insert.Parameters.Add(new() { Value = value });
        await insert.ExecuteNonQueryAsync(token);
    }

    private CheckpointsBroken Gap(long sequence) => new(
        $"Seal {sequence} of book {book} is not where it belongs: nothing is signed, and `ledger verify` tells more.");
}
