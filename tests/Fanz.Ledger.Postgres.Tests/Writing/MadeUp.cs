using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// Commands that are decided as a test says: they ask a book for anything that a decision may ask for, or append
/// whatever a decision may append.
/// </summary>
internal static class MadeUp
{
    private static readonly ConcurrentDictionary<string, Func<Book, Decision>> Decisions = new();
    private static int made;

    public static WriterOptions Options { get; } = new() { Decide = Decide };

    public static Decision Decide(Command command, Book book, Book? other, Moment now) =>
        command is Command.TopUp { Reference: { } reference } && Decisions.TryGetValue(reference, out var decide)
            ? decide(book)
            : Decider.Decide(command, book, other, now);

    public static Command Command(Func<Book, Decision> decide)
    {
        var reference = $"made up {Interlocked.Increment(ref made)}";
        Decisions[reference] = decide;
        return TestHost.TopUp("nobody", 1, reference);
    }

    /// <summary>A key that no other command has.</summary>
    public static string Key() => $"made up {Interlocked.Increment(ref made)}";

    public static Refusal No { get; } = new("no", "No.");

    /// <summary>Appends a draft, unless it may not be posted now.</summary>
    public static Command Append(Func<Book, Draft?> draft) => Command(book => draft(book) switch
    {
        null => No,
        { Posting: { } posting } when book.Objection(posting) is { } objection => objection,
        var accepted => Decision.Of(book, accepted),
    });

    public static Task<Receipt> Appended(this TestHost host, BookName book, Func<Book, Draft?> draft) =>
        host.Posted(book, Append(draft), Key());

    public static async Task<T> Ask<T>(this TestHost host, BookName book, Func<Book, T> ask)
    {
        var question = new Question<T>(ask);
        await host.Refused(book, question.Command, Key());
        return question.Answer;
    }
}

/// <summary>A command that asks its book, and is then refused.</summary>
internal sealed class Question<T>
{
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? answer;

    public Question(Func<Book, T> ask) => Command = MadeUp.Command(book =>
    {
        var found = ask(book);
        if (book.Needs.Any) return MadeUp.No;
        // What was taken back is decided again, and only the last answer counts.
        (answer, AsOf) = (found, book.LastNumber);
        answered.TrySetResult();
        return MadeUp.No;
    });

    public Command Command { get; }

    /// <summary>It was decided, though its batch may not be committed yet.</summary>
    public Task Decided => answered.Task.WaitAsync(TimeSpan.FromMinutes(1));

    public T Answer => answer ?? throw new InvalidOperationException("It was never answered.");

    /// <summary>The last record of the book when it was answered.</summary>
    public long AsOf { get; private set; }
}

/// <summary>A stream that is worth what all of its records say.</summary>
internal sealed record Memos(ImmutableList<string> All) : Aggregate
{
    public Memos()
        : this([])
    {
    }

    public override Aggregate After(Recorded recorded) => recorded.Event is Event.Transferred
        ? new Memos(All.Add($"{recorded}"))
        : throw Impossible(recorded);
}

/// <summary>A stream whose last record says everything.</summary>
internal sealed record LastMemo(string Memo) : Aggregate
{
    public LastMemo()
        : this("")
    {
    }

    public override bool IsInItsLastRecord => true;

    public override Aggregate After(Recorded recorded) => recorded.Event is Event.Transferred transferred
        ? new LastMemo(transferred.Memo)
        : throw Impossible(recorded);
}
