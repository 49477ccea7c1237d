using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Audit;

/// <summary>
/// `ledger audit trail TENANT`: who saw what is restricted, who did what only few may, who was refused. The newest is
/// told first, up to as many as are asked for.
/// </summary>
internal static class TrailVerb
{
    public static Command Words()
    {
        var tenant = new Argument<string>("TENANT") { Description = "Whose trail; * is that of the house." };
        var (kind, action) = (Of("--kind", "read, done or refused."), Of("--action", "One action, such as reveal_tax_form."));
        var (actor, subject) = (Of("--actor", "One service, or SERVICE/PERSON."), Of("--subject", "Such as creator:mia."));
        var (from, until) = (Of("--from", "From this time or day on."), Of("--until", "Before this time or day."));
        var limit = new Option<int>("--limit")
        {
            HelpName = "LINES", Description = "How many at most.", DefaultValueFactory = _ => 100,
        };
        var json = Answer.JsonOption();
        var verb = new Command("trail", "Tell who saw what is restricted, and who was refused.")
        {
            tenant, kind, action, actor, subject, from, until, limit, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(tenant)!,
            name => words.GetValue<string?>($"--{name}"),
            words.GetValue(limit), words.GetValue(json), token));
        return verb;
    }

    private static Option<string?> Of(string name, string description) => new(name)
    {
        HelpName = name[2..].ToUpperInvariant(), Description = description,
    };

    private static async Task<int> Run(
        string tenant, Func<string, string?> given, int most, bool asJson, CancellationToken token)
    {
        if (tenant != AccessTrail.House && BookName.Problem(tenant) is { } problem)
            throw new Mistake($"A tenant {problem}.");
        if (most < 1) throw new Mistake("--limit is 1 or more.");
        var filter = Filter(given);
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var lines = await Read(new TrailReader(source), tenant, filter, most, token);
        if (asJson)
        {
            var text = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(text, Api.Json.AsGiven))
            {
                json.WriteStartObject();
                json.WriteStartArray("lines");
                foreach (var line in lines) TrailWords.Write(json, line);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            Answer.Line(Encoding.UTF8.GetString(text.WrittenSpan));
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            [new("line", IsNumber: true), "at", "kind", "action", "by", "about", "what", "record", new("times", IsNumber: true)],
            lines.Select(line => (IReadOnlyList<string>)
                [
                    $"{line.Sequence}", InstantPattern.General.Format(line.At), line.Kind, line.Action, line.Actor,
                    line.Subject ?? "", line.Item ?? "",
                    line.Number is { } number ? $"{line.Platform}/{number}" : line.Platform ?? "", $"{line.Times}",
                ]));
        return CommandLine.Done;
    }

    private static TrailFilter Filter(Func<string, string?> given)
    {
        try
        {
            return TrailWords.Read(given);
        }
        catch (TrailMistake mistake)
        {
            throw new Mistake($"--{mistake.Message}");
        }
    }

    private static async Task<IReadOnlyList<TrailLine>> Read(
        TrailReader reader, string tenant, TrailFilter filter, int most, CancellationToken token)
    {
        var lines = new List<TrailLine>();
        while (lines.Count < most)
        {
            var wanted = Math.Min(most - lines.Count, TrailWords.MostLines);
            var page = await reader.Read(tenant, filter, lines.Count == 0 ? null : lines[^1].Sequence, wanted, token);
            lines.AddRange(page);
            if (page.Count < wanted) break;
        }

        return lines;
    }
}
