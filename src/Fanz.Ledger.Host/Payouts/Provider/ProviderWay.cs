using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Payouts that leave as requests, one for each. A page of them is submitted in the journal before the first of its
/// requests is made. One that was submitted by a run that was stopped is sent again with the others, under its key.
/// </summary>
internal sealed class ProviderWay : PaymentRail
{
    private const int Page = 1_000;

    public override bool Serves(PaymentFormat format) => format == PaymentFormat.Provider;

    public override async Task Send(PaymentsToSend payments, RunWork work, CancellationToken token)
    {
        var tools = work.Scope.Paying!;
        var submissions = new PayoutSubmissions(work, new PayeeAccounts(work.Scope.Source, tools.Secrets!));
        var page = new List<PayoutRow>(Page);
        await foreach (var row in payments.Members(token))
        {
            if (!row.IsFormed && row.State is not ("submitted" or "unknown")) continue;
            page.Add(row);
            if (page.Count < Page) continue;
            await SendPage();
        }

        if (page.Count > 0) await SendPage();

        async Task SendPage()
        {
            await submissions.Submit(
                [.. page.Where(row => row.IsFormed).Select(row => new ToSubmit(row, null, null))], _ => null,
                keeping: null, token);
            // What the book has refused was given back, and is left alone here: it was not submitted.
            if (!work.IsDry)
            {
                foreach (var outcome in await tools.Providers!.Send(
                    work.Scope.Book, [.. page.Select(row => row.Payout)], StepsOf(work), token))
                    Tell(work, outcome);
            }

            page.Clear();
        }
    }

    /// <summary>Steps that a run posts, as items of its own.</summary>
    public static PostSteps StepsOf(RunWork work) => async (steps, token) =>
    {
        var outcomes = await work.Post([.. steps.Select(step => new RunItem(step.Name, step.Command))], token);
        return [.. outcomes.Select(outcome => (outcome as ItemOutcome.Skipped)?.Code)];
    };

    /// <summary>What waits is asked about again; what cannot be is a finding of the run.</summary>
    public static void Tell(RunWork work, ProviderOutcome outcome)
    {
        if (outcome.Finding is ProviderStep.Contradicts or ProviderStep.Conflicts)
            work.Tell(outcome.Finding, outcome.Payout, outcome.Why!);
    }
}
