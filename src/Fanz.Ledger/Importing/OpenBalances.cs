using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>A part of an import: balances of accounts, each as the source has it.</summary>
        public sealed record OpenBalances(
            string Import, int Part, IReadOnlyList<NamedLeg> Lines, string ProposedBy, string ApprovedBy)
            : Command, IByTwoPeople
        {
            public const int MostLines = 1_000;

            internal override int MostLegs => Lines.Count * 2;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(ImportFault(Import), PartFault(Part))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy))
                .Concat(FaultsOfLines());

            private IEnumerable<Fault> FaultsOfLines()
            {
                if (Lines is null) return [new Fault("lines", "ill_formed", "lines is missing")];
                if (Lines.Count is 0 or > MostLines)
                    return [new Fault("lines", "ill_formed", $"A part has 1 to {MostLines} lines, not {Lines.Count}.")];
                var faults = new List<Fault>();
                for (var i = 0; i < Lines.Count; i++) faults.AddRange(FaultsOfLine($"lines[{i}]", Lines[i]));
                if (faults.Count > 0) return faults;
                if (Lines.DistinctBy(line => line.Account.Key).Count() != Lines.Count)
                    faults.Add(new Fault("lines", "repeated", "An account is named twice."));
                faults.AddRange(FaultsOfSums("lines", Lines.Select(line => line.Read())));
                return faults;
            }

            private static IEnumerable<Fault> FaultsOfLine(string field, NamedLeg? line)
            {
                foreach (var fault in LegFaults(field, line)) yield return fault;
                if (line?.Account is not { } account) yield break;
                var isContra = account.Code == Chart.TokensIssued.Name
                    || (account.Code == Chart.Suspense.Name && account.Owner is { Length: > 0 });
                if (isContra)
                    yield return new Fault($"{field}.account", "reserved", "is posted by the import itself");
            }
        }

        private static Fault? PartFault(int part) => part is >= 1 and <= Imports.MostParts
            ? null
            : new Fault("part", "ill_formed", $"Parts are numbered from 1 to {Imports.MostParts}.");

        /// <summary>What stands against a part is one amount in each currency.</summary>
        private static IEnumerable<Fault> FaultsOfSums(string field, IEnumerable<Leg> legs) => legs
            .GroupBy(leg => leg.Account.Currency)
            .Where(some => some.Aggregate((Int128)0, (sum, leg) => sum + Int128.Abs(leg.Amount)) > Money.Money.Limit)
            .Select(some => new Fault(
                field, "amount_over_limit", $"A part moves at most {Money.Money.Limit} {some.Key}."));
    }

    public abstract partial record Event
    {
        /// <summary>A part of an import. The sums are by line of the chart, without what stands against them.</summary>
        public abstract record ImportPart(
            [property: JsonPropertyOrder(-1)] string Import,
            [property: JsonPropertyOrder(-1)] int Part,
            [property: JsonPropertyOrder(-1)] IReadOnlyList<TrialLine> Sums) : Event;

        /// <summary>The legs are the record's entries.</summary>
        public sealed record BalancesOpened(
            string Import, int Part, IReadOnlyList<TrialLine> Sums, int Lines, string ProposedBy, string ApprovedBy)
            : ImportPart(Import, Part, Sums);
    }

    public sealed partial record Refusal
    {
        public static Refusal ImportNotUnderWay(string import, string state) => Of(
            "import_not_under_way", $"The import {Identifier.Quote(import)} is {state}, not under way.",
            ("import", import), ("state", state));

        public static Refusal NotNextPart(string import, int part, int next) => Of(
            "not_next_part", $"The next part of the import {Identifier.Quote(import)} is {next}, not {part}.",
            ("import", import), ("part", part), ("next", next));
    }
}

namespace Fanz.Ledger.Importing
{
    internal static class OpeningBalances
    {
        internal static Decision Decide(Command.OpenBalances command, Book book)
        {
            var (import, refusal) = book.Recall<Imports>(Imports.Stream).Find(command.Import, command.Part);
            var part = new BroughtIn(command.Import);
            foreach (var line in command.Lines) part.Add(line.Account.Key, line.Amount);
            var posting = part.Build();
            var objection = book.Objection(posting);
            var tokens = part.HasTokens ? import?.ObjectionToTokens(book) : null;
            if ((refusal ?? tokens ?? objection) is { } no) return no;
            var opened = new Event.BalancesOpened(
                command.Import, command.Part, part.Sums, command.Lines.Count, command.ProposedBy, command.ApprovedBy);
            return Decision.Dated(
                import!.Begun.EffectiveOn, (book, new Draft(opened, posting, Aggregate: Imports.Stream)));
        }
    }

    /// <summary>What a part brings in: its legs, what stands against them, and the sums of both.</summary>
    internal sealed class BroughtIn(string import)
    {
        private readonly Tally lines = new();
        private readonly Tally against = new();

        public bool IsEmpty => lines.Sums.Count == 0;

        public bool HasTokens => against.Sums.Any(leg => leg.Account.Currency.IsToken);

        /// <summary>By line of the chart; what stands against them is none of it, but for issued tokens.</summary>
        public IReadOnlyList<TrialLine> Sums
        {
            get
            {
                var issued = against.Sums.Where(leg => leg.Account.Currency.IsToken);
                return
                [
                    .. lines.Sums.Concat(issued)
                        .GroupBy(leg => (leg.Account.Code, leg.Account.Currency))
                        .Select(some => new TrialLine(
                            some.Key.Code.Name, some.Key.Currency.Code, some.Sum(leg => leg.Amount)))
                        .Where(line => line.Amount != 0)
                        .OrderBy(line => line.Code, StringComparer.Ordinal)
                        .ThenBy(line => line.Currency, StringComparer.Ordinal),
                ];
            }
        }

        public void Add(AccountKey account, long amount)
        {
            lines.Add(account, amount);
            against.Add(ImportUnderWay.Contra(import, account.Currency), -amount);
        }

        public Posting Build() => Posting.Of([.. lines.Sums.Concat(against.Sums).Where(leg => leg.Amount != 0)]);
    }
}
