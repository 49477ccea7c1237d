using System.Security.Cryptography;

namespace Fanz.Ledger.Client;

/// <summary>
/// How long to wait between attempts: twice as long each time, up to a bound, less up to a half by chance, so that
/// those who were turned away together do not come back together; and never less than the ledger asked for.
/// </summary>
internal sealed class Pauses(LedgerClientOptions options)
{
    private const int Grain = 1_000;

    private TimeSpan next = options.FirstPause;

    public TimeSpan Next(TimeSpan? asked)
    {
        var pause = next * (1 - RandomNumberGenerator.GetInt32(Grain) / (2.0 * Grain));
        next = next < options.LongestPause / 2 ? next * 2 : options.LongestPause;
        return asked > pause ? asked.Value : pause;
    }

    /// <summary>Something has worked: the next trouble is a new one.</summary>
    public void Reset() => next = options.FirstPause;
}
