using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.References;

/// <summary>Keeps projected.found_by: which records carry a reference, or a piece of metadata.</summary>
public sealed class ReferenceFollower() : Follower(FollowerName)
{
    public const string FollowerName = "references";

    private const string InsertSql =
        """
        insert into projected.found_by (text, kind, build, number)
        select found.text, found.kind, $1, found.number
        from unnest($2::text[], $3::text[], $4::bigint[]) found (text, kind, number)
        order by found.text
        """;

    private const string NaiveSql =
        """
        select j.number, field.kind, field.text
        from ledger.journal j
        cross join lateral (
            select named.key, named.value from json_each_text(j.data) named
            where named.key in (
                    'reference', 'bank_reference', 'content', 'post', 'message', 'stream', 'gift', 'order',
                    'subscription', 'dispute', 'payout', 'authorisation', 'promotion', 'run', 'import', 'notice',
                    'filing', 'file', 'statement', 'proposal')
                and json_typeof(j.data -> named.key) = 'string'
            union
            select 'promotion', j.data -> 'discount' ->> 'promotion'
            where json_typeof(j.data -> 'discount' -> 'promotion') = 'string'
            union
            select 'metadata.' || pair.key, pair.value
            from json_each_text(case json_typeof(j.data -> 'metadata')
                when 'object' then j.data -> 'metadata' else '{}' end) pair) field (kind, text)
        where j.book_id = $1 and j.number <= $2
        """;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [new("projected.found_by", "number, kind, text", NaiveSql)];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var (texts, kinds, numbers) = (new List<string>(), new List<string>(), new List<long>());
        foreach (var followed in page.Records)
        {
            foreach (var (kind, text) in ReferenceFields.In(followed.Record))
            {
                texts.Add(text);
                kinds.Add(kind);
                numbers.Add(followed.Number);
            }
        }

        if (texts.Count > 0) writes.Add(InsertSql, texts.ToArray(), kinds.ToArray(), numbers.ToArray());
        return ValueTask.CompletedTask;
    }
}
