using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// For how many years records of a class are kept, from today or a later day on. They count from the end of the
        /// year that the last of them is of.
        /// </summary>
        /// <param name="Source">The law that says so.</param>
        public sealed record SetRetention(
            RetentionClass Class, int Years, string Source, string ProposedBy, string ApprovedBy,
            LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            private const int MostYears = 100;

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    RetentionClassFault("class", Class),
                    Years is >= 1 and <= MostYears
                        ? null
                        : new Fault("years", "ill_formed", $"Records are kept from 1 to {MostYears} years."),
                    string.IsNullOrWhiteSpace(Source)
                        ? new Fault("source", "ill_formed", "source is missing")
                        : TextFault("source", Source),
                    Fault.OfDate("effective_on", EffectiveOn))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }

        private static Fault? RetentionClassFault(string field, RetentionClass kind) => Enum.IsDefined(kind)
            ? null
            : new Fault(field, "ill_formed", "A class of records is ledger, vat or sanctions.");
    }

    public abstract partial record Event
    {
        public sealed record RetentionSet(
            RetentionClass Class, int Years, string Source, LocalDate EffectiveOn, string ProposedBy,
            string ApprovedBy) : Event;
    }

    public sealed partial record Refusal
    {
        /// <summary>The law keeps it through a day; the day after it the same may be asked again.</summary>
        public static Refusal RetentionNotOver(string kept, LocalDate lastOn, LocalDate through) => Of(
            "retention_not_over", $"Records of the class {kept} are kept through {Told(through)}.",
            ("class", kept), ("last_on", lastOn), ("through", through));
    }
}

namespace Fanz.Ledger.Erasure
{
    /// <summary>What a law says is to be kept, and how long.</summary>
    [JsonConverter(typeof(WordJson<RetentionClass>))]
    public enum RetentionClass
    {
        /// <summary>Whatever moved money of theirs.</summary>
        [JsonStringEnumMemberName("ledger")]
        Ledger,

        /// <summary>What VAT of the Union was due on.</summary>
        [JsonStringEnumMemberName("vat")]
        Vat,

        /// <summary>Screenings, and what sanctions did to them.</summary>
        [JsonStringEnumMemberName("sanctions")]
        Sanctions,
    }

    /// <summary>The last record of a class that there is of a person.</summary>
    public sealed record KeptRecords(RetentionClass Class, LocalDate LastOn);

    /// <summary>For how long records of each class are kept, over the days.</summary>
    public sealed record Retention : Aggregate
    {
        public const string Stream = "retention";

        private ImmutableDictionary<RetentionClass, Timeline<Event.RetentionSet>> Sets { get; init; } =
            ImmutableDictionary<RetentionClass, Timeline<Event.RetentionSet>>.Empty;

        public static string WordOf(RetentionClass kind) => WordJson<RetentionClass>.WordOf(kind);

        /// <summary>Of a day: what was set, or what holds where nobody has set anything.</summary>
        public int YearsOn(LocalDate day, RetentionClass kind) =>
            Sets.GetValueOrDefault(kind)?.On(day)?.Years ?? kind switch
            {
                RetentionClass.Ledger => 7,
                RetentionClass.Vat or RetentionClass.Sanctions => 10,
                _ => throw new InvariantBroken($"{kind} is no class of records."),
            };

        /// <summary>The last day on which what a person's records say has to be kept, by what holds today.</summary>
        public LocalDate KeptThrough(KeptRecords kept, LocalDate today) =>
            new(kept.LastOn.Year + YearsOn(today, kept.Class), 12, 31);

        public override Retention After(Recorded recorded) => recorded.Event is Event.RetentionSet set
            ? this with
            {
                Sets = Sets.SetItem(
                    set.Class,
                    Sets.GetValueOrDefault(set.Class, Timeline<Event.RetentionSet>.Empty).With(set.EffectiveOn, set)),
            }
            : throw Impossible(recorded);
    }

    internal static class SettingRetention
    {
        internal static Decision Decide(Command.SetRetention command, Book book, Moment now)
        {
            book.Recall<Retention>(Retention.Stream);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            return Decision.Of(book, new Draft(
                new Event.RetentionSet(
                    command.Class, command.Years, command.Source, from, command.ProposedBy, command.ApprovedBy),
                Aggregate: Retention.Stream));
        }
    }
}
