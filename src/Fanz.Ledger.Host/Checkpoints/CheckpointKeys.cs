using System.Globalization;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// The key that signs checkpoints: the file that LEDGER_CHECKPOINT_KEY names, or one that is made for this folder when
/// it is first asked for, which only this program's account may read. The file is read whenever something is signed, so
/// a key that was handed over to is used from then on without a restart.
/// </summary>
internal static class CheckpointKeys
{
    /// <summary>The file of the key in use.</summary>
    public static string File => HostSettings.CheckpointKey
        ?? Path.Combine(HostSettings.Home, ".data", "checkpoint_key.pem");

    public static bool IsNamed => HostSettings.CheckpointKey is not null;

    /// <summary>Judges a key that was named, so that a wrong one is told before anything is started.</summary>
    public static async Task Judge(CancellationToken token)
    {
        if (IsNamed) (await Read(File, token)).Dispose();
    }

    /// <summary>The key; one is made where none was named and none is there.</summary>
    public static async Task<CheckpointKey> Find(CancellationToken token)
    {
        if (!IsNamed && !System.IO.File.Exists(File)) await Make(File, token);
        return await Read(File, token);
    }

    /// <summary>The key if there is one.</summary>
    public static async Task<CheckpointKey?> FindOrNone(CancellationToken token) =>
        IsNamed || System.IO.File.Exists(File) ? await Read(File, token) : null;

    public static async Task<CheckpointKey> Read(string path, CancellationToken token)
    {
        if (!System.IO.File.Exists(path)) throw new Mistake($"There is no key in {path}.");
        try
        {
            return CheckpointKey.OfPem(await System.IO.File.ReadAllTextAsync(path, token));
        }
        catch (FormatException unfit)
        {
            throw new Mistake(
                $"{path}: {unfit.Message} `openssl ecparam -name prime256v1 -genkey -noout` makes one.");
        }
    }

    /// <summary>Makes a key in a file of its own, unless somebody else has just done so.</summary>
    public static async Task Make(string path, CancellationToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var made = $"{path}.{Guid.NewGuid():n}";
        using var key = CheckpointKey.New();
        try
        {
            await using (var stream = PrivateFiles.Open(made, FileMode.CreateNew))
            {
                await using (var writer = new StreamWriter(stream, leaveOpen: true))
                    await writer.WriteAsync(key.PrivatePem().AsMemory(), token);
                stream.Flush(flushToDisk: true);
            }

            System.IO.File.Move(made, path, overwrite: false);
        }
        catch (IOException) when (System.IO.File.Exists(path))
        {
            System.IO.File.Delete(made);
        }
    }

    /// <summary>Puts a folder of checkpoints aside; nothing that was signed is deleted.</summary>
    public static void SetAside(string folder)
    {
        if (!Directory.Exists(folder)) return;
        var stem = $"{folder}.until-{DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}";
        var path = stem;
        for (var count = 2; Directory.Exists(path); count++) path = $"{stem}-{count}";
        Directory.Move(folder, path);
    }
}
