namespace Fanz.Ledger.Client;

/// <summary>What an answer is to whoever asked: it settles the question, or the question is asked again.</summary>
internal readonly record struct Verdict<T>
    where T : class
{
    /// <summary>The answer to the question; null when it is to be asked again.</summary>
    public T? Settled { get; private init; }

    /// <summary>Why it is to be asked again.</summary>
    public string Why { get; private init; }

    /// <summary>The ledger said that it took nothing of it. Otherwise what was asked for may have been done.</summary>
    public bool WasNotTaken { get; private init; }

    /// <summary>A fault of the program rather than of the moment: asking often will not help.</summary>
    public bool IsFault { get; private init; }

    public TimeSpan? RetryAfter { get; private init; }

    public static Verdict<T> Is(T settled) => new() { Settled = settled };

    /// <summary>What did not arrive, or did not arrive whole.</summary>
    public static Verdict<T> Lost(string why, bool wasNotSent = false) => new() { Why = why, WasNotTaken = wasNotSent };

    /// <summary>
    /// What every answer is that does not settle the question: to be asked again, or nothing that a ledger says. A
    /// ledger that is starting, has a full queue or limits the caller has not taken anything; of all else that is
    /// said with a status of 500 or more, by whichever server on the way, that cannot be known.
    /// </summary>
    public static Verdict<T> Of(Answer answer)
    {
        var problem = answer.Problem();
        var said = problem is null ? $"HTTP {answer.Status}." : $"{problem.Code}: {problem.Detail}";
        return answer.Status switch
        {
            401 or 403 when problem is not null => throw new LedgerDenied(problem),
            429 => Again(wasNotTaken: problem is not null),
            503 => Again(wasNotTaken: problem is { Code: "busy" or "starting" }),
            500 => Again(isFault: true),
            408 or > 500 => Again(),
            // A success that cannot be read has been garbled on its way.
            >= 200 and < 300 => Again(),
            >= 400 when problem is not null => throw TimelineLost.Of(problem)
                ?? (Exception?)RecordsArchived.Of(problem) ?? new WrongQuestion(problem),
            _ => throw new NotTheLedger($"The address answered with {said}"),
        };

        Verdict<T> Again(bool wasNotTaken = false, bool isFault = false) =>
            new() { Why = said, WasNotTaken = wasNotTaken, IsFault = isFault, RetryAfter = answer.RetryAfter };
    }

    /// <summary>Some of what was asked for is still open, for this reason.</summary>
    public static Verdict<T> Open(LedgerProblem problem) => new()
    {
        Why = $"{problem.Code}: {problem.Detail}",
        WasNotTaken = problem is { Status: 429 } or { Status: 503, Code: "busy" or "starting" },
        IsFault = problem.Status == 500,
    };
}
