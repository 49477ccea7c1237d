using System.Security.Cryptography;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// The passwords of the three roles that may log in, kept in the form of a libpq password file, so that
/// `PGPASSFILE=…/passwords psql` works for a person too. The file is part of the data: neither is ever without the
/// other.
/// </summary>
internal sealed record ServerPasswords(string Superuser, string Owner, string Host)
{
    private const string Prefix = "*:*:*:";

    public static ServerPasswords Random() => new(RandomPassword(), RandomPassword(), RandomPassword());

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "passwords");

    public static ServerPasswords Read(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        if (!File.Exists(path))
            throw new ServerFailed($"{path} is missing, so nobody can log in to this cluster: start it fresh.");
        var byRole = File.ReadLines(path)
            .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => line[Prefix.Length..].Split(':'))
            .ToDictionary(fields => fields[0], fields => fields[1]);
        return new ServerPasswords(
            byRole[LedgerRoles.Superuser], byRole[LedgerRoles.Owner], byRole[LedgerRoles.Host]);
    }

    public string ToPasswordFile() =>
        $"""
        {Prefix}{LedgerRoles.Superuser}:{Superuser}
        {Prefix}{LedgerRoles.Owner}:{Owner}
        {Prefix}{LedgerRoles.Host}:{Host}

        """;

    private static string RandomPassword() => RandomNumberGenerator.GetHexString(48, lowercase: true);
}
