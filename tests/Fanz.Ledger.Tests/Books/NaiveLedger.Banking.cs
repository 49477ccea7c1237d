using System.Numerics;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// What banks and processors say: payments that nobody knows, files line by line, statements and reports.
/// </summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, long Number), NaiveReceipt> payments = [];
    private readonly Dictionary<(string Book, string Line), long> suspended = [];
    private readonly HashSet<(string Book, long Number)> referenced = [];
    private readonly Dictionary<(string Book, string File), NaiveFile> files = [];
    private readonly Dictionary<(string Book, string Account), List<(long Number, Command.RecordStatement Said)>>
        bankStatements = [];

    private readonly Dictionary<(string Book, string Day), (long Number, Command.RecordProcessorReport Said)> reports =
        [];

    private sealed class NaiveFile
    {
        public required Command.BeginBankFile Begun { get; init; }

        public bool IsFinished { get; set; }

        public List<BankFileItem> Items { get; } = [];

        public int Pages { get; set; }
    }

    private Answer? OfBanking(Command command) => command switch
    {
        Command.RecordPayment c => RecordPayment(c),
        Command.AssignPayment c => AssignPayment(c),
        Command.MatchBankLine c => MatchBankLine(c),
        Command.BeginBankFile c => BeginBankFile(c),
        Command.RecordBankLines c => UnderWay(c.Bank, c.File, file =>
        {
            if (c.Page != file.Pages + 1) return Refused("not_next_page");
            file.Pages++;
            file.Items.AddRange(c.Items);
            return Move("bank_lines_recorded");
        }),
        Command.FinishBankFile c => UnderWay(c.Bank, c.File, file =>
        {
            if (file.Items.Count != file.Begun.Lines || !IsAllOf(file)) return Refused("bank_file_incomplete");
            file.IsFinished = true;
            return Move("bank_file_finished");
        }),
        Command.RecordStatement c => RecordStatement(c),
        Command.RecordProcessorReport c => Report(c),
        _ => null,
    };

    /// <summary>Which records the bank's own reference is known of already.</summary>
    private void NoteReference(Command command)
    {
        var line = (here, $"{(command as Command.RecordReceipt)?.Bank ?? (command as Command.RecordPayment)?.Bank} ");
        if (command is Command.RecordReceipt r) suspended[(here, $"in {line} {r.BankReference}")] = last[here];
        if (command is Command.RecordPayment p) suspended[(here, $"out {line} {p.BankReference}")] = last[here];
        if (command is Command.RecordReceipt or Command.RecordPayment
            or Command.SettlePayout { BankReference: not null } or Command.ReturnPayout { BankReference: not null }
            or Command.DepositTax { Reference: not null } or Command.CoverExchange { Reference: not null })
            referenced.Add((here, last[here]));
    }

    private Answer RecordPayment(Command.RecordPayment c)
    {
        var answer = Once("payment", c.Bank, c.BankReference, () => Move("payment_recorded",
            (Of("suspense", c.Currency), c.Amount), (Of("cash.bank", c.Currency, c.Bank ?? ""), -c.Amount)));
        if (answer.Refusal is null) payments[(here, last[here])] = new NaiveReceipt(c.Currency) { Left = c.Amount };
        return answer;
    }

    private Answer AssignPayment(Command.AssignPayment c)
    {
        if (c.Payment > last[here]) return Refused("transaction_unknown");
        if (!payments.TryGetValue((here, c.Payment), out var payment)) return Refused("not_a_payment");
        if (payment.Currency != c.To.Currency) return Refused("payment_in_other_currency");
        if (c.Amount > payment.Left) return Refused("more_than_paid");
        var answer = Move("payment_assigned", (Text(c.To), c.Amount), (Of("suspense", c.To.Currency), -c.Amount));
        if (answer.Refusal is null) payment.Left -= c.Amount;
        return answer;
    }

    private Answer MatchBankLine(Command.MatchBankLine c) => Once("bank_line", c.Bank, c.BankReference, () =>
    {
        if (Past(c.Record) is not { } past) return Refused("transaction_unknown");
        if (past.IsReversed || referenced.Contains((here, c.Record))
            || past.Since.Exists(since => since.Type == "bank_line_matched")) return Refused("not_matchable");
        var (cash, suspense) = (Of("cash.bank", c.Currency, c.Bank ?? ""), Of("suspense", c.Currency));
        if (past.Legs.Where(leg => leg.Account == cash).Aggregate(BigInteger.Zero, (sum, leg) => sum + leg.Amount)
            != c.Amount) return Refused("bank_line_differs");
        var matched = new NaiveDraft(here, "bank_line_matched") { RefersTo = c.Record };
        var (kind, waiting) = c.Amount > 0 ? ("in", receipts) : ("out", payments);
        if (!suspended.TryGetValue((here, $"{kind} {(here, $"{c.Bank} ")} {c.BankReference}"), out var number))
            return Move(matched);
        var line = waiting[(here, number)];
        if (line.Currency != c.Currency || line.Left != Math.Abs(c.Amount))
            return Refused(c.Amount > 0 ? "more_than_received" : "more_than_paid");
        (string, BigInteger)[] legs = [(suspense, c.Amount), (cash, -c.Amount)];
        var type = c.Amount > 0 ? "receipt_assigned" : "payment_assigned";
        var answer = Move(
            matched, new NaiveDraft(here, type, c.Amount > 0 ? legs : [.. legs.Reverse()]) { RefersTo = number });
        if (answer.Refusal is not null) return answer;
        line.Left = 0;
        referenced.Add((here, last[here]));
        return answer;
    });

    private Answer BeginBankFile(Command.BeginBankFile c)
    {
        var key = (here, $"{c.Bank} {c.File}");
        if (files.TryGetValue(key, out var known))
            return Refused(known.Begun.Sha256 == c.Sha256 ? "bank_file_exists" : "bank_file_differs");
        files[key] = new NaiveFile { Begun = c };
        return Move("bank_file_begun");
    }

    private Answer UnderWay(string? bank, string file, Func<NaiveFile, Answer> then) =>
        files.TryGetValue((here, $"{bank} {file}"), out var one) && !one.IsFinished
            ? then(one)
            : Refused("bank_file_not_under_way");

    private static bool IsAllOf(NaiveFile file)
    {
        var currencies = file.Items.Select(item => item.Currency).OfType<string>()
            .Concat(file.Begun.Totals.Select(total => total.Currency)).Distinct();
        return currencies.All(currency =>
        {
            var amounts = file.Items.Where(item => item.Currency == currency).Select(item => item.Amount!.Value);
            var total = file.Begun.Totals.FirstOrDefault(one => one.Currency == currency);
            return (amounts.Where(one => one > 0).Sum(), -amounts.Where(one => one < 0).Sum())
                == (total?.In ?? 0, total?.Out ?? 0);
        });
    }

    private Answer RecordStatement(Command.RecordStatement c)
    {
        var key = (here, $"{c.Bank} {c.Currency}");
        if (!bankStatements.TryGetValue(key, out var known)) bankStatements[key] = known = [];
        if (known.Find(one => one.Said.Statement == c.Statement) is { Said: { } said })
            return Refused(
                (said.From, said.To, said.Opening, said.Closing) == (c.From, c.To, c.Opening, c.Closing)
                    ? "already_recorded"
                    : "statement_differs");
        if (c.Account is not null && known.Select(one => one.Said.Account).FirstOrDefault(one => one is not null)
            is { } account && account != c.Account) return Refused("statement_of_another_account");
        var answer = Move("bank_statement_recorded");
        known.Add((last[here], c));
        return answer;
    }

    private Answer Report(Command.RecordProcessorReport c)
    {
        var key = (here, $"{c.Processor} {c.Currency} {c.On}");
        var known = reports.GetValueOrDefault(key);
        if (c.Corrects is { } corrected && corrected != known.Number) return Refused("not_the_last_report");
        if (c.Corrects is null && known.Said is { } said)
            return Refused(said with { Corrects = null } == c ? "already_recorded" : "report_differs");
        var answer = Move("processor_reported");
        reports[key] = (last[here], c);
        return answer;
    }
}
