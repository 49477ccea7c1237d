using System.Security.Cryptography;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// The master key of a private server, made when it is first asked for. It lies with the data that it seals, where only
/// the server's account may read it, so that neither is ever without the other.
/// </summary>
internal static class MasterKeyFile
{
    private const int KeyLength = 32;

    public static async Task<byte[]> In(string dataDirectory, ServerAccount account, CancellationToken token)
    {
        var path = Path.Combine(dataDirectory, "master_key");
        if (!File.Exists(path))
        {
            // Whoever comes second, in this process or another, keeps the first one's.
            var made = $"{path}.{Guid.NewGuid():n}";
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength));
            await PrivateFiles.Write(made, key, account, token);
            try
            {
                File.Move(made, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(made);
            }
        }

        var read = Convert.FromBase64String((await File.ReadAllTextAsync(path, token)).Trim());
        return read.Length == KeyLength ? read : throw new ServerFailed($"{path} is not a master key.");
    }
}
