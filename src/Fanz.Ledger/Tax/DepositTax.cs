using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Settlement;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Tax that the platform withheld or collected was paid to its authority.</summary>
        /// <param name="Reference">The bank's own reference of the payment; it is recorded once.</param>
        public sealed record DepositTax(
            DepositedTax Tax, long Amount, string Currency, string? Jurisdiction = null, string? Bank = null,
            string? Reference = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                Enum.IsDefined(Tax)
                    ? null
                    : new Fault("tax", "ill_formed", "A tax is backup, non_resident, vat or sales_tax."),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                JurisdictionFault(),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Reference is null ? null : IdentifierFault("reference", Reference));

            private Fault? JurisdictionFault() => Tax is DepositedTax.Vat or DepositedTax.SalesTax
                ? IdentifierFault("jurisdiction", Jurisdiction)
                : Jurisdiction is null
                    ? null
                    : new Fault("jurisdiction", "not_by_jurisdiction", "Withheld tax goes to one authority.");
        }
    }

    public abstract partial record Event
    {
        public sealed record TaxDeposited(
            DepositedTax Tax, long Amount, string Currency, string? Jurisdiction = null, string? Bank = null,
            string? Reference = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal MoreThanOwed(AccountKey tax, long owed, long needed) => Of(
            "more_than_owed", $"{tax} owes {owed}, {needed} cannot be deposited.",
            ("account", tax), ("owed", owed), ("needed", needed));
    }
}

namespace Fanz.Ledger.Tax
{
    [JsonConverter(typeof(WordJson<DepositedTax>))]
    public enum DepositedTax
    {
        [JsonStringEnumMemberName("backup")]
        Backup,
        [JsonStringEnumMemberName("non_resident")]
        NonResident,
        [JsonStringEnumMemberName("vat")]
        Vat,
        [JsonStringEnumMemberName("sales_tax")]
        SalesTax,
    }

    internal static class TaxDeposits
    {
        internal static Decision Decide(Command.DepositTax command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var stream = StatementLine.StreamOf("tax_deposit", command.Bank, command.Reference);
            var recorded = StatementLine.Objection(book, stream, command.Reference);
            var owed = book.Account(Owed(command, currency));
            var posting = Posting.Draw()
                .Debit(owed.Key, command.Amount)
                .Credit(new AccountKey(Chart.BankCash, command.Bank ?? "", currency), command.Amount)
                .Build();
            var objection = book.Objection(posting);
            if (recorded is not null) return recorded;
            // These accounts may stand on either side, so that the account itself would not object.
            var balance = owed.Key.Code.InWords(owed.Balance);
            if (command.Amount > balance) return Refusal.MoreThanOwed(owed.Key, balance, command.Amount);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.TaxDeposited(
                    command.Tax, command.Amount, command.Currency, command.Jurisdiction, command.Bank,
                    command.Reference),
                posting, Aggregate: stream));
        }

        private static AccountKey Owed(Command.DepositTax command, Currency currency) => command.Tax switch
        {
            DepositedTax.Backup => Withholding.Account(WithholdingKind.Backup, currency),
            DepositedTax.NonResident => Withholding.Account(WithholdingKind.NonResident, currency),
            DepositedTax.Vat => new AccountKey(Chart.VatPayable, command.Jurisdiction!, currency),
            DepositedTax.SalesTax => new AccountKey(Chart.SalesTaxPayable, command.Jurisdiction!, currency),
            _ => throw new InvariantBroken($"{command.Tax} is no tax."),
        };
    }
}
