using Fanz.Ledger.Accounts;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Erasure;

/// <summary>Somebody a tenant knows, on all of its platforms: `creator:mia`. The same id in another role is another.</summary>
public sealed record Person(Role Role, string Id)
{
    /// <summary>The codes of the accounts that somebody in this role has.</summary>
    public string[] Codes => [.. Chart.All.Where(code => code.Holder == HolderOf(Role)).Select(code => code.Name)];

    public static Person? Read(string text)
    {
        var parts = text.Split(':', 2);
        if (parts.Length < 2 || Identifier.Problem(parts[1]) is not null) return null;
        foreach (var role in Enum.GetValues<Role>())
            if (WordOf(role) == parts[0]) return new Person(role, parts[1]);
        return null;
    }

    /// <summary>As it is named among keys and in the trail.</summary>
    public override string ToString() => $"{WordOf(Role)}:{Id}";

    /// <summary>The person whose stream this is, if it is one of <see cref="PersonRecord"/>.</summary>
    internal static Person? OfStream(string stream)
    {
        const string beginning = "person/";
        if (!stream.StartsWith(beginning, StringComparison.Ordinal)) return null;
        var at = stream.IndexOf('/', beginning.Length);
        return at < 0 ? null : Read($"{stream[beginning.Length..at]}:{stream[(at + 1)..]}");
    }

    private static string WordOf(Role role) => role.ToString().ToLowerInvariant();

    private static Holder HolderOf(Role role) => role switch
    {
        Role.Fan => Holder.Fan,
        Role.Creator => Holder.Creator,
        Role.Affiliate => Holder.Affiliate,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
