using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A fan paid money in by card; the processor owes it to the platform, the platform to the fan. What the fan
        /// owes the platform is repaid first.
        /// </summary>
        public sealed record TopUp(string Fan, long Amount, string Currency, string? Reference = null) : Command
        {
            /// <summary>Which processor took the card, where the platform has several.</summary>
            public string? Processor { get; init; }

            /// <summary>The caller's own words, kept with the event and never interpreted.</summary>
            public IReadOnlyDictionary<string, string>? Metadata { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("fan", Fan),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                TextFault("reference", Reference),
                Processor is null ? null : IdentifierFault("processor", Processor),
                MetadataFault(Metadata));
        }
    }

    public abstract partial record Event
    {
        public sealed record WalletToppedUp(string Fan, long Amount, string Currency, string? Reference = null) : Event
        {
            /// <summary>What of the amount went to the fan's debt and not to the wallet.</summary>
            public long? Repaid { get; init; }

            public string? Processor { get; init; }

            public IReadOnlyDictionary<string, string>? Metadata { get; init; }
        }
    }
}

namespace Fanz.Ledger.Wallets
{
    internal static class TopUps
    {
        internal static Decision Decide(Command.TopUp command, Book book)
        {
            var currency = Currency.Of(command.Currency);
            var standing = Standings.Objection(book, Role.Fan, command.Fan);
            var debt = new AccountKey(Chart.FanDebt, command.Fan, currency);
            var repaid = Math.Min(book.Account(debt).Balance, command.Amount);
            var posting = Posting.Draw()
                .Debit(new AccountKey(Chart.ProcessorReceivable, command.Processor ?? "", currency), command.Amount)
                .Credit(debt, repaid)
                .Credit(new AccountKey(Chart.FanWallet, command.Fan, currency), command.Amount - repaid)
                .Build();
            var objection = book.Objection(posting);
            if ((standing ?? objection) is { } refusal) return refusal;
            return Decision.Of(book, new Draft(
                new Event.WalletToppedUp(command.Fan, command.Amount, command.Currency, command.Reference)
                {
                    Repaid = repaid > 0 ? repaid : null,
                    Processor = command.Processor,
                    Metadata = command.Metadata,
                },
                posting));
        }
    }
}
