namespace Fanz.Ledger.Rails;

/// <summary>The business identifier code of a bank: bank, country, place and perhaps a branch.</summary>
public static class BankIdentifier
{
    private const int WithoutBranch = 8;
    private const int WithBranch = 11;

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string? bic)
    {
        const string form = "A BIC has 8 or 11 capital letters and digits, the first six of them letters.";
        if (bic is not { Length: WithoutBranch or WithBranch }) return form;
        if (!bic.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter))) return form;
        if (!bic.AsSpan(0, 6).ContainsAnyExceptInRange('A', 'Z') && bic[6] is not ('0' or '1') && bic[7] != 'O')
            return Countries.IsKnown(bic[4..6]) ? null : "The country in the BIC is not known.";
        return form;
    }
}
