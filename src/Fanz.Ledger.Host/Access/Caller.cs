using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Access;

/// <summary>Who asks, and what they may.</summary>
internal sealed record Caller(Actor Actor, string Tenant)
{
    /// <summary>The platforms of the tenant; null means all of them.</summary>
    public IReadOnlySet<string>? Platforms { get; init; }

    public required IReadOnlySet<string> Scopes { get; init; }

    /// <summary>The one owner whose accounts are seen; null means every owner's.</summary>
    public string? Owner { get; init; }

    public bool MaySee(string tenant, string platform) =>
        tenant == Tenant && (Platforms is null || Platforms.Contains(platform));

    public void Require(string scope)
    {
        if (Scopes.Contains(scope)) return;
        throw new ProblemFound(new Problem(
            StatusCodes.Status403Forbidden, "scope_missing", $"This needs the scope {scope}.")
        {
            Facts = new Dictionary<string, string> { ["scope"] = scope },
        });
    }

    /// <summary>The caller that the request was admitted for.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? throw new ProblemFound(
        new Problem(StatusCodes.Status401Unauthorized, "unauthenticated", "A key is needed: Authorization: Bearer …"));
}
