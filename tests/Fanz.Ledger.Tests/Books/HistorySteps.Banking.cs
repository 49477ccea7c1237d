using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// What banks and processors say. The reference m7 is the line of transaction 7, whether it comes before or after.
/// </summary>
internal static partial class HistorySteps
{
    private static readonly string[] MovingBanks =
        ["processor_settled", "processor_reserve_released", "tax_deposited", "exchange_covered", "payout_settled",
            "payout_returned", "refund_executed"];

    private static Family Banking() => new(
        "banking",
        [
            (2, (step, book, _) => Line(step, book)),
            (2, (step, book, _) => AssignPayment(step, book)),
            (3, (step, book, _) => Match(step, book)),
            (2, (step, book, _) => BeginFile(step, book)),
            (4, (step, book, _) => new Command.RecordBankLines(
                FileOf(step, book), 1 + (step.C % 2), ItemsOf(step), BankOf(step))),
            (3, (step, book, _) => new Command.FinishBankFile(FileOf(step, book), BankOf(step))),
            (2, (step, _, _) => Statement(step)),
            (2, (step, book, _) => Report(step, book)),
        ],
        [
            "payment_recorded", "payment_assigned", "bank_line_matched", "bank_line_matched receipt_assigned",
            "bank_line_matched payment_assigned", "bank_file_begun", "bank_lines_recorded", "bank_file_finished",
            "bank_statement_recorded", "processor_reported", "refused: not_a_payment",
            "refused: payment_in_other_currency", "refused: more_than_paid", "refused: not_matchable",
            "refused: bank_line_differs", "refused: bank_file_exists", "refused: bank_file_differs",
            "refused: bank_file_not_under_way", "refused: not_next_page", "refused: bank_file_incomplete",
            "refused: statement_differs", "refused: statement_of_another_account", "refused: report_differs",
            "refused: not_the_last_report",
        ]);

    private static Command Line(Step step, BookInMemory book)
    {
        if (Moved(step, book) is var (record, cash, amount) && step.C % 3 > 0)
            return amount > 0
                ? new Command.RecordReceipt(amount, cash.Currency.Code, $"m{record}", BankOf(cash))
                : new Command.RecordPayment(-amount, cash.Currency.Code, $"m{record}", BankOf(cash));
        return new Command.RecordPayment(
            step.Amount, Step.Pick(Currencies, step.B), $"line {step.A % 400}", step.C % 2 == 0 ? "second" : null);
    }

    private static Command Match(Step step, BookInMemory book)
    {
        if (step.B % 2 == 0 && Waiting(step, book) is { } waiting) return waiting;
        if (Moved(step, book) is not var (record, cash, amount))
            return new Command.MatchBankLine(step.A + 1, step.Amount, "USD", $"m{step.A + 1}");
        return (step.C % 8) switch
        {
            0 => new Command.MatchBankLine(record, amount == -1 ? 1 : amount + 1, cash.Currency.Code, $"m{record}",
                BankOf(cash)),
            1 => new Command.MatchBankLine(
                Record(book, step.B, "bank_line_matched", "transferred"), amount, cash.Currency.Code, $"x{step.B % 9}"),
            2 => new Command.MatchBankLine(record, amount, cash.Currency.Code, $"y{step.B % 99}", BankOf(cash)),
            _ => new Command.MatchBankLine(record, amount, cash.Currency.Code, $"m{record}", BankOf(cash)),
        };
    }

    /// <summary>A payment in suspense, with the transaction that it turns out to be.</summary>
    private static Command.MatchBankLine? Waiting(Step step, BookInMemory book)
    {
        var lines = book.Journal.Where(one => one.Record.Type == "payment_recorded")
            .Select(one => (Event.PaymentRecorded)EventFormat.Read(one.Record.Type, one.Record.Data.Span))
            .Where(one => one.BankReference[0] == 'm')
            .ToList();
        if (lines.Count == 0) return null;
        var line = Step.Pick(lines, step.A);
        var record = long.Parse(line.BankReference.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        return new Command.MatchBankLine(record, -line.Amount, line.Currency, line.BankReference, line.Bank);
    }

    /// <summary>Some transaction that moved a bank's account, and by how much.</summary>
    private static (long Record, AccountKey Cash, long Amount)? Moved(Step step, BookInMemory book)
    {
        var found = book.Journal
            .Where(one => MovingBanks.Contains(one.Record.Type))
            .SelectMany(one => one.Entries
                .Where(entry => entry.Account.Code == Chart.BankCash
                    && Math.Abs(entry.Amount) < Money.Money.Limit && entry.Amount != 0)
                .Select(entry => (one.Record.Number, entry.Account, entry.Amount)))
            .ToList();
        return found.Count == 0 ? null : Step.Pick(found, step.A);
    }

    private static string? BankOf(AccountKey cash) => cash.Owner == "" ? null : cash.Owner;

    private static string? BankOf(Step step) => step.A % 5 == 0 ? "second" : null;

    private static Command.AssignPayment AssignPayment(Step step, BookInMemory book)
    {
        var payment = Record(book, step.A, "payment_recorded");
        var record = book.Journal[(int)Math.Min(payment, book.Journal.Count) - 1].Record;
        var recorded = EventFormat.Read(record.Type, record.Data.Span) as Event.PaymentRecorded;
        var currency = step.B % 8 == 0 ? Step.Pick(Currencies, step.C) : recorded?.Currency ?? "USD";
        var to = (step.C % 4) switch
        {
            0 => new AccountName("expense.psp_fee", "", currency),
            1 => new AccountName("creator.available", Step.Pick(Creators, step.B), currency),
            2 => new AccountName("psp.receivable", "", currency),
            _ => new AccountName("cash.bank", "second", currency),
        };
        var amount = recorded is null ? step.Small : Math.Max(1, recorded.Amount / (1 + (step.B % 3)));
        return new Command.AssignPayment(
            step.B % 11 == 0 ? step.A + 1 : payment, to, amount, "found out", "ida", "otto");
    }

    private static string FileOf(Step step, BookInMemory book) =>
        $"f{book.Journal.Count(one => one.Record.Type == "bank_file_begun") - 1 - (step.B % 2)}";

    private static Command.BeginBankFile BeginFile(Step step, BookInMemory book)
    {
        var begun = book.Journal.Count(one => one.Record.Type == "bank_file_begun");
        BankFileTotal[] totals = step.B % 3 == 0 ? [] : [new BankFileTotal("USD", 5, 3)];
        return new Command.BeginBankFile(
            $"f{Math.Max(0, begun - (step.A % 3))}", "camt.053", new string(step.A % 7 == 0 ? 'b' : 'a', 64),
            step.B % 3, totals, BankOf(step));
    }

    private static BankFileItem[] ItemsOf(Step step) => (step.B % 4) switch
    {
        0 => [new(1, BankItemOutcome.Told, Finding: "unknown_reference")],
        1 => [new(1, BankItemOutcome.Posted, 5, "USD"), new(2, BankItemOutcome.Suspense, -3, "USD")],
        2 => [new(1, BankItemOutcome.Nothing)],
        _ => [new(1, BankItemOutcome.Posted, 5, "USD"), new(2, BankItemOutcome.Known, -4, "USD")],
    };

    private static Command.RecordStatement Statement(Step step)
    {
        var from = new LocalDate(2026, 1, 1).PlusDays(step.A % 20);
        return new Command.RecordStatement(
            $"s{step.B % 30}", "USD", from, from.PlusDays(step.C % 2), step.A % 3, step.C % 3, null,
            step.A % 4 > 0 ? null : step.C % 2 == 0 ? "one" : "two");
    }

    private static Command.RecordProcessorReport Report(Step step, BookInMemory book)
    {
        var corrected = Record(book, step.C, "processor_reported");
        return new Command.RecordProcessorReport(
            "USD", new LocalDate(2026, 1, 1).PlusDays(step.A % 5), step.B % 3, 0, 0, 0, 0, 0, new string('a', 64), null,
            step.C % 3 == 0 ? corrected : null);
    }
}
