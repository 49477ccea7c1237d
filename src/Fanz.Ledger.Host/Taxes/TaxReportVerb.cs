using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Tax;
using Npgsql;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// `ledger tax report`: what an authority is told of a year or a quarter. Up to which numbers it is complete, and how
/// many are left out and why, is told on standard error.
/// </summary>
internal static class TaxReportVerb
{
    private const int MostYear = 2_999;

    private sealed record Asked(
        TaxReturn Form, BookName? Book, string? Tenant, int Year, int? Quarter, string Format, string? Out,
        string? Corrects, string? Record, FireWords? Fire);

    public static Command Words()
    {
        var form = new Argument<TaxReturn>("FORM")
        {
            Description = $"One of {TaxWords.All<TaxReturn>()}.",
            CustomParser = ReadForm,
        };
        var book = BookWords.Option("One book; otherwise all of the tenant.");
        var tenant = new Option<string?>("--tenant") { HelpName = "TENANT", Description = "All books of a tenant." };
        var year = new Option<int>("--year")
        {
            HelpName = "YEAR", Description = "The calendar year in which funds became available.", Required = true,
            CustomParser = result => ReadWhole(result, 1_900, MostYear),
        };
        var quarter = new Option<int?>("--quarter")
        {
            HelpName = "N", Description = "1 to 4; vat is told of one quarter, dac7 and uk of one or of all.",
            CustomParser = result => ReadWhole(result, 1, 4),
        };
        var format = new Option<string>("--format")
        {
            HelpName = "FORMAT", Description = "table, json or csv; irs for the file of publication 1220.",
            DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "json", "csv", "irs");
        var output = new Option<string?>("--out")
        {
            HelpName = "FILE", Description = "Write a file that is not there yet, instead of standard output.",
        };
        var corrects = new Option<string?>("--corrects")
        {
            HelpName = "FILE", Description = "Tell only what differs from this file, as --format csv wrote it.",
        };
        var record = new Option<string?>("--record")
        {
            HelpName = "FILING", Description = "Keep the hash and the totals of --out in the journal under this name.",
        };
        var fire = new FireOptions();
        var verb = new Command("report", "Tell what a tax authority is told of a year or a quarter.")
        {
            form, book, tenant, year, quarter, format, output, corrects, record,
        };
        foreach (var option in fire.All) verb.Add(option);
        verb.Validators.Add(result =>
        {
            if (result.GetResult(book) is null == result.GetResult(tenant) is null)
                result.AddError("--book or --tenant: one of them.");
            if (result.GetResult(record) is not null && result.GetResult(output) is null)
                result.AddError("--record is of a file: --out names it.");
            fire.Judge(result, result.GetValue(format) == "irs", result.GetResult(output) is not null);
        });
        verb.SetAction((words, token) => Run(
            new Asked(
                words.GetValue(form), words.GetValue(book), words.GetValue(tenant), words.GetValue(year),
                words.GetValue(quarter), words.GetValue(format)!, words.GetValue(output), words.GetValue(corrects),
                words.GetValue(record), fire.Of(words)),
            token));
        return verb;
    }

    private static async Task<int> Run(Asked asked, CancellationToken token)
    {
        if (asked.Form == TaxReturn.Vat && asked.Quarter is null) throw new Mistake("vat is told of one --quarter.");
        if (asked.Quarter is not null && asked.Form is not (TaxReturn.Vat or TaxReturn.Dac7 or TaxReturn.Uk))
            throw new Mistake($"{TaxWords.Of(asked.Form)} is told of a year, not of a --quarter.");
        if (asked.Out is { } path && File.Exists(path)) throw new Mistake($"{path} is there already.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var registry = new BookRegistry(source);
        var books = asked.Book is { } one
            ? [await registry.MustFind(one, token)]
            : await registry.List(asked.Tenant, token);
        if (books.Count == 0)
            throw new Mistake($"There is no book of {asked.Tenant}: `ledger book list` lists them.");
        await UpToDate.Bring(source, [.. books], token, TaxFollower.FollowerName);
        var (material, numbers) =
            await TaxPreparation.Read(source, books, asked.Form, asked.Year, asked.Quarter, token);
        var table = Make(asked, material);
        if (asked.Corrects is { } filed)
        {
            var problems = new Problems();
            var corrected = TaxCorrection.Of(table, filed, problems);
            if (problems.Count > 0)
            {
                foreach (var problem in problems.Told) CommandLine.Say(problem);
                return CommandLine.NotDone;
            }

            table = corrected;
        }

        Tell(table, numbers);
        if (asked.Format == "irs")
        {
            var to = asked.Book ?? new BookName(asked.Tenant!, "_");
            var report = new FireReport(table, asked.Form, material, asked.Fire!);
            await report.Write(database, source, registry, to, asked.Out!, token);
        }
        else
        {
            await Write(asked, table, numbers, token);
        }

        if (asked.Record is { } filing) await Record(asked, filing, table, source, registry, token);
        return CommandLine.Done;
    }

    internal static TaxTable Make(TaxReturn form, int? quarter, TaxMaterial material) => form switch
    {
        TaxReturn.Nec => InformationReturns.Nec(material),
        TaxReturn.Misc => InformationReturns.Misc(material),
        TaxReturn.K => InformationReturns.K(material),
        TaxReturn.ForeignPersons => ForeignPersons.Of(material),
        TaxReturn.Dac7 => SellersOfPlatforms.OfUnion(material, quarter),
        TaxReturn.Uk => SellersOfPlatforms.OfKingdom(material, quarter),
        TaxReturn.Vat => UnionVat.Of(material, quarter!.Value),
        _ => throw new InvariantBroken($"{form} is no form."),
    };

    private static TaxTable Make(Asked asked, TaxMaterial material) => Make(asked.Form, asked.Quarter, material);

    private static void Tell(TaxTable table, IReadOnlyList<(OpenedBook Book, long Number)> numbers)
    {
        CommandLine.Say(
            $"Current to {string.Join(", ", numbers.Select(one => $"number {one.Number} of {one.Book.Name}"))}.");
        if (table.LeftOut > 0) CommandLine.Say($"{table.LeftOut} below the threshold are left out.");
        if (table.Elsewhere > 0) CommandLine.Say($"{table.Elsewhere} of another form or authority are left out.");
    }

    private static async Task Write(
        Asked asked, TaxTable table, IReadOnlyList<(OpenedBook Book, long Number)> numbers, CancellationToken token)
    {
        if (asked.Out is null && asked.Format == "table")
        {
            Answer.Table(
                $"{TaxWords.Of(asked.Form)} {asked.Year}",
                [.. table.Columns.Select(column => new Answer.Column(
                    column.Name.Replace('_', ' '), column.Kind is ValueKind.Minor or ValueKind.Whole))],
                table.Rows.Select(row => (IReadOnlyList<string>)InWords(row, table)));
            return;
        }

        // A file is complete or not there at all.
        var unfinished = asked.Out is null ? null : $"{asked.Out}.unfinished";
        await using (var output = unfinished is null ? Console.OpenStandardOutput() : File.Create(unfinished))
        {
            if (asked.Format == "json") await WriteJson(output, asked, table, numbers, token);
            else await WriteCsv(output, table, token);
        }

        if (unfinished is not null) File.Move(unfinished, asked.Out!);
    }

    internal static async Task WriteCsv(Stream output, TaxTable table, CancellationToken token)
    {
        await using var file = ListFile.To(output, "csv", table.Columns);
        await file.Begin(token);
        foreach (var row in table.Rows) await file.Write(row, token);
    }

    private static async Task WriteJson(
        Stream output, Asked asked, TaxTable table, IReadOnlyList<(OpenedBook Book, long Number)> numbers,
        CancellationToken token)
    {
        await using (var json = new Utf8JsonWriter(output, Json.AsGiven))
        {
            json.WriteStartObject();
            json.WriteString("form", TaxWords.Of(asked.Form));
            json.WriteNumber("year", asked.Year);
            if (asked.Quarter is { } quarter) json.WriteNumber("quarter", quarter);
            json.WriteStartArray("books");
            foreach (var (book, number) in numbers)
            {
                json.WriteStartObject();
                json.WriteString("book", book.Name.ToString());
                json.WriteNumber("number", number);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("below_threshold", table.LeftOut);
            json.WriteNumber("elsewhere", table.Elsewhere);
            json.WriteStartArray("totals");
            foreach (var total in table.Totals())
            {
                json.WriteStartObject();
                json.WriteString("what", total.What);
                json.WriteString("currency", total.Currency);
                json.WriteNumber("amount", total.Amount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var row in table.Rows) ListJson.Write(json, table.Columns, row);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        await output.FlushAsync(token);
    }

    /// <summary>Into the one book, or into the treasury where the file is of all of the tenant's.</summary>
    private static async Task Record(
        Asked asked, string filing, TaxTable table, NpgsqlDataSource source, BookRegistry registry,
        CancellationToken token)
    {
        string hash;
        await using (var file = File.OpenRead(asked.Out!))
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token));
        var book = asked.Book ?? new BookName(asked.Tenant!, "_");
        await using var writer = new BookWriter(source, registry, HostSettings.Writer());
        await TaxPosting.Post(
            writer, book,
            new Ledger.Journal.Command.RecordTaxFiling(
                filing, asked.Form, asked.Year, hash, table.Totals(), asked.Quarter),
            $"tax_filing/{TaxWords.Of(asked.Form)}/{asked.Year}/{filing}/{hash[..16]}", token);
        CommandLine.Say($"Recorded as {filing} in {book}, SHA-256 {hash}.");
    }

    private static string[] InWords(IReadOnlyList<object?> row, TaxTable table)
    {
        var currency = table.Columns.ToList().FindIndex(column => column.Name == TaxTable.CurrencyColumn);
        return
        [
            .. row.Select((value, i) => value is null ? ""
                : table.Columns[i].Kind != ValueKind.Minor ? ListValues.InWords(value)
                : new Money.Money((long)value, Currency.Of((string)row[currency]!)).ToString().Split(' ')[0]),
        ];
    }

    private static TaxReturn ReadForm(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TaxWords.Of<TaxReturn>(text) is { } form) return form;
        result.AddError($"`{text}` is no form: there are {TaxWords.All<TaxReturn>()}.");
        return default;
    }

    private static int ReadWhole(ArgumentResult result, int least, int most)
    {
        var text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < least || number > most)
            result.AddError($"`{text}` is not a number from {least} to {most}.");
        return number;
    }
}
