using System.Buffers;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>By what a request is found again in the logs of all that it passed: the caller's own id, or a new one.</summary>
internal static class RequestId
{
    private const int Longest = 100;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:=+/");

    /// <summary>An id that could do mischief in a log or a header is as good as none.</summary>
    public static string Of(string? given) =>
        given is { Length: > 0 and <= Longest } && !given.AsSpan().ContainsAnyExcept(Allowed)
            ? given
            : Guid.CreateVersion7().ToString("N");
}
