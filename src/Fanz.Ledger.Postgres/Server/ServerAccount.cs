namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// Who runs the server. PostgreSQL refuses to run as root, so root lends it an unprivileged account and gives that
/// account what it needs; anyone else runs it as themselves and there is nothing to do.
/// </summary>
internal sealed record ServerAccount
{
    private readonly string? name;
    private readonly string userId = "";
    private readonly string groupId = "";

    private ServerAccount()
    {
    }

    private ServerAccount(string name, string userId, string groupId) =>
        (this.name, this.userId, this.groupId) = (name, userId, groupId);

    /// <summary>Data that exists stays with its owner; new data goes to `postgres`, or `nobody` without one.</summary>
    public static async Task<ServerAccount> Choose(string dataDirectory, CancellationToken token)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount();
        var owner = await ProgramRun.Run(["stat", "-c", "%u %U", dataDirectory], token);
        var candidates = owner.Succeeded && owner.Output.Trim().Split(' ') is [not "0", var ownerName]
            ? new[] { ownerName }
            : ["postgres", "nobody"];
        foreach (var candidate in candidates)
        {
            var user = await ProgramRun.Run(["id", "-u", candidate], token);
            var group = await ProgramRun.Run(["id", "-g", candidate], token);
            if (user.Succeeded && group.Succeeded)
                return new ServerAccount(candidate, user.Output.Trim(), group.Output.Trim());
        }

        throw new ServerFailed("root cannot run PostgreSQL and no account `postgres` or `nobody` exists to do it.");
    }

    /// <summary>The command line that runs another as this account.</summary>
    public IReadOnlyList<string> Lend(params IReadOnlyList<string> commandLine)
    {
        if (name is null)
            return commandLine;
        if (ProgramRun.Exists("setpriv"))
            return ["setpriv", "--reuid", userId, "--regid", groupId, "--clear-groups", "--", .. commandLine];
        if (ProgramRun.Exists("runuser"))
            return ["runuser", "-u", name, "--", .. commandLine];
        return ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name, .. commandLine];
    }

    /// <summary>Gives the file or folder itself to the account, not what is in it, and never follows a link.</summary>
    public async Task Own(string path, CancellationToken token)
    {
        if (name is null)
            return;
        var change = await ProgramRun.Run(["chown", "-h", $"{userId}:{groupId}", path], token);
        if (!change.Succeeded)
            throw new IOException(change.LastWords);
    }

    public async Task<bool> MayWrite(string directory, CancellationToken token) =>
        (await ProgramRun.Run(Lend("test", "-w", directory), token)).Succeeded;
}
