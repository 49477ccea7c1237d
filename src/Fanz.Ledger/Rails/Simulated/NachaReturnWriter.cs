using System.Text;
using Fanz.Ledger.Rails.Nacha;
using NodaTime;

namespace Fanz.Ledger.Rails.Simulated;

/// <summary>What a simulated clearing house gives back: a payment that it got, and the reason.</summary>
/// <param name="Code">R03 and the like, or C01 and the like.</param>
/// <param name="Information">What the bank adds; for a correction, what is to be put in place.</param>
public sealed record SimulatedReturn(
    NachaPayment Payment, string Code, LocalDate? DateOfDeath = null, string Information = "");

/// <summary>
/// Writes return files as the clearing house does, for a simulated bank and for tests: returns of persons, returns of
/// companies and corrections in batches of their own.
/// </summary>
public static class NachaReturnWriter
{
    /// <param name="bank">The settings by which the payments were sent: sender and receiver change places.</param>
    /// <param name="firstSequence">Of the clearing house's own trace numbers.</param>
    public static void Write(
        NachaSettings bank, LocalDateTime at, char modifier, long firstSequence,
        IReadOnlyCollection<SimulatedReturn> returns, Stream stream)
    {
        using var records = new NachaRecords(stream);
        var ours = $"{bank.Odfi}{RoutingNumber.CheckDigit(bank.Odfi)}";
        records.FileHeader(
            bank.Origin, bank.Destination, at, modifier, bank.OriginName, bank.DestinationName, bank.Reference);
        var house = bank.Destination[..8];
        var sequence = firstSequence;
        foreach (var batch in returns.GroupBy(ClassOf).OrderBy(batch => batch.Key, StringComparer.Ordinal))
        {
            records.BatchHeader(
                bank.CompanyName, bank.CompanyData, bank.CompanyId, batch.Key, bank.Description, "", at.Date, house,
                settled: at.Date.DayOfYear.ToString("000", System.Globalization.CultureInfo.InvariantCulture));
            foreach (var one in batch)
            {
                var trace = NachaLayout.Trace(house, sequence++);
                var isChange = one.Code.StartsWith('C');
                records.Entry(
                    one.Payment.Payee.IsSavings ? 31 : 21, ours, one.Payment.Payee.Account,
                    isChange ? 0 : one.Payment.Amount, one.Payment.Identification, one.Payment.Payee.Name,
                    hasAddenda: true, trace);
                records.Addendum(isChange ? Change(one, trace) : Return(one, trace));
            }

            records.BatchControl(bank.CompanyId, house);
        }

        records.FileControl();
    }

    private static string ClassOf(SimulatedReturn one) =>
        one.Code.StartsWith('C') ? "COR" : one.Payment.Payee.IsCompany ? "CCD" : "PPD";

    private static string Return(SimulatedReturn one, string trace)
    {
        var columns = new StringBuilder("799").Append(one.Code).Append(one.Payment.Trace);
        if (one.DateOfDeath is { } day) columns.Day(day);
        else columns.Append(' ', 6);
        return columns.Append(one.Payment.Payee.Routing.AsSpan(0, 8)).Text(one.Information, 44).Append(trace)
            .ToString();
    }

    private static string Change(SimulatedReturn one, string trace) =>
        new StringBuilder("798").Append(one.Code).Append(one.Payment.Trace).Append(' ', 6)
            .Append(one.Payment.Payee.Routing.AsSpan(0, 8)).Text(one.Information, 29).Append(' ', 15).Append(trace)
            .ToString();
}
