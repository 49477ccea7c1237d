using Fanz.Ledger.Books;

namespace Fanz.Ledger.Journal;

/// <summary>
/// What a service asks a book to do. The hierarchy is closed: each command stands in its concept's file, together
/// with its event and its decision. <see cref="Faults"/> judges the form alone; a command without faults can be
/// decided.
/// </summary>
public abstract partial record Command
{
    private const int MaxTextLength = 1_000;

    private Command()
    {
    }

    /// <summary>The other book that this command posts to, if there is one.</summary>
    internal virtual BookName? OtherBook(BookName home) => null;

    /// <summary>
    /// How many legs it may have that open an account. Batches are bounded by it, and ids kept ready.
    /// </summary>
    internal virtual int MostLegs => 8;

    internal abstract IEnumerable<Fault> Faults(BookName book);

    private static Fault? AmountFault(string field, long amount) => amount switch
    {
        <= 0 => new Fault(field, "amount_not_positive", $"The amount must be positive, not {amount}."),
        > Money.Money.Limit => new Fault(field, "amount_over_limit", $"The amount is over {Money.Money.Limit}."),
        _ => null,
    };

    private static Fault? IdentifierFault(string field, string? text) =>
        Accounts.Identifier.Problem(text) is { } problem ? new Fault(field, "ill_formed", $"{field} {problem}") : null;

    private static Fault? TextFault(string field, string? text) =>
        text is null or "" ? null
        : Accounts.Identifier.Problem(text, MaxTextLength, mayHaveControls: true) is { } problem
            ? new Fault(field, "ill_formed", $"{field} {problem}")
            : null;

    /// <summary>A memo may be empty, but then on purpose.</summary>
    private static Fault? MemoFault(string? memo) =>
        memo is null ? new Fault("memo", "ill_formed", "memo is missing") : TextFault("memo", memo);

    private static Fault? ReasonFault(string? reason) =>
        string.IsNullOrWhiteSpace(reason)
            ? new Fault("reason", "ill_formed", "reason is missing")
            : TextFault("reason", reason);

    private static Fault? MoneyCurrencyFault(string field, string? currency) =>
        !Money.Currency.TryOf(currency, out var known)
            ? new Fault(field, "unknown_currency", $"{Accounts.Identifier.Quote(currency)} is not a known currency.")
            : known.IsToken
                ? new Fault(field, "wrong_currency", $"{known} is a token, not money.")
                : null;

    private static Fault? CountryFault(string field, string? country) =>
        country is null or [>= 'A' and <= 'Z', >= 'A' and <= 'Z']
            ? null
            : new Fault(field, "ill_formed", "A country is two capital letters of ISO 3166.");

    private static Fault? MetadataFault(IReadOnlyDictionary<string, string>? metadata)
    {
        const int mostKeys = 16, longestKey = 40, longestValue = 200;
        if (metadata is null) return null;
        if (metadata.Count > mostKeys)
            return new Fault("metadata", "too_many", $"{metadata.Count} keys; at most {mostKeys} are kept.");
        foreach (var (key, value) in metadata)
        {
            if (Accounts.Identifier.Problem(key, longestKey) is { } keyProblem)
                return new Fault("metadata", "ill_formed", $"The key {Accounts.Identifier.Quote(key)} {keyProblem}");
            if (value != "" && Accounts.Identifier.Problem(value, longestValue, mayHaveControls: true) is { } problem)
                return new Fault($"metadata.{key}", "ill_formed", $"The value of {key} {problem}");
        }

        return null;
    }

    private static IEnumerable<Fault> Found(params ReadOnlySpan<Fault?> faults)
    {
        List<Fault>? found = null;
        foreach (var fault in faults)
            if (fault is not null) (found ??= []).Add(fault);
        return found ?? (IEnumerable<Fault>)[];
    }
}
