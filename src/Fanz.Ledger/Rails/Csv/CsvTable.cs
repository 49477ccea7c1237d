using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Rails.Csv;

/// <summary>A table whose first row names its columns; fields are asked for by name.</summary>
internal sealed class CsvTable
{
    private readonly CsvRows rows;
    private readonly Dictionary<string, int> columns = new(StringComparer.Ordinal);
    private readonly LocalDatePattern days;
    private readonly char decimalPoint;
    private IReadOnlyList<string> row = [];

    public CsvTable(Stream stream, char delimiter, char decimalPoint, string dayPattern, IEnumerable<string> needed)
    {
        rows = CsvRows.Of(stream, delimiter);
        days = LocalDatePattern.CreateWithInvariantCulture(dayPattern);
        this.decimalPoint = decimalPoint;
        var header = rows.Next() ?? throw new UnreadableBankFile(BankFileReason.Truncated, "The file is empty.", 1);
        for (var i = 0; i < header.Count; i++)
            if (!columns.TryAdd(header[i].Trim(), i))
                throw new UnreadableBankFile(
                    BankFileReason.Duplicate, $"The column {Identifier.Quote(header[i])} is there twice.", 1, i + 1);
        foreach (var name in needed)
            if (!columns.ContainsKey(name))
                throw new UnreadableBankFile(
                    BankFileReason.ForeignFormat, $"There is no column {Identifier.Quote(name)}.", 1);
        Width = header.Count;
    }

    public long Line => rows.Line;

    private int Width { get; }

    public bool Next()
    {
        if (rows.Next() is not { } next) return false;
        row = next;
        return row.Count == Width
            ? true
            : throw Wrong(BankFileReason.Corrupt, $"The row has {row.Count} fields, the first one {Width}.");
    }

    public string Text(string column) => row[columns[column]].Trim();

    public string? TextOrNull(string? column) => column is not null && Text(column) is { Length: > 0 } text ? text : null;

    public LocalDate Day(string column)
    {
        var text = Text(column);
        return days.Parse(text).TryGetValue(default, out var day) && day.Year is >= 1900 and < 3000
            ? day
            : throw Wrong(BankFileReason.WrongDate, $"{Identifier.Quote(text)} is no day.", column);
    }

    public long Amount(string column, Currency currency)
    {
        var text = Text(column);
        if (text.StartsWith('+')) text = text[1..];
        var plain = decimalPoint == '.' ? text : text.Contains('.', StringComparison.Ordinal) ? "" : text.Replace(',', '.');
        return Money.Money.TryParse(plain, currency, out var money) && Int128.Abs(money.Value.Minor) <= Money.Money.Limit
            ? money.Value.Minor
            : throw Wrong(BankFileReason.WrongAmount, $"{Identifier.Quote(text)} is no amount in {currency}.", column);
    }

    public Currency Currency(string column)
    {
        var text = Text(column);
        return Money.Currency.TryOf(text, out var currency)
            ? currency
            : throw Wrong(BankFileReason.UnknownCurrency, $"{Identifier.Quote(text)} is no currency.", column);
    }

    public UnreadableBankFile Wrong(string reason, string message, string? column = null) =>
        new(reason, message, Line, column is null ? null : columns[column] + 1);
}
