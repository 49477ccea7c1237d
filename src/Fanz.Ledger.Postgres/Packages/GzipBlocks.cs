using System.IO.Compression;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// Compresses blocks beside each other and writes them one after the other: a gzip file of several members, which
/// every reader of gzip takes for one. As many blocks are under way as there are cores, so memory is bounded.
/// </summary>
internal sealed class GzipBlocks(Stream target)
{
    private readonly Queue<Task<ArraySegment<byte>>> underWay = [];

    public async Task Write(ReadOnlyMemory<byte> block, CancellationToken token)
    {
        var copy = block.ToArray();
        underWay.Enqueue(Task.Run(() => Compress(copy), token));
        if (underWay.Count > Environment.ProcessorCount) await WriteFirst(token);
    }

    public async Task Finish(CancellationToken token)
    {
        while (underWay.Count > 0) await WriteFirst(token);
        await target.FlushAsync(token);
    }

    private async Task WriteFirst(CancellationToken token) => await target.WriteAsync(await underWay.Dequeue(), token);

    private static ArraySegment<byte> Compress(byte[] block)
    {
        var compressed = new MemoryStream(block.Length / 3);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(block);
        return new ArraySegment<byte>(compressed.GetBuffer(), 0, (int)compressed.Length);
    }
}
