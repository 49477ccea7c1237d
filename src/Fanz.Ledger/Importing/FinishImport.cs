using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Everything has come: by line of the chart it is what the source has.</summary>
        public sealed record FinishImport(string Import) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(ImportFault(Import));
        }

        /// <summary>An import that has brought nothing, or nothing that still stands, is given up.</summary>
        public sealed record AbandonImport(string Import, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(ImportFault(Import), ReasonFault(Reason));
        }
    }

    public abstract partial record Event
    {
        public sealed record ImportFinished(string Import) : Event;

        public sealed record ImportAbandoned(string Import, string Reason) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal ImportIncomplete(string import, int come, int parts) => Of(
            "import_incomplete", $"{come} of {parts} parts of the import {Identifier.Quote(import)} have come.",
            ("import", import), ("come", come), ("parts", parts));

        public static Refusal ImportDiffers(
            string import, string code, string currency, long expected, Int128 brought) => Of(
            "import_differs",
            $"The import {Identifier.Quote(import)} has brought {brought} on {code} in {currency}, not {expected}.",
            ("import", import), ("code", code), ("currency", currency), ("expected", expected), ("brought", brought));

        public static Refusal ImportNotBalanced(AccountKey contra, long balance) => Of(
            "import_not_balanced", $"{contra} is at {balance}; an import leaves nothing there.",
            ("account", contra), ("balance", balance));

        public static Refusal ImportHasBalances(string import) => Of(
            "import_has_balances",
            $"What the import {Identifier.Quote(import)} has brought still stands: it is finished, not abandoned.",
            ("import", import));
    }
}

namespace Fanz.Ledger.Importing
{
    internal static class EndingImports
    {
        internal static Decision Decide(Command.FinishImport command, Book book)
        {
            var (import, refusal) = book.Recall<Imports>(Imports.Stream).Find(command.Import);
            if (import is null) return refusal!;
            var leftOver = ObjectionToContra(import, book);
            if (import.Next <= import.Begun.Parts)
                return Refusal.ImportIncomplete(command.Import, import.Next - 1, import.Begun.Parts);
            if (import.Difference() is var (code, currency, expected, brought))
                return Refusal.ImportDiffers(command.Import, code, currency, expected, brought);
            return leftOver ?? Decision.Dated(
                import.Begun.EffectiveOn,
                (book, new Draft(new Event.ImportFinished(command.Import), Aggregate: Imports.Stream)));
        }

        internal static Decision Decide(Command.AbandonImport command, Book book)
        {
            var (import, refusal) = book.Recall<Imports>(Imports.Stream).Find(command.Import);
            if (import is null) return refusal!;
            if (!import.HasBroughtNothing) return Refusal.ImportHasBalances(command.Import);
            return Decision.Of(book, new Draft(
                new Event.ImportAbandoned(command.Import, command.Reason), Aggregate: Imports.Stream));
        }

        /// <summary>
        /// The sums alone would do, were it not that anyone who may post anything may post there as well.
        /// </summary>
        private static Refusal? ObjectionToContra(ImportUnderWay import, Book book)
        {
            Refusal? first = null;
            foreach (var currency in import.Begun.TrialBalance.Select(line => Currency.Of(line.Currency)).Distinct())
            {
                if (currency.IsToken) continue;
                var contra = ImportUnderWay.Contra(import.Name, currency);
                var balance = book.Account(contra).Balance;
                if (balance != 0) first ??= Refusal.ImportNotBalanced(contra, contra.Code.InWords(balance));
            }

            return first;
        }
    }
}
