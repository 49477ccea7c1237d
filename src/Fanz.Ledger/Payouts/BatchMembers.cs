using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Payouts;

/// <summary>
/// What the payouts of a batch come to: how many, what is sent, and SHA-256 over a line for each, "payout, creator,
/// sent" with tabs between and a line feed at the end, in the order of the payouts' bytes. They are taken one by one,
/// so that a batch of any size is looked through and never held.
/// </summary>
public sealed class BatchMembers : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] last = [];

    public long Payouts { get; private set; }

    public long Sent { get; private set; }

    public void Add(string payout, string creator, long sent)
    {
        var name = Encoding.UTF8.GetBytes(payout);
        if (last.AsSpan().SequenceCompareTo(name) >= 0)
            throw new InvariantBroken($"The payout {payout} is not in its place in a batch.");
        last = name;
        Payouts++;
        Sent = checked(Sent + sent);
        hash.AppendData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{payout}\t{creator}\t{sent}\n")));
    }

    /// <summary>The hash over those that were added until now, in hexadecimal.</summary>
    public string Members() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
