using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        private static IEnumerable<Fault> WithholdingFaults(IReadOnlyList<WithholdingLine>? lines)
        {
            if (lines is null) yield break;
            if (lines.Count is 0 or > WithholdingLine.Most)
            {
                yield return new Fault(
                    "withholding", "ill_formed", $"From 1 to {WithholdingLine.Most} withholdings can be named.");
                yield break;
            }

            for (var i = 0; i < lines.Count; i++)
            {
                if (lines[i] is not { } line)
                {
                    yield return new Fault($"withholding[{i}]", "ill_formed", "is missing");
                    yield break;
                }

                if (!Enum.IsDefined(line.Kind))
                    yield return new Fault($"withholding[{i}].kind", "ill_formed", "It is backup or non_resident.");
                if (AmountFault($"withholding[{i}].base", line.Base) is { } amount) yield return amount;
                if (line.RateBasisPoints is < 0 or > Allocation.WholeInBasisPoints)
                    yield return new Fault(
                        $"withholding[{i}].rate_basis_points", "ill_formed", "A rate is 0 to 10000.");
            }

            if (lines.Select(line => line.Kind).Distinct().Count() != lines.Count)
                yield return new Fault("withholding", "repeated", "Each kind of withholding has one line.");
        }
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>By which rule the platform keeps back tax from whom it pays.</summary>
    [JsonConverter(typeof(WordJson<WithholdingKind>))]
    public enum WithholdingKind
    {
        /// <summary>Nobody knows the payee's taxpayer number, or the authority gave notice.</summary>
        [JsonStringEnumMemberName("backup")]
        Backup,

        /// <summary>The payee is no resident of the United States, and the income comes from there.</summary>
        [JsonStringEnumMemberName("non_resident")]
        NonResident,
    }

    /// <summary>
    /// What is to be withheld, as whoever knows the payee's forms states it. A rate of zero is worth stating: a
    /// treaty may say so, and the base is reported all the same.
    /// </summary>
    public sealed record WithholdingLine(WithholdingKind Kind, long Base, int RateBasisPoints)
    {
        internal const int Most = 2;
    }

    /// <summary>
    /// What was withheld of what, and at which rate. Where the ledger decided it, it says why; a kind then has a line
    /// for each class of income.
    /// </summary>
    public sealed record Withheld(WithholdingKind Kind, long Base, int RateBasisPoints, long Amount)
    {
        public WithholdingRule? Rule { get; init; }

        public IncomeClass? Income { get; init; }

        /// <summary>The payee's form that it follows from, and where by that form they are resident.</summary>
        public string? Form { get; init; }

        public string? Country { get; init; }

        /// <summary>The article of the treaty that the rate is from.</summary>
        public string? Article { get; init; }
    }

    /// <summary>
    /// Money counts as paid when it becomes available, so that is when tax is withheld: from the whole of it. What
    /// repays a debt is income too, for the payee is better off by as much. The tax is the authority's and never was
    /// the payee's, so it is taken before any debt is repaid; only what is then left repays it. The same money is not
    /// withheld from twice: the bases together are at most what is paid. Each tax is rounded to the nearest minor unit,
    /// half a unit upwards, and so is never more than its base.
    /// </summary>
    internal static class Withholding
    {
        internal static Withheld[]? From(IReadOnlyList<WithholdingLine>? lines) => lines?
            .Select(line => new Withheld(
                line.Kind, line.Base, line.RateBasisPoints, Allocation.Share(line.Base, line.RateBasisPoints).Share))
            .ToArray();

        internal static AccountKey Account(WithholdingKind kind, Currency currency) => new(
            kind switch
            {
                WithholdingKind.Backup => Chart.BackupWithholding,
                WithholdingKind.NonResident => Chart.NonResidentWithholding,
                _ => throw new InvariantBroken($"{kind} is no withholding."),
            },
            "",
            currency);
    }
}
