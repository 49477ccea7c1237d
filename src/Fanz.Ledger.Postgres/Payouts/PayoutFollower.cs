using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>
/// Keeps projected.payouts, with their batches and files. A page that has nothing to do with payouts writes nothing, and
/// none reads what was written before: what a payout was formed with never changes.
/// </summary>
public sealed class PayoutFollower() : Follower(FollowerName)
{
    public const string FollowerName = "payouts";

    public override IReadOnlyList<ProjectedTable> Tables => PayoutTables.All;

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var (payouts, batches, files) = (new PayoutChanges(), new BatchChanges(), new PaymentFileChanges());
        foreach (var followed in page.Records)
        {
            // What is released of a payout that came back leaves it where it is: it has come back.
            switch (followed.Event)
            {
                case Event.PayoutFormed formed:
                    payouts.Form(followed.Record, formed);
                    break;
                case Event.PayoutSubmitted submitted:
                    payouts.Change(followed.Record, submitted.Payout, new("submitted")
                    {
                        File = submitted.File,
                        Sequence = submitted.Sequence,
                    });
                    break;
                case Event.PayoutDoubted doubted:
                    payouts.Change(followed.Record, doubted.Payout, new("unknown") { Reason = doubted.Reason });
                    break;
                case Event.PayoutAccepted accepted:
                    payouts.Change(followed.Record, accepted.Payout, new("accepted"));
                    break;
                case Event.PayoutSettled settled:
                    payouts.Change(followed.Record, settled.Payout, new("settled")
                    {
                        Bank = settled.Bank,
                        BankReference = settled.BankReference,
                    });
                    break;
                case Event.PayoutFailed failed:
                    payouts.Change(followed.Record, failed.Payout, new("failed") { Reason = failed.Reason });
                    break;
                case Event.PayoutCancelled cancelled:
                    payouts.Change(followed.Record, cancelled.Payout, new("cancelled") { Reason = cancelled.Reason });
                    break;
                case Event.PayoutRejected rejected:
                    payouts.Change(followed.Record, rejected.Payout, new("rejected")
                    {
                        Code = rejected.Code,
                        Reason = rejected.Reason,
                    });
                    break;
                case Event.PayoutReturned returned:
                    payouts.Change(followed.Record, returned.Payout, new("returned")
                    {
                        Bank = returned.Bank,
                        BankReference = returned.BankReference,
                        Code = returned.Code,
                        Reason = returned.Reason,
                    });
                    break;
                case Event.BatchOpened opened:
                    batches.Open(followed.Record, opened);
                    break;
                case Event.BatchClosed closed:
                    batches.Change(followed.Record, closed.Batch, new("closed")
                    {
                        Payouts = closed.Payouts,
                        Sent = closed.Sent,
                        Members = closed.Members,
                    });
                    break;
                case Event.BatchApproved approved:
                    batches.Change(followed.Record, approved.Batch, approved.IsComplete
                        ? new("approved") { SecondApprover = approved.ApprovedBy }
                        : new("half_approved") { FirstApprover = approved.ApprovedBy });
                    break;
                case Event.BatchRejected rejected:
                    batches.Change(followed.Record, rejected.Batch, new("rejected") { Reason = rejected.Reason });
                    break;
                case Event.PaymentFilePrepared prepared:
                    files.Prepare(followed.Record, prepared);
                    break;
                case Event.PaymentFileReleased released:
                    files.Release(followed.Record, released.File);
                    break;
            }
        }

        payouts.Write(writes);
        batches.Write(writes);
        files.Write(writes);
        return ValueTask.CompletedTask;
    }
}
