using System.Security.Cryptography;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;
using Microsoft.Extensions.Primitives;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Access;

/// <summary>What the operator has set: whose tokens are believed, and how much a caller may ask.</summary>
internal sealed record EntranceRules(Tokens? Tokens, int RateLimit)
{
    public static EntranceRules Read() => new(
        HostSettings.TokenIssuers is { } issuers ? Tokens.Read(issuers, TimeProvider.System) : null,
        HostSettings.RateLimit);
}

/// <summary>Marks an endpoint that finds out by itself who asks, and has no use for keys.</summary>
internal sealed class AdmitsItself
{
    public static readonly AdmitsItself Is = new();
}

/// <summary>
/// Where requests come in: who asks is found out, and how much they ask. A key that is unknown, wrong, expired or
/// revoked, and a token that is worth nothing, are answered in the same words.
/// </summary>
internal sealed class Entrance : IAsyncDisposable
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(5);
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private static readonly Problem Unauthenticated = new(
        StatusCodes.Status401Unauthorized, "unauthenticated",
        "The request needs a key or token that is good now: Authorization: Bearer …");

    private readonly Tokens? tokens;
    private readonly RateLimits limits;
    private readonly TimeProvider clock;

    public Entrance(NpgsqlDataSource source, EntranceRules rules)
    {
        (tokens, clock) = (rules.Tokens, TimeProvider.System);
        limits = new RateLimits(rules.RateLimit, clock);
        Keys = new KeyRing(new KeyStore(source));
        Log = new AccessLog(source, PatienceAtTheEnd, CommandLine.Say);
        Refused = new RefusedAttempts(new AccessTrail(source), clock, CommandLine.Say);
    }

    public KeyRing Keys { get; }

    public AccessLog Log { get; }

    public RefusedAttempts Refused { get; }

    public Instant Now => Instant.FromDateTimeOffset(clock.GetUtcNow());

    /// <summary>Lets nobody pass to /v1 who is not known, or who asks too much.</summary>
    public static IApplicationBuilder UseIn(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (IsGuarded(context) && context.GetEndpoint()?.Metadata.GetMetadata<AdmitsItself>() is null)
            await Served.Of(context).Entrance.Admit(context);
        await next(context);
    });

    public static bool IsGuarded(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether one who was admitted would be still. A request that lasts outlives neither its key nor its token.
    /// </summary>
    public async ValueTask<bool> StillAdmits(HttpContext context) =>
        await Identify(context.Request.Headers.Authorization) is not null;

    /// <summary>Takes what a request costs beyond its first command, before anything of it is done.</summary>
    public void Charge(Caller caller, int cost)
    {
        if (cost <= 0 || limits.Take(caller.RateKey, caller.RateLimit, cost) is not { } wait) return;
        throw new ProblemFound(new Problem(
            StatusCodes.Status429TooManyRequests, "rate_limited", "That is more than this caller may ask for now.")
        {
            RetryAfter = (int)Math.Ceiling(wait.TotalSeconds),
        });
    }

    public static ProblemFound Refuse(HttpContext context)
    {
        if (!context.Response.HasStarted) context.Response.Headers.WWWAuthenticate = "Bearer";
        return new ProblemFound(Unauthenticated);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await Refused.DisposeAsync();
        await Keys.DisposeAsync();
    }

    private async ValueTask Admit(HttpContext context)
    {
        if (await Identify(context.Request.Headers.Authorization) is not { } caller)
        {
            throw Refuse(context);
        }

        context.Features.Set(caller);
        Charge(caller, 1);
    }

    private async ValueTask<Caller?> Identify(StringValues header)
    {
        if (header is not [{ } text] || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var bearer = text[Scheme.Length..];
        if (!bearer.StartsWith(KeyText.Start, StringComparison.Ordinal)) return tokens?.Identify(bearer);
        if (!KeyText.TryRead(bearer, out var id, out var hash)) return null;
        var known = await Find(id);
        // A secret is compared also where there is no key, so that the time it takes does not tell.
        var isRight = CryptographicOperations.FixedTimeEquals(hash, known is null ? NoHash : known.Key.Hash.AsSpan());
        return isRight && known!.Key.IsGoodAt(Now) ? known.Caller : null;
    }

    private async ValueTask<KnownKey?> Find(string id)
    {
        try
        {
            return await Keys.Find(id);
        }
        catch (TooManyUnknownKeys)
        {
            throw new ProblemFound(Problem.Unavailable("busy", "Too many keys are being looked up. Try again."));
        }
    }
}
