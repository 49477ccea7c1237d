using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Books;

namespace Fanz.Ledger.Journal;

/// <summary>
/// The fields of a command that takes two people, without the two: it is proposed before anybody has approved it. Kept
/// as the JSON that it was sent as, so that what is approved is what was proposed; two are the same if their text is.
/// </summary>
[JsonConverter(typeof(CommandBodyJson))]
public sealed record CommandBody
{
    private const string ProposedBy = "proposed_by", ApprovedBy = "approved_by";

    // Stands for whoever will approve: what is wrong with the two is said of the proposal and not of its body.
    private const string Somebody = "?", SomebodyElse = "??";

    private static readonly JsonWriterOptions AsGiven = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string json;

    private CommandBody(string json) => this.json = json;

    /// <summary>What is in it of a command that two people are named in already.</summary>
    public static CommandBody Of(Command command)
    {
        using var whole = JsonDocument.Parse(CommandFormat.Write(command));
        return Of(whole.RootElement, property => property.NameEquals(ProposedBy) || property.NameEquals(ApprovedBy));
    }

    public override string ToString() => json;

    internal static CommandBody Of(JsonElement fields) => Of(fields, _ => false);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        using var fields = JsonDocument.Parse(json);
        fields.RootElement.WriteTo(writer);
    }

    /// <summary>The command as these two make it, or the first thing for which it cannot be read.</summary>
    internal (Command? Command, Fault? Fault) Read(string name, string proposedBy, string approvedBy)
    {
        using var fields = JsonDocument.Parse(json);
        foreach (var field in new[] { ProposedBy, ApprovedBy })
            if (fields.RootElement.TryGetProperty(field, out _))
                return (null, new Fault(
                    $"body.{field}", "unknown_field", $"{field} is not in what is proposed: it is filled in."));
        var whole = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(whole, AsGiven))
        {
            writer.WriteStartObject();
            foreach (var property in fields.RootElement.EnumerateObject()) property.WriteTo(writer);
            writer.WriteString(ProposedBy, proposedBy);
            writer.WriteString(ApprovedBy, approvedBy);
            writer.WriteEndObject();
        }

        var (command, fault) = CommandFormat.Read(name, whole.WrittenSpan);
        return (command, fault is null ? null : Within(fault));
    }

    /// <summary>Everything that is wrong with its form, whoever will approve it.</summary>
    internal IEnumerable<Fault> Faults(string name, string proposedBy, BookName book)
    {
        var (command, fault) = Read(name, proposedBy, proposedBy == Somebody ? SomebodyElse : Somebody);
        if (command is null) return [fault!];
        var faults = command.Faults(book).Where(one => one.Field is not (ProposedBy or ApprovedBy)).ToList();
        if (faults.Count == 0 && command.MostLegs > Command.Propose.MostLegsOfOne)
            faults.Add(new Fault(
                "", "too_many_legs", $"What is proposed has at most {Command.Propose.MostLegsOfOne} legs."));
        return faults.Select(Within);
    }

    private static CommandBody Of(JsonElement fields, Func<JsonProperty, bool> isLeftOut)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, AsGiven))
        {
            writer.WriteStartObject();
            foreach (var property in fields.EnumerateObject())
                if (!isLeftOut(property)) property.WriteTo(writer);
            writer.WriteEndObject();
        }

        return new CommandBody(Encoding.UTF8.GetString(text.WrittenSpan));
    }

    private static Fault Within(Fault fault) => fault with
    {
        Field = fault.Field is "" or UnreadableCommand.Whole ? "body" : $"body.{fault.Field}",
    };
}

/// <summary>An object, of which only its own command knows what may be in it.</summary>
internal sealed class CommandBodyJson : JsonConverter<CommandBody>
{
    public override CommandBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var fields = JsonElement.ParseValue(ref reader);
        if (fields.ValueKind != JsonValueKind.Object) throw new JsonException("The body of a command is an object.");
        try
        {
            return CommandBody.Of(fields);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new JsonException("A text in it is no Unicode.", exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, CommandBody value, JsonSerializerOptions options) =>
        value.WriteTo(writer);
}
