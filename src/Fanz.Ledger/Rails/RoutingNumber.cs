namespace Fanz.Ledger.Rails;

/// <summary>The nine digits by which a bank in the United States is reached; the last checks the others.</summary>
public static class RoutingNumber
{
    public const int Length = 9;

    /// <summary>What is wrong with it, without saying what it is; or null.</summary>
    public static string? Problem(string? routing)
    {
        if (routing is not { Length: Length } || routing.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return $"A routing number has {Length} digits.";
        // The first two digits are a district of the reserve banks, its thrift range, or its electronic range.
        var district = ((routing[0] - '0') * 10) + routing[1] - '0';
        if (district is not (>= 1 and <= 12 or >= 21 and <= 32 or >= 61 and <= 72))
            return "No bank's routing number starts so.";
        return CheckDigit(routing.AsSpan(0, Length - 1)) == routing[^1]
            ? null
            : "The check digit of the routing number is wrong.";
    }

    /// <summary>The ninth digit for the first eight.</summary>
    public static char CheckDigit(ReadOnlySpan<char> first)
    {
        ReadOnlySpan<int> weights = [3, 7, 1, 3, 7, 1, 3, 7];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * (first[i] - '0');
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
