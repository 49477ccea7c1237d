using System.Diagnostics;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>What a batch is being done to.</summary>
internal enum Stage
{
    /// <summary>Nothing: it has not begun, waits for the batch before it, or is done.</summary>
    Resting,

    /// <summary>The database is asked what a decision needs to know, and for the locks where they come first.</summary>
    Reading,

    /// <summary>Decisions are made in memory.</summary>
    Deciding,

    /// <summary>It is with the database, to be inserted and committed.</summary>
    Committing,
}

/// <summary>How long a batch spent in each stage.</summary>
internal sealed class BatchTimes
{
    private readonly long[] spent = new long[4];
    private Stage stage;
    private long since;

    /// <summary>When its first commands were taken; 0 before that.</summary>
    public long Begun { get; private set; }

    /// <summary>When it was sent to be committed; 0 if there was nothing to commit.</summary>
    public long Sent { get; private set; }

    public void Enter(Stage next)
    {
        var now = Stopwatch.GetTimestamp();
        if (Begun == 0) Begun = since = now;
        if (next == Stage.Committing) Sent = now;
        spent[(int)stage] += now - since;
        (stage, since) = (next, now);
    }

    public TimeSpan In(Stage asked) => Stopwatch.GetElapsedTime(0, spent[(int)asked]);
}
