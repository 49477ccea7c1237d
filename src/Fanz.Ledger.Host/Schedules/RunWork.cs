using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>What became of an item.</summary>
internal abstract record ItemOutcome(RunItem Item)
{
    /// <summary>It is in the journal, now or since an earlier attempt of this run; a dry run says it would be.</summary>
    public sealed record Done(RunItem Item) : ItemOutcome(Item);

    /// <summary>The book said no. That is recorded, and the run goes on.</summary>
    /// <param name="Why">What the book said, for people; null where it was no refusal of the book.</param>
    public sealed record Skipped(RunItem Item, string Code, string? Why) : ItemOutcome(Item);
}

/// <summary>
/// What a job works with. A dry run has one that asks what would become of each command, and posts none.
/// </summary>
internal abstract class RunWork(RunScope scope)
{
    private const int MostFindings = 100;
    private const int LongestSubject = 100;

    private readonly List<RunFinding> findings = [];

    public RunScope Scope { get; } = scope;

    /// <summary>Nothing may be changed, in books or outside.</summary>
    public abstract bool IsDry { get; }

    /// <summary>
    /// For what has keys of its own, whichever run comes upon it; null where nothing may be posted.
    /// </summary>
    public virtual BookWriter? Writer => null;

    /// <summary>What was found that should not be.</summary>
    public IReadOnlyList<RunFinding> Findings => findings;

    /// <summary>
    /// Posts items, each for itself, and says what became of each in their order. A no of the book is recorded as
    /// skipped; what fails for a while is tried again. When it throws, the run is broken off and taken up later.
    /// </summary>
    public abstract Task<IReadOnlyList<ItemOutcome>> Post(IReadOnlyList<RunItem> items, CancellationToken token);

    /// <summary>Leaves something as it is, for a reason that the job itself saw.</summary>
    public abstract Task Skip(SkippedItem item, CancellationToken token);

    /// <summary>Waits until what the job reads knows all that was posted until now.</summary>
    public abstract Task Follow(CancellationToken token);

    /// <summary>Tells of something that should not be. The run is finished all the same, and says so.</summary>
    public void Find(RunFinding finding)
    {
        // More than that is for a list; the last one says that there are more.
        if (findings.Count >= MostFindings) return;
        var subject = finding.Subject.Length > LongestSubject ? finding.Subject[..LongestSubject] : finding.Subject;
        findings.Add(findings.Count == MostFindings - 1
            ? new RunFinding("more", "There are more than are told here.")
            : finding with { Subject = subject });
    }

    /// <summary>Counts something that was done and that posts nothing.</summary>
    public void Checked() => Unposted++;

    /// <summary>How much was done that posts nothing.</summary>
    public int Unposted { get; private set; }

    /// <summary>Tells of something that should not be, and says in the log what is too long for the journal.</summary>
    public void Tell(string check, string subject, string why)
    {
        Find(new RunFinding(check, subject));
        if (Scope.Log is { } log) RunLog.Found(log, Scope.Book.Name, Scope.Run, why);
    }

    protected static string CodeOf(Reply reply) => reply switch
    {
        Reply.Refused refused => refused.Refusal.Code,
        Reply.Malformed => "malformed",
        Reply.Failed => "failed",
        _ => throw new InvalidOperationException($"{reply.GetType().Name} is no reason to skip anything."),
    };
}
