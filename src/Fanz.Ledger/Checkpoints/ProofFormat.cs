using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Checkpoints;

/// <summary>
/// Proofs as files. ops/proof.md has the format, for those who write a verifier of their own. Where a statement in it
/// has a trail, whoever knows the first form alone could not make its hash: so it has the name of the second.
/// </summary>
public static class ProofFormat
{
    public const string Name = "fanz-ledger/proof/1";
    public const string NameWithTrail = "fanz-ledger/proof/2";
    private const string OfTransaction = "transaction";
    private const string OfConsistency = "consistency";

    public static byte[] Write(TransactionProof proof) => CheckpointFormat.Object(json =>
    {
        Head(json, OfTransaction, proof.Handovers.Append(proof.Signed));
        json.WriteString("book", proof.Book.ToString());
        WriteRecord(json, proof.Record);
        CheckpointFormat.Write(json, "record_path", proof.RecordPath);
        WriteSeal(json, proof.Seal);
        CheckpointFormat.Write(json, "seal_path", proof.SealPath);
        json.WritePropertyName("head");
        CheckpointFormat.Write(json, proof.Head);
        CheckpointFormat.Write(json, "head_path", proof.HeadPath);
        json.WritePropertyName("statement");
        CheckpointFormat.Write(json, proof.Signed);
        WriteHandovers(json, proof.Handovers);
    });

    public static byte[] Write(ConsistencyProof proof) => CheckpointFormat.Object(json =>
    {
        Head(json, OfConsistency, proof.Handovers.Append(proof.From).Append(proof.To));
        json.WriteString("tenant", proof.To.Statement.Tenant);
        json.WritePropertyName("from");
        CheckpointFormat.Write(json, proof.From);
        json.WritePropertyName("to");
        CheckpointFormat.Write(json, proof.To);
        json.WriteStartArray("books");
        foreach (var book in proof.Books)
        {
            json.WriteStartObject();
            json.WritePropertyName("from");
            CheckpointFormat.Write(json, book.From);
            CheckpointFormat.Write(json, "from_path", book.FromPath);
            json.WritePropertyName("to");
            CheckpointFormat.Write(json, book.To);
            CheckpointFormat.Write(json, "to_path", book.ToPath);
            CheckpointFormat.WriteHashes(json, book.Hashes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteHandovers(json, proof.Handovers);
    });

    /// <summary>A <see cref="TransactionProof"/> or a <see cref="ConsistencyProof"/>.</summary>
    /// <exception cref="ProofUnreadable">It is neither.</exception>
    public static object Read(ReadOnlyMemory<byte> file)
    {
        using var document = CheckpointFormat.Parse(file);
        var root = ReadMember.Root(document.RootElement);
        _ = CheckpointFormat.IsSecondForm(root["format"].Text(), Name, NameWithTrail);
        return root["kind"].Text() switch
        {
            OfTransaction => ReadTransaction(root),
            OfConsistency => ReadConsistency(root),
            var other => throw new ProofUnreadable($"'{other}' is no kind of proof."),
        };
    }

    private static TransactionProof ReadTransaction(ReadMember root)
    {
        var book = BookName.TryParse(root["book"].Text(), out var name)
            ? name.Value
            : throw root["book"].Unfit("no book as tenant/platform");
        return new TransactionProof(
            book, ReadRecord(root["record"]), root["record_path"].Path(), ReadSeal(root["seal"]),
            root["seal_path"].Path(), CheckpointFormat.ReadHead(root["head"]), root["head_path"].Path(),
            CheckpointFormat.ReadStatement(root["statement"]),
            [.. root["handovers"].Items().Select(CheckpointFormat.ReadStatement)]);
    }

    private static ConsistencyProof ReadConsistency(ReadMember root)
    {
        var proof = new ConsistencyProof(
            CheckpointFormat.ReadStatement(root["from"]), CheckpointFormat.ReadStatement(root["to"]),
            [.. root["books"].Items().Select(book => new BookGrowth(
                CheckpointFormat.ReadHead(book["from"]), book["from_path"].Path(),
                CheckpointFormat.ReadHead(book["to"]), book["to_path"].Path(), book["hashes"].Hashes()))],
            [.. root["handovers"].Items().Select(CheckpointFormat.ReadStatement)]);
        return root["tenant"].Text() == proof.To.Statement.Tenant
            ? proof
            : throw root["tenant"].Unfit("not the tenant of the checkpoints");
    }

    private static void Head(Utf8JsonWriter json, string kind, IEnumerable<SignedCheckpoint> statements)
    {
        json.WriteString("format", statements.All(one => one.Statement.Trail is null) ? Name : NameWithTrail);
        json.WriteString("kind", kind);
    }

    private static void WriteHandovers(Utf8JsonWriter json, IEnumerable<SignedCheckpoint> handovers)
    {
        json.WriteStartArray("handovers");
        foreach (var handover in handovers) CheckpointFormat.Write(json, handover);
        json.WriteEndArray();
    }

    private static void WriteSeal(Utf8JsonWriter json, Seal seal)
    {
        json.WriteStartObject("seal");
        json.WriteNumber("sequence", seal.Sequence);
        json.WriteNumber("vocabulary", seal.Vocabulary);
        json.WriteNumber("last_number", seal.LastNumber);
        json.WriteNumber("last_position", seal.LastPosition);
        json.WriteString("at", ReadMember.Times.Format(seal.At));
        CheckpointFormat.WriteHash(json, "root", seal.Root);
        CheckpointFormat.WriteHash(json, "previous", seal.Previous);
        json.WriteEndObject();
    }

    private static Seal ReadSeal(ReadMember json) => new(
        json["sequence"].Number(), json["vocabulary"].Small(), json["last_number"].Number(),
        json["last_position"].Number(), json["at"].Time(), json["root"].Hash(), json["previous"].Hash());

    private static void WriteRecord(Utf8JsonWriter json, Appended appended)
    {
        var record = appended.Record;
        json.WriteStartObject("record");
        json.WriteNumber("number", record.Number);
        json.WriteString("type", record.Type);
        json.WriteString("at", ReadMember.Times.Format(record.At));
        json.WriteString("effective_on", LocalDatePattern.Iso.Format(record.EffectiveOn));
        json.WriteNumber("last_position", record.LastPosition);
        json.WriteString("stream", record.Stream);
        if (record.RefersTo is { } number) json.WriteNumber("refers_to", number);
        else json.WriteNull("refers_to");
        json.WriteString("actor", record.Actor);
        json.WriteString("data", record.Data.Span);
        json.WriteStartArray("entries");
        foreach (var entry in appended.Entries)
        {
            json.WriteStartObject();
            json.WriteNumber("position", entry.Position);
            json.WriteNumber("account_id", entry.AccountId);
            json.WriteString("code", entry.Account.Code.Name);
            json.WriteString("owner", entry.Account.Owner);
            json.WriteString("currency", entry.Account.Currency.Code);
            json.WriteString("cohort", entry.Account.Cohort is { } day ? LocalDatePattern.Iso.Format(day) : null);
            json.WriteNumber("version", entry.Version);
            json.WriteNumber("amount", entry.Amount);
            json.WriteNumber("balance", entry.Balance);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Appended ReadRecord(ReadMember json)
    {
        var record = new JournalRecord(
            json["number"].Number(), json["type"].Text(), json["at"].Time(), json["effective_on"].Date(),
            json["last_position"].Number(), json["stream"].TextOrNull(),
            json["refers_to"].IsNull ? null : json["refers_to"].Number(), json["actor"].Text(),
            Encoding.UTF8.GetBytes(json["data"].Text()));
        return new Appended(
            record, [.. json["entries"].Items().Select(entry => ReadEntry(record.Number, entry))]);
    }

    private static Entry ReadEntry(long number, ReadMember json)
    {
        var code = Chart.TryFind(json["code"].Text(), out var line)
            ? line
            : throw json["code"].Unfit("not in the chart");
        var currency = Currency.TryOf(json["currency"].Text(), out var known)
            ? known
            : throw json["currency"].Unfit("no known currency");
        LocalDate? cohort = json["cohort"].IsNull ? null : json["cohort"].Date();
        return new Entry(
            json["position"].Number(), json["account_id"].Number(),
            new AccountKey(code, json["owner"].Text(), currency, cohort), number, json["version"].Number(),
            json["amount"].Number(), json["balance"].Number());
    }
}
