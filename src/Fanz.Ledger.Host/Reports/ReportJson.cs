using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Reports;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Reports;

/// <summary>Reports as JSON: the same over HTTP and on the command line.</summary>
internal static class ReportJson
{
    public static void Write(Utf8JsonWriter json, ReportKind kind, Report report)
    {
        json.WriteStartObject();
        json.WriteString("report", kind.Name);
        json.WriteStartArray("books");
        foreach (var (book, number) in report.Books)
        {
            json.WriteStartObject();
            json.WriteString("book", book.ToString());
            json.WriteNumber("number", number);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var days = report.Asked.Days;
        if (kind.IsOfPeriod) Day(json, ReportWords.From, days.From);
        Day(json, kind.IsOfPeriod ? ReportWords.To : ReportWords.AsOf, days.To);
        Day(json, ReportWords.KnownOn, days.KnownOn);
        json.WriteBoolean(ReportWords.Consolidated, report.Asked.Consolidates);
        json.WriteStartArray("sections");
        foreach (var section in report.Sections)
        {
            json.WriteStartObject();
            Section(json, kind, section);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Total(json, kind, report.Total);
        json.WriteStartArray("between_books");
        foreach (var pair in report.Between) Between(json, pair);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Sums of many accounts may be beyond 64 bits, and are written in full.</summary>
    public static void Amount(Utf8JsonWriter json, string name, Int128 amount)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(amount.ToString(CultureInfo.InvariantCulture));
    }

    public static void Day(Utf8JsonWriter json, string name, LocalDate? day)
    {
        if (day is { } given) json.WriteString(name, LocalDatePattern.Iso.Format(given));
        else json.WriteNull(name);
    }

    private static void Section(Utf8JsonWriter json, ReportKind kind, ReportSection section)
    {
        json.WriteString("currency", section.Currency.Code);
        if (kind.HasEveryLine)
        {
            json.WriteStartArray("lines");
            foreach (var line in section.Lines) Line(json, line, line.Code.NormalSide);
            json.WriteEndArray();
            Amount(json, "debits", section.Debits);
            Amount(json, "credits", section.Credits);
        }

        foreach (var group in kind.Groups)
        {
            json.WriteStartObject(ReportKind.NameOf(group));
            json.WriteStartArray("lines");
            foreach (var line in section.In(group)) Line(json, line, group.NormalSide());
            json.WriteEndArray();
            Amount(json, "total", section.TotalOf(group));
            json.WriteEndObject();
        }

        if (!kind.HasEveryLine) Amount(json, "result", section.Result);
        if (!kind.IsOfPeriod) Amount(json, "sum", section.Sum);
    }

    private static void Line(Utf8JsonWriter json, ReportLine line, Side side)
    {
        json.WriteStartObject();
        json.WriteString("code", line.Code.Name);
        json.WriteString("owner", line.Owner);
        Amount(json, "balance", line.Balance);
        Amount(json, "amount", side == Side.Debit ? line.Balance : -line.Balance);
        json.WriteEndObject();
    }

    private static void Total(Utf8JsonWriter json, ReportKind kind, ReportTotal? total)
    {
        if (total is null)
        {
            json.WriteNull("total");
            return;
        }

        json.WriteStartObject("total");
        json.WriteString("rates", total.Rates.Table);
        Day(json, ReportWords.RatesOn, total.Rates.On);
        json.WriteNumber("rates_number", total.RatesNumber);
        Section(json, kind, total.Section);
        Amount(json, "rounding", total.Section.Rounding);
        json.WriteEndObject();
    }

    private static void Between(Utf8JsonWriter json, BetweenTwo pair)
    {
        json.WriteStartObject();
        json.WriteString("from", pair.From.ToString());
        json.WriteString("to", pair.To.ToString());
        json.WriteString("currency", pair.Currency.Code);
        Amount(json, "due_to", pair.Owes);
        Amount(json, "due_from", pair.Due);
        Amount(json, "eliminated", pair.Eliminated);
        Amount(json, "unmatched", pair.Unmatched);
        json.WriteEndObject();
    }
}
