using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Proposals;

/// <summary>
/// Keeps projected.proposals. What was proposed never changes and what becomes of it is said once, so nothing that was
/// written before is read.
/// </summary>
public sealed class ProposalFollower() : Follower(FollowerName)
{
    public const string FollowerName = "proposals";

    private const string ProposeSql =
        """
        insert into projected.proposals (
            build, proposal, command, state, body, reason, proposed_by, proposed_at, expires_on, number, changed_number)
        select $1, new.proposal, new.command, 'open', new.body, new.reason, new.proposed_by, new.at, new.expires_on,
            new.number, new.number
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::date[], $9::bigint[])
            new (proposal, command, body, reason, proposed_by, at, expires_on, number)
        order by new.proposal
        """;

    internal const string EndSql =
        """
        update projected.proposals p
        set state = new.state, decided_by = new.decided_by, objection = new.objection, record = new.record,
            changed_number = new.number
        from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
            new (proposal, state, decided_by, objection, record, number)
        where p.build = $1 and p.proposal = new.proposal
        """;

    private const string NaiveSql =
        """
        select p.data ->> 'proposal', p.data ->> 'command',
            case ending.type when 'proposal_approved' then 'approved' when 'proposal_rejected' then 'rejected'
                when 'proposal_withdrawn' then 'withdrawn' when 'proposal_expired' then 'expired' else 'open' end,
            p.data ->> 'body', p.data ->> 'reason', p.data ->> 'proposed_by', p.at, (p.data ->> 'expires_on')::date,
            coalesce(ending.data ->> 'approved_by', ending.data ->> 'rejected_by'), ending.data ->> 'reason',
            (ending.data ->> 'record')::bigint, p.number, coalesce(ending.number, p.number)
        from ledger.journal p
        left join ledger.journal ending on ending.book_id = p.book_id and ending.stream = p.stream
            and ending.number > p.number and ending.number <= $2
        where p.book_id = $1 and p.number <= $2 and $3::bigint is not null and p.type = 'proposed'
        """;

    private sealed record Ending(
        string Proposal, string State, long Number, string? DecidedBy = null, string? Objection = null,
        long? Record = null);

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [
            new(
                "projected.proposals",
                "proposal, command, state, body, reason, proposed_by, proposed_at, expires_on, decided_by, objection, "
                + "record, number, changed_number",
                NaiveSql),
        ];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var proposed = new List<(JournalRecord Record, Event.Proposed Event)>();
        var ended = new List<Ending>();
        foreach (var followed in page.Records)
        {
            switch (followed.Event)
            {
                case Event.Proposed e:
                    proposed.Add((followed.Record, e));
                    break;
                case Event.ProposalApproved e:
                    ended.Add(new(e.Proposal, "approved", followed.Number, e.ApprovedBy, Record: e.Record));
                    break;
                case Event.ProposalRejected e:
                    ended.Add(new(e.Proposal, "rejected", followed.Number, e.RejectedBy, e.Reason));
                    break;
                case Event.ProposalWithdrawn e:
                    ended.Add(new(e.Proposal, "withdrawn", followed.Number, Objection: e.Reason));
                    break;
                case Event.ProposalExpired e:
                    ended.Add(new(e.Proposal, "expired", followed.Number));
                    break;
            }
        }

        if (proposed.Count > 0)
            writes.Add(
                ProposeSql, Said(one => one.Event.Proposal), Said(one => one.Event.Command),
                Said(one => one.Event.Body.ToString()), Said(one => one.Event.Reason),
                Said(one => one.Event.ProposedBy), Said(one => one.Record.At.ToDateTimeUtc()),
                Said(one => one.Event.ExpiresOn.ToDateOnly()), Said(one => one.Record.Number));
        if (ended.Count > 0)
            writes.Add(
                EndSql, Ended(one => one.Proposal), Ended(one => one.State), Ended(one => one.DecidedBy),
                Ended(one => one.Objection), Ended(one => one.Record), Ended(one => one.Number));
        return ValueTask.CompletedTask;

        T[] Said<T>(Func<(JournalRecord Record, Event.Proposed Event), T> value) => [.. proposed.Select(value)];

        T[] Ended<T>(Func<Ending, T> value) => [.. ended.Select(value)];
    }
}
