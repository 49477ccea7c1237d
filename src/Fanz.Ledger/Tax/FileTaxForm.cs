using System.Text.RegularExpressions;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Periods;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        private const int LongestVersion = 20;

        /// <summary>
        /// A creator has certified who they are for taxes. It takes the place of whatever form they had. A number comes
        /// sealed under the creator's own key, with a fingerprint to compare it by and a mask to show it by; the clear
        /// number is never in a command.
        /// </summary>
        /// <param name="Form">An id of the form, never used before for this creator.</param>
        /// <param name="Version">The edition of the form, such as `2024-03`.</param>
        /// <param name="Country">Where the creator is resident.</param>
        /// <param name="ExpiresOn">Its last day, where that is not what follows from the day it was signed.</param>
        public sealed record FileTaxForm(
            string Creator, string Form, TaxFormKind Kind, string Version, LocalDate SignedOn, string Country,
            LocalDate? ExpiresOn = null) : Command
        {
            private const int MostClaims = 10;

            /// <summary>What the form says of the creator in person, sealed.</summary>
            public string? Sealed { get; init; }

            public string? Fingerprint { get; init; }

            public string? Masked { get; init; }

            public TaxNumberKind? NumberKind { get; init; }

            /// <summary>For which income a treaty of that country is claimed.</summary>
            public IReadOnlyList<TreatyClaim>? Claims { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("creator", Creator),
                    IdentifierFault("form", Form),
                    Enum.IsDefined(Kind)
                        ? null
                        : new Fault("kind", "ill_formed", "A form is w9, w8ben, w8ben_e or w8eci."),
                    Identifier.Problem(Version, LongestVersion) is { } problem
                        ? new Fault("version", "ill_formed", $"version {problem}")
                        : null,
                    Fault.OfDate("signed_on", SignedOn),
                    Country is null
                        ? new Fault("country", "ill_formed", "country is missing")
                        : CountryFault("country", Country),
                    Fault.OfDate("expires_on", ExpiresOn),
                    ExpiresOn < SignedOn
                        ? new Fault("expires_on", "ill_formed", "A form does not expire before it is signed.")
                        : null)
                .Concat(FaultsOfNumber())
                .Concat(FaultsOfClaims());

            private IEnumerable<Fault> FaultsOfNumber()
            {
                if (Sealed is not null && !SealedText().IsMatch(Sealed))
                    yield return new Fault(
                        "sealed", "not_sealed", "A number is sealed first: it begins with v1. and is in base64url.");
                if (Masked is { } masked && (Identifier.Problem(masked, 20) is not null
                    || masked.Count(char.IsAsciiLetterOrDigit) > TreatyClaim.MostShown))
                    yield return new Fault(
                        "masked", "not_masked", $"A mask shows {TreatyClaim.MostShown} characters at most.");
                if (Fingerprint is not null && IdentifierFault("fingerprint", Fingerprint) is { } fingerprint)
                    yield return fingerprint;
                if (NumberKind is { } kind && !Enum.IsDefined(kind))
                    yield return new Fault("number_kind", "ill_formed", "A number is ssn, ein, itin or foreign.");
                object?[] parts = [Masked, Fingerprint, NumberKind];
                if (parts.Any(part => part is not null) && (Sealed is null || parts.Any(part => part is null)))
                    yield return new Fault(
                        "sealed", "ill_formed", "A number has sealed, fingerprint, masked and number_kind.");
                if (Kind is TaxFormKind.W9 or TaxFormKind.W8Eci && NumberKind == TaxNumberKind.Foreign)
                    yield return new Fault(
                        "number_kind", "not_of_this_form", "This form states a number of the payer's country.");
            }

            private IEnumerable<Fault> FaultsOfClaims()
            {
                if (Claims is null) return [];
                if (Claims.Count is 0 or > MostClaims)
                    return [new Fault("claims", "ill_formed", $"From 1 to {MostClaims} claims can be named.")];
                if (Kind is not (TaxFormKind.W8Ben or TaxFormKind.W8BenE))
                    return [new Fault("claims", "not_of_this_form", "A treaty is claimed on a w8ben or w8ben_e.")];
                return [.. Claims.SelectMany(FaultsOf)];
            }

            private IEnumerable<Fault> FaultsOf(TreatyClaim? claim, int at) => claim is null
                ? [new Fault($"claims[{at}]", "ill_formed", $"claims[{at}] is missing")]
                : Found(
                    IncomeClassFault($"claims[{at}].income", claim.Income),
                    claim.Article is null ? null : IdentifierFault($"claims[{at}].article", claim.Article),
                    Claims!.Take(at).Any(earlier => earlier?.Income == claim.Income)
                        ? new Fault($"claims[{at}].income", "repeated", "Each class of income is claimed once.")
                        : null);
        }

        /// <summary>A form does not hold any longer, although its last day is not over.</summary>
        public sealed record EndTaxForm(string Creator, string Form, string Reason) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator), IdentifierFault("form", Form), ReasonFault(Reason));
        }

        private static Fault? IncomeClassFault(string field, IncomeClass income) => Enum.IsDefined(income)
            ? null
            : new Fault(field, "ill_formed", "Income is royalties, services, business_profits or other.");

        [GeneratedRegex(@"\Av1\.[A-Za-z0-9_-]{16,7900}\z", RegexOptions.CultureInvariant)]
        private static partial Regex SealedText();
    }

    public abstract partial record Event
    {
        /// <param name="ExpiresOn">The last day on which it counts, if there is one.</param>
        public sealed record TaxFormFiled(
            string Creator, string Form, TaxFormKind Kind, string Version, LocalDate SignedOn, string Country,
            LocalDate? ExpiresOn = null) : Event
        {
            public string? Sealed { get; init; }

            public string? Fingerprint { get; init; }

            public string? Masked { get; init; }

            public TaxNumberKind? NumberKind { get; init; }

            public IReadOnlyList<TreatyClaim>? Claims { get; init; }
        }

        public sealed record TaxFormEnded(string Creator, string Form, string Reason) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal TaxFormExists(string creator, string form) => Of(
            "tax_form_exists", $"{Identifier.Quote(creator)} has had a form {Identifier.Quote(form)} before.",
            ("creator", creator), ("form", form));

        public static Refusal TaxFormNotInForce(string creator, string form) => Of(
            "tax_form_not_in_force",
            $"The form {Identifier.Quote(form)} is not the one that {Identifier.Quote(creator)} has now.",
            ("creator", creator), ("form", form));

        public static Refusal TaxFormLapsed(string form, LocalDate expiresOn, LocalDate today) => Of(
            "tax_form_lapsed", $"The form {Identifier.Quote(form)} lapsed on {Told(expiresOn)}.",
            ("form", form), ("expires_on", expiresOn), ("today", today));

        public static Refusal TreatyRateMissing(string country, IncomeClass income, LocalDate on) => Of(
            "treaty_rate_missing",
            $"The table has no rate for {WordJson<IncomeClass>.WordOf(income)} and {country} on {Told(on)}.",
            ("country", country), ("income", WordJson<IncomeClass>.WordOf(income)), ("on", on));
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>A claim to the rate of a treaty, for income of one class.</summary>
    public sealed record TreatyClaim(IncomeClass Income, string? Article = null)
    {
        /// <summary>How much of a number its mask may show.</summary>
        internal const int MostShown = 4;
    }

    internal static class TaxForms
    {
        private const int YearsOfForeignForms = 3;

        internal static Decision Decide(Command.FileTaxForm command, Book book, Moment now)
        {
            var stream = TaxStanding.StreamOf(command.Creator);
            var standing = book.Recall<TaxStanding>(stream);
            var terms = TaxTerms.Of(book, now.Today);
            var rates = book.Recall<TreatyRates>(TreatyRates.StreamOf(command.Country));
            if (standing.HasHad(command.Form)) return Refusal.TaxFormExists(command.Creator, command.Form);
            if (command.SignedOn > now.Today) return Refusal.EffectiveInFuture(command.SignedOn, now.Today);
            var expiresOn = command.ExpiresOn ?? LastDayOf(command.Kind, command.SignedOn);
            if (expiresOn < now.Today) return Refusal.TaxFormLapsed(command.Form, expiresOn.Value, now.Today);
            // A claim that nobody could grant is told at once, and not found at the first release.
            foreach (var claim in terms.Withholds ? command.Claims ?? [] : [])
                if (rates.On(now.Today, claim.Income) is null)
                    return Refusal.TreatyRateMissing(command.Country, claim.Income, now.Today);
            return Decision.Of(book, new Draft(
                new Event.TaxFormFiled(
                    command.Creator, command.Form, command.Kind, command.Version, command.SignedOn, command.Country,
                    expiresOn)
                {
                    Sealed = command.Sealed,
                    Fingerprint = command.Fingerprint,
                    Masked = command.Masked,
                    NumberKind = command.NumberKind,
                    Claims = command.Claims,
                },
                Aggregate: stream));
        }

        internal static Decision Decide(Command.EndTaxForm command, Book book)
        {
            var stream = TaxStanding.StreamOf(command.Creator);
            return book.Recall<TaxStanding>(stream).IsInForce(command.Form)
                ? Decision.Of(book, new Draft(
                    new Event.TaxFormEnded(command.Creator, command.Form, command.Reason), Aggregate: stream))
                : Refusal.TaxFormNotInForce(command.Creator, command.Form);
        }

        /// <summary>
        /// A form of a foreign person counts until the last day of the third year after the one in which it was signed.
        /// </summary>
        internal static LocalDate? LastDayOf(TaxFormKind kind, LocalDate signedOn) => kind == TaxFormKind.W9
            ? null
            : new LocalDate(signedOn.Year + YearsOfForeignForms, 12, 31);
    }
}
