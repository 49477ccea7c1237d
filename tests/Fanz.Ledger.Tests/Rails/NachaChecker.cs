using System.Text;

namespace Fanz.Ledger.Tests.Rails;

/// <summary>
/// The clearing house's rules for a file of credits, written from the rules alone: it shares no code with what writes
/// such files, and lists all that it finds.
/// </summary>
internal static class NachaChecker
{
    public static List<string> Check(byte[] file)
    {
        var wrong = new List<string>();
        if (file.Any(one => one != (byte)'\n' && (one < 0x20 || one > 0x7e)))
            wrong.Add("a byte is not printable ASCII");
        var text = Encoding.ASCII.GetString(file);
        if (!text.EndsWith('\n')) wrong.Add("the last record has no line break");
        var lines = text.TrimEnd('\n').Split('\n');
        foreach (var line in lines.Where(line => line.Length != 94)) wrong.Add($"a record of {line.Length}");
        if (wrong.Count > 0) return wrong;
        if (lines.Length % 10 != 0) wrong.Add($"{lines.Length} records do not fill blocks of ten");
        var at = 0;
        var header = lines[0];
        Must(header[..3] == "101", "the first record is no file header");
        Must(header[3] == ' ' && IsRouting(header[4..13]), "the destination is no routing number");
        Must(header[34..40] == "094101", "record size, blocking or format");
        Must(char.IsAsciiLetterUpper(header[33]) || char.IsAsciiDigit(header[33]), "file id modifier");
        Must(IsDay(header[23..29]), "creation date");
        Must(int.Parse(header[29..31]) < 24 && int.Parse(header[31..33]) < 60, "creation time");
        var (batches, entriesOfFile, hashOfFile, creditsOfFile) = (0, 0, 0L, 0L);
        at = 1;
        var traces = new HashSet<string>();
        while (at < lines.Length && lines[at][0] == '5')
        {
            var batch = lines[at++];
            batches++;
            var entryClass = batch[50..53];
            Must(batch[1..4] == "220", "service class");
            Must(entryClass is "PPD" or "CCD", "entry class");
            Must(batch[4..20].Trim().Length > 0 && batch[40..50].Trim().Length > 0, "company");
            Must(batch[53..63].Trim().Length > 0, "entry description");
            Must(IsDay(batch[69..75]), "effective date");
            Must(batch[75..78] == "   ", "settlement date is the operator's");
            Must(batch[78] == '1', "originator status");
            Must(batch[87..] == batches.ToString().PadLeft(7, '0'), "batch number");
            var (entries, hash, credits) = (0, 0L, 0L);
            var last = "";
            for (; at < lines.Length && lines[at][0] == '6'; at++)
            {
                var entry = lines[at];
                Must(entry[1..3] is "22" or "32", "transaction code");
                Must(IsRouting(entry[3..12]), "check digit");
                Must(entry[12..29].Trim().Length > 0 && entry[12] != ' ', "account number");
                Must(entry[29..39].All(char.IsAsciiDigit) && long.Parse(entry[29..39]) > 0, "amount");
                Must(entry[39..54].Trim().Length > 0, "identification");
                Must(entry[54..76].Trim().Length > 0 && entry[54] != ' ', "name");
                Must(entry[78] == '0', "addenda indicator");
                Must(entry[79..87] == batch[79..87], "trace begins with the originating bank");
                Must(string.CompareOrdinal(entry[79..94], last) > 0, "traces rise");
                Must(traces.Add(entry[79..94]), "traces are unique");
                last = entry[79..94];
                entries++;
                hash += long.Parse(entry[3..11]);
                credits += long.Parse(entry[29..39]);
            }

            Must(entries > 0, "a batch without entries");
            if (at >= lines.Length || lines[at][0] != '8')
            {
                wrong.Add("a batch without its control");
                return wrong;
            }

            var control = lines[at++];
            Must(control[1..4] == "220", "service class of control");
            Must(int.Parse(control[4..10]) == entries, "count of batch");
            Must(long.Parse(control[10..20]) == hash % 10_000_000_000, "hash of batch");
            Must(long.Parse(control[20..32]) == 0, "debits of batch");
            Must(long.Parse(control[32..44]) == credits, "credits of batch");
            Must(control[44..54] == batch[40..50] && control[79..] == batch[79..], "control of another batch");
            Must(control[54..79].Trim().Length == 0, "reserved columns");
            entriesOfFile += entries;
            hashOfFile += hash % 10_000_000_000;
            creditsOfFile += credits;
        }

        Must(batches > 0, "no batch");
        if (at >= lines.Length || lines[at][0] != '9')
        {
            wrong.Add("no file control");
            return wrong;
        }

        var end = lines[at++];
        Must(int.Parse(end[1..7]) == batches, "batches");
        Must(int.Parse(end[7..13]) * 10 == lines.Length, "blocks");
        Must(int.Parse(end[13..21]) == entriesOfFile, "entries of file");
        Must(long.Parse(end[21..31]) == hashOfFile % 10_000_000_000, "hash of file");
        Must(long.Parse(end[31..43]) == 0, "debits of file");
        Must(long.Parse(end[43..55]) == creditsOfFile && creditsOfFile <= 9_999_999_999_99, "credits of file");
        Must(end[55..].Trim().Length == 0, "reserved columns of file");
        Must(lines[at..].All(line => line.All(letter => letter == '9')) && lines.Length - at < 10, "padding");
        return wrong;

        void Must(bool holds, string what)
        {
            if (!holds) wrong.Add($"record {at + 1}: {what}");
        }
    }

    private static bool IsRouting(string nine)
    {
        if (!nine.All(char.IsAsciiDigit)) return false;
        var d = nine.Select(letter => letter - '0').ToArray();
        return ((3 * (d[0] + d[3] + d[6])) + (7 * (d[1] + d[4] + d[7])) + d[2] + d[5] + d[8]) % 10 == 0;
    }

    private static bool IsDay(string six) =>
        six.All(char.IsAsciiDigit) && int.Parse(six[2..4]) is >= 1 and <= 12
        && int.Parse(six[4..]) >= 1 && int.Parse(six[4..]) <= DateTime.DaysInMonth(
            2000 + int.Parse(six[..2]), int.Parse(six[2..4]));
}
