using System.Globalization;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// A record as an auditor reads it: what happened and who said so, why, by which rule, and what it moved. What is
/// encrypted stays unsaid; its cipher text tells nobody anything.
/// </summary>
internal static class ExplainedText
{
    private const int MostText = 400;
    private static readonly string Margin = new(' ', 10);
    private static readonly string[] Reasons = ["reason", "memo"];
    private static readonly string[] People = ["proposed_by", "approved_by"];
    private static readonly string[] Unsaid = ["sealed", "details", "fingerprint", "rule_version"];

    /// <summary>The record of the rule that a record was decided by, if it names one; 0 is the ledger's own rule.</summary>
    public static long? RuleOf(JournalRecord record)
    {
        using var data = JsonDocument.Parse(record.Data);
        return data.RootElement.TryGetProperty("rule_version", out var version) ? version.GetInt64() : null;
    }

    /// <param name="appended">The record.</param>
    /// <param name="only">Of its entries, those of one account; or all.</param>
    /// <param name="rule">The record of the rule that it names, where it is not the ledger's own.</param>
    public static string Of(Appended appended, AccountKey? only, JournalRecord? rule)
    {
        var shown = only is { } account
            ? appended with { Entries = [.. appended.Entries.Where(entry => entry.Account == account)] }
            : appended;
        var lines = ReplayedText.Of(shown with { Record = shown.Record with { Data = "{}"u8.ToArray() } }).Split('\n');
        var text = new StringBuilder(lines[0].EndsWith("  {}", StringComparison.Ordinal) ? lines[0][..^4] : lines[0]);
        using var data = JsonDocument.Parse(appended.Record.Data);
        Line(text, "", Said(data.RootElement, name => !IsApart(name)));
        Line(text, "why: ", Said(data.RootElement, name => Reasons.Contains(name), named: false));
        Line(text, "who: ", Said(data.RootElement, name => People.Contains(name)));
        if (RuleOf(appended.Record) is { } version)
            Line(text, "rule: ", rule is null ? OwnRule(version) : $"record {version}, {Terms(rule)}");
        foreach (var line in lines.Skip(1)) text.Append('\n').Append(line);
        return text.ToString();
    }

    private static string OwnRule(long version) => version == 0
        ? "the ledger's own, for want of another"
        : string.Create(CultureInfo.InvariantCulture, $"record {version}");

    private static string Terms(JournalRecord rule)
    {
        using var data = JsonDocument.Parse(rule.Data);
        return $"{rule.Type} by {rule.Actor}: {Said(data.RootElement, name => !Unsaid.Contains(name))}";
    }

    private static bool IsApart(string name) =>
        Reasons.Contains(name) || People.Contains(name) || Unsaid.Contains(name);

    private static string Said(JsonElement data, Func<string, bool> isWanted, bool named = true)
    {
        var said = data.EnumerateObject()
            .Where(member => isWanted(member.Name) && member.Value.ValueKind != JsonValueKind.Null)
            .Select(member => named ? $"{member.Name.Replace('_', ' ')} {Value(member.Value)}" : Value(member.Value));
        return string.Join(", ", said);
    }

    private static string Value(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length <= MostText ? text.ReplaceLineEndings(" ") : $"{text[..MostText]}…";
    }

    private static void Line(StringBuilder text, string word, string said)
    {
        if (said.Length > 0) text.Append('\n').Append(Margin).Append(word).Append(said);
    }
}
