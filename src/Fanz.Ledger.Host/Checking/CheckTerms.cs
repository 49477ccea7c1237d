using System.Globalization;
using Fanz.Ledger.Host.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Checking;

/// <summary>Which rows are held against their seals.</summary>
internal enum CheckedRows
{
    /// <summary>Those that were written since the day before.</summary>
    SinceTheDayBefore,

    Whole,

    None,
}

/// <summary>What is checked, and what is too old.</summary>
/// <param name="On">The day as of which it is checked, still in it.</param>
/// <param name="Days">For how many days money may be in suspense, on its way to a statement, or with a bank.</param>
/// <param name="Rows">Which rows are held against their seals.</param>
/// <param name="Projections">Whether all that was made of the journal is derived once more.</param>
internal sealed record CheckTerms(LocalDate On, int Days, CheckedRows Rows, bool Projections)
{
    public const int UsualDays = 5, MostDays = 1_000;

    private const string DaysOption = "days", RowsOption = "rows", ProjectionsOption = "projections";

    /// <summary>What a schedule of checks may say.</summary>
    public static IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        [DaysOption] = $"For how many days money may wait: in suspense, for a statement, with a bank; {UsualDays}.",
        [RowsOption] = "Which rows are held against their seals: day, whole or none; otherwise day.",
        [ProjectionsOption] = "Whether what was made of the journal is derived once more: yes or no; otherwise yes.",
    };

    /// <summary>The checks that are made on these terms, in their order.</summary>
    public IEnumerable<string> Names => BookCheck.Names.Where(name => name switch
    {
        BookCheck.Projections => Projections,
        BookCheck.Rows => Rows != CheckedRows.None,
        _ => true,
    });

    /// <summary>What a schedule says. A wrong word stops the run before anything is looked at.</summary>
    public static CheckTerms Of(LocalDate on, IReadOnlyDictionary<string, string> options) => new(
        on,
        !options.TryGetValue(DaysOption, out var days)
            ? UsualDays
            : int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given <= MostDays
                ? given
                : throw Wrong(DaysOption, $"a whole number from 0 to {MostDays}"),
        options.GetValueOrDefault(RowsOption, "day") switch
        {
            "day" => CheckedRows.SinceTheDayBefore,
            "whole" => CheckedRows.Whole,
            "none" => CheckedRows.None,
            _ => throw Wrong(RowsOption, "day, whole or none"),
        },
        options.GetValueOrDefault(ProjectionsOption, "yes") switch
        {
            "yes" => true,
            "no" => false,
            _ => throw Wrong(ProjectionsOption, "yes or no"),
        });

    private static RunBrokenOff Wrong(string option, string form) => new($"The option {option} is {form}.");
}
