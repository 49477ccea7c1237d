using Fanz.Ledger.Journal;
using NodaTime.Text;

namespace Fanz.Ledger.Rails.Csv;

/// <summary>
/// Which columns of a bank's table mean what. Columns are named as the first row names them. An amount has a sign of
/// its own, or comes in one column when it goes out and in another when it comes in.
/// </summary>
/// <param name="BookedOn">The day of booking.</param>
/// <param name="Amount">The amount with its sign; else <see cref="Debit"/> and <see cref="Credit"/>.</param>
public sealed record CsvStatementMapping(string BookedOn, string? Amount)
{
    public char Delimiter { get; init; } = ',';

    /// <summary>
    /// What separates decimals; a group separator is not read, since one slip of it is a factor of a thousand.
    /// </summary>
    public char DecimalPoint { get; init; } = '.';

    /// <summary>As NodaTime writes patterns.</summary>
    public string DayPattern { get; init; } = "uuuu-MM-dd";

    public string? Debit { get; init; }

    public string? Credit { get; init; }

    public string? ValueOn { get; init; }

    /// <summary>Where every row says it; rows in another currency than the account's are refused.</summary>
    public string? Currency { get; init; }

    /// <summary>What stands on the account after the row: then each row is checked against the one before.</summary>
    public string? Balance { get; init; }

    public string? EndToEndId { get; init; }

    public string? Reference { get; init; }

    public string? ReturnCode { get; init; }

    public string? Text { get; init; }

    /// <summary>Rows stand newest first.</summary>
    public bool IsNewestFirst { get; init; }

    internal IEnumerable<string> Columns =>
        new[] { BookedOn, Amount, Debit, Credit, ValueOn, Currency, Balance, EndToEndId, Reference, ReturnCode, Text }
            .OfType<string>();

    public IEnumerable<Fault> Faults()
    {
        if (Delimiter is not (',' or ';' or '\t' or '|'))
            yield return new Fault(
                "delimiter", "ill_formed", "Fields are separated by a comma, semicolon, tab or bar.");
        if (DecimalPoint is not ('.' or ','))
            yield return new Fault("decimal_point", "ill_formed", "Decimals follow a point or a comma.");
        if (string.IsNullOrEmpty(BookedOn)) yield return new Fault("booked_on", "ill_formed", "A line has a day.");
        if ((Amount is null) == (Debit is null && Credit is null) || (Debit is null) != (Credit is null))
            yield return new Fault("amount", "ill_formed", "There is an amount, or a debit and a credit.");
        if (Columns.Distinct(StringComparer.Ordinal).Count() != Columns.Count())
            yield return new Fault("columns", "repeated", "A column means one thing.");
        if (!IsPattern(DayPattern)) yield return new Fault("day_pattern", "ill_formed", "It is no pattern of days.");
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            LocalDatePattern.CreateWithInvariantCulture(pattern);
            return true;
        }
        catch (InvalidPatternException)
        {
            return false;
        }
        catch (ArgumentNullException)
        {
            return false;
        }
    }
}
