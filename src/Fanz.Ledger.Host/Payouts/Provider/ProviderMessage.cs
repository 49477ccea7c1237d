using System.Text.Json;
using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// What a provider says, in an answer or a callback. Members that are not known here may be there; those that are have
/// to be as they should, or nothing was said. Its words are cut to what a journal keeps.
/// </summary>
internal sealed class ProviderMessage
{
    private const int LongestReason = 500;
    private const int LongestCode = 32;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private static readonly ProviderMessage Nothing = new();

    private ProviderMessage()
    {
    }

    public string? Key { get; private init; }

    public string? Payout { get; private init; }

    public string? Code { get; private init; }

    public string? Reason { get; private init; }

    private string? Status { get; init; }

    private string? Currency { get; init; }

    private long? Amount { get; init; }

    private string? Reference { get; init; }

    public static ProviderMessage Of(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object) return Nothing;
            return new ProviderMessage
            {
                Key = Text(json, "key"),
                Payout = Text(json, "payout"),
                Status = Text(json, "status"),
                Currency = Text(json, "currency"),
                Amount = json.TryGetProperty("amount", out var amount) && amount.ValueKind == JsonValueKind.Number
                    && amount.TryGetInt64(out var value)
                    ? value
                    : null,
                Code = CodeOf(Text(json, "code")),
                Reason = Words(Text(json, "reason")),
                Reference = Text(json, "reference") is { } reference && Identifier.Problem(reference) is null
                    ? reference
                    : null,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Nothing;
        }
    }

    /// <summary>Its word, if it is one about the payout that was asked for.</summary>
    public ProviderAnswer AsWordOn(Errand errand)
    {
        if (Key is null || Payout is null || Amount is null || Currency is null || StatusSaid is not { } status)
            return new ProviderAnswer.Unclear("The provider's answer is not as agreed.", IsWorthRetrying: true);
        var payout = errand.Now.Payout;
        if (Key != errand.Key || Payout != errand.Payout)
            return new ProviderAnswer.Contradiction("The provider answered about another payout.");
        if (Amount != payout.Sent || Currency != payout.Currency)
        {
            return new ProviderAnswer.Contradiction(
                $"The provider has {Amount} {Identifier.Quote(Currency)} for {payout.Sent} {payout.Currency}.");
        }

        return new ProviderAnswer.Told(status, Code, Reason, Reference);
    }

    private ProviderStatus? StatusSaid => Status switch
    {
        "accepted" => ProviderStatus.Accepted,
        "settled" => ProviderStatus.Settled,
        "rejected" => ProviderStatus.Rejected,
        "returned" => ProviderStatus.Returned,
        _ => null,
    };

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A code is a short word; what is none still was a refusal, of a kind of its own.</summary>
    private static string? CodeOf(string? code) =>
        string.IsNullOrEmpty(code) ? null
        : code.Length <= LongestCode
            && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
            ? code
            : "other";

    private static string? Words(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return null;
        var plain = string.Concat(reason.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        if (plain.Length > LongestReason)
            plain = plain[..(char.IsHighSurrogate(plain[LongestReason - 1]) ? LongestReason - 1 : LongestReason)];
        return plain.Length == 0 ? null : plain;
    }
}
