using System.Buffers;
using System.Text.Json;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Rails;

/// <summary>
/// The JSON of a payee's account, as it is sealed: a format for ever. The same account is always the same bytes, since
/// what is sealed is compared by what it seals to. Nothing that is said of it here repeats what it holds.
/// </summary>
public static class PayeeAccountFormat
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 3 };

    /// <summary>The account in its one form, members in the order of the format.</summary>
    public static byte[] Write(PayeeAccount account)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            switch (account)
            {
                case PayeeAccount.UsBank us:
                    json.WriteString("kind", "us_bank");
                    json.WriteString("name", us.Name);
                    json.WriteString("routing", us.Routing);
                    json.WriteString("account", us.Account);
                    json.WriteBoolean("savings", us.IsSavings);
                    json.WriteBoolean("company", us.IsCompany);
                    break;
                case PayeeAccount.Iban iban:
                    json.WriteString("kind", "iban");
                    json.WriteString("name", iban.Name);
                    json.WriteString("iban", iban.Number);
                    if (iban.Bic is not null) json.WriteString("bic", iban.Bic);
                    Write(json, iban.Address);
                    break;
                case PayeeAccount.Other other:
                    json.WriteString("kind", "other");
                    json.WriteString("name", other.Name);
                    json.WriteStartObject("fields");
                    foreach (var (key, value) in other.Sorted) json.WriteString(key, value);
                    json.WriteEndObject();
                    break;
                default:
                    throw new InvariantBroken($"{account.GetType().Name} is no kind of account.");
            }

            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads an account; what can be read may still have faults of its own.</summary>
    public static (PayeeAccount? Account, Fault? Fault) Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            // What the parser says quotes what it stumbled over.
            return (null, new Fault("account", "ill_formed", "It is not a JSON object with each member once."));
        }
    }

    public static (PayeeAccount? Account, Fault? Fault) Read(JsonElement json)
    {
        try
        {
            var members = new Members(json, "");
            PayeeAccount account = members.Text("kind") switch
            {
                "us_bank" => new PayeeAccount.UsBank(
                    members.Text("name"), members.Text("routing"), members.Text("account"),
                    members.Flag("savings"), members.Flag("company")),
                "iban" => new PayeeAccount.Iban(
                    members.Text("name"), IbanNumber.Normal(members.Text("iban")),
                    members.TextOrNull("bic")?.ToUpperInvariant(), Address(members.Inner("address"))),
                "other" => new PayeeAccount.Other(members.Text("name"), members.Inner("fields").All()),
                _ => throw new Unreadable("kind", "The kind is us_bank, iban or other."),
            };
            members.End();
            return (account, null);
        }
        catch (Unreadable why)
        {
            return (null, new Fault(why.Field, "ill_formed", why.Message));
        }
        catch (InvalidOperationException)
        {
            return (null, new Fault("account", "ill_formed", "A text of it has half of a surrogate pair."));
        }
    }

    private static void Write(Utf8JsonWriter json, PostalAddress address)
    {
        json.WriteStartObject("address");
        json.WriteString("country", address.Country);
        foreach (var (member, text) in new[]
        {
            ("town", address.Town), ("street", address.Street),
            ("building", address.Building), ("post_code", address.PostCode),
        })
        {
            if (text is not null) json.WriteString(member, text);
        }

        json.WriteEndObject();
    }

    private static PostalAddress Address(Members members)
    {
        var address = new PostalAddress(
            members.Text("country"), members.TextOrNull("town"), members.TextOrNull("street"),
            members.TextOrNull("building"), members.TextOrNull("post_code"));
        members.End();
        return address;
    }

    private sealed class Unreadable(string field, string problem) : Exception(problem)
    {
        public string Field { get; } = field;
    }

    /// <summary>The members of an object, each taken once; what nobody takes is a slip and no account.</summary>
    private sealed class Members
    {
        private readonly Dictionary<string, JsonElement> left = new(StringComparer.Ordinal);
        private readonly string path;

        public Members(JsonElement json, string path)
        {
            this.path = path;
            if (json.ValueKind != JsonValueKind.Object)
                throw new Unreadable(path.Length == 0 ? "account" : path[..^1], "An object is expected.");
            foreach (var member in json.EnumerateObject())
                if (!left.TryAdd(member.Name, member.Value))
                    throw new Unreadable(path + "account", "A member is twice.");
        }

        public string Text(string name) => TextOrNull(name) ?? throw new Unreadable(path + name, $"{name} is missing");

        public string? TextOrNull(string name)
        {
            if (!left.Remove(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            return value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : throw new Unreadable(path + name, $"{name} is a text.");
        }

        public bool Flag(string name)
        {
            if (!left.Remove(name, out var value)) return false;
            return value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw new Unreadable(path + name, $"{name} is true or false."),
            };
        }

        public Members Inner(string name) => left.Remove(name, out var value)
            ? new Members(value, $"{path}{name}.")
            : throw new Unreadable(path + name, $"{name} is missing");

        public Dictionary<string, string> All() =>
            left.Keys.ToArray().ToDictionary(name => name, Text, StringComparer.Ordinal);

        public void End()
        {
            // Names of members are not quoted either: whoever misplaced a value may have made it one.
            if (left.Count > 0) throw new Unreadable(path + "account", "It has a member that this kind does not have.");
        }
    }
}
