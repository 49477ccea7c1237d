using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Settlement;
using Npgsql;
using BankFile = Fanz.Ledger.Settlement.BankFile;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// Posts what a bank's file says. The whole of it is read before; then it is begun, dealt with a page at a time and
/// finished. A page is posted together with the record of its lines, all or nothing, so that a run that was stopped
/// anywhere goes on with the page that is next. What other files or people have posted is seen in the journal when the
/// page is planned, and where it changes meanwhile the book refuses, and the page is planned again.
/// </summary>
internal sealed class BankImport(
    NpgsqlDataSource source, BookWriter writer, OpenedBook book, string? bank, string who, CancellationToken token)
{
    private const int SayingsAPage = BankFileItem.MostOfPage;
    private const int MostPlans = 60;
    private const int ManyAtOnce = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly Follower[] Followed = [new PayoutFollower(), new BankingFollower(), new ReceiptFollower()];

    // Whoever brings a file, the same keys are taken for the same.
    private readonly Actor importer = new("banking", who);

    private readonly BankReader reader = new(source, book);

    /// <summary>Where a test stops it: before each of its writes.</summary>
    internal Action<string> Interrupt { get; init; } = _ => { };

    public async Task<ImportedBankFile> Import(BankFileReading file, string? format, bool isDry)
    {
        var answer = new ImportedBankFile(file.Name) { IsDry = isDry };
        file.Validate(format);
        if (file.Fault is { } fault) return answer.Refuse(fault.Reason, fault.ToString());
        var summary = file.Summary!;
        answer.Describe(summary.Id, file.Format, summary.Sha256);
        var stream = BankFile.StreamOf(bank, summary.Id);
        var known = await reader.Recall<BankFile>(stream, token);
        if (known.Begun is { } begun && begun.Sha256 != summary.Sha256)
            return answer.Refuse(
                "bank_file_differs",
                $"The file {summary.Id} came before with other content ({begun.Sha256[..12]}…): the bank has to say "
                + "which is right.");
        if (known.State == BankFileState.Finished)
        {
            if (!isDry) await new SuspenseSweep(reader, this, bank).Run();
            return answer.AlreadyKnown();
        }

        if (file.HasStatements && await ObjectionToStatements(summary) is var (code, problem))
            return answer.Refuse(code, problem);
        if (!isDry) await Begin(file, known);
        await Statements(file, answer, isDry);
        await Pages(file, known, answer, isDry);
        if (isDry) return answer;
        await Post(new Command.FinishBankFile(summary.Id, bank), Key(summary, "finish"));
        await new SuspenseSweep(reader, this, bank).Run();
        return answer;
    }

    internal async Task CaughtUp()
    {
        var held = await CatchUp.With(source, Followed, [book], new FollowerOptions(), token);
        if (held is [var stopped, ..])
            throw new Mistake($"The follower {stopped.Follower} has stopped in this book: `ledger follower list` says why.");
    }

    /// <summary>Posts one command, and asks again while nobody can say what became of it.</summary>
    internal async Task<Reply> Post(Command command, string key)
    {
        Interrupt(CommandFormat.NameOf(command));
        return (await Answered(() => writer.PostAll(book.Name, [(command, key)], importer, token)))[0];
    }

    private async Task Begin(BankFileReading file, BankFile known)
    {
        if (known.Begun is not null) return;
        var (lines, sums) = (0L, new SortedDictionary<string, (long In, long Out)>(StringComparer.Ordinal));
        foreach (var saying in file.Sayings())
        {
            lines++;
            if (MoneyOf(saying) is not var (currency, amount)) continue;
            var (come, left) = sums.GetValueOrDefault(currency);
            sums[currency] = checked(amount > 0 ? (come + amount, left) : (come, left - amount));
        }

        var summary = file.Summary!;
        var name = Accounts.Identifier.Problem(file.Name) is null ? file.Name : null;
        await MustPost(
            new Command.BeginBankFile(
                summary.Id, file.Format, summary.Sha256, lines,
                [.. sums.Select(sum => new BankFileTotal(sum.Key, sum.Value.In, sum.Value.Out))], bank, name),
            Key(summary, "begin"), "bank_file_exists");
    }

    private static (string Currency, long Amount)? MoneyOf(Saying saying) => saying switch
    {
        Saying.Movement movement => (movement.Currency, movement.Amount),
        Saying.Return { IsCorrection: false, Amount: not 0 } one => ("USD", one.IsDebit ? -one.Amount : one.Amount),
        _ => null,
    };

    private async Task Pages(BankFileReading file, BankFile known, ImportedBankFile answer, bool isDry)
    {
        var planner = new PagePlanner(reader, bank, CaughtUp, token) { IsDry = isDry };
        var waiting = new List<Saying>(SayingsAPage);
        var page = known.Next;
        using var sayings = file.Sayings().GetEnumerator();
        for (var i = 0L; i < known.Lines; i++)
            if (!sayings.MoveNext()) throw Changed(file);
        while (true)
        {
            while (waiting.Count < SayingsAPage && sayings.MoveNext()) waiting.Add(sayings.Current);
            if (waiting.Count == 0) return;
            var plan = isDry
                ? await planner.Plan(waiting, new Refusals())
                : await PostPage(planner, waiting, file.Summary!, page++);
            answer.Add(plan.Items);
            waiting.RemoveRange(0, plan.Taken);
        }
    }

    private async Task<PagePlan> PostPage(
        PagePlanner planner, IReadOnlyList<Saying> sayings, BankFileSummary file, int page)
    {
        var refusals = new Refusals();
        for (var attempt = 1; attempt <= MostPlans; attempt++)
        {
            var plan = await planner.Plan(sayings, refusals);
            foreach (var some in plan.Many.Chunk(ManyAtOnce))
            {
                Interrupt("many");
                // What is refused was done by somebody else meanwhile; the next look at it says what it has come to.
                await Answered(() => writer.PostAll(book.Name, some, importer, token));
            }

            var commands = plan.Commands
                .Select((planned, i) => (planned.Command, Key(file, $"{page}/{attempt}/{i}")))
                .Append((
                    new Command.RecordBankLines(file.Id, page, plan.Items, bank), Key(file, $"{page}/{attempt}")))
                .ToList();
            Interrupt($"page {page}");
            var replies = await Answered(() => writer.PostTogether(book.Name, commands, importer, token));
            if (replies.All(reply => reply is Reply.Posted)) return plan;
            for (var i = 0; i < plan.Commands.Count; i++)
                if (replies[i] is Reply.Refused { Refusal: var refusal }) refusals.Add(plan.Commands[i], refusal.Code);
            if (replies[^1] is Reply.Refused or Reply.Malformed)
                throw new Mistake($"The file {file.Id} stopped at page {page}: {Said(replies[^1])}");
            if (replies.FirstOrDefault(reply => reply is Reply.Malformed or Reply.Failed) is { } wrong)
                throw new Mistake($"The file {file.Id} stopped at page {page}: {Said(wrong)}");
        }

        throw new Mistake($"The file {file.Id} was refused {MostPlans} times at page {page}.");
    }

    /// <summary>Why the bank's word on balances cannot be taken: then nothing of the file is.</summary>
    private async Task<(string Code, string Problem)?> ObjectionToStatements(BankFileSummary summary)
    {
        foreach (var part in summary.Parts)
        {
            if (part.Currency is not { } currency) continue;
            var known = await reader.Recall<BankStatements>(BankStatements.StreamOf(bank, currency.Code), token);
            if (known.Account is { } account && part.Account != "" && part.Account != account)
                return (
                    "statement_of_another_account",
                    $"It is of the account {part.Account}, not of {account} as those before.");
            if (CommandOf(part, summary) is { } command && known.Contradicts(command))
                return ("statement_differs", $"The statement {part.Id} came before with other figures.");
        }

        return null;
    }

    private async Task Statements(BankFileReading file, ImportedBankFile answer, bool isDry)
    {
        if (!file.HasStatements) return;
        foreach (var part in file.Summary!.Parts)
        {
            if (CommandOf(part, file.Summary) is not { } command) continue;
            var known = await reader.Recall<BankStatements>(
                BankStatements.StreamOf(bank, command.Currency), token);
            if (known.GapBefore(command) is not 0 and var gap)
                answer.TellGap(command.Statement, command.Currency, gap);
            if (!isDry)
                await MustPost(command, Key(file.Summary, $"statement/{command.Statement}"), "already_recorded");
        }
    }

    private Command.RecordStatement? CommandOf(BankFilePart part, BankFileSummary file) =>
        part is { Currency: { } currency, From: { } from, To: { } to, Opening: { } opening, Closing: { } closing }
            ? new Command.RecordStatement(
                part.Id == "table" ? file.Id : part.Id, currency.Code, from, to, opening, closing, bank,
                part.Account == "" ? null : part.Account, file.Id)
            : null;

    private async Task MustPost(Command command, string key, string done)
    {
        var reply = await Post(command, key);
        var isDone = reply is Reply.Posted || (reply is Reply.Refused { Refusal.Code: var code } && code == done);
        if (!isDone)
            throw new Mistake($"The import stopped at {CommandFormat.NameOf(command)}: {Said(reply)}");
    }

    /// <summary>Nothing is lost by asking again under the same keys.</summary>
    private async Task<IReadOnlyList<Reply>> Answered(Func<Task<IReadOnlyList<Reply>>> ask)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var replies = await ask();
            var isOpen = replies.Any(reply => reply is Reply.Busy or Reply.Unavailable or Reply.Unknown);
            if (!isOpen) return replies;
            if (since.Elapsed > Patience)
            {
                var open = replies.First(reply => reply is Reply.Busy or Reply.Unavailable or Reply.Unknown);
                throw new Mistake($"{Said(open)} Run it again to go on.");
            }

            await Task.Delay(Pause, token);
        }
    }

    private static string Key(BankFileSummary file, string name) => $"bank/{file.Sha256[..32]}/{name}";

    private static Mistake Changed(BankFileReading file) => new($"The file {file.Name} changed while it was read.");

    private static string Said(Reply reply) => reply switch
    {
        Reply.Refused { Refusal: var refusal } => $"{refusal.Code}: {refusal.Message}",
        Reply.Malformed { Faults: var faults } => string.Join(" ", faults.Select(fault => fault.ToString())),
        Reply.Unavailable { Why: var why } => why,
        Reply.Unknown { Why: var why } => why,
        Reply.Failed { Why: var why } => why,
        Reply.KeyReused => "its keys were used for something else.",
        _ => "the writer is busy.",
    };
}
