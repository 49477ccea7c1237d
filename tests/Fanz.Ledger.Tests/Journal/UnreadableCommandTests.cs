using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// JSON that is no command. Whatever is wrong is told by its field and a stable code, in words that whoever sent it
/// can use; and nothing else than a command is ever taken for one.
/// </summary>
public class UnreadableCommandTests
{
    private const string Tip = """{"fan":"anna","creator":"mia","amount":1000,"currency":"USD","funding":"card"}""";

    private const string Transfer =
        """
        {"legs":[{"account":{"code":"cash.bank","owner":"","currency":"USD"},"amount":5},
        {"account":{"code":"suspense","owner":"","currency":"USD"},"amount":-5}],"memo":"m"}
        """;

    private static readonly string[] Others =
        ["{\"?\":0}", "[[0]]", "\"\\u0000 is no word\"", "1.5", "1e0", "true", "1e999"];

    public static TheoryData<string, string, string> OfTips => new()
    {
        { "", "command not_json", "It is not JSON from byte 1 of line 1 on, or more than one value." },
        { "{", "command not_json", "It is not JSON from byte 2 of line 1 on, or more than one value." },
        { "tip", "command not_json", "It is not JSON from byte 2 of line 1 on, or more than one value." },
        { Tip + Tip, "command not_json", "It is not JSON from byte 79 of line 1 on, or more than one value." },
        { Tip.Replace("}", ",}"), "command not_json", "" },
        { Tip.Replace("{", "{/* why */"), "command not_json", "" },
        { Tip.Replace("1000", "01000"), "command not_json", "" },
        { Tip.Replace("1000", "+1000"), "command not_json", "" },
        { Tip.Replace("1000", "NaN"), "command not_json", "" },
        { Tip.Replace("anna", "a\u0001"), "command not_json", "" },
        { Tip.Replace("anna", "\\ud800"), "fan not_json", "A text in it is no whole Unicode text in UTF-8." },
        { Tip.Replace("card", "\\ud800"), "funding not_json", "A text in it is no whole Unicode text in UTF-8." },
        { With("\"metadata\":{\"a\":\"\\ud800\"}"), "metadata.a not_json", "" },
        { With("\"metadata\":{\"\\ud800\":\"\"}"), "metadata not_json", "" },
        { Tip.Replace("fan", "\\ud800"), "command not_json", "A text in it is no whole Unicode text in UTF-8." },
        { "null", "command wrong_type", "command is an object, not null." },
        { "[]", "command wrong_type", "command is an object, not a list." },
        { "7", "command wrong_type", "command is an object, not a number." },
        { new string('[', 500), "command wrong_type", "command is an object, not a list." },
        { Tip.Replace("1000", "\"1000\""), "amount wrong_type", "amount is a whole number, as 1000 is, not text." },
        { Tip.Replace("1000", "true"), "amount wrong_type",
            "amount is a whole number, as 1000 is, not true or false." },
        { Tip.Replace("1000", "null"), "amount wrong_type", "amount is a whole number, as 1000 is, not null." },
        { Tip.Replace("1000", "10.0"), "amount wrong_type",
            "amount is written as a whole number, without a point or an exponent; money in minor units." },
        { Tip.Replace("1000", "1e3"), "amount wrong_type", "" },
        { Tip.Replace("1000", "1E3"), "amount wrong_type", "" },
        { Tip.Replace("1000", "9223372036854775808"), "amount too_large",
            "amount is a whole number from -9223372036854775808 to 9223372036854775807." },
        { Tip.Replace("1000", "-9223372036854775809"), "amount too_large", "" },
        { Tip.Replace("1000", new string('9', 400)), "amount too_large", "" },
        { Tip.Replace("\"anna\"", "5"), "fan wrong_type", "fan is text, not a number." },
        { Tip.Replace("\"anna\"", "null"), "fan wrong_type", "fan is text, not null." },
        { Tip.Replace("\"anna\"", new string('[', 500)), "fan wrong_type", "fan is text, not a list." },
        { Tip.Replace("card", "cash"), "funding unknown_word",
            "funding is wallet or card or tokens or promo or authorisation, not 'cash'." },
        { Tip.Replace("card", "Card"), "funding unknown_word", "" },
        { Tip.Replace("card", "wallet, card"), "funding unknown_word", "" },
        { Tip.Replace("\"card\"", "1"), "funding wrong_type",
            "funding is wallet or card or tokens or promo or authorisation, not a number." },
        { Tip.Replace("currency", "curency"), "curency unknown_field", "There is no field 'curency'." },
        { Tip.Replace("currency", "Currency"), "Currency unknown_field", "There is no field 'Currency'." },
        { Tip.Replace("{", "{\"paid\":1,"), "paid unknown_field", "There is no field 'paid'." },
        { Tip.Replace("{", "{\"\":1,"), "command unknown_field", "There is no field ''." },
        { Tip.Replace("currency", new string('x', 90)), "command unknown_field",
            $"There is no field '{new string('x', 40)}…'." },
        { Tip.Replace("{", "{\"fan\":\"anna\","), "fan duplicate_field", "fan is there twice." },
        { Tip.Replace("{", "{\"\\u0066an\":\"anna\","), "fan duplicate_field", "fan is there twice." },
        { Tip.Replace(",\"currency\":\"USD\"", ""), "currency missing_field", "currency is missing." },
        { "{}", "fan missing_field", "fan is missing." },
        { With("\"metadata\":{\"a\":\"b\",\"a\":\"b\"}"), "metadata duplicate_field", "metadata has 'a' twice." },
        { With("\"metadata\":{\"a\":5}"), "metadata.a wrong_type", "metadata.a is text, not a number." },
        { With("\"metadata\":{\"a b\":5}"), "metadata wrong_type", "metadata is text, not a number." },
        { With("\"metadata\":[]"), "metadata wrong_type", "metadata is an object, not a list." },
        { With("\"anonymous\":\"yes\""), "anonymous wrong_type", "anonymous is true or false, not text." },
        { With("\"anonymous\":null"), "anonymous wrong_type", "anonymous is true or false, not null." },
        { With("\"collaborators\":{}"), "collaborators wrong_type", "collaborators is a list, not an object." },
        { With("\"collaborators\":[{\"creator\":\"mia\",\"weight\":1},{\"creator\":\"zoe\"}]"),
            "collaborators[1].weight missing_field", "collaborators[1].weight is missing." },
        { With("\"collaborators\":[{\"creator\":\"mia\",\"weight\":2147483648}]"),
            "collaborators[0].weight too_large",
            "collaborators[0].weight is a whole number from -2147483648 to 2147483647." },
        { With("\"taxes\":[{\"kind\":\"gst\",\"jurisdiction\":\"DE\",\"amount\":1}]"), "taxes[0].kind unknown_word",
            "taxes[0].kind is vat or sales_tax, not 'gst'." },
    };

    [Theory]
    [MemberData(nameof(OfTips))]
    public void What_is_wrong_with_a_tip_is_told_by_its_field(string json, string fault, string problem) =>
        ShouldTell("send_tip", json, fault, problem);

    [Theory]
    [InlineData("transfer", "\"code\":\"suspense\"", "\"cod\":\"suspense\"", "legs[1].account.cod unknown_field")]
    [InlineData("transfer", "\"amount\":-5", "\"amount\":-5,\"amount\":-5", "legs[1].amount duplicate_field")]
    [InlineData("transfer", ",\"amount\":5", "", "legs[0].amount missing_field")]
    [InlineData("transfer", "\"m\"}", "\"m\",\"effective_on\":\"2026-02-30\"}", "effective_on not_a_date")]
    [InlineData("transfer", "\"m\"}", "\"m\",\"effective_on\":\"31.1.2026\"}", "effective_on not_a_date")]
    [InlineData("transfer", "\"m\"}", "\"m\",\"effective_on\":\"\\ud800\"}", "effective_on not_json")]
    [InlineData("transfer", "\"m\"}", "\"m\",\"effective_on\":20260131}", "effective_on wrong_type")]
    [InlineData("transfer", "\"amount\":5", "\"amount\":5.0", "legs[0].amount wrong_type")]
    [InlineData("transfer", "\"amount\":5", "\"amount\":\"5\"", "legs[0].amount wrong_type")]
    public void What_is_wrong_deeper_is_told_by_its_whole_path(string command, string good, string bad, string fault)
    {
        Assert.NotNull(Read(command, Transfer).Command);
        var at = Transfer.IndexOf(good, StringComparison.Ordinal);
        ShouldTell(command, Transfer[..at] + bad + Transfer[(at + good.Length)..], fault, "");
    }

    [Theory]
    [InlineData("\"2026-02-30T12:00:00Z\"", "created_at not_a_time")]
    [InlineData("\"2026-01-31\"", "created_at not_a_time")]
    [InlineData("\"2026-01-31T12:00:00+01:00\"", "created_at not_a_time")]
    [InlineData("\"\\ud800\"", "created_at not_json")]
    [InlineData("20260131", "created_at wrong_type")]
    public void A_time_is_written_in_one_way(string time, string fault)
    {
        var good = Sample(CommandFormat.ShapeOf("prepare_payment_file"));
        ShouldTell("prepare_payment_file", Replaced(good, "created_at", time), fault, "");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told_and_never_thrown()
    {
        var at = Tip.IndexOf("anna", StringComparison.Ordinal);
        var json = Encoding.UTF8.GetBytes(Tip);
        json[at] = 0xff;
        Assert.Equal("fan not_json", Told(CommandFormat.Read("send_tip", json).Fault!));
        json = [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Tip)];
        Assert.Equal("command not_json", Told(CommandFormat.Read("send_tip", json).Fault!));
    }

    [Fact]
    public void A_command_that_is_good_stays_good()
    {
        Assert.NotNull(Read("send_tip", Tip).Command);
        Assert.NotNull(Read("send_tip", With("\"metadata\":null,\"taxes\":null,\"reference\":null")).Command);
        Assert.NotNull(Read("send_tip", Tip.Replace("1000", "-0")).Command);
        Assert.NotNull(Read("transfer", """{"legs":[null],"memo":"m"}""").Command);
    }

    public static TheoryData<string> Names => [.. CommandFormat.Names.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_command_is_read_whole_and_nothing_of_it_is_overlooked(string name)
    {
        var shape = CommandFormat.ShapeOf(name);
        var good = Sample(shape);
        Assert.True(Read(name, good.ToJsonString()).Command is not null, good.ToJsonString());
        foreach (var hidden in shape.Type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            .Where(property => !good.ContainsKey(property)))
        {
            var more = good.DeepClone().AsObject();
            more[hidden] = 1;
            ShouldTell(name, more.ToJsonString(), $"{hidden} unknown_field", "");
        }

        foreach (var (path, bad) in Mistakes(good)) ShouldBeTold(name, path, bad);
        var text = good.ToJsonString();
        for (var end = 0; end < text.Length; end++) ShouldTell(name, text[..end], "command not_json", "");
    }

    /// <summary>Each value in turn is another, is gone, is there twice, or has an unknown neighbour.</summary>
    private static IEnumerable<(string Path, string Json)> Mistakes(JsonObject good)
    {
        var text = good.ToJsonString();
        foreach (var (path, value) in Values(good, ""))
        {
            var json = value.ToJsonString();
            var isNumber = value.GetValueKind() == JsonValueKind.Number;
            foreach (var other in Others)
                if (other[0] != json[0]) yield return (path, Replaced(good, path, other));
            if (isNumber) yield return (path, Replaced(good, path, "-1.5"));
            if (isNumber) yield return (path, Replaced(good, path, "1e0"));
            if (isNumber) yield return (path, Replaced(good, path, "10000000000000000000"));
            if (isNumber) yield return (path, Replaced(good, path, $"\"{json}\""));
            if (value is JsonObject inner && path is not ("metadata" or "settings" or "body"))
                yield return (path, Replaced(good, path, json.Insert(1, inner.Count > 0 ? "\"x_y\":0," : "\"x_y\":0")));
        }

        foreach (var property in good)
            yield return (property.Key, text.Insert(1, $"\"{property.Key}\":{property.Value!.ToJsonString()},"));
    }

    private static string Replaced(JsonObject good, string path, string other)
    {
        var copy = good.DeepClone();
        var marked = Values(copy.AsObject(), "").First(one => one.Path == path).Value;
        marked.ReplaceWith("#here#");
        return copy.ToJsonString().Replace("\"#here#\"", other, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, JsonNode Value)> Values(JsonNode node, string path)
    {
        if (path != "") yield return (path, node);
        var inside = node switch
        {
            JsonObject fields => fields.Select(field => ($"{path}.{field.Key}".TrimStart('.'), field.Value!)),
            JsonArray list => list.Select((one, i) => ($"{path}[{i}]", one!)),
            _ => [],
        };
        foreach (var (at, value) in inside.ToList())
            foreach (var one in Values(value, at)) yield return one;
    }

    private static JsonObject Sample(JsonTypeInfo shape) => new(
        shape.Properties
            .Where(property => property.Set is not null || property.AssociatedParameter is not null)
            .Select(property => KeyValuePair.Create(
                property.Name, SampleOf(property.Options.GetTypeInfo(property.PropertyType)))));

    private static JsonNode? SampleOf(JsonTypeInfo shape)
    {
        var type = Nullable.GetUnderlyingType(shape.Type) ?? shape.Type;
        return shape.Kind switch
        {
            JsonTypeInfoKind.Object => Sample(shape),
            JsonTypeInfoKind.Enumerable => new JsonArray(SampleOf(shape.Options.GetTypeInfo(shape.ElementType!))),
            JsonTypeInfoKind.Dictionary => new JsonObject { ["a"] = "b" },
            _ when type == typeof(string) => "text",
            _ when type == typeof(CommandBody) => new JsonObject(),
            _ when type == typeof(bool) => true,
            _ when type == typeof(LocalDate) => "2026-01-31",
            _ when type == typeof(Instant) => "2026-01-31T12:00:00Z",
            _ when type.IsEnum => Words.Of(type)[0],
            _ => 7,
        };
    }

    private static string With(string field) => Tip.Insert(1, field + ",");

    private static (Command? Command, Fault? Fault) Read(string name, string json) =>
        CommandFormat.Read(name, Encoding.UTF8.GetBytes(json));

    private static void ShouldTell(string name, string json, string fault, string problem)
    {
        var (command, found) = Read(name, json);
        Assert.True(command is null, json);
        Assert.Equal(fault, Told(found!));
        if (problem != "") Assert.Equal(problem, found!.Problem);
        IsReadable(found!);
    }

    private static void ShouldBeTold(string name, string path, string json)
    {
        var (command, found) = Read(name, json);
        Assert.True(command is null, $"{name} takes {json}");
        Assert.StartsWith(path, found!.Field, StringComparison.Ordinal);
        IsReadable(found);
    }

    private static void IsReadable(Fault fault)
    {
        string[] codes =
        [
            "not_json", "wrong_type", "too_large", "unknown_word", "not_a_date", "not_a_time", "unknown_field",
            "duplicate_field", "missing_field",
        ];
        Assert.Contains(fault.Code, codes);
        Assert.InRange(fault.Problem.Length, 1, 200);
        Assert.InRange(fault.Field.Length, 1, 100);
        foreach (var word in new[] { "System", "Line", "Path", "Fanz", "Exception", "$" })
            Assert.DoesNotContain(word, fault.Problem, StringComparison.Ordinal);
    }

    private static string Told(Fault fault) => $"{fault.Field} {fault.Code}";
}
