using System.Collections.Frozen;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// The clearing house's reasons, as they bear on credits that we sent. Reasons that only a debit can have say that the
/// return is not about a payment of ours. A code that is not here is looked at by a person.
/// </summary>
public static class NachaReturnCodes
{
    private const ReturnRemedy Disable = ReturnRemedy.RecreditAndDisable;
    private const ReturnRemedy Fix = ReturnRemedy.FixAndReissue;
    private const ReturnRemedy Looks = ReturnRemedy.PersonLooks;
    private const ReturnRemedy Case = ReturnRemedy.HoldAndOpenCase;
    private const ReturnRemedy Alert = ReturnRemedy.SuspenseAndAlert;

    private static readonly FrozenDictionary<string, ReturnCode> Codes = new ReturnCode[]
    {
        new("R01", "Insufficient funds", Alert),
        new("R02", "The account is closed", Disable),
        new("R03", "There is no such account, or it is not the payee's", Disable),
        new("R04", "The account number is not valid", Disable),
        new("R05", "Debit of a consumer's account was not authorised", Alert),
        new("R06", "Returned because our bank asked for it", Looks),
        new("R07", "The authorisation was revoked", Alert),
        new("R08", "The payment was stopped", Alert),
        new("R09", "Funds are not collected", Alert),
        new("R10", "The customer says that it was not authorised", Alert),
        new("R11", "Not in accordance with the authorisation", Alert),
        new("R12", "The branch was sold to another bank", Disable),
        new("R13", "The routing number is not valid", Disable),
        new("R14", "The representative payee has died or cannot go on", Case),
        new("R15", "The beneficiary or account holder has died", Case),
        new("R16", "The account is frozen, or the law forbids the payment", Case),
        new("R17", "A field could not be processed, or the entry looks fraudulent", Fix),
        new("R18", "The effective date is not valid", Fix),
        new("R19", "The amount field is wrong", Fix),
        new("R20", "The account does not take such payments", Disable),
        new("R21", "The company identification is not valid", Fix),
        new("R22", "The payee's identification is not valid", Fix),
        new("R23", "The payee refused the payment", ReturnRemedy.Hold),
        new("R24", "It looks like a duplicate", Looks),
        new("R25", "The addenda are wrong", Fix),
        new("R26", "A mandatory field is wrong", Fix),
        new("R27", "The trace number is wrong", Fix),
        new("R28", "The check digit of the routing number is wrong", Disable),
        new("R29", "The corporate customer says that it was not authorised", Alert),
        new("R30", "The bank takes no truncated cheques", Alert),
        new("R31", "A return that our bank agreed to", Looks),
        new("R32", "The bank could not settle", Looks),
        new("R33", "A cheque that cannot be processed", Alert),
        new("R34", "The bank's participation is limited", Disable),
        new("R35", "A debit that is not allowed to such an account", Alert),
        new("R36", "A credit that is not allowed of this kind", Looks),
        new("R37", "The source document was presented for payment", Alert),
        new("R38", "Payment of the source document was stopped", Alert),
        new("R39", "The source document is not proper", Alert),
        new("R51", "The item is not eligible", Alert),
        new("R52", "Payment of the item was stopped", Alert),
        new("R53", "Both item and entry were presented", Alert),
        new("R61", "The return was misrouted", Looks),
        new("R62", "The return is disputed: erroneous or reversing", Looks),
        new("R67", "It was returned twice", Looks),
        new("R68", "It was returned too late", Looks),
        new("R69", "The return has wrong fields", Looks),
        new("R70", "The return was not agreed to", Looks),
        new("R80", "Coding error of an international entry", Fix),
        new("R81", "The payee's bank takes no international entries", Disable),
        new("R82", "The foreign bank's identification is not valid", Disable),
        new("R83", "The foreign bank could not settle", Looks),
        new("R84", "The gateway did not process the entry", Looks),
        new("R85", "An international entry was coded as a domestic one", Fix),
    }.ToFrozenDictionary(code => code.Code, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Changes = new Dictionary<string, string>
    {
        ["C01"] = "The account number is wrong",
        ["C02"] = "The routing number is wrong",
        ["C03"] = "The routing and account numbers are wrong",
        ["C04"] = "The payee's name is wrong",
        ["C05"] = "The kind of account is wrong",
        ["C06"] = "The account number and kind are wrong",
        ["C07"] = "The routing number, account number and kind are wrong",
        ["C08"] = "The foreign bank's identification is wrong",
        ["C09"] = "The payee's identification is wrong",
        ["C13"] = "The addenda are of a wrong form",
        ["C14"] = "An international entry was coded as a domestic one",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<ReturnCode> All => Codes.Values.OrderBy(code => code.Code, StringComparer.Ordinal);

    public static ReturnCode Of(string code) =>
        Codes.GetValueOrDefault(code) ?? new ReturnCode(code, "A reason that is not in the table", Looks);

    /// <summary>What a correction is about. The payment itself went through.</summary>
    public static string MeaningOfChange(string code) =>
        Changes.GetValueOrDefault(code) ?? "A correction that is not in the table";
}
