using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

/// <summary>Banks and processors: settlements, receipts, taxes, and other currencies.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Rates = ["1.1", "0.9150", "149.37", "0.0067", "1", "30.000000000001"];
    private static readonly string[] ManyCurrencies = ["USD", "JPY", "KWD", "EUR"];

    private static Family Settling() => new(
        "settling",
        [
            (1, (step, book, _) => DepositTax(step, book)),
            (2, (step, _, _) => SettleProcessor(step)),
            (1, (step, book, _) => Having(step, book, "psp.reserve", name => new Command.ReleaseProcessorReserve(
                PartOf(step, book, name), name.Currency, name.Owner is "" or "ann" ? null : name.Owner, null,
                step.B % 3 == 0 ? $"r{step.A % 9}" : null))),
            (2, (step, _, _) => new Command.RecordReceipt(
                step.Amount, Step.Pick(Currencies, step.B), $"line {step.A % 400}", step.C % 3 == 0 ? "second" : null)),
            (2, (step, book, _) => AssignReceipt(step, book)),
            (2, (step, book, _) => Held(step, book, name => Convert(step, book, name))),
            (1, (step, book, _) => Having(step, book, "fx.position", name => Cover(step, book, name))),
            (1, (step, book, _) => Having(step, book, "fx.position", name => ClosePosition(step, book, name))),
        ],
        [
            "tax_deposited", "processor_settled", "processor_reserve_released", "receipt_recorded", "receipt_assigned",
            "currency_converted", "exchange_covered", "exchange_position_closed", "refused: more_than_owed",
            "refused: more_than_reserved", "refused: already_recorded", "refused: not_a_receipt",
            "refused: receipt_in_other_currency", "refused: more_than_received", "refused: more_than_position",
        ]);

    private static Command DepositTax(Step step, BookInMemory book)
    {
        var (code, tax) = Step.Pick(
            [
                ("wht.backup", DepositedTax.Backup), ("wht.nra", DepositedTax.NonResident),
                ("vat.payable", DepositedTax.Vat), ("salestax.payable", DepositedTax.SalesTax),
            ],
            step.B);
        return Having(step, book, code, name => new Command.DepositTax(
            tax, PartOf(step, book, name), name.Currency,
            Jurisdiction: tax is DepositedTax.Vat or DepositedTax.SalesTax ? name.Owner : null));
    }

    private static Command.SettleProcessor SettleProcessor(Step step)
    {
        var gross = step.A % 5 == 0 ? -step.Small : step.Amount;
        return new Command.SettleProcessor(
            Step.Pick(Currencies, step.B), gross, step.A % 3 == 0 ? 0 : step.B % 50,
            step.C % 3 == 0 ? 0 : step.C % 200 + 1,
            step.B % 4 == 0 ? "other" : null, null, step.A % 2 == 0 ? $"s{step.C % 60}" : null);
    }

    private static Command AssignReceipt(Step step, BookInMemory book)
    {
        var receipt = Record(book, step.A, "receipt_recorded");
        var recorded = EventFormat.Read(
            book.Journal[(int)Math.Min(receipt, book.Journal.Count) - 1].Record.Type,
            book.Journal[(int)Math.Min(receipt, book.Journal.Count) - 1].Record.Data.Span) as Event.ReceiptRecorded;
        var currency = step.B % 8 == 0 ? Step.Pick(Currencies, step.C) : recorded?.Currency ?? "USD";
        var to = (step.C % 6) switch
        {
            0 => new AccountName("fan.wallet", Step.Pick(Fans, step.B), currency),
            1 => new AccountName("creator.available", Step.Pick(Creators, step.B), currency),
            2 => new AccountName("creator.debt", Step.Pick(Creators, step.B), currency),
            3 => new AccountName("psp.receivable", "", currency),
            4 => new AccountName("cash.bank", "second", currency),
            _ => new AccountName("refund.payable", "", currency),
        };
        var amount = recorded is null ? step.Small : Math.Max(1, recorded.Amount / (1 + (step.B % 3)));
        return new Command.AssignReceipt(step.B % 11 == 0 ? step.A + 1 : receipt, to, amount, "found out");
    }

    /// <summary>At a rate by which something comes of it.</summary>
    private static Command.ConvertCurrency Convert(Step step, BookInMemory book, AccountName name)
    {
        var others = ManyCurrencies.Where(currency => currency != name.Currency).ToArray();
        var amount = Math.Min(PartOf(step, book, name), 1_000_000_000);
        Command.ConvertCurrency At(string rate, long of) =>
            new(name.Owner, name.Currency, Step.Pick(others, step.A), of, rate, step.C % 300);
        return Enumerable.Range(step.B, Rates.Length)
            .Select(i => At(Step.Pick(Rates, i), amount))
            .FirstOrDefault(command =>
                Submission.Of(book.Book.Name, command, new Actor("tests"), "key").Faults.Count == 0)
            ?? At("1000", 1_000_000);
    }

    private static Command.CoverExchange Cover(Step step, BookInMemory book, AccountName name)
    {
        var others = ManyCurrencies.Where(currency => currency != name.Currency).ToArray();
        return new Command.CoverExchange(
            name.Currency, PartOf(step, book, name), Step.Pick(others, step.A), step.Amount,
            step.C % 2 == 0 ? "second" : null);
    }

    private static Command.CloseExchangePosition ClosePosition(Step step, BookInMemory book, AccountName name)
    {
        var part = PartOf(step, book, name);
        var isCredit = book.State($"fx.position/{name.Currency}//").Balance < 0;
        return new Command.CloseExchangePosition(
            name.Currency, isCredit != (step.B % 9 == 0) ? -part : part, "what is left", "ida", "otto");
    }
}
