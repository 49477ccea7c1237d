using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// How many commands were answered in which way, as plain numbers that are looked at when somebody asks. Each lane has
/// its own, so that counting costs it an increment.
/// </summary>
internal sealed class Tally
{
    /// <summary>There are about a hundred codes; this bounds what a fault could make of them.</summary>
    private const int MostCodes = 500;
    private const string OtherCodes = "other";

    private static readonly string[] Outcomes =
        [
            "posted", "replayed", "refused", "key_reused", "malformed", "busy", "unavailable", "unknown", "failed",
            "set_aside",
        ];

    private readonly long[] answered = new long[Outcomes.Length];
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> refusals = [];

    public void Count(Reply reply)
    {
        Interlocked.Increment(ref answered[Place(reply)]);
        if (reply is Reply.Refused { Replayed: false } refused) CountRefusal(refused.Refusal.Code);
    }

    /// <summary>The commands answered so far, by outcome, over all tallies.</summary>
    public static IEnumerable<Measurement<long>> Answered(IReadOnlyCollection<Tally> tallies)
    {
        for (var place = 0; place < Outcomes.Length; place++)
        {
            yield return new Measurement<long>(
                tallies.Sum(tally => Interlocked.Read(ref tally.answered[place])),
                new KeyValuePair<string, object?>("outcome", Outcomes[place]));
        }
    }

    /// <summary>The commands that a book said no to so far, by code, over all tallies.</summary>
    public static IEnumerable<Measurement<long>> Refused(IReadOnlyCollection<Tally> tallies) =>
        from tally in tallies
        from refusal in tally.Refusals()
        group refusal.Value by refusal.Key into codes
        select new Measurement<long>(codes.Sum(), new KeyValuePair<string, object?>("code", codes.Key));

    private static int Place(Reply reply) => reply switch
    {
        Reply.Posted { Replayed: false } => 0,
        Reply.Posted or Reply.Refused { Replayed: true } => 1,
        Reply.Refused => 2,
        Reply.KeyReused => 3,
        Reply.Malformed => 4,
        Reply.Busy => 5,
        Reply.Unavailable => 6,
        Reply.Unknown => 7,
        Reply.Failed => 8,
        Reply.SetAside => 9,
        _ => throw new InvariantBroken("There is no other reply."),
    };

    private KeyValuePair<string, long>[] Refusals()
    {
        lock (gate) return [.. refusals];
    }

    private void CountRefusal(string code)
    {
        lock (gate)
        {
            if (refusals.Count >= MostCodes && !refusals.ContainsKey(code)) code = OtherCodes;
            CollectionsMarshal.GetValueRefOrAddDefault(refusals, code, out _)++;
        }
    }
}
