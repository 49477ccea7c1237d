using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Filing;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Tax;
using Npgsql;
using Command = Fanz.Ledger.Journal.Command;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>What the command line says of the file.</summary>
internal sealed record FireWords(string Filer, string Reason, bool IsTest, bool IsPriorYear);

/// <summary>The options that belong to the file of the IRS alone.</summary>
internal sealed class FireOptions
{
    private readonly Option<string?> filer = new("--filer")
    {
        HelpName = "FILE", Description = "With --format irs: who files, as JSON.",
    };

    private readonly Option<string?> reason = new("--reason")
    {
        HelpName = "TEXT", Description = "With --format irs: why names and numbers are read, for the journal.",
    };

    private readonly Option<bool> test = new("--test") { Description = "With --format irs: mark it as a test file." };

    private readonly Option<bool> prior = new("--prior-year")
    {
        Description = "With --format irs: mark it as one of an earlier year than that which is filed now.",
    };

    public IReadOnlyList<Option> All => [filer, reason, test, prior];

    public void Judge(CommandResult result, bool isWanted, bool hasFile)
    {
        if (isWanted && !(hasFile && result.GetResult(filer) is not null && result.GetResult(reason) is not null))
            result.AddError("--format irs takes --out, --filer and --reason.");
        if (!isWanted && All.Any(option => result.GetResult(option) is { Implicit: false }))
            result.AddError("--filer, --reason, --test and --prior-year are of --format irs.");
    }

    public FireWords? Of(ParseResult words) => words.GetValue(filer) is { } from && words.GetValue(reason) is { } why
        ? new FireWords(from, why, words.GetValue(test), words.GetValue(prior))
        : null;
}

/// <summary>
/// The rows of a report as the file that the IRS takes. Names and numbers are opened for it, all at once, and only after
/// a record in the journal says so.
/// </summary>
internal sealed class FireReport(TaxTable table, TaxReturn form, TaxMaterial material, FireWords words)
{
    private const int LongestAccount = 20;

    public async Task Write(
        Database database, NpgsqlDataSource source, BookRegistry registry, BookName book, string path,
        CancellationToken token)
    {
        if (!FireFile.Knows(form))
            throw new Mistake($"{TaxWords.Of(form)} is not written in the layout of the IRS: --format csv has it.");
        var filer = ReadFiler(words.Filer);
        if (FireFile.Faults(form, material.Year, filer, []).FirstOrDefault() is { } fault)
            throw new Mistake(fault.ToString());
        var keys = await database.MasterKey(token) is { } master
            ? new PersonKeys(source, master)
            : throw new Mistake("There is no master key: LEDGER_MASTER_KEY is not set.");
        Judge();
        await using (var writer = new BookWriter(source, registry, HostSettings.Writer()))
        {
            // Each file is a reading of its own, so its key is nobody else's.
            await TaxPosting.Post(
                writer, book,
                new Command.RecordReading("tax_files", $"{TaxWords.Of(form)}/{material.Year}", words.Reason),
                $"reading/{Guid.NewGuid():n}", token);
        }

        // Whoever is in the file has been read of, so each of them has a line of the trail.
        await new AccessTrail(source).Write(
            book.Tenant,
            [
                .. Taxpayers.Select(one => new TrailNote(TrailKind.Read, "write_tax_file", KeyVerbs.Us)
                {
                    Platform = book.Platform,
                    Subject = PersonKeys.OfCreator(one.Creator),
                    Item = $"tax_form/{one.Form!.Form}",
                }),
            ],
            token);
        var payees = await Payees(keys, book.Tenant, token);
        Stop([.. FireFile.Faults(form, material.Year, filer, payees).Select(one => one.ToString())]);
        var bytes = FireFile.Write(form, material.Year, words.IsPriorYear, words.IsTest, filer, payees);
        await Save(path, bytes, token);
        CommandLine.Say($"{payees.Count} payees, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}.");
    }

    /// <summary>For nobody else to read, and there as a whole or not at all.</summary>
    private static async Task Save(string path, byte[] bytes, CancellationToken token)
    {
        var unfinished = $"{path}.unfinished";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(unfinished, options)) await file.WriteAsync(bytes, token);
        File.Move(unfinished, path);
    }

    /// <summary>Who files, from a file of its own: it changes less often than what is filed.</summary>
    public static Filer ReadFiler(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, FilerShape.Default.Filer)
                ?? throw new Mistake($"{path} is no object.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Mistake($"There is no {path}.");
        }
        catch (JsonException exception)
        {
            throw new Mistake(
                $"{path}: {exception.Path ?? "$"} is not as it must be; a filer has name, tin, control_code, street, "
                + "city, state, zip, phone, contact_name and contact_email.");
        }
    }

    /// <summary>What keeps a row from the file can be told before anything is opened.</summary>
    private void Judge()
    {
        var problems = table.Rows.Where(row => (string)row[At(TaxTable.CurrencyColumn)]! != "USD")
            .Select(row => $"{row[At("creator")]} was paid in {row[At(TaxTable.CurrencyColumn)]}, not in dollars.")
            .ToList();
        problems.AddRange(Taxpayers.Where(one => one.Form?.Sealed is null)
            .Select(one => $"{one.Creator} has no form that says a name."));
        Stop(problems);
    }

    private IReadOnlyList<Taxpayer> Taxpayers =>
        [.. table.Rows.Select(row => material.TaxpayerOf((string)row[At("creator")]!))];

    private int At(string column) => table.Columns.ToList().FindIndex(one => one.Name == column);

    private async Task<IReadOnlyList<FiledPayee>> Payees(PersonKeys keys, string tenant, CancellationToken token)
    {
        var (taxpayers, change) = (Taxpayers, At("change"));
        var opened = await keys.OpenMany(
            tenant,
            [
                .. taxpayers.Select(one => new SealedText(
                    PersonKeys.OfCreator(one.Creator), TaxPapers.IdentityPurpose, one.Form!.Sealed!)),
            ],
            token);
        Stop([.. taxpayers.Zip(opened).Where(one => one.Second is null)
            .Select(one => $"What {one.First.Creator} had sealed does not open.")]);
        return
        [
            .. table.Rows.Zip(taxpayers, opened).Select(one => new FiledPayee(
                AccountOf(one.Second.Creator), TaxIdentityFormat.Read(one.Third), Amounts(one.First),
                one.Second.HasSecondNotice, change >= 0 && (string)one.First[change]! != "new" ? 'G' : ' ')),
        ];
    }

    private Dictionary<char, long> Amounts(IReadOnlyList<object?> row)
    {
        (char Code, string Column)[] boxes = form == TaxReturn.Nec
            ? [('1', "box_1_nonemployee_compensation"), ('4', "box_4_federal_income_tax_withheld")]
            : [
                ('2', "box_2_royalties"), ('3', "box_3_other_income"), ('4', "box_4_federal_income_tax_withheld"),
            ];
        return boxes.ToDictionary(box => box.Code, box => (long)row[At(box.Column)]!);
    }

    /// <summary>The creator's id where it fits; otherwise what is always the same for the same one.</summary>
    internal static string AccountOf(string creator) =>
        creator.Length <= LongestAccount && !creator.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? creator
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(creator)))[..LongestAccount];

    internal static void Stop(IReadOnlyCollection<string> problems)
    {
        const int most = 100;
        if (problems.Count == 0) return;
        foreach (var problem in problems.Take(most)) CommandLine.Say(problem);
        throw new Mistake(problems.Count == 1
            ? "Nothing was written."
            : $"Nothing was written: {problems.Count} payees cannot be told so.");
    }
}

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Filer))]
internal sealed partial class FilerShape : JsonSerializerContext;
