using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Ends what a scope has of its own, from a day on: the next wider rule holds again. What was announced for a
        /// later day still takes effect then.
        /// </summary>
        public sealed record EndRevenueRule(
            RuleScope Scope, string ProposedBy, string ApprovedBy, LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            internal override IEnumerable<Fault> Faults(BookName book) => ScopeFaults(Scope)
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy))
                .Concat(Found(Fault.OfDate("effective_on", EffectiveOn)));
        }
    }

    public abstract partial record Event
    {
        public sealed record RevenueRuleEnded(
            RuleScope Scope, string ProposedBy, string ApprovedBy, LocalDate EffectiveOn) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NoRevenueRule(RuleScope scope, LocalDate on) => Of(
            "no_revenue_rule", $"There is no rule of {scope} to end.", ("scope", scope), ("effective_on", on));
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class EndingRevenueRules
    {
        internal static Decision Decide(Command.EndRevenueRule command, Book book, Moment now)
        {
            var rules = RevenueRules.In(book, command.Scope);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            if (rules.Own(command.Scope.Kind, from) is null) return Refusal.NoRevenueRule(command.Scope, from);
            var ended = new Event.RevenueRuleEnded(command.Scope, command.ProposedBy, command.ApprovedBy, from);
            return Decision.Of(book, new Draft(ended, Aggregate: command.Scope.Stream));
        }
    }
}
