using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Earnings;

/// <summary>
/// The recipe of everything that is delivered with the payment: tips, gifts, content, messages, streams.
/// </summary>
internal static class SalesEarnedAtOnce
{
    internal static Decision Decide(
        Command.Sale command, Book book, Moment now, Func<Command.Sale, Selling, Event.Earned> tell)
    {
        var selling = Selling.Of(command, book, now);
        var posting = selling.Pay();
        selling.EarnAtOnce(posting);
        selling.EarnAffiliate(posting).Credit(selling.Own(command.Kind.Revenue()), selling.Sharing.Fee);
        selling.OweTaxes(posting);
        return selling.Decide(selling.Describe(tell(command, selling)), posting);
    }
}
