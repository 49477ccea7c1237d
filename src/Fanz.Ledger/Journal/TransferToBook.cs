using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Journal;

public abstract partial record Command
{
    /// <summary>
    /// Moves money to another book of the same tenant: one record in each, in one database transaction, so that both
    /// still balance. What one book owes is what the other is due.
    /// </summary>
    public sealed record TransferToBook(
        string Platform, AccountName From, AccountName To, long Amount, string Currency, string Memo) : Command
    {
        internal override BookName? OtherBook(BookName home) => new(home.Tenant, Platform);

        internal override IEnumerable<Fault> Faults(BookName book)
        {
            foreach (var fault in From.Faults("from").Concat(To.Faults("to"))) yield return fault;
            foreach (var fault in Found(
                AmountFault("amount", Amount), MoneyCurrencyFault("currency", Currency), TextFault("memo", Memo)))
                yield return fault;
            if (BookName.Problem(Platform) is { } problem)
                yield return new Fault("platform", "ill_formed", $"platform {problem}");
            else if (Platform == book.Platform)
                yield return new Fault("platform", "same_book", "The other book must be another one.");
            if (IsBetweenBooks(From)) yield return new Fault("from.code", "reserved", "is posted by the transfer itself");
            if (IsBetweenBooks(To)) yield return new Fault("to.code", "reserved", "is posted by the transfer itself");
            if (From.Currency != Currency) yield return new Fault("from.currency", "wrong_currency", $"is not {Currency}");
            if (To.Currency != Currency) yield return new Fault("to.currency", "wrong_currency", $"is not {Currency}");
        }

        private static bool IsBetweenBooks(AccountName account) =>
            account.Code == Chart.DueTo.Name || account.Code == Chart.DueFrom.Name;
    }
}

public abstract partial record Event
{
    public sealed record TransferredToBook(
        string Platform, AccountName From, AccountName To, long Amount, string Currency, string Memo) : Event;

    public sealed record TransferredFromBook(
        string Platform, AccountName From, AccountName To, long Amount, string Currency, string Memo) : Event;
}

internal static class TransfersBetweenBooks
{
    internal static Decision Decide(Command.TransferToBook command, Book home, Book away)
    {
        var currency = Currency.Of(command.Currency);
        var leaving = Posting.Draw()
            .Debit(command.From.Key, command.Amount)
            .Credit(new AccountKey(Chart.DueTo, away.Name.ToString(), currency), command.Amount)
            .Build();
        var arriving = Posting.Draw()
            .Debit(new AccountKey(Chart.DueFrom, home.Name.ToString(), currency), command.Amount)
            .Credit(command.To.Key, command.Amount)
            .Build();
        // Both are looked at before either is answered for, so that all that is needed is known after one look.
        var (here, there) = (home.Objection(leaving), away.Objection(arriving));
        if ((here ?? there) is { } objection) return objection;
        var left = new Event.TransferredToBook(
            away.Name.Platform, command.From, command.To, command.Amount, command.Currency, command.Memo);
        var arrived = new Event.TransferredFromBook(
            home.Name.Platform, command.From, command.To, command.Amount, command.Currency, command.Memo);
        return new Decision.Accepted([(home, new Draft(left, leaving)), (away, new Draft(arrived, arriving))]);
    }
}
