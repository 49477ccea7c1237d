using System.Globalization;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Payouts;

/// <summary>
/// What is set for a rail whose payouts are requests to a provider. It is journalled, so it holds no secret. A payout
/// keeps to what was set when it was submitted, for its keys are known to that provider alone.
/// </summary>
/// <param name="Url">Where its API begins, without a slash at the end.</param>
/// <param name="SendWithin">For how long after its submission a payout may be sent; the provider keeps its key.</param>
/// <param name="NotFoundIsFinalAfter">
/// How long after its submission a payout that the provider does not know counts as never made; without it, never.
/// </param>
/// <param name="Timeout">How long the provider may take to answer.</param>
/// <param name="AtOnce">How many requests may be under way to it from one host.</param>
public sealed record ProviderTerms(
    string Url, Duration SendWithin, Duration? NotFoundIsFinalAfter, Duration Timeout, int AtOnce)
{
    private const int LongestUrl = 500;
    private const int LongestHours = 24 * 90;

    private static readonly string[] Names =
        ["url", "send_within_hours", "not_found_is_final_after_hours", "timeout_seconds", "at_once"];

    /// <summary>The terms, or what is wrong with the settings.</summary>
    public static (ProviderTerms? Terms, Fault? Fault) Read(IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            return (null, new Fault(
                $"settings.{unknown}", "unknown_field", $"A provider's settings are {string.Join(", ", Names)}."));
        }

        if (settings.GetValueOrDefault("url") is not { } url)
            return (null, new Fault("settings.url", "missing_field", "A provider has a url."));
        if (!IsUrl(url))
        {
            return (null, new Fault(
                "settings.url", "ill_formed", "The url is https://host or https://host/path, and nothing behind it."));
        }

        Fault? fault = null;
        int? Whole(string name, int? otherwise, int least, int most)
        {
            if (settings.GetValueOrDefault(name) is not { } text) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value >= least && value <= most)
                return value;
            fault ??= new Fault($"settings.{name}", "out_of_range", $"It is a whole number from {least} to {most}.");
            return otherwise;
        }

        var sendWithin = Whole("send_within_hours", 24, 1, LongestHours)!.Value;
        var final = Whole("not_found_is_final_after_hours", null, 1, LongestHours);
        var timeout = Whole("timeout_seconds", 10, 1, 120)!.Value;
        var atOnce = Whole("at_once", 8, 1, 64)!.Value;
        // What may still be sent is not yet what was never made.
        if (final <= sendWithin)
        {
            fault ??= new Fault(
                "settings.not_found_is_final_after_hours", "out_of_range",
                $"It is more than the {sendWithin} hours in which a payout may be sent.");
        }

        return fault is not null ? (null, fault) : (
            new ProviderTerms(
                url, Duration.FromHours(sendWithin), final is { } hours ? Duration.FromHours(hours) : null,
                Duration.FromSeconds(timeout), atOnce),
            null);
    }

    private static bool IsUrl(string url) =>
        url.Length <= LongestUrl && !url.EndsWith('/')
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.Scheme is ("https" or "http")
        && uri.Host.Length > 0
        && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0
        && url.All(letter => letter is > ' ' and < (char)127 and not ('?' or '#' or '@' or '\\'));
}
