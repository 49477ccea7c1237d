using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// What our bank has agreed with us about files for the American clearing house, and what differs by file.
/// </summary>
/// <param name="Destination">The routing number of the bank that the file goes to.</param>
/// <param name="Origin">
/// Ten characters that name us to it: often 1 and the tax number, or a blank and its routing number.
/// </param>
/// <param name="CompanyId">Ten characters; the payees' banks see them.</param>
/// <param name="Odfi">The first eight digits of our bank's routing number; trace numbers begin with them.</param>
/// <param name="Description">What payees read on their statement, ten characters at most.</param>
/// <param name="EffectiveOn">The day on which it is to be settled.</param>
/// <param name="Modifier">Tells the files of one day apart: A to Z, then 0 to 9.</param>
/// <param name="CreatedAt">By the clock on the bank's wall.</param>
public sealed record NachaSettings(
    string Destination, string DestinationName, string Origin, string OriginName, string CompanyName, string CompanyId,
    string Odfi, string Description, LocalDate EffectiveOn, char Modifier, LocalDateTime CreatedAt)
{
    /// <summary>Settled on the day that it is sent, at a lower limit.</summary>
    public bool IsSameDay { get; init; }

    /// <summary>Whatever the bank wants in the company's discretionary field.</summary>
    public string CompanyData { get; init; } = "";

    /// <summary>Shown to payees beside the description; banks of ours may ask for SD1300 and the like.</summary>
    public string DescriptiveDate { get; init; } = "";

    /// <summary>A reference that the bank gives back.</summary>
    public string Reference { get; init; } = "";

    public IEnumerable<Fault> Faults()
    {
        if (RoutingNumber.Problem(Destination) is { } destination)
            yield return new Fault("destination", "ill_formed", destination);
        foreach (var (field, text, shortest, longest) in new[]
        {
            ("destination_name", DestinationName, 1, 23), ("origin", Origin, 9, 10), ("origin_name", OriginName, 1, 23),
            ("company_name", CompanyName, 1, 16), ("company_id", CompanyId, 9, 10), ("description", Description, 1, 10),
            ("company_data", CompanyData, 0, 20), ("descriptive_date", DescriptiveDate, 0, 6),
            ("reference", Reference, 0, 8),
        })
        {
            if (text is null || text.Length < shortest || text.Length > longest)
                yield return new Fault(field, "ill_formed", $"It has {shortest} to {longest} characters.");
            else if (text.AsSpan().ContainsAnyExceptInRange(' ', '~') || (shortest > 0 && string.IsNullOrWhiteSpace(
                text)))
                yield return new Fault(field, "ill_formed", "It is in printable ASCII characters.");
        }

        if (Odfi is not { Length: 8 } || Odfi.AsSpan().ContainsAnyExceptInRange('0', '9'))
            yield return new Fault("odfi", "ill_formed", "It is the first eight digits of a routing number.");
        if (!char.IsAsciiLetterUpper(Modifier) && !char.IsAsciiDigit(Modifier))
            yield return new Fault("modifier", "ill_formed", "It is one of A to Z and 0 to 9.");
        if (Fault.OfDate("effective_on", EffectiveOn) is { } effective) yield return effective;
        if (Fault.OfDate("created_at", CreatedAt.Date) is { } created) yield return created;
        else if (EffectiveOn < CreatedAt.Date)
            yield return new Fault("effective_on", "ill_formed", "It is not before the day of the file.");
    }
}
