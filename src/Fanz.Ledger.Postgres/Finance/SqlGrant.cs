using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Finance;

/// <summary>What a login is to see with SQL, and in which role.</summary>
public sealed record SqlGrant
{
    /// <summary>The name of a workspace is that of its login with this before it.</summary>
    public const string WorkspacePrefix = "workspace_";

    /// <summary>PostgreSQL cuts longer names, and two that are cut alike would be one.</summary>
    private const int LongestName = 63;

    public required string Login { get; init; }

    public required string Role { get; init; }

    public required string Tenant { get; init; }

    /// <summary>None means all platforms of the tenant, also those that come later.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>An app is of its platform; everybody else may be of a whole tenant.</summary>
    public bool IsOfPlatform => Role.StartsWith("platform_app_", StringComparison.Ordinal);

    public IEnumerable<Fault> Faults()
    {
        if (LoginFault(Login) is { } login) yield return login;
        if (!LedgerRoles.Readers.Contains(Role))
            yield return new Fault(
                "role", "unknown_word", $"A role is one of {string.Join(", ", LedgerRoles.Readers)}.");
        else if (IsOfPlatform && Platforms.IsEmpty)
            yield return new Fault("platform", "missing_field", $"{Role} is of a platform: name it.");
        if (BookName.Problem(Tenant) is { } tenant)
            yield return new Fault("tenant", "ill_formed", $"A tenant {tenant}.");
        foreach (var platform in Platforms)
        {
            if (BookName.Problem(platform) is { } problem)
                yield return new Fault("platform", "ill_formed", $"A platform {problem}.");
        }
    }

    /// <summary>What is wrong with the name of a login, or null.</summary>
    public static Fault? LoginFault(string login)
    {
        if (login.Length == 0 || login.Length > LongestName - WorkspacePrefix.Length)
            return Ill($"The name of a login has from 1 to {LongestName - WorkspacePrefix.Length} characters.");
        if (!login.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '@'))
            return Ill("The name of a login has letters, digits, '_', '-', '.' and '@'.");
        return login.StartsWith("pg_", StringComparison.Ordinal) || LedgerRoles.Readers.Contains(login)
            || login is LedgerRoles.Writer or LedgerRoles.Host or LedgerRoles.Owner
            ? Ill($"{login} is a role of the ledger or of the server, and nobody's login.")
            : null;

        static Fault Ill(string problem) => new("login", "ill_formed", problem);
    }
}

/// <summary>A login that reads, and one tenant or platform that it sees.</summary>
/// <param name="Role">None, where somebody took it from the login by other means: then it sees nothing.</param>
/// <param name="Platform">None means all of the tenant's.</param>
public sealed record SqlReader(
    string Login, string? Role, string Tenant, string? Platform, DateTime GrantedAt, string GrantedBy);
