using System.Diagnostics.CodeAnalysis;

namespace Fanz.Ledger.Books;

/// <summary>
/// A memory in two generations. What is used moves to the young one; <see cref="LetGo"/> makes the young one the old
/// one and drops the old. So whatever was used since the last but one call is certainly known.
/// </summary>
internal sealed class Recollection<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private Dictionary<TKey, TValue> young = [];
    private Dictionary<TKey, TValue> old = [];

    public int Count => young.Count + old.Count;

    public int InUse => young.Count;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (young.TryGetValue(key, out value)) return true;
        if (old.Count == 0 || !old.Remove(key, out value)) return false;
        young[key] = value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        old.Remove(key);
        young[key] = value;
    }

    public void Remove(TKey key)
    {
        old.Remove(key);
        young.Remove(key);
    }

    public void Clear()
    {
        young = [];
        old = [];
    }

    public void LetGo() => (old, young) = (young, []);
}
