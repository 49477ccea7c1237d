using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Settlement;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// What a bank says that an account held, so that the journal has the bank's word beside the ledger's own.
        /// </summary>
        /// <param name="Statement">The bank's own name of the statement; it is recorded once.</param>
        /// <param name="Opening">What the account held before the first line; below zero it was overdrawn.</param>
        /// <param name="Account">The account as the bank calls it; a bank's statements are all of one.</param>
        /// <param name="File">The file that it came in.</param>
        public sealed record RecordStatement(
            string Statement, string Currency, LocalDate From, LocalDate To, long Opening, long Closing,
            string? Bank = null, string? Account = null, string? File = null) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("statement", Statement),
                MoneyCurrencyFault("currency", Currency),
                Fault.OfDate("from", From),
                Fault.OfDate("to", To),
                To < From ? new Fault("to", "ill_formed", "A statement does not end before it begins.") : null,
                BalanceFault("opening", Opening),
                BalanceFault("closing", Closing),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Account is null ? null : IdentifierFault("account", Account),
                File is null ? null : IdentifierFault("file", File));
        }

        private static Fault? BalanceFault(string field, long amount) =>
            amount is > Money.Money.Limit or < -Money.Money.Limit
                ? new Fault(field, "amount_over_limit", $"The amount is over {Money.Money.Limit}.")
                : null;
    }

    public abstract partial record Event
    {
        /// <param name="Gap">
        /// By how much it opens above what the statement before it closed at; none where it follows, or is the first.
        /// </param>
        public sealed record BankStatementRecorded(
            string Statement, string Currency, LocalDate From, LocalDate To, long Opening, long Closing,
            string? Bank = null, string? Account = null, string? File = null, long? Gap = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal StatementDiffers(string statement, long by) => Of(
            "statement_differs",
            $"The statement {Identifier.Quote(statement)} was recorded by transaction {by} with other figures.",
            ("statement", statement), ("recorded_by", by));

        public static Refusal StatementOfAnotherAccount(string account, string known) => Of(
            "statement_of_another_account",
            $"The statement is of {Identifier.Quote(account)}, those before it of {Identifier.Quote(known)}.",
            ("account", account), ("known", known));
    }
}

namespace Fanz.Ledger.Settlement
{
    /// <summary>The statements of a bank in one currency. They may come in any order.</summary>
    public sealed record BankStatements : Aggregate
    {
        private ImmutableDictionary<string, (long Number,
            Event.BankStatementRecorded Statement)> ByName { get; init; } =
            ImmutableDictionary.Create<string, (long, Event.BankStatementRecorded)>(StringComparer.Ordinal);

        /// <summary>By day and then by number, so that several of a day follow as they came.</summary>
        private ImmutableSortedDictionary<(LocalDate To, LocalDate From, long Number), long> Closings { get; init; } =
            ImmutableSortedDictionary<(LocalDate, LocalDate, long), long>.Empty;

        public string? Account { get; private init; }

        public static string StreamOf(string? bank, string currency) =>
            StatementLine.StreamOf("bank_statement", bank, currency)!;

        public override BankStatements After(Recorded recorded) => recorded.Event switch
        {
            Event.BankStatementRecorded one when !ByName.ContainsKey(one.Statement) => new BankStatements
            {
                Account = Account ?? one.Account,
                ByName = ByName.Add(one.Statement, (recorded.Number, one)),
                Closings = Closings.Add((one.To, one.From, recorded.Number), one.Closing),
            },
            _ => throw Impossible(recorded),
        };

        internal (long Number, Event.BankStatementRecorded Statement)? Find(string statement) =>
            ByName.TryGetValue(statement, out var known) ? known : null;

        /// <summary>Whether a statement of that name was recorded with other figures.</summary>
        public bool Contradicts(Command.RecordStatement command) =>
            Find(command.Statement) is var (_, known) && !IsTheSame(known, command);

        /// <summary>By how much it opens above what the statement before it closed at.</summary>
        public long GapBefore(Command.RecordStatement command) => Find(command.Statement) is null
            ? command.Opening - (ClosingBefore(command.From, command.To) ?? command.Opening)
            : 0;

        internal static bool IsTheSame(Event.BankStatementRecorded known, Command.RecordStatement command) =>
            (known.From, known.To, known.Opening, known.Closing)
            == (command.From, command.To, command.Opening, command.Closing);

        /// <summary>
        /// What the account held by the last statement that ends before this one's lines, or with its first day.
        /// </summary>
        internal long? ClosingBefore(LocalDate from, LocalDate to)
        {
            long? closing = null;
            foreach (var ((until, since, _), closed) in Closings)
                if (until <= from && (since, until).CompareTo((from, to)) <= 0) closing = closed;
            return closing;
        }
    }

    internal static class RecordingStatements
    {
        internal static Decision Decide(Command.RecordStatement command, Book book)
        {
            var stream = BankStatements.StreamOf(command.Bank, command.Currency);
            var statements = book.Recall<BankStatements>(stream);
            if (statements.Find(command.Statement) is var (number, known))
                return BankStatements.IsTheSame(known, command)
                    ? Refusal.AlreadyRecorded(command.Statement, number)
                    : Refusal.StatementDiffers(command.Statement, number);
            if (command.Account is { } account && statements.Account is { } other && account != other)
                return Refusal.StatementOfAnotherAccount(account, other);
            var gap = statements.GapBefore(command);
            return Decision.Of(book, new Draft(
                new Event.BankStatementRecorded(
                    command.Statement, command.Currency, command.From, command.To, command.Opening, command.Closing,
                    command.Bank, command.Account, command.File, gap == 0 ? null : gap),
                Aggregate: stream));
        }
    }
}
