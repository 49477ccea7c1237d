using System.CommandLine;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Checkpoints;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>What checkpoints are named by on the command line, and held against.</summary>
internal static class CheckpointWords
{
    public static Option<string?> Key(bool isRequired = false) => new("--key")
    {
        HelpName = "PUBLIC.pem",
        Description = "The public keys that are trusted, as PEM, one after the other"
            + (isRequired ? "." : "; otherwise that of this folder's own key."),
        Required = isRequired,
    };

    /// <param name="mayBeHouse">Whether the house, which has a trail and no book, is meant by its star as well.</param>
    public static Option<string?> Tenant(string description, bool mayBeHouse = false)
    {
        var tenant = new Option<string?>("--tenant") { HelpName = "TENANT", Description = description };
        tenant.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string?>();
            if (name is null || (mayBeHouse && name == AccessTrail.House)) return;
            if (BookName.Problem(name) is { } problem) result.AddError($"--tenant {problem}.");
        });
        return tenant;
    }

    /// <summary>What the rows are held against: what was named, or else what is in its usual place.</summary>
    public static async Task<CheckpointEvidence> Evidence(string? folder, string? key, CancellationToken token)
    {
        if (folder is not null && !Directory.Exists(folder)) throw new Mistake($"There is no folder {folder}.");
        folder ??= Directory.Exists(HostSettings.CheckpointFolder) ? HostSettings.CheckpointFolder : null;
        return new CheckpointEvidence(
            await Trusted(key, token), folder is null ? null : new CheckpointFolder(folder));
    }

    public static async Task<IReadOnlyList<CheckpointVerifier>> ReadKeys(string path, CancellationToken token)
    {
        try
        {
            return CheckpointVerifier.OfPem(await File.ReadAllTextAsync(path, token));
        }
        catch (FormatException unfit)
        {
            throw new Mistake($"{path}: {unfit.Message}");
        }
    }

    private static async Task<IReadOnlyList<CheckpointVerifier>?> Trusted(string? path, CancellationToken token)
    {
        if (path is not null) return await ReadKeys(path, token);
        using var own = await CheckpointKeys.FindOrNone(token);
        return own is null ? null : [own.Public];
    }
}
