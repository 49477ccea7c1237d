using System.Globalization;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// How much of the host one client can have: sizes, times and connections. What is over a limit is answered by the
/// server with 408, 413, 414 or 431, or cut off where no answer would be read.
/// </summary>
internal static class RequestLimits
{
    public const long LargestBody = 1 << 20;

    /// <summary>For batches and imports, whose endpoints say so.</summary>
    public const long LargestBatchBody = 16 << 20;

    private const int DefaultConnections = 20_000;

    /// <summary>Files that the host opens besides its clients' connections, with room to spare.</summary>
    private const int OtherFiles = 500;

    /// <summary>A body that comes more slowly than this is not waited for.</summary>
    private const double BytesASecond = 240;

    public static void Set(KestrelServerOptions kestrel)
    {
        var patience = TimeSpan.FromSeconds(HostSettings.Whole("LEDGER_SLOW_CLIENT_SECONDS", 10, 2, 600));
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = Connections();
        limits.MaxRequestBodySize = LargestBody;
        limits.MaxRequestLineSize = 8 << 10;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestHeaderCount = 64;
        // What a client may have sent beyond what was read, so that many of them cannot fill the memory.
        limits.MaxRequestBufferSize = 128 << 10;
        limits.RequestHeadersTimeout = patience;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(BytesASecond, patience);
        limits.MinResponseDataRate = new MinDataRate(BytesASecond, patience);
        limits.Http2.MaxStreamsPerConnection = 100;
    }

    private static int Connections()
    {
        var room = OpenFiles() - OtherFiles;
        if (HostSettings.Text("LEDGER_MAX_CONNECTIONS") is null)
            return (int)Math.Clamp(room, 1, DefaultConnections);
        var asked = HostSettings.Whole("LEDGER_MAX_CONNECTIONS", DefaultConnections, 1, 1_000_000);
        // Without a file for it the system would keep offering the same connection, and the host would spin.
        return asked <= room ? asked : throw new Mistake(
            $"LEDGER_MAX_CONNECTIONS is {asked}, and the system lets this process open {room + OtherFiles} files, " +
            $"of which it keeps {OtherFiles} for itself: raise that limit (ulimit -n).");
    }

    /// <summary>How many files the system lets this process open.</summary>
    private static long OpenFiles()
    {
        const string limits = "/proc/self/limits";
        if (!File.Exists(limits)) return long.MaxValue;
        var line = File.ReadLines(limits).FirstOrDefault(
            line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var number, ..] ? number : null;
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? files
            : long.MaxValue;
    }
}

/// <summary>The largest body of an endpoint that takes more, or less, than others.</summary>
internal sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => Bytes;
}
