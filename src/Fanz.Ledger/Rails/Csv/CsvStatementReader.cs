using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Rails.Csv;

/// <summary>
/// Reads a bank's table by a mapping. A table says neither what it is called nor whose it is: whoever fetched it says
/// that, and the balances where he knows them.
/// </summary>
public static class CsvStatementReader
{
    public static BankStatement Read(
        Stream stream, CsvStatementMapping mapping, string id, string account, Currency currency, long? opening = null,
        long? closing = null)
    {
        if (mapping.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault.ToString(), nameof(mapping));
        var table = new CsvTable(
            stream, mapping.Delimiter, mapping.DecimalPoint, mapping.DayPattern, mapping.Columns);
        return new BankStatement(
            id, account, currency, null, null, opening, closing, Lines(table, mapping, currency, opening, closing))
        {
            IsNewestFirst = mapping.IsNewestFirst,
        };
    }

    private static IEnumerable<BankLine> Lines(
        CsvTable table, CsvStatementMapping mapping, Currency currency, long? opening, long? closing)
    {
        var references = new SeenOnce();
        Int128 sum = 0;
        BankLine? previous = null;
        var entry = 0L;
        while (table.Next())
        {
            var line = LineOf(table, mapping, currency, ++entry);
            if (line.References.ServicerReference is { } reference && !references.IsFirst(reference))
                throw table.Wrong(BankFileReason.Duplicate, "The reference is there twice.", mapping.Reference);
            CheckOrder(table, mapping, previous, line);
            CheckBalance(table, mapping, previous, line, opening, closing);
            sum += line.Amount;
            previous = line;
            yield return line;
        }

        if (opening is { } from && closing is { } until && from + sum != until)
            throw table.Wrong(
                BankFileReason.WrongBalance, $"{from} and lines of {sum} come to {from + sum}, not to {until}.");
        if (mapping.Balance is not null && previous is { } last)
        {
            var (said, due) = mapping.IsNewestFirst
                ? (last.BalanceAfter - last.Amount, opening)
                : (last.BalanceAfter, closing);
            if (due is not null && said != due)
                throw table.Wrong(
                    BankFileReason.WrongBalance, $"The balance at the end is {said}, not {due}.", mapping.Balance);
        }
    }

    private static BankLine LineOf(CsvTable table, CsvStatementMapping mapping, Currency currency, long entry)
    {
        if (mapping.Currency is { } column && !ReferenceEquals(table.Currency(column), currency))
            throw table.Wrong(BankFileReason.WrongCurrency, $"The account is in {currency}.", column);
        return new BankLine(
            table.Line, AmountOf(table, mapping, currency), table.Day(mapping.BookedOn),
            table.TextOrNull(mapping.ValueOn) is null ? null : table.Day(mapping.ValueOn!),
            new BankReferences(
                table.TextOrNull(mapping.EndToEndId), null, table.TextOrNull(mapping.Reference), null,
                table.TextOrNull(mapping.ReturnCode), null),
            IsReversal: false, table.TextOrNull(mapping.Text) ?? "")
        {
            Entry = entry,
            BalanceAfter = mapping.Balance is null ? null : table.Amount(mapping.Balance, currency),
        };
    }

    private static long AmountOf(CsvTable table, CsvStatementMapping mapping, Currency currency)
    {
        if (mapping.Amount is { } column) return table.Amount(column, currency);
        var hasDebit = table.TextOrNull(mapping.Debit) is not null;
        if (hasDebit == table.TextOrNull(mapping.Credit) is not null)
            throw table.Wrong(BankFileReason.WrongAmount, "A line has either a debit or a credit.", mapping.Debit);
        // Some banks write what goes out with a minus as well.
        return hasDebit
            ? -Math.Abs(table.Amount(mapping.Debit!, currency))
            : table.Amount(mapping.Credit!, currency);
    }

    private static void CheckOrder(CsvTable table, CsvStatementMapping mapping, BankLine? previous, BankLine line)
    {
        if (previous is null) return;
        var (earlier, later) = mapping.IsNewestFirst
            ? (line.BookedOn, previous.BookedOn)
            : (previous.BookedOn, line.BookedOn);
        if (earlier > later)
            throw table.Wrong(BankFileReason.WrongOrder, "The days do not follow one another.", mapping.BookedOn);
    }

    private static void CheckBalance(
        CsvTable table, CsvStatementMapping mapping, BankLine? previous, BankLine line, long? opening, long? closing)
    {
        if (mapping.Balance is not { } column) return;
        var before = (Int128)line.BalanceAfter!.Value - line.Amount;
        var fits = (mapping.IsNewestFirst, previous) switch
        {
            (false, null) => opening is null || before == opening,
            (false, { } one) => before == one.BalanceAfter,
            (true, null) => closing is null || line.BalanceAfter == closing,
            (true, { } one) => line.BalanceAfter == one.BalanceAfter - one.Amount,
        };
        if (!fits)
            throw table.Wrong(BankFileReason.WrongBalance, "The balance does not follow from the line before.", column);
    }
}
