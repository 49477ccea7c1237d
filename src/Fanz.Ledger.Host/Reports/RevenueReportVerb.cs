using System.CommandLine;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Reports;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Reports;

/// <summary>
/// `ledger report revenue`: what platforms earned, as a table of the figures that matter most, or all of it for
/// programs. Up to which numbers it is complete is told on standard error.
/// </summary>
internal static class RevenueReportVerb
{
    /// <summary>What people are shown; expenses are all that is between revenue and net.</summary>
    private static readonly string[] Shown =
        [
            "sales", "gross", "discounts", "taxes", "creators", "affiliates", "refunded", "charged_back", "revenue",
            "net",
        ];

    public static Command Words()
    {
        var by = new Option<string?>("--by")
        {
            HelpName = "GROUPS",
            Description = $"Some of {RevenueWords.Groups}, separated by commas. Currencies are never mixed.",
        };
        var book = BookWords.Option("One book; otherwise all of the tenant, or all there are.");
        var tenant = new Option<string?>("--tenant") { HelpName = "TENANT", Description = "All books of a tenant." };
        var from = new Option<string?>("--from") { HelpName = "DAY", Description = "The first day that counts." };
        var to = new Option<string?>("--to") { HelpName = "DAY", Description = "The last day that counts." };
        var currency = new Option<string?>("--currency") { HelpName = "ISO", Description = "One currency alone." };
        var csv = new Option<bool>("--csv") { Description = "Answer with CSV on standard output." };
        var json = Answer.JsonOption();
        var verb = new Command("revenue", "Tell what platforms earned, by hour, day, month, platform and kind.")
        {
            by, book, tenant, from, to, currency, json, csv,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv)) result.AddError("--json or --csv: one of them.");
            if (result.GetResult(book) is not null && result.GetResult(tenant) is not null)
                result.AddError("--book or --tenant: one of them.");
        });
        verb.SetAction((words, token) =>
        {
            var question = Understand(name => words.GetValue(name switch
            {
                RevenueWords.By => by, RevenueWords.From => from, RevenueWords.To => to, _ => currency,
            }));
            var format = words.GetValue(json) ? Format.Json : words.GetValue(csv) ? Format.Csv : Format.Table;
            return Run(words.GetValue(book), words.GetValue(tenant), question, format, token);
        });
        return verb;
    }

    private enum Format
    {
        Table,
        Json,
        Csv,
    }

    private static RevenueQuestion Understand(Func<string, string?> given)
    {
        try
        {
            return RevenueWords.Read(given);
        }
        catch (ListMistake mistake)
        {
            throw new Mistake($"--{mistake.Message}");
        }
    }

    private static async Task<int> Run(
        BookName? book, string? tenant, RevenueQuestion question, Format format, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var books = book is { } one ? [await registry.MustFind(one, token)] : await registry.List(tenant, token);
        if (tenant is not null && books.Count == 0)
            throw new Mistake($"There is no book of {tenant}: `ledger book list` lists them.");
        await UpToDate.Bring(source, [.. books], token, EarningsFollower.FollowerName);
        var report = new RevenueReport(source);
        switch (format)
        {
            case Format.Csv:
                await WriteCsv(report, books, question, token);
                break;
            case Format.Json:
                WriteJson(await report.Read(books, question, token), question);
                break;
            default:
                var reported = await report.Read(books, question, token);
                Tell(reported.Books);
                WriteTable(reported, question);
                break;
        }

        return CommandLine.Done;
    }

    private static async Task WriteCsv(
        RevenueReport report, IReadOnlyList<OpenedBook> books, RevenueQuestion question, CancellationToken token)
    {
        await using var output = Console.OpenStandardOutput();
        await using var file = ListFile.To(output, "csv", RevenueReport.Columns(question.By));
        await foreach (var (reported, row) in report.All(books, question, token))
        {
            if (row is not null)
            {
                await file.Write(row, token);
                continue;
            }

            Tell(reported);
            await file.Begin(token);
        }
    }

    private static void WriteJson(RevenueReported reported, RevenueQuestion question)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Json.AsGiven))
        {
            json.WriteStartObject();
            json.WriteStartArray("books");
            foreach (var (book, number) in reported.Books)
            {
                json.WriteStartObject();
                json.WriteString("book", book.Name.ToString());
                json.WriteNumber("number", number);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("rows");
            var columns = RevenueReport.Columns(question.By);
            foreach (var row in reported.Rows) ListJson.Write(json, columns, row);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        Answer.Line(System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
    }

    private static void WriteTable(RevenueReported reported, RevenueQuestion question)
    {
        var columns = RevenueReport.Columns(question.By);
        var groups = columns.TakeWhile(column => column.Name != "sales").Count();
        int[] shown = [.. Enumerable.Range(0, groups), .. Shown.Select(name => IndexOf(columns, name))];
        Answer.Table(
            "Revenue",
            [.. shown.Select(at => new Answer.Column(Title(columns[at].Name), IsNumber: at >= groups))],
            reported.Rows.Select(row => (IReadOnlyList<string>)
                [.. shown.Select(at => InWords(row[at], columns[at], (string)row[groups - 1]!))]));
    }

    private static string InWords(object? value, ListColumn column, string currency)
    {
        if (value is null) return "";
        if (column.Kind != ValueKind.Minor) return ListValues.InWords(value);
        // The currency has a column of its own.
        var money = new Money.Money((long)value, Currency.Of(currency)).ToString();
        return money[..money.IndexOf(' ', StringComparison.Ordinal)];
    }

    private static int IndexOf(IReadOnlyList<ListColumn> columns, string name) =>
        Enumerable.Range(0, columns.Count).First(at => columns[at].Name == name);

    private static string Title(string name) => name.Replace('_', ' ');

    private static void Tell(IEnumerable<ReportedBook> books) => CommandLine.Say(
        $"Current to {string.Join(", ", books.Select(one => $"number {one.Number} of {one.Book.Name}"))}.");
}
