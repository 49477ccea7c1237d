using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>
/// Reads statements (camt.053) and notifications (camt.054) in the shapes of versions 02 to 08. Statements come one
/// after another, and each one's lines as they are asked for, while the statements are gone through; what is left of
/// one when the next is asked for is read, and checked, before. Balances stand before lines, as the format has them.
/// </summary>
public static class CamtReader
{
    private static readonly string[] Versions = ["02", "03", "04", "05", "06", "07", "08"];

    public static IEnumerable<BankStatement> Read(Stream stream)
    {
        using var xml = new IsoReader(stream);
        var isRead = xml.Name.Length > 2 && Versions.Contains(xml.Name[^2..]);
        var (root, element) = (isRead ? xml.Name[..^2] : "") switch
        {
            "camt.053.001." when isRead => ("BkToCstmrStmt", "Stmt"),
            "camt.054.001." when isRead => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
            _ => throw xml.Wrong(BankFileReason.ForeignFormat, $"{Identifier.Quote(xml.Name)} is not read here."),
        };
        var seen = new SeenOnce();
        var found = 0;
        foreach (var inner in xml.Children())
        {
            if (inner != root) throw xml.Wrong(BankFileReason.ForeignFormat, $"{root} is due here.");
            string? message = null;
            foreach (var child in xml.Children())
            {
                if (child == "GrpHdr") message = MessageOf(xml);
                if (child != element) continue;
                var reading = new CamtStatement(xml, message, isStatement: element == "Stmt");
                var statement = reading.Begin();
                if (!seen.IsFirst(statement.Id))
                    throw xml.Wrong(BankFileReason.Duplicate, $"{Identifier.Quote(statement.Id)} is there twice.");
                found++;
                yield return statement;
                reading.Finish();
            }
        }

        xml.End();
        if (found == 0) throw xml.Wrong(BankFileReason.Missing, "It has no statement.");
    }

    private static string? MessageOf(IsoReader xml)
    {
        string? id = null;
        foreach (var child in xml.Children())
            if (child == "MsgId") id = xml.Text35(child);
        return id;
    }
}

/// <summary>One statement: what stands before the entries is read at once, the entries as they are asked for.</summary>
internal sealed class CamtStatement(IsoReader xml, string? message, bool isStatement)
{
    private readonly IEnumerator<string> children = xml.Children().GetEnumerator();
    private readonly SeenOnce entries = new();
    private readonly Summary summary = new();
    private Currency? currency;
    private string? id;
    private string account = "";
    private LocalDate? from;
    private LocalDate? to;
    private (long Amount, LocalDate Day)? opening;
    private (long Amount, LocalDate Day)? closing;
    private Currency? currencyOfBalances;
    private long entry;
    private Int128 sum;
    private bool isBegun;
    private bool isOpeningBooked;
    private bool isAtEntry;
    private IEnumerator<BankLine>? lines;

    private sealed class Summary
    {
        public long? Entries { get; set; }

        public long? Credits { get; set; }

        public long? Debits { get; set; }

        public string? CreditSum { get; set; }

        public string? DebitSum { get; set; }

        public long SeenCredits { get; set; }

        public long SeenDebits { get; set; }

        public Int128 SeenCreditSum { get; set; }

        public Int128 SeenDebitSum { get; set; }
    }

    public BankStatement Begin()
    {
        while (!isAtEntry && children.MoveNext()) Take(children.Current);
        currency ??= currencyOfBalances;
        if (id is null) throw xml.Wrong(BankFileReason.Missing, "A statement has an id.");
        if (account.Length == 0) throw xml.Wrong(BankFileReason.Missing, "A statement names its account.");
        if (isStatement && (opening is null || closing is null))
            throw xml.Wrong(BankFileReason.Missing, "A statement has an opening and a closing balance.");
        if (from > to) throw xml.Wrong(BankFileReason.WrongDate, "It ends before it begins.");
        if (currency is null) throw xml.Wrong(BankFileReason.Missing, "The currency of the account is not said.");
        isBegun = true;
        lines = Lines().GetEnumerator();
        return new BankStatement(
            id, account, currency, from ?? opening?.Day, to ?? closing?.Day, opening?.Amount, closing?.Amount, Asked())
        {
            MessageId = message,
        };
    }

    /// <summary>Reads what nobody has asked for, so that all of it is checked.</summary>
    public void Finish()
    {
        while (lines!.MoveNext())
        {
        }
    }

    private IEnumerable<BankLine> Asked()
    {
        while (lines!.MoveNext()) yield return lines.Current;
    }

    private void Take(string child)
    {
        switch (child)
        {
            case "Id" when id is null:
                id = xml.Text35(child);
                break;
            case "Acct":
                TakeAccount();
                break;
            case "FrToDt":
                foreach (var end in xml.Children())
                {
                    if (end is "FrDt" or "FrDtTm") from = xml.Day();
                    else if (end is "ToDt" or "ToDtTm") to = xml.Day();
                }

                break;
            case "Bal":
                TakeBalance();
                break;
            case "TxsSummry":
                TakeSummary();
                break;
            case "Ntry":
                isAtEntry = true;
                break;
        }
    }

    private void TakeAccount()
    {
        foreach (var child in xml.Children())
        {
            if (child == "Ccy")
            {
                var code = xml.Text(10);
                if (!Currency.TryOf(code, out currency) || currency.IsToken)
                    throw xml.Wrong(BankFileReason.UnknownCurrency, $"{Identifier.Quote(code)} is no currency.");
            }
            else if (child == "Id") account = AccountId();
        }
    }

    private string AccountId()
    {
        var found = "";
        foreach (var child in xml.Children())
        {
            if (child == "IBAN")
            {
                found = IbanNumber.Normal(xml.Text(40));
                if (IbanNumber.Problem(found) is not null)
                    throw xml.Wrong(BankFileReason.WrongCheckDigit, "The IBAN of the account is wrong.");
            }
            else if (child == "Othr")
            {
                foreach (var inner in xml.Children())
                    if (inner == "Id") found = xml.Text35(inner);
            }
        }

        return found;
    }

    private void TakeBalance()
    {
        string? kind = null;
        Money.Money? amount = null;
        bool? isCredit = null;
        LocalDate? day = null;
        foreach (var child in xml.Children())
        {
            if (child == "Tp") kind = KindOfBalance();
            else if (child == "Amt") amount = xml.Amount();
            else if (child == "CdtDbtInd") isCredit = xml.IsCredit();
            else if (child == "Dt") day = xml.DayWithin(child);
        }

        if (amount is not { } money || isCredit is not { } credit || day is not { } on)
            throw xml.Wrong(BankFileReason.Missing, "A balance has an amount, a sign and a day.");
        if (kind is not ("OPBD" or "CLBD" or "PRCD")) return;
        if (!ReferenceEquals(money.Currency, currencyOfBalances ?? currency ?? money.Currency))
            throw xml.Wrong(BankFileReason.WrongCurrency, $"The balance is in {money.Currency}.");
        currencyOfBalances = money.Currency;
        var balance = (credit ? money.Minor : -money.Minor, on);
        if (kind == "CLBD") closing = closing is null ? balance : throw Twice(kind);
        else if (kind == "OPBD") opening = isOpeningBooked ? throw Twice(kind) : balance;
        else opening ??= balance;
        isOpeningBooked |= kind == "OPBD";
    }

    private UnreadableBankFile Twice(string kind) =>
        xml.Wrong(BankFileReason.Duplicate, $"There are two balances {kind}.");

    private string? KindOfBalance()
    {
        string? kind = null;
        foreach (var child in xml.Children())
        {
            if (child != "CdOrPrtry") continue;
            foreach (var inner in xml.Children())
                if (inner == "Cd") kind = xml.Text(10);
        }

        return kind;
    }

    private void TakeSummary()
    {
        foreach (var child in xml.Children())
        {
            if (child is not ("TtlNtries" or "TtlCdtNtries" or "TtlDbtNtries")) continue;
            foreach (var inner in xml.Children())
            {
                if (inner == "NbOfNtries")
                {
                    var count = xml.Count();
                    if (child == "TtlNtries") summary.Entries = count;
                    else if (child == "TtlCdtNtries") summary.Credits = count;
                    else summary.Debits = count;
                }
                else if (inner == "Sum" && child != "TtlNtries")
                {
                    var total = xml.Text(40);
                    if (child == "TtlCdtNtries") summary.CreditSum = total;
                    else summary.DebitSum = total;
                }
            }
        }
    }

    private IEnumerable<BankLine> Lines()
    {
        if (!isBegun) throw new InvalidOperationException("A statement is begun before its lines are read.");
        while (isAtEntry)
        {
            isAtEntry = false;
            entry++;
            var read = new CamtEntry(xml, currency!, entry);
            foreach (var line in read.Lines()) yield return line;
            if (read.IsBooked) Count(read);
            if (read.Reference is { } reference && !entries.IsFirst(reference))
                throw xml.Wrong(BankFileReason.Duplicate, $"The entry {Identifier.Quote(reference)} is there twice.");
            while (!isAtEntry && children.MoveNext())
            {
                if (children.Current == "Ntry") isAtEntry = true;
                else if (children.Current is "Bal" or "TxsSummry" or "Acct")
                    throw xml.Wrong(BankFileReason.WrongOrder, $"{children.Current} stands before the entries.");
            }
        }

        CheckTotals();
    }

    private void Count(CamtEntry read)
    {
        sum += read.Amount;
        if (read.Amount >= 0)
        {
            summary.SeenCredits++;
            summary.SeenCreditSum += read.Amount;
        }
        else
        {
            summary.SeenDebits++;
            summary.SeenDebitSum -= read.Amount;
        }
    }

    private void CheckTotals()
    {
        if (opening is { } from && closing is { } until && from.Amount + sum != until.Amount)
            throw xml.Wrong(
                BankFileReason.WrongBalance,
                $"{id}: {from.Amount} and entries of {sum} come to {from.Amount + sum}, not to {until.Amount}.");
        Same("entries", summary.Entries, summary.SeenCredits + summary.SeenDebits);
        Same("credit entries", summary.Credits, summary.SeenCredits);
        Same("debit entries", summary.Debits, summary.SeenDebits);
        Same("credit entries", summary.CreditSum, summary.SeenCreditSum);
        Same("debit entries", summary.DebitSum, summary.SeenDebitSum);
    }

    private void Same(string what, long? said, long counted)
    {
        if (said is { } count && count != counted)
            throw xml.Wrong(BankFileReason.WrongCount, $"{id}: it says {count} {what}; there are {counted}.");
    }

    private void Same(string what, string? said, Int128 counted)
    {
        if (said is not null && xml.Parsed(said, currency!).Minor != counted)
            throw xml.Wrong(
                BankFileReason.WrongTotal,
                $"{id}: {what} sum to {AmountText.Of(counted, currency!.Scale)}, not to {said}.");
    }
}
