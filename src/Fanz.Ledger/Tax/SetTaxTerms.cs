using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Says how the platform withholds and reports, from today or a later day on. What is null stays. Once the
        /// ledger decides what is withheld, every rate that it may need is known.
        /// </summary>
        public sealed record SetTaxTerms(string ProposedBy, string ApprovedBy, LocalDate? EffectiveOn = null)
            : Command, IByTwoPeople
        {
            private const int MostThresholds = 200;
            private const int LongestGrace = 366;

            /// <summary>The country of who pays: income from there is withheld from.</summary>
            public string? PayerCountry { get; init; }

            /// <summary>Whether the ledger decides what a release withholds from creators.</summary>
            public bool? Withholds { get; init; }

            public int? BackupBasisPoints { get; init; }

            /// <summary>What non-residents pay unless a treaty says otherwise.</summary>
            public int? NonResidentBasisPoints { get; init; }

            /// <summary>How long after a notice nothing is withheld yet.</summary>
            public int? NoticeGraceDays { get; init; }

            public GraceUnit? NoticeGraceUnit { get; init; }

            /// <summary>On which form payments to residents are reported.</summary>
            public InformationReturn? InformationReturn { get; init; }

            /// <summary>From how much on payments are reported; each replaces that of its form and year.</summary>
            public IReadOnlyList<ReportingThreshold>? Thresholds { get; init; }

            internal override int MostLegs => 0;

            private bool SaysNothing =>
                PayerCountry is null && Withholds is null && BackupBasisPoints is null
                && NonResidentBasisPoints is null && NoticeGraceDays is null && NoticeGraceUnit is null
                && InformationReturn is null && Thresholds is null;

            internal override IEnumerable<Fault> Faults(BookName book) => TwoPeopleFaults(ProposedBy, ApprovedBy)
                .Concat(Found(
                    Fault.OfDate("effective_on", EffectiveOn),
                    SaysNothing ? new Fault("terms", "says_nothing", "Nothing is to be changed.") : null,
                    CountryFault("payer_country", PayerCountry),
                    BasisPointsFault("backup_basis_points", BackupBasisPoints),
                    BasisPointsFault("non_resident_basis_points", NonResidentBasisPoints),
                    NoticeGraceDays is null or (>= 0 and <= LongestGrace)
                        ? null
                        : new Fault("notice_grace_days", "ill_formed", $"Grace is 0 to {LongestGrace} days."),
                    NoticeGraceUnit is null || Enum.IsDefined(NoticeGraceUnit.Value)
                        ? null
                        : new Fault("notice_grace_unit", "ill_formed", "Grace is in business_days or calendar_days."),
                    InformationReturn is null || Enum.IsDefined(InformationReturn.Value)
                        ? null
                        : InformationReturnFault("information_return")))
                .Concat(FaultsOfThresholds());

            private IEnumerable<Fault> FaultsOfThresholds()
            {
                if (Thresholds is null) return [];
                if (Thresholds.Count is 0 or > MostThresholds)
                    return [new Fault("thresholds", "ill_formed", $"From 1 to {MostThresholds} can be named.")];
                var seen = new HashSet<(InformationReturn, int)>();
                return [.. Thresholds.SelectMany((one, i) => FaultsOf($"thresholds[{i}]", one, seen))];
            }

            private static IEnumerable<Fault> FaultsOf(
                string field, ReportingThreshold? one, HashSet<(InformationReturn, int)> seen) => one is null
                ? [new Fault(field, "ill_formed", $"{field} is missing")]
                : Found(
                    Enum.IsDefined(one.Return) ? null : InformationReturnFault($"{field}.return"),
                    one.Year is >= 1900 and < 3000
                        ? null
                        : new Fault($"{field}.year", "ill_formed", "A year is 1900 to 2999."),
                    MoneyCurrencyFault($"{field}.currency", one.Currency),
                    AmountFault($"{field}.amount", one.Amount),
                    one.Payments is null or >= 0
                        ? null
                        : new Fault($"{field}.payments", "ill_formed", "payments is zero or more."),
                    seen.Add((one.Return, one.Year))
                        ? null
                        : new Fault(field, "repeated", "Each form and year has one threshold."));

            private static Fault InformationReturnFault(string field) =>
                new(field, "ill_formed", "A form is nec, misc_royalties, misc_other or k.");
        }

        private static Fault? BasisPointsFault(string field, int? rate) =>
            rate is null or (>= 0 and <= Allocation.WholeInBasisPoints)
                ? null
                : new Fault(field, "ill_formed", "A rate is 0 to 10000.");
    }

    public abstract partial record Event
    {
        public sealed record TaxTermsSet(LocalDate EffectiveOn, string ProposedBy, string ApprovedBy) : Event
        {
            public string? PayerCountry { get; init; }

            public bool? Withholds { get; init; }

            public int? BackupBasisPoints { get; init; }

            public int? NonResidentBasisPoints { get; init; }

            public int? NoticeGraceDays { get; init; }

            public GraceUnit? NoticeGraceUnit { get; init; }

            public InformationReturn? InformationReturn { get; init; }

            public IReadOnlyList<ReportingThreshold>? Thresholds { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal TaxTermsIncomplete(string missing, LocalDate on) => Of(
            "tax_terms_incomplete", $"The tax terms of {Told(on)} do not say {missing} yet.",
            ("missing", missing), ("on", on));

        public static Refusal FormsOfAnotherCountry(string payerCountry) => Of(
            "forms_of_another_country",
            $"The forms that the ledger knows are of the United States; for {payerCountry}, releases state what is "
            + "withheld.",
            ("payer_country", payerCountry));
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>
    /// The least that is reported of a year. Where payments are said too, both must be reached; "more than" is one
    /// more of the smallest unit.
    /// </summary>
    public sealed record ReportingThreshold(
        InformationReturn Return, int Year, string Currency, long Amount, int? Payments = null);

    /// <summary>How the platform withholds and reports on a day.</summary>
    public sealed record TaxTerms
    {
        internal const string OnlyCountryOfForms = "US";

        internal static readonly TaxTerms Nothing = new();

        public string? PayerCountry { get; private init; }

        public bool Withholds { get; private init; }

        public int? BackupBasisPoints { get; private init; }

        public int? NonResidentBasisPoints { get; private init; }

        public int? NoticeGraceDays { get; private init; }

        public GraceUnit NoticeGraceUnit { get; private init; } = GraceUnit.BusinessDays;

        public InformationReturn? InformationReturn { get; private init; }

        private ImmutableDictionary<(InformationReturn, int), ReportingThreshold> Thresholds { get; init; } =
            ImmutableDictionary<(InformationReturn, int), ReportingThreshold>.Empty;

        public static TaxTerms Of(Book book, LocalDate on) =>
            book.Recall<TaxTermsOverTime>(TaxTermsOverTime.Stream).On(on);

        public ReportingThreshold? ThresholdOf(InformationReturn form, int year) =>
            Thresholds.GetValueOrDefault((form, year));

        /// <summary>The first thing that is missing for the ledger to withhold by itself.</summary>
        internal string? Missing =>
            PayerCountry is null ? "payer_country"
            : BackupBasisPoints is null ? "backup_basis_points"
            : NonResidentBasisPoints is null ? "non_resident_basis_points"
            : NoticeGraceDays is null ? "notice_grace_days"
            : null;

        /// <summary>
        /// The first day on which a notice counts. Business days are those that are no Saturday or Sunday: holidays
        /// would only put off what may be done at once.
        /// </summary>
        internal LocalDate? WithholdAfter(LocalDate received)
        {
            if (NoticeGraceDays is not { } days) return null;
            if (NoticeGraceUnit == GraceUnit.CalendarDays) return received.PlusDays(days + 1);
            var day = received;
            for (var left = days; left > 0;)
            {
                day = day.PlusDays(1);
                if (day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday)) left--;
            }

            return day.PlusDays(1);
        }

        internal TaxTerms With(Event.TaxTermsSet set) => this with
        {
            PayerCountry = set.PayerCountry ?? PayerCountry,
            Withholds = set.Withholds ?? Withholds,
            BackupBasisPoints = set.BackupBasisPoints ?? BackupBasisPoints,
            NonResidentBasisPoints = set.NonResidentBasisPoints ?? NonResidentBasisPoints,
            NoticeGraceDays = set.NoticeGraceDays ?? NoticeGraceDays,
            NoticeGraceUnit = set.NoticeGraceUnit ?? NoticeGraceUnit,
            InformationReturn = set.InformationReturn ?? InformationReturn,
            Thresholds = (set.Thresholds ?? []).Aggregate(
                Thresholds, (known, one) => known.SetItem((one.Return, one.Year), one)),
        };
    }

    /// <summary>All that was set, in the order of its days, and what each comes to with those before.</summary>
    public sealed record TaxTermsOverTime : Aggregate
    {
        public const string Stream = "tax_terms";

        private ImmutableArray<Event.TaxTermsSet> Sets { get; init; } = [];

        private Timeline<TaxTerms> Resolved { get; init; } = Timeline<TaxTerms>.Empty;

        public TaxTerms On(LocalDate day) => Resolved.On(day) ?? TaxTerms.Nothing;

        public override TaxTermsOverTime After(Recorded recorded) => recorded.Event is Event.TaxTermsSet set
            ? With(set)
            : throw Impossible(recorded);

        /// <summary>What any of its days still lacks, once the ledger withholds by itself.</summary>
        internal Refusal? Objection => Sets.Select(set => (set.EffectiveOn, Terms: On(set.EffectiveOn)))
            .Where(one => one.Terms.Withholds)
            .Select(one => one.Terms.Missing is { } missing ? Refusal.TaxTermsIncomplete(missing, one.EffectiveOn)
                : one.Terms.PayerCountry != TaxTerms.OnlyCountryOfForms
                    ? Refusal.FormsOfAnotherCountry(one.Terms.PayerCountry!)
                    : null)
            .FirstOrDefault(objection => objection is not null);

        internal TaxTermsOverTime With(Event.TaxTermsSet set)
        {
            var at = Sets.Length;
            while (at > 0 && Sets[at - 1].EffectiveOn > set.EffectiveOn) at--;
            var sets = Sets.Insert(at, set);
            // What was announced for later days builds upon this, so all of it is resolved anew.
            var (terms, resolved) = (TaxTerms.Nothing, Timeline<TaxTerms>.Empty);
            foreach (var each in sets) resolved = resolved.With(each.EffectiveOn, terms = terms.With(each));
            return this with { Sets = sets, Resolved = resolved };
        }
    }

    internal static class SettingTaxTerms
    {
        internal static Decision Decide(Command.SetTaxTerms command, Book book, Moment now)
        {
            var terms = book.Recall<TaxTermsOverTime>(TaxTermsOverTime.Stream);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            var set = new Event.TaxTermsSet(from, command.ProposedBy, command.ApprovedBy)
            {
                PayerCountry = command.PayerCountry,
                Withholds = command.Withholds,
                BackupBasisPoints = command.BackupBasisPoints,
                NonResidentBasisPoints = command.NonResidentBasisPoints,
                NoticeGraceDays = command.NoticeGraceDays,
                NoticeGraceUnit = command.NoticeGraceUnit,
                InformationReturn = command.InformationReturn,
                Thresholds = command.Thresholds,
            };
            return terms.With(set).Objection is { } objection
                ? objection
                : Decision.Of(book, new Draft(set, Aggregate: TaxTermsOverTime.Stream));
        }
    }
}
