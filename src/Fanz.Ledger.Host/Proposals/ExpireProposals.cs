using System.Runtime.CompilerServices;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Proposals;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Proposals;

/// <summary>Says of proposals whose last day is over that they are, so that lists of what is open have them no more.</summary>
internal sealed class ExpireProposals : ItemJob
{
    private const int RowsAPage = 1_000;

    private static readonly ListOrder Oldest = ProposalList.Proposals.Orders.Single(order => order.Name == "oldest");

    public override string Name => StandingJobs.ExpireProposals;

    public override IReadOnlyList<string> Followers => [ProposalFollower.FollowerName];

    public override async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var reader = new ListReader(scope.Source);
        var filters = new Dictionary<string, object>
        {
            ["state"] = "open",
            ["expires_to"] = scope.Run.On.PlusDays(-1).ToDateOnly(),
        };
        IReadOnlyList<object>? after = null;
        while (true)
        {
            var page = await reader.Page(
                scope.Book, ProposalList.Proposals, new ListRequest(Oldest, filters, after, RowsAPage), token);
            foreach (var row in page.Rows)
            {
                var proposal = (string)row.Values[0]!;
                yield return new RunItem($"proposal/{proposal}", new Command.ExpireProposal(proposal));
            }

            if (page.Rows.Count < RowsAPage) yield break;
            after = page.Rows[^1].Keys;
        }
    }

    public override Counted? Count(Event happened) => happened is Event.ProposalExpired ? new Counted() : null;
}
