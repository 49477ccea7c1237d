using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// The key with which somebody who has just started a private server can try everything at once. It is told on
/// standard error, at the first start and never again; where keys are somebody's business already, none is made.
/// </summary>
internal static class FirstKey
{
    private const string Tenant = "fanz";

    public static async Task Offer(NpgsqlDataSource source, CancellationToken token)
    {
        var store = new KeyStore(source);
        if (await store.Any(token)) return;
        var made = await store.Create(
            new KeyGrant
            {
                Tenant = Tenant,
                Service = "first",
                Scopes = [.. Scopes.All.Order(StringComparer.Ordinal)],
            },
            KeyVerbs.Us,
            token);
        CommandLine.Say($"A key that may do everything for tenant {Tenant}, shown this once:");
        CommandLine.Say($"  export LEDGER_KEY={made.Text}");
    }
}
