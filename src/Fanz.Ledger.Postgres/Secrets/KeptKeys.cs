namespace Fanz.Ledger.Postgres.Secrets;

/// <summary>
/// The keys that were used of late. Two halves: when the young one is full it becomes the old one, and what nobody asks
/// for until the next time is gone. A key is believed for a minute, so that one that was destroyed is soon of no use
/// on any host.
/// </summary>
internal sealed class KeptKeys(TimeProvider time, int most)
{
    private static readonly TimeSpan Belief = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private Dictionary<(string Tenant, string Person), (PersonKey Key, long Since)> young = [];
    private Dictionary<(string Tenant, string Person), (PersonKey Key, long Since)> old = [];

    internal int Count
    {
        get { lock (gate) return young.Count + old.Count; }
    }

    internal PersonKey? Find(string tenant, string person)
    {
        lock (gate)
        {
            if (!young.TryGetValue((tenant, person), out var kept))
            {
                if (!old.Remove((tenant, person), out kept)) return null;
                Put(tenant, person, kept);
            }

            return time.GetElapsedTime(kept.Since) < Belief ? kept.Key : null;
        }
    }

    internal void Keep(string tenant, string person, PersonKey key)
    {
        lock (gate)
        {
            old.Remove((tenant, person));
            Put(tenant, person, (key, time.GetTimestamp()));
        }
    }

    private void Put(string tenant, string person, (PersonKey, long) kept)
    {
        if (young.Count >= most / 2) (old, young) = (young, []);
        young[(tenant, person)] = kept;
    }
}
