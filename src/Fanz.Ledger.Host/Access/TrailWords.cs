using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Access;

/// <summary>Something that was asked of a trail cannot be.</summary>
internal sealed class TrailMistake(string parameter, string message) : Exception(message)
{
    public string Parameter => parameter;
}

/// <summary>Reads what is asked of a trail, and writes its lines, alike over HTTP and on the command line.</summary>
internal static class TrailWords
{
    public const string Kind = "kind", Action = "action", Actor = "actor", Subject = "subject", From = "from";
    public const string Until = "until", Before = "before", Limit = "limit";
    public const int MostLines = 1_000;

    public static readonly string[] All = [Kind, Action, Actor, Subject, From, Until, Before, Limit];

    public static readonly string[] Kinds = [.. Enum.GetValues<TrailKind>().Select(TrailNote.WordOf)];

    public static TrailFilter Read(Func<string, string?> given) => new()
    {
        Kind = given(Kind) is { } kind ? KindOf(kind) : null,
        Action = Word(Action, given),
        Actor = Word(Actor, given),
        Subject = Word(Subject, given),
        From = Time(From, given),
        Until = Time(Until, given),
    };

    public static void Write(Utf8JsonWriter json, TrailLine line)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", line.Sequence);
        json.WriteString("at", InstantPattern.ExtendedIso.Format(line.At));
        json.WriteString("kind", line.Kind);
        json.WriteString("action", line.Action);
        json.WriteString("actor", line.Actor);
        Maybe("key", line.KeyId);
        Maybe("platform", line.Platform);
        Maybe("subject", line.Subject);
        Maybe("item", line.Item);
        if (line.Number is { } number) json.WriteNumber("number", number);
        json.WriteNumber("times", line.Times);
        Maybe("request_id", line.Request);
        json.WriteString("hash", Convert.ToHexStringLower(line.Hash()));
        json.WriteEndObject();

        void Maybe(string name, string? text)
        {
            if (text is not null) json.WriteString(name, text);
        }
    }

    private static TrailKind KindOf(string word) =>
        Array.IndexOf(Kinds, word) is var at and >= 0
            ? Enum.GetValues<TrailKind>()[at]
            : throw new TrailMistake(Kind, $"{Kind} is {string.Join(", ", Kinds[..^1])} or {Kinds[^1]}.");

    private static string? Word(string name, Func<string, string?> given)
    {
        if (given(name) is not { } text) return null;
        return Identifier.Problem(text) is { } problem ? throw new TrailMistake(name, $"{name} {problem}") : text;
    }

    /// <summary>A day stands for its first moment, in UTC.</summary>
    private static Instant? Time(string name, Func<string, string?> given)
    {
        if (given(name) is not { } text) return null;
        if (InstantPattern.ExtendedIso.Parse(text).TryGetValue(default, out var at)) return at;
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day)) return day.AtMidnight().InUtc().ToInstant();
        throw new TrailMistake(name, $"{name} is a time in UTC, as 2026-01-31T12:00:00Z, or a day, as 2026-01-31.");
    }
}
