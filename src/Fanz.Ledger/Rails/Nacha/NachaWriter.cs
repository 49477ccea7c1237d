using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// Writes payments for the American clearing house: persons in a batch of class PPD, companies in one of class CCD.
/// The orders are gone through up to three times (to check them all before the first byte, then once a batch), so they
/// must be the same each time; of a file nothing is held in memory but the payouts' ids.
/// </summary>
public static class NachaWriter
{
    public const string Format = "nacha";

    private static readonly Currency Dollars = Currency.Of("USD");

    /// <summary>Why the orders cannot go into one file: all there is to say, at once.</summary>
    public static IReadOnlyList<OrderFault> Check(NachaSettings settings, IEnumerable<PaymentOrder> orders) =>
        Survey(settings, orders).Faults;

    /// <summary>Writes the file, or throws <see cref="PaymentFileRefused"/> before the first byte.</summary>
    public static PaymentFileManifest Write(NachaSettings settings, IEnumerable<PaymentOrder> orders, Stream stream)
    {
        var survey = Survey(settings, orders);
        if (survey.Faults.Count > 0) throw new PaymentFileRefused(survey.Faults);
        using var records = new NachaRecords(stream);
        records.FileHeader(
            settings.Destination, settings.Origin, settings.CreatedAt, settings.Modifier, settings.DestinationName,
            settings.OriginName, settings.Reference);
        var count = 0L;
        var total = 0L;
        foreach (var isCompany in new[] { false, true })
        {
            if (survey.CountOf(isCompany) == 0) continue;
            records.BatchHeader(
                settings.CompanyName, settings.CompanyData, settings.CompanyId, isCompany ? "CCD" : "PPD",
                settings.Description, settings.DescriptiveDate, settings.EffectiveOn, settings.Odfi);
            foreach (var order in orders)
            {
                if (order.Payee is not PayeeAccount.UsBank payee || payee.IsCompany != isCompany) continue;
                records.Entry(
                    payee.IsSavings ? 32 : 22, payee.Routing, payee.Account, order.Amount, order.Payout,
                    NameOf(payee), hasAddenda: false, NachaLayout.Trace(settings.Odfi, order.Sequence));
                count++;
                total += order.Amount;
            }

            records.BatchControl(settings.CompanyId, settings.Odfi);
        }

        if ((count, total) != (survey.Count, survey.Total))
            throw new InvariantBroken("The orders of a file were others when they were gone through again.");
        var hash = records.HashOfFile;
        var (sha256, length) = records.FileControl();
        return new PaymentFileManifest(
            Format, count, [new CurrencyTotal(Dollars, count, total)],
            hash.ToString("0000000000", CultureInfo.InvariantCulture), null, sha256, length);
    }

    private sealed class Surveyed
    {
        public List<OrderFault> Faults { get; } = [];

        public long Persons { get; set; }

        public long Companies { get; set; }

        public long Total { get; set; }

        public long Count => Persons + Companies;

        public long CountOf(bool isCompany) => isCompany ? Companies : Persons;
    }

    private static Surveyed Survey(NachaSettings settings, IEnumerable<PaymentOrder> orders)
    {
        var survey = new Surveyed();
        survey.Faults.AddRange(settings.Faults().Select(fault => new OrderFault("", 0, fault.Code, fault.ToString())));
        var seen = new SeenOnce();
        var last = 0L;
        Int128 total = 0;
        foreach (var order in orders)
        {
            foreach (var (code, problem) in Problems(settings, order, last))
                survey.Faults.Add(new OrderFault(order.Payout, order.Sequence, code, problem));
            if (!seen.IsFirst(order.Payout))
                survey.Faults.Add(
                    new OrderFault(order.Payout, order.Sequence, "duplicate", "The payout is there twice."));
            last = order.Sequence;
            total += order.Amount;
            if (order.Payee is PayeeAccount.UsBank { IsCompany: true }) survey.Companies++;
            else survey.Persons++;
        }

        if (survey.Count == 0) survey.Faults.Add(new OrderFault("", 0, "empty", "There is nothing to pay."));
        if (Math.Max(survey.Persons, survey.Companies) > NachaLayout.MostEntriesOfBatch)
            survey.Faults.Add(
                new OrderFault("", 0, "too_many", $"A batch has at most {NachaLayout.MostEntriesOfBatch}."));
        if (total > NachaLayout.LargestTotal)
            survey.Faults.Add(new OrderFault(
                "", 0, "total_too_large", $"They sum to {total} cents; a file carries {NachaLayout.LargestTotal}."));
        else if (total > 0) survey.Total = (long)total;
        return survey;
    }

    private static IEnumerable<(string Code, string Problem)> Problems(
        NachaSettings settings, PaymentOrder order, long lastSequence)
    {
        if (order.Payout is not { Length: > 0 and <= NachaLayout.IdentificationLength }
            || !order.Payout.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            yield return ("ill_formed", "The id of a payout has 1 to 15 letters, digits and hyphens here.");
        if (!ReferenceEquals(order.Currency, Dollars))
            yield return ("wrong_currency", $"The clearing house pays in USD, not in {order.Currency}.");
        if (order.Amount <= 0)
            yield return ("wrong_amount", "A payment is more than nothing.");
        else if (order.Amount > (settings.IsSameDay ? NachaLayout.LargestSameDayEntry : NachaLayout.LargestEntry))
            yield return ("amount_too_large", $"{order.Amount} cents are above the limit of one payment.");
        if (order.Sequence is <= 0 or > NachaLayout.LargestSequence)
            yield return ("wrong_sequence", $"A trace number ends in 1 to {NachaLayout.LargestSequence}.");
        else if (order.Sequence <= lastSequence)
            yield return ("wrong_order", $"The sequence {order.Sequence} comes after {lastSequence}.");
        if (order.Payee is not PayeeAccount.UsBank payee)
        {
            yield return ("wrong_account", "The clearing house reaches accounts in the United States only.");
            yield break;
        }

        foreach (var fault in payee.Faults()) yield return (fault.Code, fault.ToString());
    }

    // The record has room for so much of a name; banks compare no more of it.
    private static string NameOf(PayeeAccount.UsBank payee)
    {
        if (!BankText.TryAscii(payee.Name, out var name)) throw new InvariantBroken("A name was checked before.");
        return name.Length <= NachaLayout.NameLength ? name : name[..NachaLayout.NameLength].TrimEnd();
    }
}
