using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Wallets
{
    /// <summary>Which way money leaves a wallet.</summary>
    [JsonConverter(typeof(WordJson<WayOut>))]
    public enum WayOut
    {
        /// <summary>Back to the card; the processor pays it out and owes the platform so much less.</summary>
        [JsonStringEnumMemberName("card")]
        Card,

        /// <summary>From the platform's bank account.</summary>
        [JsonStringEnumMemberName("bank")]
        Bank,
    }
}

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A fan takes money out of the wallet.</summary>
        public sealed record WithdrawFromWallet(
            string Fan, long Amount, string Currency, WayOut To, string? Reference = null) : Command
        {
            /// <summary>Which processor pays the card, where the platform has several.</summary>
            public string? Processor { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("fan", Fan),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                Enum.IsDefined(To) ? null : new Fault("to", "ill_formed", "to is card or bank"),
                TextFault("reference", Reference),
                Processor is null ? null : IdentifierFault("processor", Processor),
                Processor is null || To == WayOut.Card
                    ? null
                    : new Fault("processor", "not_by_card", "Only a card has a processor."));
        }
    }

    public abstract partial record Event
    {
        public sealed record WalletWithdrawn(
            string Fan, long Amount, string Currency, WayOut To, string? Reference = null) : Event
        {
            public string? Processor { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal FanInDebt(string fan, long debt, Currency currency) => Of(
            "fan_in_debt", $"The fan {Identifier.Quote(fan)} owes the platform {Told(debt, currency)}.",
            ("fan", fan), ("debt", debt), ("currency", currency));
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class Withdrawals
    {
        internal static Decision Decide(Command.WithdrawFromWallet command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.FanWallet, command.Fan, currency), command.Amount)
                .Credit(Target(command, currency), command.Amount)
                .Build();
            var standing = Standings.Of(book, Role.Fan, command.Fan);
            var debt = book.Account(new AccountKey(Chart.FanDebt, command.Fan, currency)).Balance;
            var objection = book.ObjectionToConsequence(posting);
            // A closed fan may still take out what is theirs.
            if (standing.IsSanctioned) return Refusal.PartySanctioned(Role.Fan, command.Fan);
            if (debt > 0) return Refusal.FanInDebt(command.Fan, debt, currency);
            if (objection is not null) return objection;
            return Decision.Of(book, new Draft(
                new Event.WalletWithdrawn(
                    command.Fan, command.Amount, command.Currency, command.To, command.Reference)
                {
                    Processor = command.Processor,
                },
                posting));
        }

        private static AccountKey Target(Command.WithdrawFromWallet command, Currency currency) =>
            command.To == WayOut.Card
                ? new AccountKey(Chart.ProcessorReceivable, command.Processor ?? "", currency)
                : new AccountKey(Chart.BankCash, "", currency);
    }
}
