using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// A payout that waits for no batch: what is formed is submitted and sent at once. When it ends in between, a look at
/// the payouts that are submitted finds it and goes on.
/// </summary>
internal sealed class InstantPayouts(BookWriter writer, ProviderPayouts providers)
{
    /// <summary>Its outcome, or why it was not submitted, in which case nothing has left.</summary>
    public async Task<(ProviderOutcome? Outcome, Reply Submitted)> Send(
        OpenedBook book, string payout, Actor actor, CancellationToken token)
    {
        var now = await providers.Reader.Read(book, payout, token);
        var key = $"rail/submit/{ProviderRail.KeyOf(book.Name, now.Payout.Batch, payout)}/{now.LastNumber}";
        // The account is opened by whoever sends; that it will be sent is committed before the first byte leaves.
        var submitted = await writer.Post(book.Name, new Command.SubmitPayout(payout), actor, key, token);
        if (submitted is not Reply.Posted) return (null, submitted);
        var outcomes = await providers.Send(
            book, [payout], PostedSteps.By(writer, book.Name, actor), token);
        return (outcomes[0], submitted);
    }
}
