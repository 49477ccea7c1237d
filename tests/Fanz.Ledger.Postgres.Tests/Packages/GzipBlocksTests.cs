using System.Buffers;
using System.IO.Compression;
using Fanz.Ledger.Postgres.Packages;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Packages;

public sealed class GzipBlocksTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_121;

    [Fact]
    public async Task Whatever_blocks_are_written_in_used_memory_come_out_in_their_order()
    {
        output.WriteLine($"Seed {Seed}");
        var random = new Random(Seed);
        for (var times = 0; times < 20; times++)
        {
            var (written, file) = (new MemoryStream(), new MemoryStream());
            using var blocks = new GzipBlocks(file);
            // More of them than are ever under way, some empty, some that no compression makes smaller.
            for (var i = random.Next(4 * Environment.ProcessorCount + 8); i > 0; i--)
            {
                var block = new byte[random.Next(3) == 0 ? 0 : random.Next(1 << 15)];
                if (random.Next(2) == 0) random.NextBytes(block);
                else Array.Fill(block, (byte)i);
                written.Write(block);
                blocks.Filling.Write(block);
                await blocks.Next(default);
            }

            await blocks.Finish(default);
            using var read = new MemoryStream();
            await using var gzip = new GZipStream(new MemoryStream(file.ToArray()), CompressionMode.Decompress);
            await gzip.CopyToAsync(read);
            Assert.Equal(written.ToArray(), read.ToArray());
        }
    }
}
