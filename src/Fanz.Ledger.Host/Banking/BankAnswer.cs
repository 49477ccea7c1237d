using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Host.Banking;

/// <summary>What became of a bank's file, for people and for programs.</summary>
internal static class BankAnswer
{
    /// <summary>
    /// Whether nobody has to look: nothing is wrong with the file, and nothing is to be known of its lines.
    /// </summary>
    public static bool IsQuiet(ImportedBankFile file) => file.Problem is null && file.FindingCount == 0;

    public static void Tell(ImportedBankFile file, bool asJson)
    {
        if (asJson) Answer.Json(Json(file));
        else TellInWords(file);
    }

    public static object Json(ImportedBankFile file) => new
    {
        Ok = file.Problem is null,
        Name = file.Name,
        File = file.Id,
        file.Format,
        file.Sha256,
        DryRun = file.IsDry,
        Known = file.IsKnown,
        Problem = file.Problem is var (code, text) ? new { Code = code, Text = text } : null,
        file.Lines,
        Posted = file.Count(BankItemOutcome.Posted),
        AlreadyKnown = file.Count(BankItemOutcome.Known),
        Suspense = file.Count(BankItemOutcome.Suspense),
        FindingCount = file.FindingCount,
        Findings = file.Findings.Select(one => new
        {
            one.Line,
            one.Finding,
            Outcome = Word(one.Item.Outcome),
            one.Item.Payout,
            one.Item.Currency,
            one.Item.Amount,
            BankReference = one.Item.Reference,
            one.Item.Code,
            one.Item.Hint,
        }).ToArray(),
    };

    public static string Word(BankItemOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{outcome}");

    private static void TellInWords(ImportedBankFile file)
    {
        if (file.Problem is var (code, text))
        {
            Answer.Line($"{file.Name}: ({code}) {text}");
            Answer.Line("Nothing was posted.");
            return;
        }

        if (file.IsKnown)
        {
            Answer.Line($"{file.Name}: {file.Id} was imported before; nothing was left to do.");
            return;
        }

        if (file.FindingCount > 0)
            Answer.Table(
                "To be looked at",
                ["line", "finding", "outcome", "payout", new("amount", IsNumber: true), "reference", "code"],
                file.Findings.Select(one => (IReadOnlyList<string>)
                    [
                        $"{file.Name}:{one.Line.ToString(CultureInfo.InvariantCulture)}", one.Finding,
                        Word(one.Item.Outcome), one.Item.Payout ?? one.Item.Hint ?? "", Said(one.Item),
                        one.Item.Reference ?? "", one.Item.Code ?? "",
                    ]));
        if (file.FindingCount > file.Findings.Count)
            Answer.Line($"… and {file.FindingCount - file.Findings.Count} more: the list `bank_findings` has them all.");
        Answer.Line(
            $"{file.Name}: {file.Format} {file.Id}, {file.Lines:N0} lines: {file.Count(BankItemOutcome.Posted):N0} posted, "
            + $"{file.Count(BankItemOutcome.Known):N0} known before, {file.Count(BankItemOutcome.Suspense):N0} in suspense, "
            + $"{file.FindingCount:N0} to be looked at.{(file.IsDry ? " Nothing was posted." : "")}");
    }

    private static string Said(BankFileItem item) => item is { Amount: { } amount, Currency: { } currency }
        ? new Money.Money(amount, Money.Currency.Of(currency)).ToString()
        : "";
}
