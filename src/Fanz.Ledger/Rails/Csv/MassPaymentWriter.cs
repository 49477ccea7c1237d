using System.Text;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails.Csv;

/// <summary>What differs between those who take payments as a table.</summary>
public sealed record MassPaymentSettings
{
    public char Delimiter { get; init; } = ',';

    /// <summary>The most that one payment may be, in minor units.</summary>
    public long Limit { get; init; } = Money.Money.Limit;

    /// <summary>The only currencies that are taken; all where it is left out.</summary>
    public IReadOnlyList<Currency>? Currencies { get; init; }

    /// <summary>The fields of accounts of other rails, each of which becomes a column behind the others.</summary>
    public IReadOnlyList<string> FieldColumns { get; init; } = [];

    public IEnumerable<Fault> Faults()
    {
        if (Delimiter is not (',' or ';' or '\t' or '|'))
            yield return new Fault(
                "delimiter", "ill_formed", "Fields are separated by a comma, semicolon, tab or bar.");
        if (Limit is <= 0 or > Money.Money.Limit)
            yield return new Fault("limit", "ill_formed", "A limit is an amount.");
        if (FieldColumns.Distinct(StringComparer.Ordinal).Count() != FieldColumns.Count
            || FieldColumns.Any(column => string.IsNullOrEmpty(column) || MassPaymentWriter.Columns.Contains(column)))
            yield return new Fault("field_columns", "repeated", "A column has a name of its own.");
    }
}

/// <summary>
/// Writes payments as a table in UTF-8, with line breaks as RFC 4180 has them and the columns that ops/rails.md names.
/// The orders are gone through twice and must be the same each time.
/// </summary>
public static class MassPaymentWriter
{
    public const string Format = "csv";

    private const string LineBreak = "\r\n";

    public static IReadOnlyList<string> Columns { get; } =
    [
        "payout", "amount", "currency", "name", "kind", "account_country", "iban", "bic", "routing", "account",
        "account_type", "holder", "country", "town", "street", "building", "post_code",
    ];

    public static IReadOnlyList<OrderFault> Check(MassPaymentSettings settings, IEnumerable<PaymentOrder> orders)
    {
        var faults = settings.Faults().Select(fault => new OrderFault("", 0, fault.Code, fault.ToString())).ToList();
        var seen = new SeenOnce();
        var any = false;
        foreach (var order in orders)
        {
            any = true;
            foreach (var (code, problem) in Problems(settings, order))
                faults.Add(new OrderFault(order.Payout, order.Sequence, code, problem));
            if (!seen.IsFirst(order.Payout))
                faults.Add(new OrderFault(order.Payout, order.Sequence, "duplicate", "The payout is there twice."));
        }

        if (!any) faults.Add(new OrderFault("", 0, "empty", "There is nothing to pay."));
        return faults;
    }

    /// <summary>Writes the file, or throws <see cref="PaymentFileRefused"/> before the first byte.</summary>
    public static PaymentFileManifest Write(
        MassPaymentSettings settings, IEnumerable<PaymentOrder> orders, Stream stream)
    {
        if (Check(settings, orders) is { Count: > 0 } faults) throw new PaymentFileRefused(faults);
        var totals = new List<CurrencyTotal>();
        using var output = new HashingStream(stream);
        using (var text = new StreamWriter(output, new UTF8Encoding(false), 16_384, leaveOpen: true))
        {
            WriteRow(text, settings, [.. Columns, .. settings.FieldColumns]);
            foreach (var order in orders)
            {
                WriteRow(text, settings, FieldsOf(settings, order));
                Count(totals, order);
            }
        }

        return new PaymentFileManifest(
            Format, totals.Sum(total => total.Count), totals, null, null, output.Sha256(), output.Length);
    }

    private static IEnumerable<(string Code, string Problem)> Problems(MassPaymentSettings settings, PaymentOrder order)
    {
        if (Iso20022.Identification.Problem(order.Payout) is { } id) yield return ("ill_formed", id);
        if (order.Currency.IsToken || settings.Currencies?.Contains(order.Currency) == false)
            yield return ("wrong_currency", $"{order.Currency} is not paid by this rail.");
        if (order.Amount <= 0) yield return ("wrong_amount", "A payment is more than nothing.");
        else if (order.Amount > settings.Limit)
            yield return ("amount_too_large", $"{order.Amount} is above the limit of one payment.");
        foreach (var fault in order.Payee.Faults()) yield return (fault.Code, fault.ToString());
        // A table is opened in spreadsheets, which take such a name for a formula.
        if (order.Payee.Name is ['=' or '+' or '-' or '@', ..])
            yield return ("ill_formed", "A name begins with a letter.");
        if (order.Payee is PayeeAccount.Other other && other.Fields.Keys.Except(settings.FieldColumns).Any())
            yield return ("wrong_account", "The account has a field for which the table has no column.");
    }

    private static string[] FieldsOf(MassPaymentSettings settings, PaymentOrder order)
    {
        var (us, iban, other) =
            (order.Payee as PayeeAccount.UsBank, order.Payee as PayeeAccount.Iban, order.Payee as PayeeAccount.Other);
        return
        [
            order.Payout, AmountText.Of(order.Amount, order.Currency), order.Currency.Code, order.Payee.Name,
            us is not null ? "us_bank" : iban is not null ? "iban" : "other",
            order.Payee.Country ?? "", iban?.Number ?? "", iban?.Bic ?? "", us?.Routing ?? "", us?.Account ?? "",
            us is null ? "" : us.IsSavings ? "savings" : "checking", us is null ? "" : us.IsCompany
                ? "company"
                : "person",
            iban?.Address.Country ?? "", iban?.Address.Town ?? "", iban?.Address.Street ?? "",
            iban?.Address.Building ?? "", iban?.Address.PostCode ?? "",
            .. settings.FieldColumns.Select(column => other?.Fields.GetValueOrDefault(column) ?? ""),
        ];
    }

    private static void Count(List<CurrencyTotal> totals, PaymentOrder order)
    {
        var at = totals.FindIndex(total => ReferenceEquals(total.Currency, order.Currency));
        if (at < 0) totals.Add(new CurrencyTotal(order.Currency, 1, order.Amount));
        else totals[at] = totals[at] with { Count = totals[at].Count + 1, Amount = totals[at].Amount + order.Amount };
    }

    private static void WriteRow(StreamWriter text, MassPaymentSettings settings, IReadOnlyList<string> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0) text.Write(settings.Delimiter);
            var field = fields[i];
            if (field.AsSpan().IndexOfAny("\"\r\n") < 0 && !field.Contains(settings.Delimiter, StringComparison.Ordinal))
                text.Write(field);
            else text.Write($"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        text.Write(LineBreak);
    }
}
