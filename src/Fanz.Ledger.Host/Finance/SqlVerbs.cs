using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Finance;
using Fanz.Ledger.Postgres.Server;
using Command = System.CommandLine.Command;

namespace Fanz.Ledger.Host.Finance;

/// <summary>
/// `ledger sql grant`, `revoke`, `list`: who reads the views of the schema finance, and of what tenant and platform.
/// It takes the owner's connection, which no running host has.
/// </summary>
internal static class SqlVerbs
{
    public static Command Words() =>
        new("sql", "Say who reads with SQL, and what they see.") { GrantWords(), RevokeWords(), ListWords() };

    private static Command GrantWords()
    {
        var login = Login();
        var role = new Option<string>("--role")
        {
            HelpName = "ROLE",
            Description = $"What it reads: {string.Join(", ", LedgerRoles.Readers)}.",
            Required = true,
        };
        var tenant = new Option<string>("--tenant")
        {
            HelpName = "TENANT",
            Description = "Whose books.",
            Required = true,
        };
        var platforms = new Option<string[]>("--platform")
        {
            HelpName = "NAME",
            Description = "The platforms that it sees; otherwise all of the tenant.",
            AllowMultipleArgumentsPerToken = true,
        };
        var create = new Option<bool>("--create")
        {
            Description = "Make the login, with a password by chance that is shown once.",
        };
        var json = Answer.JsonOption();
        var verb = new Command("grant", "Let a login see the books of a tenant, or of some of its platforms.")
        {
            login, role, tenant, platforms, create, json,
        };
        verb.SetAction((words, token) => Grant(
            new SqlGrant
            {
                Login = words.GetRequiredValue(login),
                Role = words.GetRequiredValue(role),
                Tenant = words.GetRequiredValue(tenant),
                Platforms = [.. words.GetValue(platforms) ?? []],
            },
            words.GetValue(create), words.GetValue(json), token));
        return verb;
    }

    private static Command RevokeWords()
    {
        var login = Login();
        var tenant = new Option<string?>("--tenant") { HelpName = "TENANT", Description = "This one only." };
        var platform = new Option<string?>("--platform")
        {
            HelpName = "NAME",
            Description = "This platform of it only.",
        };
        var json = Answer.JsonOption();
        var verb = new Command("revoke", "Take what a login sees, at its next statement. The login stays.")
        {
            login, tenant, platform, json,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(platform) is not null && result.GetValue(tenant) is null)
                result.AddError("--platform needs the --tenant that it is of.");
        });
        verb.SetAction((words, token) => Revoke(
            words.GetRequiredValue(login), words.GetValue(tenant), words.GetValue(platform), words.GetValue(json),
            token));
        return verb;
    }

    private static Command ListWords()
    {
        var json = Answer.JsonOption();
        var verb = new Command("list", "List who reads with SQL in this database, and what they see.") { json };
        verb.SetAction((words, token) => List(words.GetValue(json), token));
        return verb;
    }

    private static Argument<string> Login() => new("LOGIN") { Description = "The role that logs in." };

    private static async Task<int> Grant(SqlGrant grant, bool isNew, bool asJson, CancellationToken token)
    {
        if (grant.Faults().ToArray() is { Length: > 0 } faults)
            throw new Mistake(string.Join(" ", faults.Select(fault => fault.Problem)));
        await using var database = await Open(token);
        await using var source = database.Connect();
        var books = (await new BookRegistry(source).List(token)).Select(book => book.Name).ToHashSet();
        if (grant.Platforms.IsEmpty && !books.Any(book => book.Tenant == grant.Tenant))
            CommandLine.Say($"Tenant {grant.Tenant} has no book yet.");
        foreach (var platform in grant.Platforms)
        {
            var book = new BookName(grant.Tenant, platform);
            if (!books.Contains(book)) CommandLine.Say($"There is no book {book} yet.");
        }

        var password = isNew ? RandomNumberGenerator.GetHexString(48, lowercase: true) : null;
        if (await new SqlReaders(source).Grant(grant, password, KeyVerbs.Us, token) is { } fault)
            throw new Mistake(fault.Problem);
        if (asJson)
        {
            Answer.Json(new { grant.Login, grant.Role, grant.Tenant, grant.Platforms, Password = password });
            return CommandLine.Done;
        }

        var sees = grant.Platforms.IsEmpty ? "all platforms" : string.Join(", ", grant.Platforms);
        var told = $"{grant.Login} reads {sees} of {grant.Tenant} as {grant.Role}";
        if (password is null)
        {
            Answer.Line($"{told}.");
        }
        else
        {
            CommandLine.Say($"{told}. Its password, shown this once:");
            Answer.Line(password);
        }

        return CommandLine.Done;
    }

    private static async Task<int> Revoke(
        string login, string? tenant, string? platform, bool asJson, CancellationToken token)
    {
        await using var database = await Open(token);
        await using var source = database.Connect();
        var gone = await new SqlReaders(source).Revoke(login, tenant, platform, KeyVerbs.Us, token);
        if (gone == 0) throw new Mistake($"{login} sees no such thing: `ledger sql list` lists who sees what.");
        if (asJson) Answer.Json(new { Login = login, Revoked = gone });
        else Answer.Line($"{login} lost {gone} of what it saw.");
        return CommandLine.Done;
    }

    private static async Task<int> List(bool asJson, CancellationToken token)
    {
        await using var database = await Open(token);
        await using var source = database.Connect();
        var readers = await new SqlReaders(source).List(token);
        if (asJson)
        {
            Answer.Json(new { Readers = readers });
            return CommandLine.Done;
        }

        Answer.Table(
            title: null,
            ["login", "role", "tenant", "platform", "granted", "by"],
            readers.Select(reader => (IReadOnlyList<string>)
                [
                    reader.Login, reader.Role ?? "none", reader.Tenant, reader.Platform ?? "all",
                    reader.GrantedAt.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture), reader.GrantedBy,
                ]));
        return CommandLine.Done;
    }

    private static async Task<OwnerDatabase> Open(CancellationToken token)
    {
        var database = await OwnerDatabase.Open("Saying who reads", token);
        try
        {
            await database.Prepare(token);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
