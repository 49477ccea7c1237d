using System.Collections.Concurrent;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Rails;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Opens the accounts that payouts go to, one for each in their order; null where it cannot be had. Whoever gives it
/// sees to it that the reading is journalled first.
/// </summary>
internal delegate Task<IReadOnlyList<PayeeAccount?>> OpenAccounts(
    OpenedBook book, IReadOnlyList<PayoutNow> payouts, CancellationToken token);

/// <summary>
/// Posts what follows from a provider's words, each command under its name, and says of each whether the book took it:
/// null, or the code of its refusal. The same name with the same command is posted once.
/// </summary>
internal delegate Task<IReadOnlyList<string?>> PostSteps(
    IReadOnlyList<(string Name, Command Command)> steps, CancellationToken token);

/// <summary>What became of a payout after its provider was asked.</summary>
/// <param name="Payout">Its name.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="Finding">What somebody has to look at, as a code.</param>
/// <param name="Why">The same in words.</param>
internal sealed record ProviderOutcome(string Payout, PayoutState State, string? Finding = null, string? Why = null);

/// <summary>
/// Payouts that are requests to providers: sent once they are submitted in the journal, and asked about until the
/// provider has said the last word. Nothing is remembered in between. What is sent follows from the journal to the
/// byte, so any host sends it again under the same key where nobody knows whether it was sent; and it is sent at all
/// only while the provider keeps its key. What the provider says becomes commands whose book takes each once, so several
/// hosts, callbacks and a host that comes back from the dead do no harm to each other.
/// Round trips for a page of payouts: one to read it, a request to the provider for each, one to post and one to read
/// again for each step.
/// </summary>
internal sealed class ProviderPayouts(PayoutsNow reader, OpenAccounts open, ProviderOptions options) : IDisposable
{
    /// <summary>Settled and returned are two; the others are for what happens meanwhile.</summary>
    private const int MostRounds = 6;

    private const int MostAtOnce = 64;

    private readonly ProviderClient client = new(options);

    public ProviderOptions Options => options;

    public PayoutsNow Reader => reader;

    /// <summary>
    /// Sends payouts that are submitted in the journal. What may not be sent any more, or has gone on, is asked about.
    /// </summary>
    public async Task<IReadOnlyList<ProviderOutcome>> Send(
        OpenedBook book, IReadOnlyList<string> payouts, PostSteps post, CancellationToken token)
    {
        var (errands, outcomes) = await Errands(book, payouts, token);
        var answers = new ConcurrentDictionary<string, ProviderAnswer>(StringComparer.Ordinal);
        await SendAll(book, errands.Where(MayBeSent).ToList(), answers, token);
        await Each(errands.Where(one => !answers.ContainsKey(one.Payout)), async errand =>
            answers[errand.Payout] = await client.Find(errand, token), token);
        return [.. outcomes, .. await Follow(book, errands, answers, post, token)];
    }

    /// <summary>
    /// Asks what became of payouts. One that the provider does not know was not sent, or was lost on the way: it is
    /// sent under its key, as long as it may be.
    /// </summary>
    public async Task<IReadOnlyList<ProviderOutcome>> Ask(
        OpenedBook book, IReadOnlyList<string> payouts, PostSteps post, CancellationToken token)
    {
        var (errands, outcomes) = await Errands(book, payouts, token);
        var answers = new ConcurrentDictionary<string, ProviderAnswer>(StringComparer.Ordinal);
        await Each(errands, async errand => answers[errand.Payout] = await client.Find(errand, token), token);
        var notFound = errands.Where(one => answers[one.Payout] is ProviderAnswer.NotFound && MayBeSent(one)).ToList();
        await SendAll(book, notFound, answers, token);
        return [.. outcomes, .. await Follow(book, errands, answers, post, token)];
    }

    /// <summary>The payout of a rail that a callback is about; null where it is about none of it.</summary>
    public async Task<Errand?> Find(OpenedBook book, string rail, string payout, string key, CancellationToken token)
    {
        var (errands, _) = await Errands(book, [payout], token);
        return errands is [var errand] && errand.Rail.Rail == rail && errand.Key == key ? errand : null;
    }

    public void Dispose() => client.Dispose();

    private bool MayBeSent(Errand errand) =>
        errand.State is PayoutState.Submitted or PayoutState.Unknown
        && options.Clock.GetCurrentInstant() < errand.ValidUntil;

    private async Task SendAll(
        OpenedBook book, List<Errand> errands, ConcurrentDictionary<string, ProviderAnswer> answers,
        CancellationToken token)
    {
        if (errands.Count == 0) return;
        var accounts = await open(book, [.. errands.Select(errand => errand.Now)], token);
        await Each(errands.Zip(accounts), async pair =>
        {
            var (errand, account) = pair;
            options.Reached?.Invoke("sending");
            answers[errand.Payout] = account is null
                ? new ProviderAnswer.Unclear("The account that it goes to cannot be read.", IsWorthRetrying: false)
                : await client.Submit(errand, errand.Instruction(account), token);
            options.Reached?.Invoke("sent");
        }, token);
    }

    /// <summary>Does all that follows from the answers, step by step, each upon the payout as it is by then.</summary>
    private async Task<IReadOnlyList<ProviderOutcome>> Follow(
        OpenedBook book, IReadOnlyList<Errand> errands, ConcurrentDictionary<string, ProviderAnswer> answers,
        PostSteps post, CancellationToken token)
    {
        var outcomes = new List<ProviderOutcome>(errands.Count);
        var pending = errands.Select(errand => (Errand: errand, Finding: (string?)null, Why: (string?)null)).ToList();
        for (var round = 1; pending.Count > 0; round++)
        {
            var steps = new List<(Errand Errand, ProviderStep Step, string? Finding, string? Why)>();
            foreach (var (errand, finding, why) in pending)
            {
                var step = ProviderStep.After(errand, answers[errand.Payout], options.Clock.GetCurrentInstant());
                if (step.Command is null || round > MostRounds)
                    outcomes.Add(Outcome(errand, step.Finding ?? finding, step.Why ?? why));
                else steps.Add((errand, step, step.Finding ?? finding, step.Why ?? why));
            }

            if (steps.Count == 0) break;
            options.Reached?.Invoke("posting");
            var refused = await post(
                [.. steps.Select(one => (NameOf(book, one.Errand, one.Step), one.Step.Command!))], token);
            options.Reached?.Invoke("posted");
            var now = await reader.Read(book, [.. steps.Select(one => one.Errand.Payout)], token);
            pending = [];
            for (var i = 0; i < steps.Count; i++)
            {
                var (errand, _, finding, why) = steps[i];
                var next = errand with { Now = now[i] };
                // Somebody else may have brought it on; but where it stands still, the book has said no.
                if (refused[i] is { } code && next.Now.LastNumber == errand.Now.LastNumber)
                    outcomes.Add(Outcome(next, code, why ?? "The book refused what follows from the provider's word."));
                else pending.Add((next, finding, why));
            }
        }

        return outcomes;
    }

    private ProviderOutcome Outcome(Errand errand, string? finding, string? why)
    {
        // Somebody has to look at these; the others come right by themselves, or wait for a word.
        if (finding is ProviderStep.Contradicts or ProviderStep.Conflicts)
            options.Tell?.Invoke($"Payout {errand.Payout} of {errand.Rail.Book} by {errand.Rail.Rail}: {why}");
        return new ProviderOutcome(errand.Payout, errand.State, finding, why);
    }

    /// <summary>
    /// Once for each state that the payout was in, and once a day: a refusal is for ever, and what kept the book from
    /// taking a step today may be gone tomorrow.
    /// </summary>
    private string NameOf(OpenedBook book, Errand errand, ProviderStep step)
    {
        var today = options.Clock.GetCurrentInstant().InZone(book.Settings.TimeZone).Date;
        return $"{step.Word}/{errand.Key[..32]}/{errand.Now.LastNumber}/{today:uuuu'-'MM'-'dd}";
    }

    private async Task<(List<Errand> Errands, List<ProviderOutcome> Others)> Errands(
        OpenedBook book, IReadOnlyList<string> payouts, CancellationToken token)
    {
        var (errands, others) = (new List<Errand>(payouts.Count), new List<ProviderOutcome>());
        var rails = new Dictionary<string, IReadOnlyList<(long Number, Event.RailSet Set)>>(StringComparer.Ordinal);
        foreach (var now in await reader.Read(book, payouts, token))
        {
            if (now is not { Submitted: { } submitted, Payout: { Rail: { } rail, File: null } })
            {
                others.Add(NotWithProvider(now, "It was not submitted to one."));
                continue;
            }

            if (!rails.TryGetValue(rail, out var sets)) rails[rail] = sets = await reader.Rail(book, rail, token);
            var set = sets.LastOrDefault(one => one.Number < submitted.Number).Set;
            if (set is { Format: PaymentFormat.Provider } && ProviderTerms.Read(set.Settings).Terms is { } terms)
            {
                var way = new ProviderRail(book.Name, rail, terms, set.Bank, options.Secrets(book.Name, rail));
                errands.Add(new Errand(now, way, ProviderRail.KeyOf(book.Name, now.Payout.Batch, now.Id)));
            }
            else others.Add(NotWithProvider(now, "Its rail has no provider."));
        }

        return (errands, others);
    }

    private static ProviderOutcome NotWithProvider(PayoutNow now, string why) =>
        new(now.Id, now.Payout.State, "not_with_provider", why);

    private static Task Each<T>(IEnumerable<T> all, Func<T, Task> act, CancellationToken token) =>
        Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = token },
            async (one, _) => await act(one));
}
