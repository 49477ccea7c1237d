using System.Buffers;
using System.IO.Compression;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// Compresses blocks beside each other and writes them one after the other: a gzip file of several members, which
/// every reader of gzip takes for one. As many blocks are under way as there are cores, and the memory of each is used
/// again for a later one: to clear new memory for every block costs more than a part of what it takes to fill it.
/// </summary>
internal sealed class GzipBlocks : IDisposable
{
    private readonly Stream target;
    private readonly List<Block> all = [];
    private readonly Queue<Task<Block>> underWay = [];
    private Block filling;

    public GzipBlocks(Stream target)
    {
        this.target = target;
        filling = Another();
    }

    /// <summary>The block that is being filled. After <see cref="Next"/> it is another one.</summary>
    public ArrayBufferWriter<byte> Filling => filling.Plain;

    /// <summary>Lets go of the block that was filled, and gives an empty one to fill.</summary>
    public async ValueTask Next(CancellationToken token)
    {
        underWay.Enqueue(Task.Run(filling.Compress, token));
        filling = underWay.Count > Environment.ProcessorCount ? await WriteFirst(token) : Another();
    }

    public async Task Finish(CancellationToken token)
    {
        await Next(token);
        while (underWay.Count > 0) await WriteFirst(token);
        await target.FlushAsync(token);
    }

    public void Dispose()
    {
        foreach (var block in all) block.Dispose();
    }

    private Block Another()
    {
        var block = new Block();
        all.Add(block);
        return block;
    }

    private async Task<Block> WriteFirst(CancellationToken token)
    {
        var first = await underWay.Dequeue();
        await target.WriteAsync(first.Compressed, token);
        first.Plain.ResetWrittenCount();
        return first;
    }

    private sealed class Block : IDisposable
    {
        private readonly MemoryStream compressed = new(PackageWriter.BlockLength / 2);

        /// <summary>A block is let go of with the seal that fills it, so most end above their length.</summary>
        public ArrayBufferWriter<byte> Plain { get; } = new(PackageWriter.BlockLength * 3 / 2);

        public ReadOnlyMemory<byte> Compressed => compressed.GetBuffer().AsMemory(0, (int)compressed.Length);

        public Block Compress()
        {
            compressed.SetLength(0);
            using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(Plain.WrittenSpan);
            return this;
        }

        public void Dispose() => compressed.Dispose();
    }
}
