using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What is closed takes nothing of its days any more; and the tables by which reports convert.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<string, LocalDate> closedThrough = [];

    private Answer? OfClosing(Command command) => command switch
    {
        Command.ClosePeriod c => Close(c),
        Command.SetRates when !here.EndsWith("/_", StringComparison.Ordinal) => Refused("not_the_treasury"),
        Command.SetRates c when c.On > today => Refused("effective_in_future"),
        Command.SetRates c => Move(new NaiveDraft(here, "rates_set") { On = c.On }),
        _ => null,
    };

    private Answer Close(Command.ClosePeriod c)
    {
        if (c.Through >= today) return Refused("period_not_over");
        if (IsClosed(here, c.Through)) return Refused("period_already_closed");
        // An import whose parts would be of a closed day could never come to its end.
        if (imports.Any(one => one.Key.Book == here && one.Value.State == "under way"
            && one.Value.Begun.EffectiveOn <= c.Through))
            return Refused("other_import_under_way");
        closedThrough[here] = c.Through;
        return Move("period_closed");
    }

    private bool IsClosed(string book, LocalDate? day) =>
        closedThrough.TryGetValue(book, out var through) && day <= through;
}
