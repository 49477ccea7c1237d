using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>One entry of a statement, and the lines that it comes to.</summary>
internal sealed class CamtEntry(IsoReader xml, Currency currency, long number)
{
    private const int LongestText = 500;

    private long line;
    private Money.Money? amount;
    private bool? isCredit;
    private bool isReversal;
    private string status = "BOOK";
    private LocalDate? bookedOn;
    private LocalDate? valueOn;
    private string? servicerReference;
    private string text = "";
    private Batch batch;
    private readonly List<Detail> details = [];

    private record struct Batch(string? Message, string? PaymentInformation, long? Count, Money.Money? Total);

    private sealed record Detail(
        long Line, BankReferences References, long? Amount, bool? IsCredit, string Text);

    public string? Reference { get; private set; }

    /// <summary>Pending and informative entries move nothing yet.</summary>
    public bool IsBooked => status == "BOOK";

    public long Amount => isCredit == true ? amount!.Value.Minor : -amount!.Value.Minor;

    public IEnumerable<BankLine> Lines()
    {
        line = xml.Line;
        foreach (var child in xml.Children()) Take(child);
        if (amount is not { } money || isCredit is null)
            throw xml.Wrong(BankFileReason.Missing, "An entry has an amount and a sign.");
        if (!ReferenceEquals(money.Currency, currency))
            throw xml.Wrong(
                BankFileReason.WrongCurrency, $"An entry in {money.Currency} stands on an account in {currency}.");
        if (!IsBooked) return [];
        if ((bookedOn ?? valueOn) is not { } day)
            throw xml.Wrong(BankFileReason.Missing, "A booked entry has its day.");
        return LinesOf(day);
    }

    private IEnumerable<BankLine> LinesOf(LocalDate day)
    {
        var own = new BankReferences(null, null, servicerReference, Reference, null, null)
        {
            MessageId = batch.Message, PaymentInformationId = batch.PaymentInformation,
        };
        if (batch.Total is { } total && total.Minor != amount!.Value.Minor)
            throw xml.Wrong(BankFileReason.WrongTotal, "The batch does not sum to its entry.");
        if (details is [var only])
        {
            if (only.Amount is { } told && told != amount!.Value.Minor) throw Unequal(told);
            return [LineOf(day, Amount, only)];
        }

        if (details.Count == 0 || details.Any(detail => detail.Amount is null))
            return
            [
                new BankLine(line, Amount, day, valueOn, own, isReversal, text)
                {
                    Entry = number,
                    Payments = batch.Count is { } count ? (int)count : details.Count > 1 ? details.Count : null,
                },
            ];
        if (batch.Count is { } said && said != details.Count)
            throw xml.Wrong(BankFileReason.WrongCount, $"The batch has {said} payments, {details.Count} are told.");
        Int128 sum = 0;
        foreach (var detail in details) sum += SignedOf(detail);
        if (sum != Amount) throw Unequal(sum);
        return details.Select(detail => LineOf(day, SignedOf(detail), detail));
    }

    private long SignedOf(Detail detail) =>
        detail.IsCredit ?? isCredit!.Value ? detail.Amount!.Value : -detail.Amount!.Value;

    private BankLine LineOf(LocalDate day, long signed, Detail detail) => new(
        detail.Line, signed, day, valueOn,
        detail.References with
        {
            ServicerReference = detail.References.ServicerReference ?? servicerReference,
            EntryReference = Reference,
            MessageId = detail.References.MessageId ?? batch.Message,
            PaymentInformationId = detail.References.PaymentInformationId ?? batch.PaymentInformation,
        },
        isReversal, detail.Text.Length > 0 ? detail.Text : text)
    {
        Entry = number,
    };

    private UnreadableBankFile Unequal(Int128 sum) => xml.Wrong(
        BankFileReason.WrongTotal,
        $"The payments of an entry sum to {AmountText.Of(sum, currency.Scale)}, not to "
            + $"{AmountText.Of(Amount, currency)}.");

    private void Take(string child)
    {
        switch (child)
        {
            case "NtryRef":
                Reference = xml.Text35(child);
                break;
            case "Amt":
                amount = amount is null ? xml.Amount() : throw Twice(child);
                break;
            case "CdtDbtInd":
                isCredit = isCredit is null ? xml.IsCredit() : throw Twice(child);
                break;
            case "RvslInd":
                isReversal = xml.Flag();
                break;
            case "Sts":
                TakeStatus();
                break;
            case "BookgDt":
                bookedOn = xml.DayWithin(child);
                break;
            case "ValDt":
                valueOn = xml.DayWithin(child);
                break;
            case "AcctSvcrRef":
                servicerReference = xml.Text35(child);
                break;
            case "AddtlNtryInf":
                text = xml.Text(LongestText);
                break;
            case "NtryDtls":
                TakeDetails();
                break;
        }
    }

    // Versions before the eighth have the word itself, that one a code within.
    private void TakeStatus()
    {
        if (xml.Name.EndsWith(".08", StringComparison.Ordinal))
        {
            foreach (var child in xml.Children())
                if (child == "Cd") status = xml.Text(10);
        }
        else status = xml.Text(10);
        if (status is not ("BOOK" or "PDNG" or "INFO" or "FUTR"))
            throw xml.Wrong(BankFileReason.Corrupt, "The status of an entry is BOOK, PDNG, INFO or FUTR.");
    }

    private void TakeDetails()
    {
        foreach (var child in xml.Children())
        {
            if (child == "TxDtls") details.Add(DetailOf());
            else if (child == "Btch") TakeBatch();
        }
    }

    private void TakeBatch()
    {
        foreach (var child in xml.Children())
        {
            switch (child)
            {
                case "MsgId":
                    batch.Message = xml.Text35(child);
                    break;
                case "PmtInfId":
                    batch.PaymentInformation = xml.Text35(child);
                    break;
                case "NbOfTxs":
                    batch.Count = xml.Count();
                    if (batch.Count > int.MaxValue) throw xml.Wrong(BankFileReason.WrongCount, "No batch is so large.");
                    break;
                case "TtlAmt":
                    batch.Total = xml.Amount();
                    break;
            }
        }
    }

    private Detail DetailOf()
    {
        var at = xml.Line;
        var references = BankReferences.None;
        Money.Money? own = null;
        Money.Money? within = null;
        bool? credit = null;
        var told = "";
        foreach (var child in xml.Children())
        {
            switch (child)
            {
                case "Refs":
                    references = ReferencesOf(references);
                    break;
                case "Amt":
                    own = xml.Amount();
                    break;
                case "CdtDbtInd":
                    credit = xml.IsCredit();
                    break;
                case "AmtDtls":
                    within = AmountWithin();
                    break;
                case "RmtInf":
                    told = RemittanceOf();
                    break;
                case "RtrInf":
                    references = ReturnOf(references);
                    break;
                case "AddtlTxInf" when told.Length == 0:
                    told = xml.Text(LongestText);
                    break;
            }
        }

        // An amount in another currency is what was instructed, not what was booked.
        var booked = ReferenceEquals(own?.Currency, currency) ? own
            : ReferenceEquals(within?.Currency, currency) ? within : null;
        return new Detail(at, references, booked?.Minor, credit, told);
    }

    private BankReferences ReferencesOf(BankReferences references)
    {
        foreach (var child in xml.Children())
        {
            references = child switch
            {
                "EndToEndId" => references with { EndToEndId = Provided(xml.Text35(child)) },
                "InstrId" => references with { InstructionId = Provided(xml.Text35(child)) },
                "AcctSvcrRef" => references with { ServicerReference = Provided(xml.Text35(child)) },
                "MsgId" => references with { MessageId = Provided(xml.Text35(child)) },
                "PmtInfId" => references with { PaymentInformationId = Provided(xml.Text35(child)) },
                _ => references,
            };
        }

        return references;
    }

    private static string? Provided(string text) => text == "NOTPROVIDED" ? null : text;

    private Money.Money? AmountWithin()
    {
        Money.Money? instructed = null;
        Money.Money? booked = null;
        foreach (var child in xml.Children())
        {
            if (child is not ("TxAmt" or "InstdAmt")) continue;
            foreach (var inner in xml.Children())
            {
                if (inner != "Amt") continue;
                if (child == "TxAmt") booked = xml.Amount();
                else instructed = xml.Amount();
            }
        }

        return booked ?? instructed;
    }

    private string RemittanceOf()
    {
        var parts = new List<string>();
        foreach (var child in xml.Children())
            if (child == "Ustrd" && parts.Sum(part => part.Length) < LongestText) parts.Add(xml.Text(LongestText));
        return string.Join(' ', parts);
    }

    private BankReferences ReturnOf(BankReferences references)
    {
        foreach (var child in xml.Children())
        {
            if (child == "AddtlInf")
                references = references with { ReturnReason = references.ReturnReason ?? xml.Text(LongestText) };
            if (child != "Rsn") continue;
            foreach (var inner in xml.Children())
                if (inner is "Cd" or "Prtry") references = references with { ReturnCode = xml.Text35(inner) };
        }

        return references;
    }

    private UnreadableBankFile Twice(string element) =>
        xml.Wrong(BankFileReason.Duplicate, $"{element} is there twice.");
}
