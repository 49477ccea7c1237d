using System.CommandLine;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.Reports;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Reports;

/// <summary>
/// `ledger report trial-balance`, `balance-sheet` and `income-statement`. What they ask is what an address asks, with
/// hyphens.
/// </summary>
internal static class LinesVerb
{
    public static Command Words(ReportKind kind)
    {
        var book = BookWords.Option("The book.");
        var tenant = new Option<string?>("--tenant")
        {
            HelpName = "TENANT",
            Description = "All books of a tenant; where there is only one tenant, that may be left out.",
        };
        var consolidated = new Option<bool>("--consolidated")
        {
            Description = "Leave out what the tenant's books owe one another, as far as both sides say so.",
        };
        var asked = ReportWords.Of(kind).Select(name => (name, Option: Option(name))).ToArray();
        var json = Answer.JsonOption();
        var csv = CsvOption();
        var verb = new Command(kind.Name, $"{kind.Summary}.") { book, tenant, consolidated, json, csv };
        foreach (var (_, option) in asked) verb.Options.Add(option);
        verb.SetAction((words, token) =>
        {
            var given = asked.ToDictionary(one => one.name, one => words.GetValue(one.Option));
            var (one, all) = (words.GetValue(book), words.GetValue(tenant));
            if (one is not null && all is not null)
                throw new Mistake("Name either --book TENANT/PLATFORM or --tenant TENANT.");
            var consolidates = words.GetValue(consolidated);
            if (consolidates && one is not null) throw new Mistake("Only the books of a --tenant are consolidated.");
            if (words.GetValue(json) && words.GetValue(csv)) throw new Mistake("It is --json or --csv, not both.");
            return Make(
                kind, one, all, consolidates, given.GetValueOrDefault,
                words.GetValue(json) ? "json" : words.GetValue(csv) ? "csv" : "table", token);
        });
        return verb;
    }

    internal static Option<string?> Option(string name) => new($"--{name.Replace('_', '-')}")
    {
        HelpName = name switch { ReportWords.In => "ISO", ReportWords.Rates => "TABLE", _ => "DATE" },
        Description = name switch
        {
            ReportWords.AsOf => "What is dated on that day or before.",
            ReportWords.From => "What is dated on that day or later.",
            ReportWords.To => "What is dated on that day or before.",
            ReportWords.KnownOn => "As it was known at the end of that day.",
            ReportWords.In => "All of it in one currency as well.",
            ReportWords.Rates => "The tenant's table of rates.",
            _ => "The day of the rates.",
        },
    };

    internal static Option<bool> CsvOption() => new("--csv") { Description = "Answer with CSV on standard output." };

    internal static void PrintJson(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, Json.AsGiven)) write(json);
        output.WriteByte((byte)'\n');
    }

    private static async Task<int> Make(
        ReportKind kind, BookName? one, string? tenant, bool consolidates, Func<string, string?> given, string format,
        CancellationToken token)
    {
        try
        {
            var days = ReportWords.Days(kind, given);
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            var registry = new BookRegistry(source);
            IReadOnlyList<OpenedBook> books = one is { } name
                ? [await registry.MustFind(name, token)]
                : await registry.List(tenant, token);
            if (books.Count == 0) throw new Mistake($"There is no book of {tenant}: `ledger book list` lists them.");
            if (books.Select(book => book.Name.Tenant).Distinct().Count() > 1)
                throw new Mistake("There are several tenants: name one with --tenant, or a book with --book.");
            await UpToDate.Bring(source, books, token, BalanceFollower.FollowerName);
            if (given("rates") is not null)
            {
                await UpToDate.Bring(
                    source, await registry.List(books[0].Name.Tenant, token), token, RateFollower.FollowerName);
            }

            var asked = new ReportAsked(
                books, days, consolidates,
                await ReportWords.ReadRates(registry, books[0].Name.Tenant, given, token));
            await Print(kind, await ReportWords.Make(new ReportMaker(source), asked, token), format, token);
            return CommandLine.Done;
        }
        catch (ReportMistake mistake)
        {
            throw new Mistake($"--{mistake.Parameter.Replace('_', '-')}: {mistake.Message}");
        }
    }

    private static async Task Print(ReportKind kind, Report report, string format, CancellationToken token)
    {
        switch (format)
        {
            case "json":
                PrintJson(json => ReportJson.Write(json, kind, report));
                break;
            case "csv":
                foreach (var (book, number) in report.Books)
                    CommandLine.Say($"{kind.Title} of {book}, current to number {number}.");
                await using (var output = Console.OpenStandardOutput())
                    await ReportRows.Write(output, kind, report, token);
                break;
            default:
                ReportTables.Print(kind, report);
                break;
        }
    }
}
