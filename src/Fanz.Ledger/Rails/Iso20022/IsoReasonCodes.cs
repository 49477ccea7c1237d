using System.Collections.Frozen;

namespace Fanz.Ledger.Rails.Iso20022;

/// <summary>
/// Reasons of the external code lists for which a credit transfer is rejected or returned. A code that is not here,
/// or is a bank's own, is looked at by a person.
/// </summary>
public static class IsoReasonCodes
{
    private const ReturnRemedy Disable = ReturnRemedy.RecreditAndDisable;
    private const ReturnRemedy Fix = ReturnRemedy.FixAndReissue;
    private const ReturnRemedy Looks = ReturnRemedy.PersonLooks;
    private const ReturnRemedy Case = ReturnRemedy.HoldAndOpenCase;

    private static readonly FrozenDictionary<string, ReturnCode> Codes = new ReturnCode[]
    {
        new("AB05", "It timed out at the payee's bank", Looks),
        new("AB06", "It timed out on the way", Looks),
        new("AB07", "A bank on the way was not reached", Looks),
        new("AB08", "The payee's bank was not reached", Looks),
        new("AB09", "The payee's bank failed", Looks),
        new("AB10", "A bank on the way failed", Looks),
        new("AC01", "The account number is wrong", Disable),
        new("AC02", "Our account number is wrong", Fix),
        new("AC03", "The payee's account number is wrong", Disable),
        new("AC04", "The account is closed", Disable),
        new("AC05", "Our account is closed", Fix),
        new("AC06", "The account is blocked", Case),
        new("AC07", "The payee's account is closed", Disable),
        new("AC10", "The currency of our account is wrong", Fix),
        new("AC11", "The currency of the payee's account is wrong", Disable),
        new("AC13", "The kind of our account is wrong", Fix),
        new("AC14", "The kind of the payee's account is wrong", Disable),
        new("AC16", "The account is of another kind", Disable),
        new("AG01", "Such payments are forbidden on the account", Disable),
        new("AG02", "The operation is not known to the bank", Fix),
        new("AG03", "Such payments are not supported", Disable),
        new("AG10", "The bank is suspended", Looks),
        new("AG11", "The payee's bank is suspended", Looks),
        new("AGNT", "The bank on the way is wrong", Fix),
        new("AM01", "The amount is zero", Fix),
        new("AM02", "The amount is not allowed", Fix),
        new("AM03", "The currency is not allowed", Disable),
        new("AM04", "Our account has not enough", Fix),
        new("AM05", "It is a duplicate", Looks),
        new("AM06", "The amount is too low", Fix),
        new("AM07", "The amount is blocked", Case),
        new("AM09", "The amount is wrong", Looks),
        new("AM10", "The control sum is wrong", Fix),
        new("AM12", "The amount is not valid", Fix),
        new("AM13", "The amount is above the clearing's limit", Fix),
        new("AM14", "The amount is above the agreed limit", Fix),
        new("BE01", "The payee is not the account's holder", Disable),
        new("BE04", "The payee's address is wrong", Disable),
        new("BE05", "The initiating party is not known", Fix),
        new("BE06", "The payee is not known at the bank", Disable),
        new("BE07", "Our address is wrong", Fix),
        new("CNOR", "The payee's bank does not take part", Disable),
        new("CURR", "The currency is wrong", Disable),
        new("CUST", "Asked for by a customer", Looks),
        new("DNOR", "Our bank does not take part", Fix),
        new("DS0H", "Whoever signed may not", Fix),
        new("DT01", "The date is not valid", Fix),
        new("DUPL", "It is a duplicate", Looks),
        new("ED05", "It could not be settled", Looks),
        new("ERIN", "It was sent by mistake", Looks),
        new("FF01", "The file's format is wrong", Fix),
        new("FOCR", "Returned because a cancellation was asked for", Looks),
        new("FR01", "Fraud is suspected", Case),
        new("FRAD", "Fraud is suspected", Case),
        new("MD07", "The payee has died", Case),
        new("MS02", "The payee refused it", ReturnRemedy.Hold),
        new("MS03", "The bank gives no reason", Looks),
        new("NARR", "The reason is given in words", Looks),
        new("NOAS", "The payee does not answer", Looks),
        new("RC01", "The bank identifier is wrong", Disable),
        new("RC03", "Our bank's identifier is wrong", Fix),
        new("RC04", "The payee's bank's identifier is wrong", Disable),
        new("RC07", "The payee's BIC is wrong", Disable),
        new("RF01", "The reference is not unique", Looks),
        new("RR01", "The law asks for our account", Fix),
        new("RR02", "The law asks for our name or address", Fix),
        new("RR03", "The law asks for the payee's name or address", Disable),
        new("RR04", "The law forbids it", Case),
        new("SL11", "The payee is not on a list of those who may be paid", Case),
        new("SL12", "The payee is on a list of those who may not be paid", Case),
        new("TD03", "The file was not complete", Fix),
        new("TECH", "A technical fault", Looks),
        new("TM01", "It came after the cut-off time", Fix),
    }.ToFrozenDictionary(code => code.Code, StringComparer.Ordinal);

    public static IEnumerable<ReturnCode> All => Codes.Values.OrderBy(code => code.Code, StringComparer.Ordinal);

    public static ReturnCode Of(string code) =>
        Codes.GetValueOrDefault(code) ?? new ReturnCode(code, "A reason that is not in the table", Looks);
}
