using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Rails.Iso20022;

public enum PaymentInitiationVersion
{
    /// <summary>pain.001.001.03, which some banks still take.</summary>
    V03,

    /// <summary>pain.001.001.09, which all banks of the single payments area take.</summary>
    V09,
}

/// <summary>The account that payments in a currency are made from.</summary>
public sealed record DebtorAccount(Currency Currency, string Iban, string? Bic);

/// <summary>What our bank has agreed with us about files of payments in XML, and what differs by file.</summary>
/// <param name="MessageId">At most 31 characters: the ids of what is in it are made from it.</param>
/// <param name="CreatedAt">By the clock on the bank's wall.</param>
/// <param name="Debtor">Our name, as the bank has it.</param>
/// <param name="Address">Ours, with the town: payments that leave the economic area need it.</param>
/// <param name="Accounts">One a currency.</param>
/// <param name="ExecuteOn">The day on which the bank is to send the payments.</param>
public sealed record PaymentInitiationSettings(
    PaymentInitiationVersion Version, string MessageId, LocalDateTime CreatedAt, string Debtor, PostalAddress Address,
    IReadOnlyList<DebtorAccount> Accounts, LocalDate ExecuteOn)
{
    internal const int LongestMessageId = 31;
    private const int LongestName = 70;
    private const int LongestRemittance = 100;

    /// <summary>By which the bank knows us, where it gave us a number.</summary>
    public string? OrganisationId { get; init; }

    /// <summary>Whether the bank's statement has one line for all, not one for each.</summary>
    public bool BatchBooking { get; init; }

    /// <summary>What payees read before the id of the payout.</summary>
    public string Remittance { get; init; } = "Payout";

    public string Format => Version == PaymentInitiationVersion.V09 ? "pain.001.001.09" : "pain.001.001.03";

    public IEnumerable<Fault> Faults()
    {
        if (!Enum.IsDefined(Version)) yield return new Fault("version", "ill_formed", "The version is 03 or 09.");
        if (Identification.Problem(MessageId, LongestMessageId) is { } id)
            yield return new Fault("message_id", "ill_formed", id);
        if (OrganisationId is not null && Identification.Problem(OrganisationId, 35) is { } organisation)
            yield return new Fault("organisation_id", "ill_formed", organisation);
        if (string.IsNullOrWhiteSpace(Debtor) || Debtor.Length > LongestName || !BankText.IsSepa(Debtor))
            yield return new Fault(
                "debtor", "ill_formed", $"It has 1 to {LongestName} letters that every bank carries.");
        if (Remittance is null || Remittance.Length > LongestRemittance || !BankText.IsSepa(Remittance))
            yield return new Fault("remittance", "ill_formed", $"It has at most {LongestRemittance} such letters.");
        if (Address is null) yield return new Fault("address", "ill_formed", "address is missing");
        foreach (var fault in Address?.Faults("address") ?? []) yield return fault;
        if (Address is { Town: null }) yield return new Fault("address.town", "ill_formed", "Our address has a town.");
        if (Fault.OfDate("created_at", CreatedAt.Date) is { } created) yield return created;
        if (Fault.OfDate("execute_on", ExecuteOn) is { } execute) yield return execute;
        else if (ExecuteOn < CreatedAt.Date)
            yield return new Fault("execute_on", "ill_formed", "It is not before the day of the file.");
        foreach (var fault in FaultsOfAccounts()) yield return fault;
    }

    private IEnumerable<Fault> FaultsOfAccounts()
    {
        if (Accounts is null or { Count: 0 })
        {
            yield return new Fault("accounts", "ill_formed", "Payments are made from an account.");
            yield break;
        }

        for (var i = 0; i < Accounts.Count; i++)
        {
            var account = Accounts[i];
            if (IbanNumber.Problem(account.Iban) is { } iban)
                yield return new Fault($"accounts[{i}].iban", "ill_formed", iban);
            if (account.Bic is not null && BankIdentifier.Problem(account.Bic) is { } bic)
                yield return new Fault($"accounts[{i}].bic", "ill_formed", bic);
            if (account.Currency.IsToken)
                yield return new Fault($"accounts[{i}].currency", "wrong_currency", "No bank keeps tokens.");
        }

        if (Accounts.DistinctBy(account => account.Currency).Count() != Accounts.Count)
            yield return new Fault("accounts", "repeated", "There is one account a currency.");
    }
}

/// <summary>The form of identifications in these files: what every bank gives back as it got it.</summary>
internal static class Identification
{
    public const int Longest = 35;

    public static string? Problem(string? text, int longest = Longest) =>
        text is null || text.Length == 0 || text.Length > longest || text.Contains(' ', StringComparison.Ordinal)
            || text.Contains('/', StringComparison.Ordinal) || !BankText.IsSepa(text)
            ? $"It has 1 to {longest} letters, digits and - ? : ( ) . , ' +"
            : null;
}
