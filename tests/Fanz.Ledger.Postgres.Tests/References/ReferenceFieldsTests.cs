using System.Reflection;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.References;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.References;

/// <summary>Which fields are names by which a transaction is found, and which on purpose are not.</summary>
public sealed class ReferenceFieldsTests
{
    // Parties and accounts are found by their accounts; words of the ledger and free text are no names.
    private static readonly string[] NoNames =
        [
            "fan", "creator", "affiliate", "party", "code", "owner", "tenant", "platform", "currency", "from_currency",
            "to_currency", "sold_currency", "bought_currency", "reporting_currency", "time_zone", "calendar", "cohort",
            "role", "kind", "basis", "borne_by", "funding", "to", "tax", "jurisdiction", "country", "tier", "period",
            "processor", "bank", "bearer", "chargeback_bearer", "memo", "reason", "reason_code", "proposed_by",
            "approved_by", "rate", "item", "name", "sha256", "state", "table", "base_currency", "source",
            "article", "by", "correction", "corrects", "fingerprint", "form", "income", "information_return", "masked",
            "notice_grace_unit", "number_kind", "payer_country", "result", "return", "rule", "sealed", "version", "what",
            "details", "list", "method", "mode", "outcome", "provider", "rail", "subject",
            "format", "account", "finding", "hint", "at", "batch", "check", "combine_into", "every", "hash", "job",
            "members", "person", "roll", "schedule", "command", "rejected_by", "class", "hold",
        ];

    [Fact]
    public void Every_text_in_an_event_is_decided_upon()
    {
        var events = typeof(Event).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Event))).ToArray();
        Assert.True(events.Length > 70);
        var (texts, nested) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>());
        foreach (var type in events) Collect(type, texts, nested, []);
        // Only what stands in the event itself is found, but for a discount's promotion. Lines of a bank's file have
        // records of their own where they moved anything, and a list where they did not.
        Assert.Equal(["payout", "promotion", "reference"], nested.Intersect(ReferenceFields.Kinds));
        texts.UnionWith(nested);
        // The keys of a dictionary are its sender's; of those only metadata has names of transactions.
        foreach (var dictionary in new[] { "metadata", "options", "settings" }) Assert.True(texts.Remove(dictionary));
        Assert.Empty(texts.Except(NoNames).Except(ReferenceFields.Kinds));
        Assert.Empty(ReferenceFields.Kinds.Except(texts));
        Assert.Empty(ReferenceFields.Kinds.Intersect(NoNames));
    }

    [Fact]
    public void Names_are_found_where_they_belong_and_nowhere_else()
    {
        var found = ReferenceFields.In(Record(
            """
            {"reference":"a","order":7,"discount":{"promotion":"b","reference":"no"},"account":{"order":"no"},
            "lines":[{"item":"no","content":"no"}],"promotion":"b","metadata":{"order":"c","x":"d"}}
            """));
        Assert.Equal(
            [("metadata.order", "c"), ("metadata.x", "d"), ("promotion", "b"), ("reference", "a")], found.Order());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    public void Data_that_is_no_object_is_not_passed_over(string data) =>
        Assert.Throws<JsonException>(() => ReferenceFields.In(Record(data)));

    private static JournalRecord Record(string data) => new(
        7, "tip_sent", Instant.MinValue, new LocalDate(2026, 1, 1), 1, null, null, "x", Encoding.UTF8.GetBytes(data));

    private static void Collect(Type type, SortedSet<string> texts, SortedSet<string> nested, HashSet<Type> seen)
    {
        if (!seen.Add(type)) return;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var inner = Element(property.PropertyType);
            if (inner == typeof(string) || inner.IsEnum)
                texts.Add(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            else if (inner.Namespace?.StartsWith("Fanz.Ledger", StringComparison.Ordinal) == true)
                Collect(inner, nested, nested, seen);
        }
    }

    private static Type Element(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return inner;
        if (type == typeof(string) || !type.IsGenericType) return type;
        return Element(type.GetGenericArguments()[^1]);
    }
}
