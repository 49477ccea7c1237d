using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Postgres.Secrets;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>What a host needs beside the books for sending payouts: the keys of people, and where files are put.</summary>
/// <param name="Secrets">Null where nobody has said what secrets are sealed with; then nothing is sent.</param>
internal sealed record PayingTools(PersonKeys? Secrets, Outbox Outbox)
{
    public static PayingTools Of(NpgsqlDataSource source, byte[]? masterKey) => new(
        masterKey is null ? null : new PersonKeys(source, masterKey),
        new Outbox(HostSettings.Outbox));
}
