using System.Buffers;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Rails;

/// <summary>
/// Where a payee is paid. It is a secret: no fault, no message and no text of it repeats what it holds, and its JSON
/// (see <see cref="PayeeAccountFormat"/>) is sealed before anybody keeps it.
/// </summary>
public abstract record PayeeAccount
{
    private const int LongestName = 140;
    private const int ShownOfNumber = 4;

    private PayeeAccount(string name) => Name = name;

    /// <summary>Whose account it is, in letters that every bank can carry.</summary>
    public string Name { get; init; }

    /// <summary>What tells this account from all others: two people with the same one share an account.</summary>
    public abstract string Identity { get; }

    /// <summary>As much of it as may be shown to anybody who may see that there is one.</summary>
    public abstract string Masked { get; }

    /// <summary>The country in which the account is kept, where the account says so.</summary>
    public abstract string? Country { get; }

    /// <summary>All that is wrong with its form, in no words of its own.</summary>
    public abstract IEnumerable<Fault> Faults();

    // What a record prints by itself would be the account number, in whatever log it ends.
    public sealed override string ToString() => Masked;

    /// <summary>An account in the United States, reached by its routing number.</summary>
    public sealed record UsBank(string Name, string Routing, string Account, bool IsSavings, bool IsCompany)
        : PayeeAccount(Name)
    {
        private const int LongestAccount = 17;

        public override string Identity => $"us_bank/{Routing}/{Account}";

        public override string Masked => Tail(Account);

        public override string Country => "US";

        public override IEnumerable<Fault> Faults()
        {
            if (FaultOfName(Name, LongestName) is { } name) yield return name;
            if (RoutingNumber.Problem(Routing) is { } routing) yield return new Fault("routing", "ill_formed", routing);
            if (string.IsNullOrEmpty(Account)
                || Account.Length > LongestAccount
                || Account.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '-')
                || !Account.Any(char.IsAsciiDigit))
                yield return new Fault(
                    "account", "ill_formed",
                    $"An account number has 1 to {LongestAccount} digits, letters or hyphens.");
        }
    }

    /// <summary>An account with an IBAN, written without spaces and in capitals.</summary>
    public sealed record Iban(string Name, string Number, string? Bic, PostalAddress Address) : PayeeAccount(Name)
    {
        private const int LongestHere = 70;

        public override string Identity => $"iban/{Number}";

        public override string Masked => Tail(Number);

        public override string? Country => Number is { Length: > 1 } ? Number[..2] : null;

        public override IEnumerable<Fault> Faults()
        {
            if (FaultOfName(Name, LongestHere) is { } name) yield return name;
            if (IbanNumber.Problem(Number) is { } number) yield return new Fault("iban", "ill_formed", number);
            if (Bic is not null && BankIdentifier.Problem(Bic) is { } bic)
                yield return new Fault("bic", "ill_formed", bic);
            if (Address is null)
            {
                yield return new Fault("address", "ill_formed", "address is missing");
                yield break;
            }

            foreach (var fault in Address.Faults("address")) yield return fault;
        }
    }

    /// <summary>Whatever another rail asks for: a card token, an e-mail address, a wallet.</summary>
    public sealed record Other(string Name, IReadOnlyDictionary<string, string> Fields) : PayeeAccount(Name)
    {
        private const int MostFields = 20;
        private const int LongestKey = 40;
        private const int LongestValue = 256;

        private static readonly SearchValues<char> KeyLetters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

        // Parts are separated by what no key has, and each value says how long it is: no two accounts read alike.
        public override string Identity =>
            "other/" + string.Concat(Sorted.Select(pair => $"{pair.Key}={pair.Value.Length}:{pair.Value};"));

        public override string Masked => Sorted.Select(pair => pair.Value).FirstOrDefault() is { } first
            ? Tail(first)
            : Tail("");

        public override string? Country => null;

        internal IEnumerable<KeyValuePair<string, string>> Sorted =>
            Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal);

        public bool Equals(Other? other) =>
            other is not null && Name == other.Name && Sorted.SequenceEqual(other.Sorted);

        public override int GetHashCode() => HashCode.Combine(Name, Fields.Count);

        public override IEnumerable<Fault> Faults()
        {
            if (FaultOfName(Name, LongestName) is { } name) yield return name;
            if (Fields is null || Fields.Count is 0 or > MostFields)
            {
                yield return new Fault("fields", "ill_formed", $"An account has 1 to {MostFields} fields.");
                yield break;
            }

            foreach (var (key, value) in Sorted)
            {
                if (key.Length is 0 or > LongestKey || key.AsSpan().ContainsAnyExcept(KeyLetters))
                    yield return new Fault(
                        "fields", "ill_formed", $"A field's name has 1 to {LongestKey} of a-z, 0-9 and _.");
                else if (Identifier.Problem(value, LongestValue) is { } problem)
                    yield return new Fault($"fields.{key}", "ill_formed", $"{key} {problem}");
            }
        }
    }

    private static Fault? FaultOfName(string? name, int longest)
    {
        if (Identifier.Problem(name, longest) is { } problem) return new Fault("name", "ill_formed", $"name {problem}");
        if (!BankText.TryAscii(name!, out var ascii) || string.IsNullOrWhiteSpace(ascii))
            return new Fault(
                "name", "not_in_latin_letters", "Banks carry Latin letters only: give the name as the bank has it.");
        return ascii.Length > longest
            ? new Fault("name", "ill_formed", $"name is longer than {longest} characters in plain letters")
            : null;
    }

    private static string Tail(string? text) =>
        text is { Length: > ShownOfNumber } ? $"···{text[^ShownOfNumber..]}" : "···";
}
