using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Rails.Simulated;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Banking;

/// <summary>What the bank of these tests writes.</summary>
internal static class BankWriting
{
    private const string Odfi = "02100002";

    public static byte[] Statement(
        string id, LocalDate day, long opening, params SimulatedEntry[] entries) =>
        Camt(id, day, opening, opening + entries.Sum(entry => entry.Payments.Sum(one => one.Amount)), entries);

    public static byte[] Notification(string id, LocalDate day, params SimulatedEntry[] entries) =>
        Camt(id, day, null, null, entries);

    public static SimulatedEntry Entry(string reference, LocalDate day, params SimulatedPayment[] payments) =>
        new($"n-{reference}", reference, day, day, payments);

    public static SimulatedEntry Paid(string reference, LocalDate day, string payout, long amount) =>
        Entry(reference, day, new SimulatedPayment(-amount, payout));

    public static SimulatedEntry Unnamed(string reference, LocalDate day, long amount) =>
        Entry(reference, day, new SimulatedPayment(amount, null));

    public static SimulatedEntry CameBack(string reference, LocalDate day, string payout, long amount, string code) =>
        Entry(reference, day, new SimulatedPayment(amount, payout, ReturnCode: code));

    public static byte[] Report(
        string id, LocalDate day, string? group, params (string Payout, string Status, string? Reason)[] payments) =>
        Written(stream => StatusReportWriter.Write(
            new SimulatedReport(
                StatusReportVersion.V10, id, day.At(LocalTime.Noon), BankedLedger.XmlMessage, "pain.001.001.09",
                    group, null,
                payments.Length == 0
                    ? []
                    : [
                        new SimulatedInformation(
                            $"{BankedLedger.XmlMessage}-1", null,
                            [.. payments.Select(one => new SimulatedStatus(one.Payout, one.Status, one.Reason))]),
                    ]),
            stream));

    public static byte[] Returns(
        LocalDate day, char modifier, params (string Payout, long Sequence, long Amount, string Code)[] returns) =>
        Written(stream => NachaReturnWriter.Write(
            new NachaSettings(
                "021000021", "BANK", "1234567890", "FANZ", "FANZ", "1234567890", Odfi, "PAYOUT", day, 'A',
                day.At(LocalTime.Noon)),
            day.At(LocalTime.Noon), modifier, 1,
            [
                .. returns.Select(one => new SimulatedReturn(
                    new NachaPayment(
                        1, NachaTrace(one.Sequence), one.Amount, one.Payout,
                        new PayeeAccount.UsBank("SOMEBODY", "021000021", "123456", false, false), day),
                    one.Code)),
            ],
            stream));

    private static string NachaTrace(long sequence) =>
        Odfi + sequence.ToString("0000000", System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Camt(string id, LocalDate day, long? opening, long? closing, SimulatedEntry[] entries) =>
        Written(stream => CamtWriter.Write(
            new SimulatedStatement(
                CamtVersion.V08, id, id, day.At(LocalTime.Noon), BankedLedger.Account, Currency.Of("USD"), day, day,
                opening, closing, entries),
            stream));

    private static byte[] Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
