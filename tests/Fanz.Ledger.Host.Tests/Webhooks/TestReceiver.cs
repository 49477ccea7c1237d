using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>A request that a receiver got.</summary>
internal sealed record Received(string Path, IHeaderDictionary Headers, byte[] Body)
{
    public string Event => Headers["Ledger-Event"].ToString();

    public int Attempt => int.Parse(Headers["Ledger-Attempt"].ToString(), CultureInfo.InvariantCulture);

    public string Text => Encoding.UTF8.GetString(Body);

    public override string ToString() => $"{Event}#{Attempt}";
}

/// <summary>
/// Somebody who is told what happened, on a loopback port of its own, and answers as a test says. It can disappear and
/// come back. It echoes every challenge unless it is told not to.
/// </summary>
internal sealed class TestReceiver : IAsyncDisposable
{
    private readonly CancellationTokenSource letGo = new();
    private WebApplication? app;
    private int port;

    public ConcurrentQueue<Received> All { get; } = [];

    public bool Echoes { get; set; } = true;

    /// <summary>What it answers; 200 unless a test says otherwise.</summary>
    public Func<Received, HttpContext, Task>? Answer { get; set; }

    public string Url => $"http://127.0.0.1:{port}/ledger";

    public IReadOnlyList<Received> Events => [.. All.Where(received => received.Event != "challenge")];

    public static async Task<TestReceiver> Start()
    {
        var receiver = new TestReceiver();
        await receiver.ComeBack();
        return receiver;
    }

    public async Task ComeBack()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var started = builder.Build();
        started.Urls.Add($"http://127.0.0.1:{port}");
        started.Run(Receive);
        await started.StartAsync();
        port = new Uri(started.Urls.First()).Port;
        app = started;
    }

    public async Task Disappear()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await app!.StopAsync(atOnce.Token);
        await app.DisposeAsync();
        app = null;
    }

    /// <summary>Answers nothing until the receiver is disposed of, or the caller goes away.</summary>
    public async Task Hang(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(letGo.Token, context.RequestAborted);
        await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await letGo.CancelAsync();
        if (app is not null) await Disappear();
        letGo.Dispose();
    }

    private async Task Receive(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
        var received = new Received(context.Request.Path, headers, body.ToArray());
        All.Enqueue(received);
        if (received.Event == "challenge" && Echoes) await context.Response.Body.WriteAsync(received.Body);
        else if (received.Event != "challenge" && Answer is { } answer) await answer(received, context);
    }
}
