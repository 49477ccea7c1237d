using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>What a host needs beside the books for sending payouts: the keys of people, and where files are put.</summary>
/// <param name="Secrets">Null where nobody has said what secrets are sealed with; then nothing is sent.</param>
internal sealed record PayingTools(PersonKeys? Secrets, Outbox Outbox)
{
    /// <summary>The providers that are talked to from here.</summary>
    public ProviderPayouts? Providers { get; init; }

    public static PayingTools Of(NpgsqlDataSource source, MasterKeys? masterKey)
    {
        var secrets = masterKey is null ? null : new PersonKeys(source, masterKey);
        return new PayingTools(secrets, new Outbox(HostSettings.Outbox))
        {
            Providers = new ProviderPayouts(
                new PayoutsNow(source), Opening(source, secrets), ProviderOptions.FromSettings()),
        };
    }

    /// <summary>
    /// The account as it was when the payout was submitted: whenever it is sent, it is sent there, in the same bytes.
    /// </summary>
    internal static OpenAccounts Opening(NpgsqlDataSource source, PersonKeys? secrets) => async (book, payouts, token) =>
    {
        if (secrets is null) return [.. payouts.Select(_ => (Rails.PayeeAccount?)null)];
        var asked = payouts.Select(now => new PayeeAsked(
            now.Id, now.Payout.Creator, now.Payout.Method, now.Submitted!.Value.Number));
        var opened = await new PayeeAccounts(source, secrets).Open(book, [.. asked], token);
        return [.. opened.Select(one => one.Account)];
    };
}
