using System.CommandLine;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;
using NodaTime;

namespace Fanz.Ledger.Host.Access;

/// <summary>How keys are asked for and named on the command line.</summary>
internal static class KeyWords
{
    public static Argument<string> Id() => new("KEY")
    {
        Description = "The id of the key, which `ledger key list` lists; it stands in the key after fl_.",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!KeyText.IsId(text)) result.AddError("The id of a key is 16 hexadecimal digits.");
            return text;
        },
    };

    public static Command Create(Func<KeyGrant, bool, CancellationToken, Task<int>> create)
    {
        var tenant = new Option<string>("--tenant")
        {
            HelpName = "TENANT",
            Description = "Whose books it opens the door to; * administers all tenants and does nothing else.",
            Required = true,
        };
        var service = new Option<string>("--service")
        {
            HelpName = "NAME",
            Description = "Who bears it: the actor in the journal, and whose idempotency keys are meant.",
            Required = true,
        };
        var scopes = Several("--scope", "SCOPE", $"What it may do: {string.Join(", ", Scopes.All.Order())}.");
        var allScopes = new Option<bool>("--all-scopes") { Description = "Every scope that such a key may have." };
        var platforms = Several("--platform", "NAME", "The platforms that it reaches; otherwise all of the tenant.");
        var person = Text("--person", "NAME", "The person who bears it, for what takes two people.");
        var owner = Text("--owner", "ROLE/ID", "The one whose app it is, such as creator/mia; it sees nothing else.");
        var days = new Option<int?>("--expires-in") { HelpName = "DAYS", Description = "Otherwise it never expires." };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 3_650) result.AddError("A key expires in 1 to 3650 days.");
        });
        var rate = new Option<int?>("--rate-limit")
        {
            HelpName = "N",
            Description = "Commands and requests a second and host; otherwise LEDGER_RATE_LIMIT.",
        };
        var json = Answer.JsonOption();
        var verb = new Command("create", "Create a key, which is shown once and kept nowhere.")
        {
            tenant, service, scopes, allScopes, platforms, person, owner, days, rate, json,
        };
        verb.SetAction((words, token) => create(
            new KeyGrant
            {
                Tenant = words.GetRequiredValue(tenant),
                Service = words.GetRequiredValue(service),
                Person = words.GetValue(person),
                Owner = words.GetValue(owner) is { } text ? OwnerOf(text) : null,
                Platforms = words.GetValue(platforms) is { Length: > 0 } some ? [.. some] : null,
                Scopes = words.GetValue(allScopes)
                    ? [.. All(words.GetRequiredValue(tenant), words.GetValue(owner), words.GetValue(person))]
                    : [.. words.GetValue(scopes) ?? []],
                RateLimit = words.GetValue(rate),
                ExpiresAt = words.GetValue(days) is { } left
                    ? SystemClock.Instance.GetCurrentInstant() + Duration.FromDays(left)
                    : null,
            },
            words.GetValue(json),
            token));
        return verb;
    }

    private static IEnumerable<string> All(string tenant, string? owner, string? person) =>
        (owner is not null ? Scopes.OfOwners : tenant == KeyGrant.House ? Scopes.OfHouse : Scopes.All)
        .Where(scope => person is null || scope != Scopes.VouchForPeople)
        .Order(StringComparer.Ordinal);

    private static Owner OwnerOf(string text) => Owner.Read(text)
        ?? throw new Mistake($"`{text}` is not an owner such as creator/mia, fan/anna or affiliate/joe.");

    private static Option<string?> Text(string name, string word, string description) =>
        new(name) { HelpName = word, Description = description };

    private static Option<string[]> Several(string name, string word, string description) =>
        new(name) { HelpName = word, Description = description, AllowMultipleArgumentsPerToken = true };
}
