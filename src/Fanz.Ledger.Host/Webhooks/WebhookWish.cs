using System.Net;
using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>What somebody asks to be told, and where.</summary>
internal sealed record WebhookWish(string Url)
{
    private const int LongestUrl = 2_000;

    public string? Platform { get; init; }

    public IReadOnlyList<string>? Types { get; init; }

    public IEnumerable<Fault> Faults(bool isPrivateAllowed)
    {
        if (UrlFault(isPrivateAllowed) is { } url) yield return url;
        if (Platform is not null && BookName.Problem(Platform) is { } platform)
            yield return new Fault("platform", "ill_formed", $"platform {platform}");
        if (Types is { Count: 0 })
            yield return new Fault("types", "ill_formed", "Leave types out to be told of all of them.");
        foreach (var type in Types ?? [])
        {
            if (type is not null && EventFormat.IsKnown(type)) continue;
            yield return new Fault("types", "unknown_event", $"There is no event {Identifier.Quote(type)}.");
            yield break;
        }
    }

    private Fault? UrlFault(bool isPrivateAllowed)
    {
        if (Identifier.Problem(Url, LongestUrl) is { } problem) return new Fault("url", "ill_formed", $"url {problem}");
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.Host.Length == 0)
        {
            return new Fault(
                "url", "ill_formed", "url is an address such as https://example.com/ledger, without user or fragment.");
        }

        if (isPrivateAllowed) return null;
        if (url.Scheme != Uri.UriSchemeHttps) return new Fault("url", "not_https", "url begins with https://.");
        // A name is judged whenever it is connected to; what is an address already can be told at once.
        return IPAddress.TryParse(url.DnsSafeHost, out var address) && !PublicAddress.Is(address)
            ? new Fault("url", "private_target", "url is not on the public internet.")
            : null;
    }
}

/// <summary>Which dead letters are wanted again: all of them, those of a platform, or one.</summary>
internal sealed record ReplayWish
{
    public string? Platform { get; init; }

    public long? Number { get; init; }
}

/// <summary>Behind which number of a platform everything is wanted again.</summary>
internal sealed record RewindWish(string Platform, long After);

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WebhookWish))]
[JsonSerializable(typeof(ReplayWish))]
[JsonSerializable(typeof(RewindWish))]
internal sealed partial class WishShape : JsonSerializerContext;
