using Fanz.Ledger.Postgres.Following;
using Npgsql;

namespace Fanz.Ledger.Postgres.References;

/// <summary>Keeps ledger.found_by: which records carry a reference, or a piece of metadata.</summary>
public sealed class ReferenceFollower() : Follower(FollowerName)
{
    public const string FollowerName = "references";

    private const string InsertSql =
        """
        insert into ledger.found_by (text, kind, book_id, number)
        select found.text, found.kind, $1, found.number
        from unnest($2::text[], $3::text[], $4::bigint[]) found (text, kind, number)
        order by found.text
        """;

    private const string ForgetSql = "delete from ledger.found_by where book_id = $1";

    public override ValueTask Apply(FollowedPage page, NpgsqlBatch writes, CancellationToken token)
    {
        var (texts, kinds, numbers) = (new List<string>(), new List<string>(), new List<long>());
        foreach (var record in page.Records)
        {
            foreach (var (kind, text) in ReferenceFields.In(record))
            {
                texts.Add(text);
                kinds.Add(kind);
                numbers.Add(record.Number);
            }
        }

        if (texts.Count == 0) return ValueTask.CompletedTask;
        var insert = new NpgsqlBatchCommand(InsertSql);
        insert.Parameters.Add(new() { Value = page.BookId });
        insert.Parameters.Add(new() { Value = texts.ToArray() });
        insert.Parameters.Add(new() { Value = kinds.ToArray() });
        insert.Parameters.Add(new() { Value = numbers.ToArray() });
        writes.BatchCommands.Add(insert);
        return ValueTask.CompletedTask;
    }

    /// <summary>It reads the whole table: nobody finds by book alone, so there is no index for it.</summary>
    public override void Forget(int book, NpgsqlBatch writes)
    {
        var delete = new NpgsqlBatchCommand(ForgetSql);
        delete.Parameters.Add(new() { Value = book });
        writes.BatchCommands.Add(delete);
    }
}
