using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Payouts;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>Payouts that are to leave together by one rail.</summary>
/// <param name="Name">What they are called together: the batch, or what a run calls its instant payouts.</param>
/// <param name="Batch">The batch that two people have approved; none of instant payouts.</param>
/// <param name="Rail">The rail as it is set now.</param>
/// <param name="RailSetBy">The record that set it so.</param>
/// <param name="Members">
/// All that were formed for the batch, in the order of their names, in whatever state; or the instant payouts that
/// wait. They can be gone through again.
/// </param>
internal sealed record PaymentsToSend(
    string Name, string? Batch, Event.RailSet Rail, long RailSetBy, Currency Currency,
    Func<CancellationToken, IAsyncEnumerable<PayoutRow>> Members);

/// <summary>
/// A way for payouts to leave. There are two: files, which somebody carries to a bank whose statements come back as
/// files; and requests to a provider, one for each payout, which is asked what became of them. Whatever the way, a
/// payout is said to be submitted before anything of it leaves, and leaves once; a host that is stopped anywhere is
/// followed by one that is asked the same again.
/// </summary>
internal abstract class PaymentRail
{
    /// <summary>Which formats of rails it serves.</summary>
    public abstract bool Serves(PaymentFormat format);

    /// <summary>
    /// Sends what was not sent yet. What the book refuses is cancelled, with its money back; what failed on the way to
    /// a provider without an answer is doubted and asked about later, never sent under another key.
    /// </summary>
    public abstract Task Send(PaymentsToSend payments, RunWork work, CancellationToken token);

    /// <summary>All there are. A new way is a line here.</summary>
    public static IReadOnlyList<PaymentRail> All { get; } = [new FileRail(), new ProviderWay()];

    /// <summary>Null where this program has no way of such a format.</summary>
    public static PaymentRail? Of(PaymentFormat format) => All.FirstOrDefault(rail => rail.Serves(format));
}
