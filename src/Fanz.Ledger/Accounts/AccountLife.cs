using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Stops an account: for debits alone, or for everything. Of two freezes the later one counts.
        /// </summary>
        public sealed record FreezeAccount(AccountName Account, string Reason, bool DebitsOnly = false) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                AccountName.Faults("account", Account).Concat(Found(ReasonFault(Reason)));
        }

        /// <summary>Lifts a freeze: money may come in and go out again.</summary>
        public sealed record UnfreezeAccount(AccountName Account, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                AccountName.Faults("account", Account).Concat(Found(ReasonFault(Reason)));
        }

        /// <summary>
        /// Closes an account for good; it must be empty. The platform's own cannot be closed: every book needs each of
        /// them, and nothing would open it again.
        /// </summary>
        public sealed record CloseAccount(AccountName Account, string Reason) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => AccountName.Faults("account", Account)
                .Concat(Found(
                    Chart.TryFind(Account?.Code, out var code)
                        && code.Holder is Holder.Platform or Holder.PlatformOrImport
                        ? new Fault("account.code", "never_closed", $"{code} is the platform's own and stays open.")
                        : null,
                    ReasonFault(Reason)));
        }
    }

    public abstract partial record Event
    {
        public sealed record AccountFrozen(AccountName Account, string Reason, bool DebitsOnly) : Event;

        public sealed record AccountUnfrozen(AccountName Account, string Reason) : Event;

        public sealed record AccountClosed(AccountName Account, string Reason) : Event;
    }
}

namespace Fanz.Ledger.Accounts
{
    /// <summary>
    /// An account opens with its first entry. It can be frozen for debits or for everything, unfrozen, and closed
    /// when it is empty; nothing opens a closed account again. A closed account begins nothing: what somebody chooses
    /// to post to it is refused. What follows from earlier records still comes in, and what is there may leave.
    /// </summary>
    public static class AccountLife
    {
        private const string StreamPrefix = "account/";

        /// <summary>The stream under which the events of an account's life are found.</summary>
        public static string StreamOf(AccountKey account) => StreamPrefix + account;

        public static bool TryReadStream(string stream, [NotNullWhen(true)] out AccountKey? account)
        {
            account = null;
            return stream.StartsWith(StreamPrefix, StringComparison.Ordinal)
                && AccountKey.TryParse(stream[StreamPrefix.Length..], out account);
        }

        public static Life Evolve(Life life, Event @event) => (life, @event) switch
        {
            (not Life.Closed, Event.AccountFrozen { DebitsOnly: true }) => Life.FrozenForDebits,
            (not Life.Closed, Event.AccountFrozen) => Life.Frozen,
            (Life.Frozen or Life.FrozenForDebits, Event.AccountUnfrozen) => Life.Open,
            (Life.Open, Event.AccountClosed) => Life.Closed,
            _ => throw new InvariantBroken($"An account that is {life} cannot have {@event}."),
        };

        /// <summary>The life that an account has after its last life event.</summary>
        public static Life After(Event? last) => last switch
        {
            null or Event.AccountUnfrozen => Life.Open,
            Event.AccountFrozen frozen => frozen.DebitsOnly ? Life.FrozenForDebits : Life.Frozen,
            Event.AccountClosed => Life.Closed,
            _ => throw new InvariantBroken($"{last} is no event of an account's life."),
        };

        internal static Decision Decide(Command.FreezeAccount command, Book book)
        {
            var state = book.Account(command.Account.Key);
            if (!state.IsOpened) return Refusal.AccountUnknown(state.Key);
            if (state.Life == Life.Closed) return Refusal.AccountClosed(state.Key);
            return Decision.Of(book, new Draft(
                new Event.AccountFrozen(command.Account, command.Reason, command.DebitsOnly), Account: state.Key));
        }

        internal static Decision Decide(Command.UnfreezeAccount command, Book book)
        {
            var state = book.Account(command.Account.Key);
            return state.Life switch
            {
                _ when !state.IsOpened => Refusal.AccountUnknown(state.Key),
                Life.Closed => Refusal.AccountClosed(state.Key),
                Life.Open => Refusal.AccountNotFrozen(state.Key),
                _ => Decision.Of(book, new Draft(
                    new Event.AccountUnfrozen(command.Account, command.Reason), Account: state.Key)),
            };
        }

        internal static Decision Decide(Command.CloseAccount command, Book book)
        {
            var state = book.Account(command.Account.Key);
            return state.Life switch
            {
                _ when !state.IsOpened => Refusal.AccountUnknown(state.Key),
                Life.Closed => Refusal.AccountClosed(state.Key),
                Life.Frozen or Life.FrozenForDebits => Refusal.AccountFrozen(state.Key),
                _ when state.Balance != 0 =>
                    Refusal.AccountNotEmpty(state.Key, state.Key.Code.InWords(state.Balance)),
                _ => Decision.Of(book, new Draft(
                    new Event.AccountClosed(command.Account, command.Reason), Account: state.Key)),
            };
        }
    }
}
