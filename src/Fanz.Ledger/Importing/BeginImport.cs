using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Periods;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Balances from before are about to be brought into this book. What they must come to, by the source's trial
        /// balance, is said first, and so is what they are read from: two people stand for both.
        /// </summary>
        /// <param name="Import">Its name, used once in a book.</param>
        /// <param name="TrialBalance">The source's, debits positive: zero in every currency.</param>
        /// <param name="Parts">In how many parts everything comes; more may follow that put something right.</param>
        /// <param name="EffectiveOn">The day of the trial balance; without it, the day of each part.</param>
        public sealed record BeginImport(
            string Import, IReadOnlyList<TrialLine> TrialBalance, int Parts, string ProposedBy, string ApprovedBy,
            LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            private const int MostFiles = 20;

            /// <summary>What it is read from, so that nothing else comes under its name.</summary>
            public IReadOnlyList<ImportedFile>? Files { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    ImportFault(Import),
                    Parts is >= 0 and <= Imports.MostParts
                        ? null
                        : new Fault("parts", "ill_formed", $"An import has at most {Imports.MostParts} parts."),
                    Fault.OfDate("effective_on", EffectiveOn))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy))
                .Concat(FaultsOfFiles())
                .Concat(TrialLine.Faults(TrialBalance));

            private IEnumerable<Fault> FaultsOfFiles()
            {
                if (Files is not { } files) yield break;
                if (files.Count > MostFiles)
                    yield return new Fault("files", "too_many", $"At most {MostFiles} files are named.");
                for (var i = 0; i < Math.Min(files.Count, MostFiles); i++)
                {
                    if (IdentifierFault($"files[{i}].name", files[i]?.Name) is { } name) yield return name;
                    if (files[i]?.Sha256 is not { Length: 64 } hash || hash.Any(c => !char.IsAsciiHexDigitLower(c)))
                        yield return new Fault(
                            $"files[{i}].sha256", "ill_formed", "A SHA-256 is 64 hexadecimal digits in lower case.");
                }
            }
        }

        private static Fault? ImportFault(string? import) =>
            Identifier.Problem(import, Imports.LongestName) is { } problem
                ? new Fault("import", "ill_formed", $"import {problem}")
                : null;
    }

    public abstract partial record Event
    {
        public sealed record ImportBegun(
            string Import, IReadOnlyList<TrialLine> TrialBalance, int Parts, string ProposedBy, string ApprovedBy,
            LocalDate? EffectiveOn = null) : Event
        {
            public IReadOnlyList<ImportedFile>? Files { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal ImportExists(string import, string state) => Of(
            "import_exists", $"There is an import {Identifier.Quote(import)} already; it is {state}.",
            ("import", import), ("state", state));

        public static Refusal OtherImportUnderWay(string import) => Of(
            "other_import_under_way", $"The import {Identifier.Quote(import)} has to be finished first.",
            ("import", import));

        public static Refusal TokenLiabilityDiffers(long tokens, long liability, Currency currency) => Of(
            "token_liability_differs",
            $"{tokens} tokens are not worth {Told(liability, currency)} by the policy that holds.",
            ("tokens", tokens), ("liability", liability), ("currency", currency));
    }
}

namespace Fanz.Ledger.Importing
{
    internal static class BeginningImports
    {
        internal static Decision Decide(Command.BeginImport command, Book book)
        {
            var imports = book.Recall<Imports>(Imports.Stream);
            var begun = new Event.ImportBegun(
                command.Import, command.TrialBalance, command.Parts, command.ProposedBy, command.ApprovedBy,
                command.EffectiveOn)
            {
                Files = command.Files,
            };
            var tokens = new ImportUnderWay(begun).ObjectionToTokens(book);
            var closed = command.EffectiveOn is { } day ? ClosedPeriods.Objection(book, day) : null;
            if (imports.StateOf(command.Import) is { } state) return Refusal.ImportExists(command.Import, state);
            if (imports.UnderWay is { } other) return Refusal.OtherImportUnderWay(other.Name);
            return tokens ?? closed ?? Decision.Of(book, new Draft(begun, Aggregate: Imports.Stream));
        }
    }
}
