using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fanz.Ledger.ProviderSimulator;

/// <summary>How a simulator is started.</summary>
public sealed record SimulatorOptions
{
    public required string Secret { get; init; }

    public int Seed { get; init; }

    /// <summary>0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The file that keeps its books, if they are to outlive it.</summary>
    public string? Books { get; init; }
}

/// <summary>
/// A payment provider as ops/rails-provider.md describes one, with everything that goes wrong with such. What goes
/// wrong follows from its seed. It has the time that it is told. What tests do with it beside paying is under /control:
/// `clock`, `faults`, `callbacks` and `books`.
/// </summary>
public sealed class SimulatedProvider : IAsyncDisposable
{
    private readonly SimulatorOptions options;
    private readonly WebApplication app;
    private readonly ProviderBooks books;
    private readonly Chance chance;
    private readonly Faults faults;
    private readonly Callbacks callbacks;
    private readonly Dictionary<string, int> requests = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private DateTimeOffset? told;

    private SimulatedProvider(SimulatorOptions options)
    {
        this.options = options;
        books = new ProviderBooks(options.Books);
        chance = new Chance(options.Seed);
        faults = new Faults(options.Seed);
        callbacks = new Callbacks(options.Secret, chance);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{options.Port}");
        app.UseRouting();
        app.MapPost("/payouts", (RequestDelegate)Submit);
        app.MapGet("/payouts/{key}", (RequestDelegate)Find);
        app.MapPost("/control/clock", (RequestDelegate)SetClock);
        app.MapPost("/control/faults", (RequestDelegate)SetFaults);
        app.MapPost("/control/callbacks", (RequestDelegate)SendCallbacks);
        app.MapGet("/control/books", (RequestDelegate)ShowBooks);
    }

    public string Url => app.Urls.First();

    /// <summary>Its time: what it was told, or the machine's.</summary>
    private DateTimeOffset Now => told ?? DateTimeOffset.UtcNow;

    public static async Task<SimulatedProvider> Start(SimulatorOptions options)
    {
        var provider = new SimulatedProvider(options);
        await provider.app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await app.StopAsync(atOnce.Token);
        await app.DisposeAsync();
        callbacks.Dispose();
        books.Dispose();
    }

    private async Task Submit(HttpContext context)
    {
        var body = await Body(context);
        if (!IsSigned(context, body))
        {
            await Answer(context, 401, Problem("unsigned", "The signature is wrong."));
            return;
        }

        using var json = JsonDocument.Parse(body);
        var key = json.RootElement.GetProperty("key").GetString()!;
        if (context.Request.Headers["Idempotency-Key"] != key)
        {
            await Answer(context, 400, Problem("key_differs", "The key is not the header's."));
            return;
        }

        await Meet(context, key, () => Take(json.RootElement, key, Encoding.UTF8.GetString(body)));
    }

    private async Task Find(HttpContext context)
    {
        if (!IsSigned(context, []))
        {
            await Answer(context, 401, Problem("unsigned", "The signature is wrong."));
            return;
        }

        var key = (string)context.Request.RouteValues["key"]!;
        await Meet(context, key, () =>
        {
            var payment = books.Find(key);
            return payment is { Fate: not Fate.IsRefused } && payment.VisibleFrom <= Now
                ? (200, payment.AsAnswer())
                : (404, Problem("not_found", "There is no such key."));
        });
    }

    /// <summary>Does it, or what goes wrong in its place, or both.</summary>
    private async Task Meet(HttpContext context, string key, Func<(int, byte[])> act)
    {
        Fault fault;
        var (status, answer) = (0, Array.Empty<byte>());
        lock (gate)
        {
            var about = context.Request.Method + key;
            var nth = requests[about] = requests.GetValueOrDefault(about) + 1;
            fault = faults.Of(context.Request.Method, key, nth);
            if (fault is not (Fault.LosesRequest or Fault.IsUnavailable or Fault.IsBusy or Fault.Redirects))
                (status, answer) = act();
            if (fault == Fault.Lags && books.Find(key) is { } payment)
                books.Write(payment with { VisibleFrom = Now.AddHours(1) });
        }

        switch (fault)
        {
            case Fault.LosesRequest or Fault.LosesAnswer:
                context.Abort();
                break;
            case Fault.Hangs:
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case Fault.IsUnavailable:
                await Answer(context, 503, Problem("unavailable", "Come back later."));
                break;
            case Fault.IsBusy:
                await Answer(context, 429, Problem("busy", "Too many requests."));
                break;
            case Fault.FailsAfterwards:
                await Answer(context, 500, "Internal error"u8.ToArray());
                break;
            case Fault.AnswersNonsense:
                await Answer(context, 200, "<html>It works!</html>"u8.ToArray());
                break;
            case Fault.AnswersTooMuch:
                await Answer(context, 200, [.. answer, .. Enumerable.Repeat((byte)' ', 200_000)]);
                break;
            case Fault.Redirects:
                context.Response.Headers.Location = "/payouts/elsewhere";
                await Answer(context, 307, []);
                break;
            case Fault.AnswersAboutAnother when status == 200:
                var word = Encoding.UTF8.GetString(answer);
                var another = word.Replace(key, new string('0', 64), StringComparison.Ordinal);
                await Answer(context, 200, Encoding.UTF8.GetBytes(another));
                break;
            default:
                await Answer(context, status, answer);
                break;
        }
    }

    private (int, byte[]) Take(JsonElement json, string key, string instruction)
    {
        if (books.Find(key) is { } known)
        {
            return known.Instruction == instruction
                ? Word(known)
                : (409, Problem("key_reused", "The key is another instruction's."));
        }

        if (DateTimeOffset.Parse(
            json.GetProperty("valid_until").GetString()!, System.Globalization.CultureInfo.InvariantCulture) <= Now)
            return (410, Problem("expired", "The instruction came too late."));
        var payment = new Payment(
            key, instruction, json.GetProperty("payout").GetString()!, json.GetProperty("amount").GetInt64(),
            json.GetProperty("currency").GetString()!, Payment.FateOf(chance.Of(100, "fate", key)), Now);
        if (payment.Fate == Fate.IsRejectedAtOnce) payment = payment.Rejected();
        books.Write(payment);
        return Word(payment);
    }

    private static (int, byte[]) Word(Payment payment) => payment.Fate == Fate.IsRefused
        ? (422, Problem("AC01", "The account number is wrong."))
        : (200, payment.AsAnswer());

    private async Task SetClock(HttpContext context)
    {
        using var json = JsonDocument.Parse(await Body(context));
        lock (gate)
        {
            told = json.RootElement.GetProperty("now").GetDateTimeOffset();
            books.Advance(Now);
        }

        await Answer(context, 200, "{}"u8.ToArray());
    }

    private async Task SetFaults(HttpContext context)
    {
        using var json = JsonDocument.Parse(await Body(context));
        lock (gate) faults.Percent = json.RootElement.GetProperty("percent").GetInt32();
        await Answer(context, 200, "{}"u8.ToArray());
    }

    private async Task SendCallbacks(HttpContext context)
    {
        using var json = JsonDocument.Parse(await Body(context));
        Payment[] changes;
        lock (gate) changes = [.. books.Changes.Where(change => change.Fate != Fate.IsRefused)];
        var url = new Uri(json.RootElement.GetProperty("url").GetString()!);
        var sent = await callbacks.Send(url, changes, Now, context.RequestAborted);
        await Answer(context, 200, JsonSerializer.SerializeToUtf8Bytes(sent));
    }

    private async Task ShowBooks(HttpContext context)
    {
        byte[] shown;
        lock (gate) shown = JsonSerializer.SerializeToUtf8Bytes(new { books.Payments, books.Movements });
        await Answer(context, 200, shown);
    }

    private bool IsSigned(HttpContext context, byte[] body) => Signature.IsGood(
        context.Request.Headers["Ledger-Signature"].ToString(), options.Secret, Now, context.Request.Method,
        context.Features.Get<IHttpRequestFeature>()!.RawTarget, body);

    private static async Task<byte[]> Body(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private static byte[] Problem(string code, string reason) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["code"] = code, ["reason"] = reason });

    private static async Task Answer(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        try
        {
            await context.Response.Body.WriteAsync(body);
        }
        catch (IOException)
        {
            // The caller has hung up.
        }
    }
}
