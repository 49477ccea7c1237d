using System.Globalization;
using System.Numerics;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

/// <summary>What passes through banks and processors: settlements, receipts, taxes, and other currencies.</summary>
internal sealed partial class NaiveLedger
{
    private static readonly Dictionary<string, int> Decimals =
        new() { ["USD"] = 2, ["EUR"] = 2, ["JPY"] = 0, ["KWD"] = 3 };

    private readonly HashSet<(string Book, string Line)> statementLines = [];
    private readonly Dictionary<(string Book, long Number), NaiveReceipt> receipts = [];

    private sealed record NaiveReceipt(string Currency)
    {
        public required BigInteger Left { get; set; }
    }

    private Answer? OfSettling(Command command) => command switch
    {
        Command.DepositTax c => Deposit(c),
        Command.SettleProcessor c => SettleProcessor(c),
        Command.ReleaseProcessorReserve c => ReleaseProcessorReserve(c),
        Command.RecordReceipt c => RecordReceipt(c),
        Command.AssignReceipt c => AssignReceipt(c),
        Command.ConvertCurrency c => Convert(c),
        Command.CoverExchange c => Move("exchange_covered",
            (Of("fx.position", c.SoldCurrency), c.Sold), (Of("cash.bank", c.SoldCurrency, c.Bank ?? ""), -c.Sold),
            (Of("cash.bank", c.BoughtCurrency, c.Bank ?? ""), c.Bought),
            (Of("fx.position", c.BoughtCurrency), -c.Bought)),
        Command.CloseExchangePosition c => ClosePosition(c),
        _ => null,
    };

    private Answer Deposit(Command.DepositTax c)
    {
        var tax = c.Tax switch
        {
            DepositedTax.Backup => Of("wht.backup", c.Currency),
            DepositedTax.NonResident => Of("wht.nra", c.Currency),
            DepositedTax.Vat => Of("vat.payable", c.Currency, c.Jurisdiction!),
            _ => Of("salestax.payable", c.Currency, c.Jurisdiction!),
        };
        if (c.Amount > Owed(tax)) return Refused("more_than_owed");
        return Move("tax_deposited", (tax, c.Amount), (Of("cash.bank", c.Currency, c.Bank ?? ""), -c.Amount));
    }

    private Answer SettleProcessor(Command.SettleProcessor c) =>
        Once("settlement", c.Processor, c.Reference, () => Move("processor_settled",
            (Of("cash.bank", c.Currency, c.Bank ?? ""), (BigInteger)c.Gross - c.Fees - c.Kept),
            (Of("expense.psp_fee", c.Currency), c.Fees),
            (Of("psp.reserve", c.Currency, c.Processor ?? ""), c.Kept),
            (Of("psp.receivable", c.Currency, c.Processor ?? ""), -c.Gross)));

    private Answer ReleaseProcessorReserve(Command.ReleaseProcessorReserve c) =>
        Once("reserve_release", c.Processor, c.Reference, () =>
        {
            var reserve = Of("psp.reserve", c.Currency, c.Processor ?? "");
            if (c.Amount > Held(reserve)) return Refused("more_than_reserved");
            return Move("processor_reserve_released",
                (Of("cash.bank", c.Currency, c.Bank ?? ""), c.Amount), (reserve, -c.Amount));
        });

    private Answer RecordReceipt(Command.RecordReceipt c)
    {
        var answer = Once("receipt", c.Bank, c.BankReference, () => Move("receipt_recorded",
            (Of("cash.bank", c.Currency, c.Bank ?? ""), c.Amount), (Of("suspense", c.Currency), -c.Amount)));
        if (answer.Refusal is null) receipts[(here, last[here])] = new NaiveReceipt(c.Currency) { Left = c.Amount };
        return answer;
    }

    private Answer AssignReceipt(Command.AssignReceipt c)
    {
        if (c.Receipt > last[here]) return Refused("transaction_unknown");
        if (!receipts.TryGetValue((here, c.Receipt), out var receipt)) return Refused("not_a_receipt");
        if (receipt.Currency != c.To.Currency) return Refused("receipt_in_other_currency");
        if (c.Amount > receipt.Left) return Refused("more_than_received");
        (string, BigInteger)[] coming = c.To.Code switch
        {
            "creator.available" => Proceeds("creator", c.To.Owner, c.To.Currency, c.Amount),
            "fan.wallet" => Proceeds("fan", c.To.Owner, c.To.Currency, c.Amount),
            _ => [(Text(c.To), -c.Amount)],
        };
        var answer = Move("receipt_assigned", [(Of("suspense", c.To.Currency), c.Amount), .. coming]);
        if (answer.Refusal is null) receipt.Left -= c.Amount;
        return answer;
    }

    /// <summary>A line of a statement is recorded once; one without a reference cannot be told from another.</summary>
    private Answer Once(string kind, string? institution, string? reference, Func<Answer> then)
    {
        var line = (here, $"{kind} {institution?.Length} {institution} {reference}");
        if (reference is not null && statementLines.Contains(line)) return Refused("already_recorded");
        var answer = then();
        if (reference is not null && answer.Refusal is null) statementLines.Add(line);
        return answer;
    }

    private Answer Convert(Command.ConvertCurrency c)
    {
        if (PayeeObjection("creator", c.Creator) is { } objection) return Refused(objection);
        var places = c.Rate.Split('.') is [_, var decimals] ? decimals.Length : 0;
        var rate = BigInteger.Parse(c.Rate.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        // Both sides on a scale that holds all decimals; what is less than a unit of the other currency is left.
        var bought = c.Amount * rate * BigInteger.Pow(10, Decimals[c.ToCurrency])
            / BigInteger.Pow(10, Decimals[c.FromCurrency] + places);
        var received = Nearest(bought * (10_000 - c.SpreadBasisPoints), 10_000);
        return Move("currency_converted",
            [
                (Of("creator.available", c.FromCurrency, c.Creator), c.Amount),
                (Of("fx.position", c.FromCurrency), -c.Amount),
                (Of("fx.position", c.ToCurrency), bought),
                .. Proceeds("creator", c.Creator, c.ToCurrency, received),
                (Of("revenue.fx_spread", c.ToCurrency), received - bought),
            ]);
    }

    private Answer ClosePosition(Command.CloseExchangePosition c)
    {
        var position = Of("fx.position", c.Currency);
        var stands = Held(position);
        var isPart = c.Amount > 0 ? c.Amount <= stands : c.Amount >= stands;
        if (!isPart) return Refused("more_than_position");
        (string, BigInteger)[] legs = [(Of("fx.gainloss", c.Currency), c.Amount), (position, -c.Amount)];
        // Whatever the side, the debit is named first.
        return Move("exchange_position_closed", c.Amount > 0 ? legs : [.. legs.Reverse()]);
    }
}
