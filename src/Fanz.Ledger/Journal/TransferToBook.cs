using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;

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
        /// <summary>
        /// What a creator has available goes to where they are paid from: whoever could not be paid here, or not there,
        /// keeps it.
        /// </summary>
        public bool? ForPayout { get; init; }

        internal override BookName? OtherBook(BookName home) => new(home.Tenant, Platform);

        internal override IEnumerable<Fault> Faults(BookName book)
        {
            foreach (var fault in AccountName.Faults("from", From).Concat(AccountName.Faults("to", To)))
                yield return fault;
            foreach (var fault in Found(
                AmountFault("amount", Amount), MoneyCurrencyFault("currency", Currency), MemoFault(Memo)))
                yield return fault;
            if (BookName.Problem(Platform) is { } problem)
                yield return new Fault("platform", "ill_formed", $"platform {problem}");
            else if (Platform == book.Platform)
                yield return new Fault("platform", "same_book", "The other book must be another one.");
            foreach (var fault in EndFaults("from", From).Concat(EndFaults("to", To))) yield return fault;
            if (ForPayout == true && (From?.Code != Chart.CreatorAvailable.Name || To != From))
                yield return new Fault("for_payout", "ill_formed", "A creator's creator.available becomes the same there.");
        }

        private IEnumerable<Fault> EndFaults(string field, AccountName? account)
        {
            if (account is null) yield break;
            if (account.Code == Chart.DueTo.Name || account.Code == Chart.DueFrom.Name)
                yield return new Fault($"{field}.code", "reserved", "is posted by the transfer itself");
            // A currency that is not known at all has its own fault already.
            if (account.Currency != Currency && Money.Currency.TryOf(account.Currency, out _))
                yield return new Fault($"{field}.currency", "wrong_currency", $"is not {Identifier.Quote(Currency)}");
        }
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
        var payee = command.ForPayout == true
            ? FormingPayouts.ObjectionToPayee(home, command.From.Owner, currency)
            : null;
        var payeeThere = command.ForPayout == true
            ? FormingPayouts.ObjectionToPayee(away, command.To.Owner, currency)
            : null;
        if ((payee ?? payeeThere ?? here ?? there) is { } objection) return objection;
        var left = new Event.TransferredToBook(
            away.Name.Platform, command.From, command.To, command.Amount, command.Currency, command.Memo);
        var arrived = new Event.TransferredFromBook(
            home.Name.Platform, command.From, command.To, command.Amount, command.Currency, command.Memo);
        return new Decision.Accepted([(home, new Draft(left, leaving)), (away, new Draft(arrived, arriving))]);
    }
}
