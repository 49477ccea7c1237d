using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Telemetry;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Secrets;
using Npgsql;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// What follows the journal on this host: the tables that are made of it, and those who are told. It starts after the
/// writer, and stops before that drains: what is written last is followed by the next host, or by this one next time.
/// </summary>
internal sealed class Following : IAsyncDisposable
{
    public Following(NpgsqlDataSource source, BookRegistry registry, Bell bell, MasterKeys? masterKey)
    {
        Runner = new FollowerRunner(source, Followers.All, bell, new FollowerOptions
        {
            PooledByTransaction = HostSettings.IsPooledByTransaction,
            Tell = CommandLine.Say,
        });
        Lags = new FollowerLags(source);
        Receivers = new Receivers(source, registry, masterKey, bell, new WebhookOptions
        {
            IsPrivateAllowed = HostSettings.MayWebhooksBePrivate,
            Tell = CommandLine.Say,
        });
    }

    public FollowerRunner Runner { get; }

    public Receivers Receivers { get; }

    public FollowerLags Lags { get; }

    public Task Stop() => Task.WhenAll(Runner.Stop(), Receivers.Stop());

    public async ValueTask DisposeAsync()
    {
        await Lags.DisposeAsync();
        await Runner.DisposeAsync();
        await Receivers.DisposeAsync();
    }
}
