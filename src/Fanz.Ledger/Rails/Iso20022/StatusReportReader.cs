using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>
/// Reads what became of a file (pain.002, versions 03 to 10). A payment information that has a status is told before
/// its payments. Where the bank counts payments by status and lists those of a status, it must list them all.
/// </summary>
public static class StatusReportReader
{
    private static readonly string[] Versions = ["03", "04", "05", "06", "07", "08", "09", "10"];

    public static StatusReport Read(Stream stream)
    {
        var xml = new IsoReader(stream);
        const string kind = "pain.002.001.";
        if (!xml.Name.StartsWith(kind, StringComparison.Ordinal) || !Versions.Contains(xml.Name[kind.Length..]))
            throw xml.Wrong(BankFileReason.ForeignFormat, $"{Identifier.Quote(xml.Name)} is not read here.");
        return new StatusReading(xml).Begin();
    }
}

internal sealed class StatusReading(IsoReader xml)
{
    private const int LongestReason = 500;
    private const int MostReasons = 20;

    private readonly SeenOnce payments = new();
    private string? id;
    private Group? group;

    private sealed record Group(
        string MessageId, string Name, long? Count, string? Sum, string? Status, IReadOnlyList<StatusReason> Reasons);

    public StatusReport Begin()
    {
        var root = xml.Children().GetEnumerator();
        if (!root.MoveNext() || root.Current != "CstmrPmtStsRpt")
            throw xml.Wrong(BankFileReason.ForeignFormat, "CstmrPmtStsRpt is due here.");
        var parts = xml.Children().GetEnumerator();
        while ((id is null || group is null) && parts.MoveNext())
        {
            if (parts.Current == "GrpHdr") id = IdOf();
            else if (parts.Current == "OrgnlGrpInfAndSts") group = GroupOf();
            else if (parts.Current == "OrgnlPmtInfAndSts")
                throw xml.Wrong(BankFileReason.WrongOrder, "The file that it is about is named before its payments.");
        }

        if (id is null || group is null)
            throw xml.Wrong(BankFileReason.Missing, "A status report has an id and names the file that it is about.");
        return new StatusReport(
            id, group.MessageId, group.Name, group.Count, group.Sum, group.Status, group.Reasons, Lines(root, parts));
    }

    private IEnumerable<StatusLine> Lines(IEnumerator<string> root, IEnumerator<string> parts)
    {
        while (parts.MoveNext())
        {
            if (parts.Current == "OrgnlGrpInfAndSts")
                throw xml.Wrong(BankFileReason.Duplicate, "A status report is about one file.");
            if (parts.Current != "OrgnlPmtInfAndSts") continue;
            foreach (var line in InformationOf()) yield return line;
        }

        while (root.MoveNext()) throw xml.Wrong(BankFileReason.Corrupt, "Something follows the report.");
        xml.End();
        xml.Dispose();
    }

    private string? IdOf()
    {
        string? found = null;
        foreach (var child in xml.Children())
            if (child == "MsgId") found = xml.Text35(child);
        return found;
    }

    private Group GroupOf()
    {
        string? message = null;
        var name = "";
        long? count = null;
        string? sum = null;
        string? status = null;
        var reasons = new List<StatusReason>();
        foreach (var child in xml.Children())
        {
            switch (child)
            {
                case "OrgnlMsgId":
                    message = xml.Text35(child);
                    break;
                case "OrgnlMsgNmId":
                    name = xml.Text35(child);
                    break;
                case "OrgnlNbOfTxs":
                    count = xml.Count();
                    break;
                case "OrgnlCtrlSum":
                    sum = xml.Text(40);
                    break;
                case "GrpSts":
                    status = xml.Text(10);
                    break;
                case "StsRsnInf":
                    AddReason(reasons);
                    break;
            }
        }

        return new Group(
            message ?? throw xml.Wrong(BankFileReason.Missing, "The file that it is about is not named."),
            name, count, sum, status, reasons);
    }

    private IEnumerable<StatusLine> InformationOf()
    {
        var at = xml.Line;
        string? information = null;
        string? status = null;
        var reasons = new List<StatusReason>();
        var counted = new Dictionary<string, long>();
        var listed = new Dictionary<string, long>();
        var isTold = false;
        foreach (var child in xml.Children())
        {
            if (child == "TxInfAndSts")
            {
                if (!isTold && status is not null) yield return Whole();
                isTold = true;
                var line = PaymentOf(information);
                if (line.Status is { } word) listed[word] = listed.GetValueOrDefault(word) + 1;
                yield return line;
                continue;
            }

            if (isTold && (child is "OrgnlPmtInfId" or "PmtInfSts" or "StsRsnInf"))
                throw xml.Wrong(BankFileReason.WrongOrder, $"{child} stands before the payments.");
            if (child == "OrgnlPmtInfId") information = xml.Text35(child);
            else if (child == "PmtInfSts") status = xml.Text(10);
            else if (child == "StsRsnInf") AddReason(reasons);
            else if (child == "NbOfTxsPerSts") AddCount(counted);
        }

        if (!isTold && status is not null) yield return Whole();
        foreach (var (word, count) in counted)
            if (listed.TryGetValue(word, out var told) && told != count)
                throw xml.Wrong(BankFileReason.WrongCount, $"It says that {count} are {word} and lists {told}.");

        StatusLine Whole() => new(at, information, null, null, status, reasons, null);
    }

    private StatusLine PaymentOf(string? information)
    {
        var line = new StatusLine(xml.Line, information, null, null, null, [], null);
        var reasons = new List<StatusReason>();
        foreach (var child in xml.Children())
        {
            if (child == "StsRsnInf") AddReason(reasons);
            else if (child == "OrgnlTxRef") line = WithAmount(line);
            else
            {
                line = child switch
                {
                    "OrgnlInstrId" => line with { InstructionId = xml.Text35(child) },
                    "OrgnlEndToEndId" => line with { EndToEndId = xml.Text35(child) },
                    "TxSts" => line with { Status = xml.Text(10) },
                    "AcctSvcrRef" => line with { ServicerReference = xml.Text35(child) },
                    _ => line,
                };
            }
        }

        if (line.IsOfAll) throw xml.Wrong(BankFileReason.Missing, "A payment is named by an id.");
        if (!payments.IsFirst($"{information}\n{line.EndToEndId}\n{line.InstructionId}"))
            throw xml.Wrong(BankFileReason.Duplicate, "The payment has two statuses.");
        return line with { Reasons = reasons };
    }

    private StatusLine WithAmount(StatusLine line)
    {
        foreach (var child in xml.Children())
        {
            if (child != "Amt") continue;
            foreach (var inner in xml.Children())
            {
                if (inner != "InstdAmt") continue;
                var amount = xml.Amount();
                line = line with { Amount = amount.Minor, Currency = amount.Currency };
            }
        }

        return line;
    }

    private void AddReason(List<StatusReason> reasons)
    {
        var code = "";
        var isOwn = false;
        var text = "";
        foreach (var child in xml.Children())
        {
            if (child == "AddtlInf")
                text = text.Length == 0 ? xml.Text(LongestReason) : $"{text} {xml.Text(LongestReason)}";
            if (child != "Rsn") continue;
            foreach (var inner in xml.Children())
            {
                if (inner is not ("Cd" or "Prtry")) continue;
                isOwn = inner == "Prtry";
                code = xml.Text35(inner);
            }
        }

        if (reasons.Count == MostReasons || text.Length > MostReasons * LongestReason)
            throw xml.Wrong(BankFileReason.TooLarge, "There are too many reasons.");
        reasons.Add(new StatusReason(code, isOwn, text));
    }

    private void AddCount(Dictionary<string, long> counted)
    {
        string? status = null;
        long? count = null;
        foreach (var child in xml.Children())
        {
            if (child == "DtldNbOfTxs") count = xml.Count();
            else if (child == "DtldSts") status = xml.Text(10);
        }

        if (status is null || count is not { } number) throw xml.Wrong(BankFileReason.Missing, "A count has a status.");
        if (!counted.TryAdd(status, number)) throw xml.Wrong(BankFileReason.Duplicate, $"{status} is counted twice.");
    }
}
