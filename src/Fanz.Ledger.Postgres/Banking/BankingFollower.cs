using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>
/// Keeps what banks and processors say beside what the ledger moved at them. What was moved is known by the bank's own
/// reference, from the beginning or since a line was matched with it.
/// </summary>
public sealed class BankingFollower() : Follower(FollowerName)
{
    public const string FollowerName = "banking";

    public override bool NeedsEntries => true;

    public override bool NeedsReferred => true;

    public override IReadOnlyList<ProjectedTable> Tables => BankingTables.All;

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var (moved, said, days) = (new BankEntries(), new BankWords(), new ProcessorDays());
        var payments = new UnknownPayments();
        foreach (var followed in page.Records)
        {
            moved.Add(page, followed);
            switch (followed.Event)
            {
                case Event.BankLineMatched matched:
                    moved.Match(matched);
                    break;
                case Event.BankFileBegun begun:
                    said.Begin(followed.Record, begun);
                    break;
                case Event.BankLinesRecorded lines:
                    said.Add(followed.Record, lines);
                    break;
                case Event.BankFileFinished finished:
                    said.Finish(followed.Record, finished);
                    break;
                case Event.BankStatementRecorded statement:
                    said.Add(followed.Record, statement);
                    break;
                case Event.PaymentRecorded payment:
                    payments.Add(followed.Record, payment);
                    break;
                case Event.PaymentAssigned assigned:
                    payments.Assign(followed.Record, assigned);
                    break;
                case Event.ProcessorReported report:
                    days.Report(followed.Record, report);
                    break;
                case Event.ProcessorSettled settled:
                    days.Settle(
                        followed.Record, settled.Processor, settled.Currency, settled.Gross, settled.Fees,
                        settled.Kept, settled.Net);
                    break;
                case Event.ProcessorReserveReleased released:
                    days.Settle(
                        followed.Record, released.Processor, released.Currency, 0, 0, -released.Amount,
                        released.Amount);
                    break;
            }
        }

        moved.Write(writes);
        said.Write(writes);
        payments.Write(writes);
        days.Write(writes);
        return ValueTask.CompletedTask;
    }
}
