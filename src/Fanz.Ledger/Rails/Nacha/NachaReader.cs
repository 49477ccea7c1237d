using NodaTime;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// A file of payments as we send them, read again. The payments are read as they are asked for, once only.
/// </summary>
public sealed record NachaFile(
    string Id, string Destination, string Origin, LocalDateTime CreatedAt, IEnumerable<NachaPayment> Payments);

/// <summary>One payment of such a file.</summary>
public sealed record NachaPayment(
    long Line, string Trace, long Amount, string Identification, PayeeAccount.UsBank Payee, LocalDate? EffectiveOn);

public static class NachaReader
{
    private const int CheckingCredit = 22;
    private const int SavingsCredit = 32;

    public static NachaFile Read(Stream stream)
    {
        var walk = new NachaWalk(stream);
        var header = walk.Header;
        return new NachaFile(
            header.Id, header.Destination, header.Origin, header.CreatedAt, walk.Entries(rising: true).Select(
                PaymentOf));
    }

    /// <summary>Reads what came back: returns, and corrections that banks ask for.</summary>
    public static ReturnFile ReadReturns(Stream stream)
    {
        var walk = new NachaWalk(stream);
        var header = walk.Header;
        var seen = new SeenOnce();
        return new ReturnFile(
            header.Id, header.Destination, header.Origin, header.CreatedAt,
            walk.Entries(rising: false).Select(entry => ReturnOf(entry, seen)));
    }

    private static NachaPayment PaymentOf(NachaEntry entry)
    {
        if (entry.Code is not (CheckingCredit or SavingsCredit))
            throw new UnreadableBankFile(
                BankFileReason.ForeignFormat, $"An entry of code {entry.Code} is no payment of ours.", entry.Line, 2);
        return new NachaPayment(
            entry.Line, entry.Trace, entry.Amount, entry.Identification,
            new PayeeAccount.UsBank(
                entry.Name, entry.Routing, entry.Account, entry.Code == SavingsCredit, entry.Batch.EntryClass != "PPD"),
            entry.Batch.EffectiveOn);
    }

    private static ReturnLine ReturnOf(NachaEntry entry, SeenOnce seen)
    {
        if (entry.Code % 10 is not (1 or 6))
            throw new UnreadableBankFile(
                BankFileReason.ForeignFormat, $"An entry of code {entry.Code} is no return.", entry.Line, 2);
        if (entry.Addenda is not [var addendum])
            throw new UnreadableBankFile(
                BankFileReason.Missing, "A return has one addendum, which says why.", entry.Line, 79);
        var (line, columns) = addendum;
        var isChange = columns.AsSpan(1, 2) is "98";
        if (!isChange && columns.AsSpan(1, 2) is not "99")
            throw new UnreadableBankFile(
                BankFileReason.ForeignFormat, "The addendum of a return is of type 98 or 99.", line, 2);
        var code = columns.Substring(3, 3);
        if (code[0] != (isChange ? 'C' : 'R') || !char.IsAsciiDigit(code[1]) || !char.IsAsciiDigit(code[2]))
            throw new UnreadableBankFile(BankFileReason.Corrupt, "The reason is R or C and two digits.", line, 4);
        var original = columns.Substring(6, 15);
        var bank = columns.Substring(27, 8);
        if (original.AsSpan().ContainsAnyExceptInRange('0', '9') || bank.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new UnreadableBankFile(BankFileReason.Corrupt, "The original trace and bank are digits.", line, 7);
        if (columns.Substring(79, 15) != entry.Trace)
            throw new UnreadableBankFile(
                BankFileReason.Corrupt, "The addendum is of another entry than the one before.", line, 80);
        if (isChange && entry.Amount != 0)
            throw new UnreadableBankFile(BankFileReason.WrongAmount, "A correction moves no money.", entry.Line, 30);
        if (!seen.IsFirst($"{isChange}/{original}"))
            throw new UnreadableBankFile(BankFileReason.Duplicate, "The payment came back twice in one file.", line, 7);
        return new ReturnLine(
            line, code, original, bank, entry.Amount, entry.Code % 10 == 6, entry.Trace, entry.Identification,
            isChange ? null : DeathOf(columns.Substring(21, 6), line),
            (isChange ? columns.Substring(35, 29) : columns.Substring(35, 44)).Trim());
    }

    private static LocalDate? DeathOf(string digits, long line)
    {
        if (digits is "      " or "000000") return null;
        return NachaDay.Of(digits)
            ?? throw new UnreadableBankFile(BankFileReason.WrongDate, "There is no such day of death.", line, 22);
    }
}
