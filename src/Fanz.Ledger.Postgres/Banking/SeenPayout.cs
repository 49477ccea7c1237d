using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>
/// A payout as whoever reads a bank's file has to see it: what it has come to, and which records and lines of
/// statements stand for its settlement and its return.
/// </summary>
public sealed class SeenPayout(string id)
{
    public string Id { get; } = id;

    public Payout Payout { get; private set; } = new();

    /// <summary>The record that settled it; zero where one is about to.</summary>
    public long? SettledBy { get; set; }

    /// <summary>The line that shows its settlement; none where none has come yet.</summary>
    public string? SettledLine { get; set; }

    public long? ReturnedBy { get; set; }

    public string? ReturnedLine { get; set; }

    /// <summary>What it will have come to when what is planned is posted.</summary>
    public PayoutState State { get; set; }

    /// <summary>A bank has it and has not said what became of it.</summary>
    public bool IsUnderWay => Payout.Rail is null
        ? State == PayoutState.Accepted
        : State is PayoutState.Submitted or PayoutState.Unknown or PayoutState.Accepted;

    /// <summary>The bank has taken the money for it, or is going to.</summary>
    public bool IsPaid => IsUnderWay || State is PayoutState.Settled or PayoutState.Returned;

    internal void Apply(Recorded recorded)
    {
        Payout = (Payout)Payout.After(recorded);
        State = Payout.State;
        switch (recorded.Event)
        {
            case Event.PayoutSettled settled:
                (SettledBy, SettledLine) = (recorded.Number, settled.BankReference);
                break;
            case Event.PayoutReturned returned:
                (ReturnedBy, ReturnedLine) = (recorded.Number, returned.BankReference);
                break;
        }
    }

    internal void Match(long record, string line)
    {
        if (record == SettledBy) SettledLine ??= line;
        if (record == ReturnedBy) ReturnedLine ??= line;
    }
}
