using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>What Marten reads is what the journal has, entry by entry.</summary>
public sealed class ContentTests(MartenBook shown) : IClassFixture<MartenBook>
{
    private const string All = $"select {MartenSql.Fields} from shown.mt_events as d order by d.seq_id";

    [Fact]
    public async Task Every_entry_is_an_event_and_says_what_the_journal_says()
    {
        var records = await Records();
        var rows = await shown.Rows(All);
        var expected = records.SelectMany(record => record.Entries.Select(entry => (record.Record, entry))).ToList();
        Assert.True(expected.Count > 80);
        Assert.Equal(expected.Count, rows.Count);
        foreach (var ((record, entry), row) in expected.Zip(rows))
        {
            Assert.Equal(Data(record, entry), Sorted(JsonNode.Parse((string)row[0]!)!));
            Assert.Equal((record.Type, null, entry.Position), (row[1], row[2], (long)row[3]!));
            Assert.Equal((entry.Account.ToString(), entry.Version), (row[5], (long)row[6]!));
            Assert.Equal((record.At.ToDateTimeUtc(), "*DEFAULT*"), ((DateTime)row[7]!, row[8]));
            Assert.Equal($"{MartenBook.Name}/{record.Number}", row[9]);
            Assert.Equal(record.RefersTo is { } number ? $"{MartenBook.Name}/{number}" : null, row[10]);
            Assert.Equal(record.Actor, JsonNode.Parse((string)row[11]!)!["actor"]!.GetValue<string>());
            Assert.Equal((false, null), (row[12], row[13]));
        }

        Assert.Contains(expected, one => one.Record.RefersTo is not null);
        Assert.Contains(expected, one => one.entry.Account.Cohort is not null);
    }

    [Fact]
    public async Task An_event_has_one_id_for_ever_and_no_other_event_has_it()
    {
        var first = (await shown.Rows(All)).ConvertAll(row => (Guid)row[4]!);
        await shown.Make("again");
        var again = await shown.Rows("select id from again.mt_events order by seq_id");
        Assert.Equal(first, again.ConvertAll(row => (Guid)row[0]!));
        await shown.Make("elsewhere", SmallLedger.Side);
        var elsewhere = await shown.Rows("select id from elsewhere.mt_events order by seq_id");
        var all = first.Concat(elsewhere.Select(row => (Guid)row[0]!)).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, id => Assert.Equal(8, id.Version));
        Assert.EndsWith("8000-000000000001", first[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_an_account_with_its_last_version_and_its_first_and_last_time()
    {
        var entries = (await Records()).SelectMany(
            record => record.Entries.Select(entry => (entry.Account, entry.Version, record.Record.At)));
        var expected = entries.GroupBy(entry => entry.Account.ToString()).ToDictionary(
            account => account.Key,
            account => (account.Max(e => e.Version), account.Max(e => e.At), account.Min(e => e.At)));
        var rows = await shown.Rows(
            "select id, version, timestamp, created, type, tenant_id, is_archived from shown.mt_streams");
        Assert.Equal(expected, rows.ToDictionary(row => (string)row[0]!, row =>
            ((long)row[1]!, Instant.FromDateTimeUtc((DateTime)row[2]!), Instant.FromDateTimeUtc((DateTime)row[3]!))));
        Assert.All(rows, row => Assert.Equal((null, "*DEFAULT*", false), (row[4], row[5], row[6])));
        Assert.Contains("creator.pending/USD/2026-01-22/eve", expected.Keys);
        Assert.Contains("revenue.tip/USD//", expected.Keys);
    }

    /// <summary>Every event that was ever written, in camel case as System.Text.Json makes it.</summary>
    [Fact]
    public async Task Every_field_of_every_event_is_called_as_a_reader_in_camel_case_calls_it()
    {
        var folder = Path.GetFullPath(Path.Combine(Here(), "../../Fanz.Ledger.Tests/Journal/Golden"));
        var goldens = Directory.EnumerateFiles(folder, "*.json")
            .Where(file => EventFormat.IsKnown(Path.GetFileName(file).Split('.')[0])).ToList();
        Assert.True(goldens.Count > 80);
        foreach (var file in goldens)
        {
            var data = await File.ReadAllTextAsync(file);
            var camel = await TestDatabase.Scalar<string>(
                shown.Database.OwnerConnectionString,
                $"select shown.camel_case('{data.Replace("'", "''", StringComparison.Ordinal)}')::text");
            Assert.Equal(Sorted(Camel(JsonNode.Parse(data)!)), Sorted(JsonNode.Parse(camel)!));
        }
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetDirectoryName(here)!;

    private async Task<List<Appended>> Records()
    {
        await using var source = NpgsqlDataSource.Create(shown.Database.HostConnectionString);
        var book = await new BookRegistry(source).Find(MartenBook.Name, CancellationToken.None);
        var records = new List<Appended>();
        var number = 0L;
        while (await new JournalReader(source).Find(book!, ++number, CancellationToken.None) is { } record)
            records.Add(record);
        return records;
    }

    private static string Data(JournalRecord record, Entry entry) => Sorted(new JsonObject
    {
        ["account"] = entry.Account.ToString(),
        ["code"] = entry.Account.Code.Name,
        ["owner"] = entry.Account.Owner,
        ["currency"] = entry.Account.Currency.Code,
        ["cohort"] = entry.Account.Cohort is { } day ? LocalDatePattern.Iso.Format(day) : null,
        ["amount"] = entry.Amount,
        ["balance"] = entry.Balance,
        ["number"] = record.Number,
        ["effectiveOn"] = LocalDatePattern.Iso.Format(record.EffectiveOn),
        ["actor"] = record.Actor,
        ["stream"] = record.Stream,
        ["refersTo"] = record.RefersTo,
        ["event"] = Camel(JsonNode.Parse(Encoding.UTF8.GetString(record.Data.Span))!),
    });

    private static JsonNode? Camel(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(
            string.Concat(field.Key.Split('_').Select((word, i) => i == 0 ? word : Capital(word))),
            field.Key == "metadata" ? field.Value?.DeepClone() : Camel(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Camel)]),
        _ => node?.DeepClone(),
    };

    private static string Capital(string word) =>
        word.Length == 0 ? word : char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..];

    /// <summary>The same fields in the order of their names, since jsonb has an order of its own.</summary>
    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => "{" + string.Join(',', fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"\"{field.Key}\":{Sorted(field.Value)}")) + "}",
        JsonArray items => "[" + string.Join(',', items.Select(Sorted)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };
}
