using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Host.Banking;

/// <summary>A command that a line of a file leads to.</summary>
/// <param name="Saying">Which saying of the page.</param>
/// <param name="IsRemedy">What follows from why a payment came back: the line stands without it.</param>
internal sealed record PlannedCommand(Command Command, int Saying, bool IsRemedy = false);

/// <summary>
/// What becomes of some lines of a file: what is posted for them, all or none, and how they are recorded.
/// </summary>
internal sealed class PagePlan
{
    public List<PlannedCommand> Commands { get; } = [];

    /// <summary>One of each saying that was taken.</summary>
    public List<BankFileItem> Items { get; } = [];

    /// <summary>
    /// What is posted before: commands for all payouts of a file, each under a key of its own, too many for one page.
    /// Doing them again changes nothing.
    /// </summary>
    public List<(Command Command, string Key)> Many { get; } = [];

    public int Taken => Items.Count;
}

/// <summary>What the book has refused of an earlier plan of the same page, by the saying that it was for.</summary>
internal sealed class Refusals
{
    public Dictionary<int, string> Sayings { get; } = [];

    public Dictionary<int, List<string>> Remedies { get; } = [];

    public void Add(PlannedCommand command, string code)
    {
        if (!command.IsRemedy) Sayings[command.Saying] = code;
        else if (Remedies.TryGetValue(command.Saying, out var codes)) codes.Add(CommandFormat.NameOf(command.Command));
        else Remedies[command.Saying] = [CommandFormat.NameOf(command.Command)];
    }
}

/// <summary>What a person has to know of a line, in one word.</summary>
internal static class Finding
{
    public const string UnknownReference = "unknown_reference";
    public const string AmountDiffers = "amount_differs";
    public const string TotalDiffers = "total_differs";
    public const string SecondDebit = "second_debit";
    public const string SecondReturn = "second_return";
    public const string PaidThoughRejected = "paid_though_rejected";
    public const string ReturnedThoughNeverPaid = "returned_though_never_paid";
    public const string RejectedThoughSettled = "rejected_though_settled";
    public const string AcceptedThoughRejected = "accepted_though_rejected";
    public const string NotSubmitted = "not_submitted";
    public const string Duplicate = "duplicate";
    public const string CodeOfDebits = "code_of_debits";
    public const string CorrectionAsked = "correction_asked";
    public const string PersonLooks = "person_looks";
    public const string CaseOpened = "case_opened";
    public const string StillHeld = "still_held";
    public const string MethodNotDisabled = "method_not_disabled";
    public const string ReferenceReused = "reference_reused";
    public const string Unexplained = "unexplained";
    public const string Reversal = "reversal";
    public const string NotTheLastWord = "unknown_status";
}
