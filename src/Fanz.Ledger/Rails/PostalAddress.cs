using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Rails;

/// <summary>
/// An address in parts: banks no longer take lines of free text. A country alone says where somebody lives; anything
/// more needs the town.
/// </summary>
public sealed record PostalAddress(
    string Country, string? Town = null, string? Street = null, string? Building = null, string? PostCode = null)
{
    private const int LongestTown = 35;
    private const int LongestStreet = 70;
    private const int LongestBuilding = 16;
    private const int LongestPostCode = 16;

    // Where somebody lives is nobody's business in a log either.
    public override string ToString() => Country;

    internal IEnumerable<Fault> Faults(string field)
    {
        if (!Countries.IsKnown(Country))
            yield return new Fault(
                $"{field}.country", "unknown_country", "A country is two letters, as ISO 3166 has it.");
        foreach (var (part, text, longest) in new[]
        {
            ("town", Town, LongestTown), ("street", Street, LongestStreet),
            ("building", Building, LongestBuilding), ("post_code", PostCode, LongestPostCode),
        })
        {
            if (text is null) continue;
            if (!BankText.TryAscii(text, out var ascii))
                yield return new Fault($"{field}.{part}", "not_in_latin_letters", "Banks carry Latin letters only.");
            else if (string.IsNullOrWhiteSpace(ascii) || ascii.Length > longest || text.Length > longest)
                yield return new Fault($"{field}.{part}", "ill_formed", $"It has 1 to {longest} characters.");
        }

        if (Town is null && (Street ?? Building ?? PostCode) is not null)
            yield return new Fault($"{field}.town", "ill_formed", "An address of more than a country has a town.");
    }
}
