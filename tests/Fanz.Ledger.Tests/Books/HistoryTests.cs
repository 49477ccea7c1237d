using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Hundreds of commands of every kind, in any order, over two books. An independent model predicts every answer, and
/// what must always hold is checked after every step.
/// </summary>
public class HistoryTests(ITestOutputHelper output)
{
    private const string Fans = "acme/fans";
    private const string Treasury = "acme/_";

    /// <summary>How often the slowest decision may look at the store.</summary>
    private const int MostRounds = 8;

    [Fact]
    public void The_model_predicts_every_answer_and_the_books_always_balance()
    {
        var seen = new Dictionary<string, int>();
        // As many with each focus, so that a new family does not leave another one to chance.
        for (var turn = 0; turn < HistorySteps.Turns; turn++)
        {
            var histories = Arb.From(HistorySteps.History(400, turn), Shorter);
            Properties.Hold(histories, steps => Play(steps, seen), times: 17);
        }

        foreach (var (what, times) in seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"{times,7} {what}");
        Properties.ShouldHaveMet(HistorySteps.Words, seen);
    }

    [Fact]
    public void Histories_meet_every_event_and_every_refusal_of_the_vocabulary()
    {
        // A book is opened before its history begins, and every history knows both its books.
        string[] opening = ["book_opened", "refused: book_unknown"];
        var met = HistorySteps.Words
            .SelectMany(word => word.StartsWith("refused: ", StringComparison.Ordinal) ? [word] : word.Split(' '));
        var refusals = RefusalFormatTests.Refusals
            .Select<object[], string>(row => $"refused: {((Refusal)row[0]).Code}");
        var words = EventFormat.Names.Concat(refusals).Except(opening).ToList();
        var (never, unheard) = (string.Join(", ", words.Except(met)), string.Join(", ", met.Except(words)));
        Assert.True(never == "", $"No history has to meet {never}");
        Assert.True(unheard == "", $"Histories are to meet {unheard}, which nobody says");
    }

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
            for (var at = 0; at + size <= steps.Length; at += size)
                yield return [.. steps[..at], .. steps[(at + size)..]];
    }

    private static void Play(Step[] steps, Dictionary<string, int> seen)
    {
        var books = new[] { new BookInMemory(Fans), new BookInMemory(Treasury, firstId: 5_000_000) };
        var model = new NaiveLedger();
        foreach (var book in books) Open(book, model);
        var auditors = books.Select(book => new Auditor(book)).ToArray();
        var told = new List<string>();
        try
        {
            foreach (var step in steps)
            {
                var (book, other) = (books[step.Book], books[1 - step.Book]);
                if (HistorySteps.CommandOf(step, book, other) is not { } command) continue;
                told.Add($"{book.Book.Name} {book.Now.Today:uuuu-MM-dd} {command}");
                Check(command, book, other, model, seen);
                foreach (var auditor in auditors) auditor.CheckWhatIsNew(model);
                if (told.Count % 100 == 0) Laws.Check(book);
            }

            foreach (var auditor in auditors) auditor.CheckEverything(model);
            foreach (var book in books) Laws.Check(book);
        }
        catch (Exception failure)
        {
            throw new XunitException($"{string.Join('\n', told.TakeLast(40))}\n{failure.Message}", failure);
        }
    }

    /// <summary>Two accounts begin close to what an account can hold.</summary>
    private static void Open(BookInMemory book, NaiveLedger model)
    {
        var name = book.Book.Name.ToString();
        model.Open(name);
        foreach (var (account, balance) in new[]
        {
            ("suspense/USD//", long.MaxValue - Money.Money.Limit),
            ("rounding/USD//", Money.Money.Limit - long.MaxValue),
        })
        {
            Assert.True(AccountKey.TryParse(account, out var key));
            var id = key.Value.Code == Chart.Suspense ? -1 : -2;
            book.Load(AccountState.Loaded(key.Value, id, 1, balance, Life.Open));
            model.Load(name, account, balance);
        }
    }

    private static void Check(
        Command command, BookInMemory book, BookInMemory other, NaiveLedger model, Dictionary<string, int> seen)
    {
        var (here, there) = (book.Book.Name.ToString(), other.Book.Name.ToString());
        var before = (book.Fingerprint(), other.Fingerprint());
        var counts = (book.Journal.Count, other.Journal.Count);
        var predicted = model.Post(here, there, command, book.Now.Today);
        var refusal = counts.Item1 % 3 == 0
            ? PostWithArchive(command, book, other, seen)
            : book.Post(command, other);

        var what = refusal is null ? string.Join(' ', predicted.Types) : $"refused: {refusal.Code}";
        seen[what] = seen.GetValueOrDefault(what) + 1;
        Assert.True(
            predicted.Refusal == refusal?.Code,
            $"The answer was to be {predicted.Refusal ?? "yes"}, not {refusal?.Code ?? "yes"}: {refusal?.Message}");
        if (refusal is not null) Assert.Equal(before, (book.Fingerprint(), other.Fingerprint()));
        Assert.True(book.Rounds <= MostRounds, $"It took {book.Rounds} rounds");

        var appended = book.Journal.Skip(counts.Item1).Select(a => (Book: here, Appended: a))
            .Concat(other.Journal.Skip(counts.Item2).Select(a => (Book: there, Appended: a))).ToList();
        Assert.Equal(predicted.Types, appended.Select(a => a.Appended.Record.Type));
        var entries = appended.SelectMany(a => a.Appended.Entries, (a, e) => new NaiveLedger.NaiveEntry(
            a.Book, e.Account.ToString(), e.Amount, e.Balance, e.Version));
        // In which order the legs of a record stand is not promised.
        var (expected, found) = (Lines(predicted.Entries), Lines(entries));
        Assert.True(expected == found, $"It was to move\n{expected}\nand not\n{found}");
        for (var i = 0; i < appended.Count; i++)
            if (predicted.Told[i] != "") Assert.Equal(predicted.Told[i], Told.Of(appended[i].Appended.Record));
    }

    /// <summary>
    /// Posts while half of the book is archived. The command is refused for that, and nothing changes, or it comes to the
    /// very same as otherwise: no decision overlooks what is not here.
    /// </summary>
    private static Refusal? PostWithArchive(
        Command command, BookInMemory book, BookInMemory other, Dictionary<string, int> seen)
    {
        var before = (book.Fingerprint(), other.Fingerprint());
        book.Book.ArchivedUpTo = book.Book.LastNumber / 2;
        var refusal = book.Post(command, other);
        book.Book.ArchivedUpTo = 0;
        if (refusal is not { Code: "transaction_archived" }) return refusal;
        var what = $"refused: {refusal.Code}";
        seen[what] = seen.GetValueOrDefault(what) + 1;
        Assert.Equal(before, (book.Fingerprint(), other.Fingerprint()));
        return book.Post(command, other);
    }

    private static string Lines(IEnumerable<NaiveLedger.NaiveEntry> entries) => string.Join(
        '\n', entries
            .Select(e => $"{e.Book} {e.Account} moves {e.Amount} to {e.Balance} version {e.Version}")
            .Order(StringComparer.Ordinal));
}
