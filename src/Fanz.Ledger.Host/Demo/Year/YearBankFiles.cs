using Fanz.Ledger.Money;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Rails.Simulated;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>What the bank says of a day, as files: its statement, and what the clearing house gave back.</summary>
internal static class YearBankFiles
{
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalTime Evening = new(16, 0);

    public static string NameOf(LocalDate day) => Day.Format(day);

    /// <summary>The statement names a file of payments as one sum, as banks do.</summary>
    public static byte[] Statement(BankDay day)
    {
        var name = $"stmt-{NameOf(day.On)}";
        var stream = new MemoryStream();
        CamtWriter.Write(
            new SimulatedStatement(
                CamtVersion.V08, name, name, day.On.At(Evening), YearBank.Account, Currency.Of("USD"), day.On, day.On,
                day.Opening, day.Closing, day.Entries.Select(EntryOf)),
            stream);
        return stream.ToArray();
    }

    /// <summary>Null on a day on which nothing came back.</summary>
    public static byte[]? Returns(BankDay day)
    {
        if (day.Returns.Count == 0) return null;
        var settings = YearBank.SettingsOf(day.On);
        var stream = new MemoryStream();
        NachaReturnWriter.Write(
            settings, day.On.At(Evening), 'A', firstSequence: 1 + (day.On.DayOfYear * 1_000L), [.. day.Returns], stream);
        return stream.ToArray();
    }

    private static SimulatedEntry EntryOf(BankEntry entry)
    {
        var booked = new SimulatedEntry(entry.Reference, entry.Reference, entry.On, entry.On, PaymentsOf(entry))
        {
            Text = entry.Text,
        };
        return entry.File is { } file ? booked with { PaymentInformationId = file, TellsPayments = false } : booked;
    }

    private static IReadOnlyList<SimulatedPayment> PaymentsOf(BankEntry entry) => entry.File is null
        ? [
            new SimulatedPayment(
                entry.Amount, entry.Payment, ServicerReference: entry.Reference, ReturnCode: entry.Code,
                Text: entry.Text),
        ]
        : [.. entry.Payments.Select(payment => new SimulatedPayment(-payment.Amount, payment.Identification.Trim()))];
}
