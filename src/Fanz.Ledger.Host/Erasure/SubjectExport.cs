using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Secrets;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>
/// Writes all that the ledger knows of one person, opened, as JSON: in each book of the tenant their accounts with what
/// moved them and the records about them, and who has seen what is sealed of them. It is written as it is read, so that a
/// long life costs no more memory than a short one.
/// </summary>
internal sealed class SubjectExport(NpgsqlDataSource source, PersonKeys? keys)
{
    private const int LinesAPage = 1_000;

    private readonly SubjectReader reader = new(source);

    /// <param name="tenant">Whose books.</param>
    /// <param name="books">All of them.</param>
    /// <param name="person">Of whom.</param>
    /// <param name="json">Where to.</param>
    /// <param name="breathe">Lets go of what was written, now and then.</param>
    /// <param name="token">Stops it.</param>
    public async Task Write(
        string tenant, IReadOnlyList<OpenedBook> books, Person person, Utf8JsonWriter json, Func<ValueTask> breathe,
        CancellationToken token)
    {
        json.WriteStartObject();
        json.WriteString("person", person.ToString());
        json.WriteStartArray("books");
        foreach (var book in books)
        {
            var (accounts, records) = (
                await reader.Accounts(book, person, token), await reader.Records(book, person, token));
            if (accounts.Count == 0 && records.Count == 0) continue;
            json.WriteStartObject();
            json.WriteString("book", book.Name.ToString());
            json.WriteStartArray("accounts");
            foreach (var account in accounts) await Write(book, account, json, breathe, token);
            json.WriteEndArray();
            json.WriteStartArray("records");
            await Write(tenant, records, json, breathe, token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        await WriteSeen(tenant, person, json, breathe, token);
        json.WriteEndObject();
        json.Flush();
    }

    private async Task Write(
        OpenedBook book, SubjectAccount account, Utf8JsonWriter json, Func<ValueTask> breathe, CancellationToken token)
    {
        json.WriteStartObject();
        json.WriteString("account", account.Key.ToString());
        var archived = await reader.Archived(book, account, token);
        json.WriteStartArray("entries");
        await foreach (var entry in reader.Entries(book, account, token))
        {
            json.WriteStartObject();
            json.WriteNumber("number", entry.Number);
            json.WriteString("type", entry.Type);
            json.WriteString("at", InstantPattern.ExtendedIso.Format(entry.At));
            json.WriteString("effective_on", LocalDatePattern.Iso.Format(entry.EffectiveOn));
            json.WriteNumber("amount", entry.Amount);
            json.WriteNumber("balance", entry.Balance);
            json.WriteEndObject();
            await breathe();
        }

        json.WriteEndArray();
        Write(archived.Union(await reader.Archived(book, account, token)), json);
        json.WriteEndObject();
    }

    /// <summary>Where the rest of what moved an account is: in which file, and as which records.</summary>
    private static void Write(IEnumerable<ArchivedRange> archived, Utf8JsonWriter json)
    {
        json.WriteStartArray("archived");
        foreach (var range in archived.DistinctBy(range => range.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("first_number", range.FirstNumber);
            json.WriteNumber("last_number", range.LastNumber);
            json.WriteString("file", range.File);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task Write(
        string tenant, IReadOnlyList<SubjectRecord> records, Utf8JsonWriter json, Func<ValueTask> breathe,
        CancellationToken token)
    {
        var secrets = records.Where(record => record.Secret is not null).ToList();
        var opened = keys is null
            ? new byte[]?[secrets.Count]
            : await keys.OpenMany(tenant, [.. secrets.Select(record => record.Secret!)], token);
        var clear = secrets.Zip(opened).ToDictionary(one => one.First.Number, one => one.Second);
        foreach (var record in records)
        {
            json.WriteStartObject();
            json.WriteNumber("number", record.Number);
            json.WriteString("type", record.Type);
            json.WriteString("at", InstantPattern.ExtendedIso.Format(record.At));
            json.WriteString("effective_on", LocalDatePattern.Iso.Format(record.EffectiveOn));
            json.WritePropertyName("data");
            json.WriteRawValue(record.Data);
            if (clear.TryGetValue(record.Number, out var text))
            {
                json.WritePropertyName("opened");
                // What nobody can open any more is told as such: it is not kept back.
                if (text is null) json.WriteNullValue();
                else json.WriteRawValue(text);
            }

            json.WriteEndObject();
            await breathe();
        }
    }

    /// <summary>Who was shown what is sealed of them, and when.</summary>
    private async Task WriteSeen(
        string tenant, Person person, Utf8JsonWriter json, Func<ValueTask> breathe, CancellationToken token)
    {
        var (trail, filter) = (
            new TrailReader(source), new TrailFilter { Subject = person.ToString(), Kind = TrailKind.Read });
        json.WriteStartArray("seen");
        for (long? before = null; ;)
        {
            var page = await trail.Read(tenant, filter, before, LinesAPage, token);
            foreach (var line in page)
            {
                json.WriteStartObject();
                json.WriteString("at", InstantPattern.ExtendedIso.Format(line.At));
                json.WriteString("action", line.Action);
                json.WriteString("actor", line.Actor);
                if (line.Item is { } item) json.WriteString("item", item);
                json.WriteEndObject();
            }

            await breathe();
            if (page.Count < LinesAPage) break;
            before = page[^1].Sequence;
        }

        json.WriteEndArray();
    }
}
