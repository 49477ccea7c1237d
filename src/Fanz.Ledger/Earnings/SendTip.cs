using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Earnings
{
    /// <summary>Where the fan's money comes from.</summary>
    [JsonConverter(typeof(WordJson<Funding>))]
    public enum Funding
    {
        [JsonStringEnumMemberName("wallet")]
        Wallet,
        [JsonStringEnumMemberName("card")]
        Card,
    }
}

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        public sealed record SendTip(
            string Fan, string Creator, long Amount, string Currency, Funding Funding, string? Reference = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("fan", Fan),
                IdentifierFault("creator", Creator),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                Enum.IsDefined(Funding) ? null : new Fault("funding", "ill_formed", "funding is wallet or card"),
                TextFault("reference", Reference));
        }
    }

    public abstract partial record Event
    {
        /// <summary>A tip as it was shared then: the rule's version, each part, and until when each is held.</summary>
        public sealed record TipSent(
            string Fan,
            string Creator,
            long Amount,
            string Currency,
            Funding Funding,
            int RuleVersion,
            long Fee,
            long Pending,
            LocalDate PendingUntil,
            long Reserve,
            LocalDate ReserveUntil,
            string? Reference = null) : Event;
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class Tips
    {
        internal static Decision Decide(Command.SendTip command, Book book, Moment now)
        {
            var currency = Currency.Of(command.Currency);
            var rule = RevenueShare.Default;
            var shares = rule.Split(command.Amount);
            var pendingUntil = now.Today.PlusDays(rule.HoldDays);
            var reserveUntil = now.Today.PlusDays(rule.ReserveDays);
            var source = command.Funding == Funding.Wallet
                ? new AccountKey(Chart.FanWallet, command.Fan, currency)
                : new AccountKey(Chart.ProcessorReceivable, "", currency);
            var posting = Posting.Draw()
                .Debit(source, command.Amount)
                .Credit(new AccountKey(Chart.CreatorPending, command.Creator, currency, pendingUntil), shares.Pending)
                .Credit(new AccountKey(Chart.CreatorReserve, command.Creator, currency, reserveUntil), shares.Reserve)
                .Credit(new AccountKey(Chart.TipRevenue, "", currency), shares.Fee)
                .Build();
            if (book.Objection(posting) is { } objection) return objection;
            return Decision.Of(book, new Draft(
                new Event.TipSent(
                    command.Fan, command.Creator, command.Amount, command.Currency, command.Funding, rule.Version,
                    shares.Fee, shares.Pending, pendingUntil, shares.Reserve, reserveUntil, command.Reference),
                posting));
        }
    }
}
