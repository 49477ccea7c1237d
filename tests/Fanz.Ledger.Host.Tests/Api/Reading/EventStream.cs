using System.Net;
using System.Text.Json;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>An event as it was sent.</summary>
internal sealed record Event(string? Id, string Type, string Data)
{
    public long Number => JsonDocument.Parse(Data).RootElement.GetProperty("number").GetInt64();
}

/// <summary>A client of server-sent events, to the letter of their format.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private EventStream(HttpResponseMessage response, StreamReader reader) =>
        (this.response, this.reader) = (response, reader);

    public static async Task<EventStream> Open(
        ReadingHost host, string path, string? lastEventId = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/event-stream");
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await Said(response));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<Event?> Next()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var (id, type, data) = ((string?)null, "message", (string?)null);
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case [""]:
                    if (data is not null) return new Event(id, type, data);
                    break;
                case ["", _]:
                    break;
                case ["id", var value]:
                    id = value;
                    break;
                case ["event", var value]:
                    type = value;
                    break;
                case ["data", var value]:
                    // One record is one line.
                    Assert.Null(data);
                    data = value;
                    break;
                default:
                    throw new InvalidOperationException($"`{line}` is no line of an event.");
            }
        }

        Assert.Null(data);
        return null;
    }

    public async Task<List<Event>> Next(int count)
    {
        var events = new List<Event>();
        while (events.Count < count) events.Add((await Next())!);
        return events;
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        reader.Dispose();
        return default;
    }

    private static async Task<string> Said(HttpResponseMessage response) => response.IsSuccessStatusCode
        ? ""
        : await response.Content.ReadAsStringAsync();
}
