using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Webhooks;
using Npgsql;

namespace Fanz.Ledger.Host.Secrets;

/// <summary>How many secrets of webhooks are under which master key.</summary>
/// <param name="Current">Under LEDGER_MASTER_KEY.</param>
/// <param name="Old">Under one of LEDGER_MASTER_KEYS_OLD.</param>
/// <param name="Unknown">Under none that this program has; nothing is signed with them.</param>
internal sealed record SealedWebhooks(long Current, long Old, long Unknown);

/// <summary>What is under which master key.</summary>
internal sealed record SecretsStanding(IReadOnlyList<WrappedKeys> Masters, SealedWebhooks Webhooks)
{
    /// <summary>Whether all of it can be read with the master keys that are set.</summary>
    public bool IsKnown => Webhooks.Unknown == 0 && Masters.All(one => one.IsKnown);

    /// <summary>Whether the master keys before the one that is set may go.</summary>
    public bool IsCurrent => Webhooks is { Old: 0, Unknown: 0 } && Masters.All(one => one.IsCurrent);
}

/// <summary>
/// Brings everything that is kept under a master key under the one that is set: the keys of people, and the secrets
/// that webhooks are signed with. Those of people have the name of their master key beside them; a webhook's is tried,
/// for there are few. Broken off anywhere, it is begun again, and what is done is passed over.
/// </summary>
internal sealed class SecretsRotation(NpgsqlDataSource owner, MasterKeys masters)
{
    private readonly MasterRotation people = new(owner, masters);
    private readonly WebhookStore webhooks = new(owner);
    private readonly WebhookSecrets secrets = new(masters);

    public async Task<SecretsStanding> Status(CancellationToken token)
    {
        var (current, old, unknown) = (0L, 0L, 0L);
        foreach (var (id, box) in await webhooks.Secrets(token))
        {
            if (secrets.IsCurrent(id, box)) current++;
            else if (secrets.Open(id, box) is not null) old++;
            else unknown++;
        }

        return new SecretsStanding(await people.Status(token), new SealedWebhooks(current, old, unknown));
    }

    /// <summary>How many keys of people, and secrets of webhooks, were brought under it.</summary>
    /// <exception cref="WrongMasterKey">A key does not open under the master key that its row names.</exception>
    public async Task<(long Keys, long Webhooks)> Run(string actor, IProgress<long>? progress, CancellationToken token)
    {
        var keys = await people.Run(actor, progress, token);
        var anew = new List<(string, byte[], byte[])>();
        foreach (var (id, box) in await webhooks.Secrets(token))
            if (secrets.Reseal(id, box) is { } under) anew.Add((id, box, under));
        return (keys, await webhooks.Reseal(anew, masters, actor, token));
    }
}
