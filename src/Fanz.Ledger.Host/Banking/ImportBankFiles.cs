using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// Imports what lies in the inbox (LEDGER_INBOX). Each file is posted under keys of its own, so that one that was
/// imported by hand, or by another host, is known.
/// </summary>
internal sealed class ImportBankFiles(string? folder = null) : Job
{
    private string? Folder => folder ?? HostSettings.Inbox;

    public override string Name => StandingJobs.ImportBankFiles;

    public override IReadOnlyList<string> Followers =>
        [PayoutFollower.FollowerName, BankingFollower.FollowerName, ReceiptFollower.FollowerName];

    public override Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        if (Folder is { } inbox)
            foreach (var _ in new Inbox(inbox, scope.Book.Name).Files()) plan.Add(new Counted());
        return Task.FromResult(plan);
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        if (Folder is not { } inbox || work.Writer is not { } writer) return;
        foreach (var (bank, path) in new Inbox(inbox, work.Scope.Book.Name).Files().ToList())
        {
            ImportedBankFile answer;
            try
            {
                answer = await new BankImport(
                        work.Scope.Source, writer, work.Scope.Book, bank, $"{Name}@{work.Scope.Run.On:uuuu-MM-dd}",
                            token)
                    .Import(new BankFileReading(path, Inbox.TermsFor(path)), format: null, isDry: false);
            }
            catch (Mistake mistake)
            {
                // It stays where it is, and is gone on with by the next run.
                work.Find(new RunFinding("bank_file", $"{Path.GetFileName(path)}: {mistake.Message}"));
                continue;
            }
            catch (FileNotFoundException)
            {
                // Another host has dealt with it.
                continue;
            }

            Inbox.Put(path, answer);
            if (answer.Problem is var (code, text))
                work.Find(new RunFinding("bank_file", $"{answer.Name}: ({code}) {text}"));
            foreach (var one in answer.Findings)
                work.Find(new RunFinding(
                    one.Finding, $"{answer.Name}:{one.Line}", one.Item.Currency, Found: one.Item.Amount));
        }
    }

    public override Counted? Count(Event happened) => happened is Event.BankFileFinished ? new Counted() : null;
}
