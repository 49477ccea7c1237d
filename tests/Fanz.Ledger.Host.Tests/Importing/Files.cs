using System.Text;
using Fanz.Ledger.Host.Importing;

namespace Fanz.Ledger.Host.Tests.Importing;

/// <summary>The files of an import in a folder that is deleted afterwards; each has its first line at least.</summary>
internal sealed class Files : IDisposable
{
    public Files(params (string Name, string Rows)[] files)
    {
        foreach (var file in ImportFile.All)
            Write(file.Name, $"{string.Join(',', file.Columns)}\n");
        foreach (var (name, rows) in files) Append(name, rows);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("fanz-ledger-import-").FullName;

    /// <summary>A wallet of 5.00, as small as an import can be.</summary>
    public static Files Small => new(
        ("trial_balance", "psp.receivable,USD,500\nfan.wallet,USD,-500\n"),
        ("balances", "psp.receivable,,USD,500\nfan.wallet,anna,USD,-500\n"));

    public void Append(string name, string rows) => File.AppendAllText(PathOf(name), rows);

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(PathOf(name), bytes);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private string PathOf(string name) =>
        System.IO.Path.Combine(Path, name.EndsWith(".csv", StringComparison.Ordinal) ? name : $"{name}.csv");
}
