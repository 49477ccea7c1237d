using System.Text.Json;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// Keys that may be exchanged while they are in use: a file that has changed is read again, so that a key that an
/// issuer gave up is no good within seconds. Where the new text is wrong, what was known before stays in force, and it
/// is said.
/// </summary>
internal sealed class WatchedKeys
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly string? path;
    private readonly TokenIssuer? issuer;
    private SigningKeys keys;
    private DateTime written;
    private long lookedAt;

    private WatchedKeys(SigningKeys keys, string? path, TokenIssuer? issuer, TimeProvider clock)
    {
        (this.keys, this.path, this.issuer, this.clock) = (keys, path, issuer, clock);
        lookedAt = clock.GetTimestamp();
    }

    public static WatchedKeys Of(SigningKeys keys) => new(keys, null, null, TimeProvider.System);

    public static WatchedKeys OfFile(string path, TokenIssuer issuer, TimeProvider clock)
    {
        // The time comes first: what is written while it is read is then read again.
        var written = File.GetLastWriteTimeUtc(path);
        return new WatchedKeys(Read(path, issuer), path, issuer, clock) { written = written };
    }

    public SigningKeys Now()
    {
        if (path is null) return keys;
        lock (gate)
        {
            if (clock.GetElapsedTime(lookedAt) < BetweenLooks) return keys;
            lookedAt = clock.GetTimestamp();
            var last = File.GetLastWriteTimeUtc(path);
            if (last == written) return keys;
            written = last;
            try
            {
                keys = Read(path, issuer!);
            }
            catch (Mistake mistake)
            {
                CommandLine.Say($"The keys of issuer {issuer!.Issuer} stay as they were: {mistake.Message}");
            }

            return keys;
        }
    }

    private static SigningKeys Read(string path, TokenIssuer issuer)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return SigningKeys.Read(json.RootElement, issuer.Issuer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new Mistake($"The keys of issuer {issuer.Issuer} cannot be read: {exception.Message}");
        }
    }
}
