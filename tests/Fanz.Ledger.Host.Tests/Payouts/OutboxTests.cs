using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Payouts;

namespace Fanz.Ledger.Host.Tests.Payouts;

/// <summary>The folder of files for banks: whatever happens, a file is to be had there once, with one content.</summary>
public sealed class OutboxTests : IDisposable
{
    private const string File1 = "b-20260105-1.ach";
    private static readonly BookName Book = new("fanz", "bestfans");
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("101 021000021\n");
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly string root = Directory.CreateTempSubdirectory("fanz-ledger-outbox-").FullName;

    private string There => Path.Combine(root, "fanz", "bestfans", File1);

    private string Kept => Path.Combine(root, "fanz", "bestfans", "archive", File1);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_host_that_dies_after_any_step_is_followed_by_one_that_puts_the_file_there_once()
    {
        foreach (var isTaken in new[] { false, true })
        foreach (var last in new[] { "part", "archived", "placed" })
        {
            await Assert.ThrowsAsync<HostDied>(() => Put(step =>
            {
                if (step == last) throw new HostDied();
            }));
            var wasThere = File.Exists(There);
            Assert.Equal(last == "placed", wasThere);
            if (wasThere && isTaken) File.Delete(There);
            await Put();
            Assert.Equal(!(wasThere && isTaken), File.Exists(There));
            Assert.Equal(Content, await File.ReadAllBytesAsync(Kept));
            Assert.Empty(Directory.GetFiles(root, ".*.part", SearchOption.AllDirectories));
            Directory.Delete(Path.Combine(root, "fanz"), recursive: true);
        }
    }

    [Fact]
    public async Task Nothing_else_is_overwritten_and_nobody_else_can_read_it()
    {
        await Put();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(There));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        }

        await Put();
        await File.WriteAllTextAsync(There, "another");
        Assert.Contains("not overwritten", (await Assert.ThrowsAsync<OutboxWrong>(() => Put())).Message, StringComparison.Ordinal);
        Assert.Equal("another", await File.ReadAllTextAsync(There));
        File.Delete(There);
        await File.WriteAllTextAsync(Kept, "another");
        await Assert.ThrowsAsync<OutboxWrong>(() => Put());
        Assert.False(File.Exists(There));
    }

    [Fact]
    public async Task A_program_that_was_held_up_puts_nothing_there_that_another_has_put_there_since()
    {
        await Put();
        File.Delete(There);
        using var part = await new Outbox(root).Enter(Book, CancellationToken.None);
        Assert.Throws<OutboxWrong>(() => part.Write(File1, _ => 0));
        Assert.False(File.Exists(There));
    }

    private async Task Put(Action<string>? did = null)
    {
        using var part = await new Outbox(root) { Did = did }.Enter(Book, CancellationToken.None);
        if (part.WasPlaced(File1, Hash)) return;
        if (!part.HasWritten(File1, Hash))
            part.Write(File1, stream =>
            {
                stream.Write(Content);
                return 0;
            });
        part.Place(File1, Hash);
    }
}
