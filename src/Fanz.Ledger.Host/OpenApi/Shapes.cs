using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api.Reading;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// The schemas of what is written by hand, for no serialiser knows them. Tests hold real answers against them.
/// </summary>
internal static class Shapes
{
    public static JsonObject Text(string? about = null) => Of("string", null, about);

    public static JsonObject Words(string? about, params string[] words)
    {
        var schema = Of("string", null, about);
        schema["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]);
        return schema;
    }

    public static JsonObject Flag(string? about = null) => Of("boolean", null, about);

    public static JsonObject Whole(string? about = null) => Of("integer", "int64", about);

    public static JsonObject Number(string? about = null) => Of("number", null, about);

    public static JsonObject Amount(string? about = null)
    {
        var schema = Whole(about ?? "In minor units; debits are positive.");
        schema["x-unit"] = "minor units";
        return schema;
    }

    public static JsonObject Day(string? about = null) => Of("string", "date", about);

    public static JsonObject Time(string? about = null) => Of("string", "date-time", about);

    /// <summary>Whatever JSON it is.</summary>
    public static JsonObject Anything(string about) => new() { ["description"] = about };

    public static JsonObject List(JsonObject items, string? about = null)
    {
        var schema = Of("array", null, about);
        schema["items"] = items;
        return schema;
    }

    public static JsonObject Map(JsonObject values, string? about = null)
    {
        var schema = Of("object", null, about);
        schema["additionalProperties"] = values;
        return schema;
    }

    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type) schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        else schema = new JsonObject { ["anyOf"] = new JsonArray(schema, Of("null", null, null)) };
        return schema;
    }

    /// <summary>A field whose name ends with a question mark may be absent.</summary>
    public static JsonObject Object(string? about, params (string Name, JsonObject Schema)[] fields)
    {
        var schema = Of("object", null, about);
        var required = fields.Where(field => !field.Name.EndsWith('?')).Select(field => (JsonNode)field.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        var properties = new JsonObject();
        foreach (var (name, field) in fields) properties[name.TrimEnd('?')] = field;
        schema["properties"] = properties;
        schema["additionalProperties"] = false;
        return schema;
    }

    /// <summary>A schema that has a name in the document: one of <see cref="Named"/>, or a command's body.</summary>
    public static JsonObject Ref(string name) => BodySchema.Ref(name);

    /// <summary>The schemas that several answers share.</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> Named() =>
    [
        ("Record", ReadingDescriptions.Record),
        ("Entry", Object(
            "One leg of a transaction.",
            ("account", Text("CODE/CURRENCY/COHORT/OWNER; what an account does not have is left empty.")),
            ("amount", Amount()),
            ("currency", Text("ISO 4217, or TKN for tokens.")),
            ("balance_before", Amount("The account's balance just before; debits are positive.")),
            ("balance_after", Amount("The account's balance just after; debits are positive.")))),
        ("Receipt", Object(
            "What was posted. A repeated request gets the very same receipt.",
            ("id", Text("TENANT/PLATFORM/NUMBER.")),
            ("number", Whole("The number of the record in its book, without gaps. Later commands name it.")),
            ("type", Text("What happened, in the past tense: `tip_sent`.")),
            ("at", Time("When it was recorded.")),
            ("entries", List(Ref("Entry"), "What it moved; they sum to zero in each currency.")),
            ("archived?", Flag(
                "Always true: the record is archived. Its type is `archived`, its entries are left out.")))),
        ("WouldBe", Object(
            "A record that would be appended.",
            ("book", Text("TENANT/PLATFORM: a command may append to another book too.")),
            ("type", Text("What would have happened.")),
            ("effective_on", Day("Its date in the accounts.")),
            ("refers_to?", Whole("The number of the earlier record that it is about.")),
            ("data", Anything("The event with every amount that it comes to.")),
            ("entries", List(Ref("Entry"), "What it would move.")))),
        ("DryRun", Object(
            "What would be posted now. Nothing was.",
            ("dry_run", Flag("Always true.")),
            ("records", List(Ref("WouldBe"), "The first is of this book.")))),
        ("Fault", Object(
            "One thing that is wrong with the form.",
            ("field", Text("The field at fault, as `legs[0].amount`.")),
            ("code", Text("What is wrong with it.")),
            ("detail", Text("A sentence for people.")))),
        ("Problem", Object(
            "Why a request was not done (RFC 9457). Programs look at `code`, which never changes its meaning.",
            ("type", Text("Where the code is explained: `/api#` and the code.")),
            ("title", Text("The code in words.")),
            ("status", Of("integer", "int32", "The status of the answer, or of one command of many.")),
            ("code", Text("What is wrong, for programs.")),
            ("detail", Text("A sentence for people.")),
            ("request_id?", Text("By which the operator finds what the log has of the request.")),
            ("field?", Text("The field at fault.")),
            ("faults?", List(Ref("Fault"), "Everything that is wrong, where it is more than one thing.")),
            ("facts?", Map(Text(), "What a refusal depends on, as the limit and what is available.")))),
    ];

    private static JsonObject Of(string type, string? format, string? about)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null) schema["format"] = format;
        if (about is not null) schema["description"] = about;
        return schema;
    }
}
