using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>
/// `ledger subject show`, `export` and `forget`: what is on record of a person, all of it in clear, and forgetting those
/// who asked once nothing has to be kept of them. `forget` does by hand what the runs `forget-persons` do every night:
/// whoever cannot be forgotten yet is told with the reason and the day, and it ends with 1 only where something failed.
/// </summary>
internal static class SubjectVerbs
{
    private static readonly Actor Us = new("ledger", Environment.UserName);

    public static Command Words() => new("subject", "What is known of a person, and people who ask to be forgotten.")
    {
        ShowWords(), ExportWords(), ForgetWords(),
    };

    private static Argument<string> Tenant() => new("TENANT") { Description = "Whose books." };

    private static Argument<string> Whom() => new("PERSON") { Description = "fan:ID, creator:ID or affiliate:ID." };

    private static Command ShowWords()
    {
        var (tenant, person) = (Tenant(), Whom());
        var verb = new Command("show", "Tell, as JSON, whether a person is forgotten and what keeps them.") { tenant, person };
        verb.SetAction((words, token) => Show(words.GetValue(tenant)!, words.GetValue(person)!, token));
        return verb;
    }

    private static Command ExportWords()
    {
        var (tenant, person) = (Tenant(), Whom());
        var reason = new Option<string>("--reason")
        {
            HelpName = "TEXT", Description = "Why it is asked for, for the journal.", Required = true,
        };
        var path = new Option<string>("--out")
        {
            HelpName = "FILE", Description = "Where it is written, for its owner alone to read.", Required = true,
        };
        var verb = new Command("export", "Write all that is known of a person, in clear, as JSON.")
        {
            tenant, person, reason, path,
        };
        verb.SetAction((words, token) => Export(
            words.GetValue(tenant)!, words.GetValue(person)!, words.GetRequiredValue(reason),
            words.GetRequiredValue(path), token));
        return verb;
    }

    private static Command ForgetWords()
    {
        var tenant = Tenant();
        var person = new Option<string?>("--person") { HelpName = "PERSON", Description = "One of them alone." };
        var dry = new Option<bool>("--dry-run") { Description = "Only tell who would be forgotten." };
        var json = Answer.JsonOption();
        var verb = new Command("forget", "Forget those who asked, where nothing has to be kept any more.")
        {
            tenant, person, dry, json,
        };
        verb.SetAction((words, token) => Forget(
            words.GetValue(tenant)!, words.GetValue(person), words.GetValue(dry), words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Show(string tenant, string whom, CancellationToken token)
    {
        var person = Read(whom);
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var look = await PersonLook.At(source, await Books(source, tenant, token), person, Now, token);
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, Api.Json.AsGiven)) SubjectJson.Write(json, look);
        Answer.Line(Encoding.UTF8.GetString(text.WrittenSpan));
        return CommandLine.Done;
    }

    private static async Task<int> Export(
        string tenant, string whom, string reason, string path, CancellationToken token)
    {
        var person = Read(whom);
        if (Path.Exists(path)) throw new Mistake($"{path} is there already.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var books = await Books(source, tenant, token);
        var keys = await database.MasterKey(token) is { } masters ? new PersonKeys(source, masters) : null;
        await using var writer = new BookWriter(source, new BookRegistry(source), HostSettings.Writer());
        var by = new TrailNote(TrailKind.Read, "export_person", Us.ToString());
        try
        {
            if (keys is not null) _ = await keys.Fingerprints(token);
            if (await SubjectReading.WriteDown(source, writer, books, person, by, Us, reason, token) is { } reply)
                throw new Mistake($"The reading could not be written down, so nothing was read: {reply}");
            await Save(new SubjectExport(source, keys), tenant, books, person, path, token);
        }
        catch (WrongMasterKey wrong)
        {
            throw new Mistake(wrong.Message);
        }

        Answer.Line($"All that is known of {person} is in {path}.");
        return CommandLine.Done;
    }

    /// <summary>For nobody else to read, and there as a whole or not at all.</summary>
    private static async Task Save(
        SubjectExport export, string tenant, IReadOnlyList<OpenedBook> books, Person person, string path,
        CancellationToken token)
    {
        var unfinished = $"{path}.unfinished";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using (var file = new FileStream(unfinished, options))
            await using (var json = new Utf8JsonWriter(file, Api.Json.AsGiven))
            {
                await export.Write(
                    tenant, books, person, json,
                    () => json.BytesPending < 32 << 10 ? default : new ValueTask(json.FlushAsync(token)), token);
            }

            File.Move(unfinished, path);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static async Task<int> Forget(
        string tenant, string? whom, bool isDry, bool asJson, CancellationToken token)
    {
        var only = whom is null ? null : Read(whom);
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var books = await Books(source, tenant, token);
        await using var writer = new BookWriter(source, new BookRegistry(source), HostSettings.Writer());
        var (forgetter, rows) = (new Forgetter(source, writer), new List<(Person Person, string State, string Why)>());
        var people = only is null ? await Forgetter.Asked(source, books, token) : [only];
        foreach (var person in people)
        {
            var look = await PersonLook.At(source, books, person, Now, token);
            if (only is null && look.Asked is null && look.Forgotten is null) continue;
            var (state, why) = isDry ? Would(look) : Told(await forgetter.Forget(look, Us, token));
            // Whose key is gone already is no news.
            if (state != "" || only is not null) rows.Add((person, state == "" ? "forgotten" : state, why));
        }

        if (asJson)
        {
            Answer.Json(new
            {
                People = rows.Select(row => new { Person = row.Person.ToString(), row.State, row.Why }),
            });
        }
        else
        {
            Answer.Table(
                title: null, ["person", "state", "why"],
                rows.Select(row => (IReadOnlyList<string>)[row.Person.ToString(), row.State, row.Why]));
        }

        return rows.Exists(row => row.State == "failed") ? CommandLine.AnswerIsNo : CommandLine.Done;
    }

    private static (string State, string Why) Would(PersonLook look) =>
        look.Forgotten is not null ? ("", "")
        : look.Asked is null ? ("not asked", "")
        : look.Obstacles.ToList() is { Count: > 0 } obstacles ? ("kept", InWords(obstacles))
        : ("would be forgotten", "");

    private static (string State, string Why) Told(Outcome outcome) => outcome switch
    {
        Outcome.Forgotten { KeyDestroyed: true } done => ("forgotten", $"record {done.Number}; the key is destroyed"),
        Outcome.Forgotten => ("", ""),
        Outcome.NotAsked => ("not asked", ""),
        Outcome.Kept kept => ("kept", InWords(kept.Obstacles)),
        Outcome.NotNow failed => ("failed", failed.Why),
        _ => throw new InvariantBroken("There is no other outcome."),
    };

    private static string InWords(IEnumerable<Obstacle> obstacles) => string.Join("; ", obstacles.Select(one =>
        $"{one.Book.Name}: {one.Why}"
        + (one.Through is { } day ? $", through {LocalDatePattern.Iso.Format(day)}" : "")));

    private static Instant Now => SystemClock.Instance.GetCurrentInstant();

    private static Person Read(string text) =>
        Person.Read(text) ?? throw new Mistake($"`{text}` is nobody: fan:ID, creator:ID or affiliate:ID.");

    private static async Task<IReadOnlyList<OpenedBook>> Books(
        NpgsqlDataSource source, string tenant, CancellationToken token)
    {
        var books = BookName.Problem(tenant) is null ? await new BookRegistry(source).List(tenant, token) : [];
        return books.Count > 0 ? books : throw new Mistake($"Tenant {tenant} has no book: `ledger book list` lists them.");
    }
}
