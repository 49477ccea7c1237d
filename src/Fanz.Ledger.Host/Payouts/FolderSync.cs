using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// Makes what was renamed in a folder last: a rename is the folder's to keep, and only asking for it to be written
/// says that it is. The runtime has no call for folders.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var opened = Open([.. Encoding.UTF8.GetBytes(folder), 0], ReadOnly);
        if (opened < 0) throw Failed(folder);
        try
        {
            if (Sync(opened) != 0) throw Failed(folder);
        }
        finally
        {
            _ = Close(opened);
        }
    }

    private static IOException Failed(string folder) => new(
        $"{folder} could not be written out: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
