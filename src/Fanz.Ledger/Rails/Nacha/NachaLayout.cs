using System.Globalization;
using System.Text;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// Columns of the clearing house's records, and how fields are filled: digits from the right, text from the left.
/// </summary>
internal static class NachaLayout
{
    public const int RecordLength = 94;
    public const int Blocking = 10;
    public const long LargestEntry = 99_999_999_99;
    public const long LargestSameDayEntry = 1_000_000_00;
    public const long LargestTotal = 9_999_999_999_99;
    public const int MostEntriesOfBatch = 999_999;
    public const long LargestSequence = 9_999_999;
    public const long HashModulus = 10_000_000_000;
    public const int IdentificationLength = 15;
    public const int NameLength = 22;
    public const int AccountLength = 17;

    public static StringBuilder Text(this StringBuilder record, string text, int width) =>
        text.Length <= width
            ? record.Append(text).Append(' ', width - text.Length)
            : throw new InvalidOperationException($"A text of {text.Length} does not fit in {width} columns.");

    public static StringBuilder Number(this StringBuilder record, long number, int width)
    {
        var digits = number.ToString(CultureInfo.InvariantCulture);
        return number >= 0 && digits.Length <= width
            ? record.Append('0', width - digits.Length).Append(digits)
            : throw new InvalidOperationException($"{digits} does not fit in {width} columns.");
    }

    public static StringBuilder Day(this StringBuilder record, NodaTime.LocalDate day) =>
        record.Number(day.Year % 100, 2).Number(day.Month, 2).Number(day.Day, 2);

    public static string Trace(string odfi, long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{odfi}{sequence:0000000}");
}
