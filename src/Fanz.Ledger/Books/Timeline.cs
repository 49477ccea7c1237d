using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal EffectiveInPast(LocalDate effectiveOn, LocalDate today) => Of(
            "effective_in_past", "A change holds from today or a later day on; it never touches what was.",
            ("effective_on", effectiveOn), ("today", today));
    }
}

namespace Fanz.Ledger.Books
{
    /// <summary>
    /// What holds from which day on, each until the next. Of two for the same day the one that was said later counts,
    /// and so what was announced can still be changed before its day.
    /// </summary>
    public sealed class Timeline<T>
        where T : class
    {
        public static readonly Timeline<T> Empty = new([]);

        private readonly ImmutableArray<(LocalDate From, T What)> entries;

        private Timeline(ImmutableArray<(LocalDate From, T What)> entries) => this.entries = entries;

        /// <summary>What holds on a day, or null if nothing does yet.</summary>
        public T? On(LocalDate day)
        {
            for (var i = entries.Length - 1; i >= 0; i--)
                if (entries[i].From <= day) return entries[i].What;
            return null;
        }

        public Timeline<T> With(LocalDate from, T what)
        {
            var at = entries.Length;
            while (at > 0 && entries[at - 1].From > from) at--;
            return at > 0 && entries[at - 1].From == from
                ? new Timeline<T>(entries.SetItem(at - 1, (from, what)))
                : new Timeline<T>(entries.Insert(at, (from, what)));
        }
    }
}
