using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal PayoutMethodUnknown(string creator, string method) => AboutMethod(
            "payout_method_unknown", creator, method, "does not exist: add it first");

        public static Refusal PayoutMethodChanged(string creator, string method, int version, int current) => Of(
            "payout_method_changed",
            $"The payout method {Identifier.Quote(method)} was changed: version {current} holds, not {version}.",
            ("creator", creator), ("method", method), ("version", version), ("current", current));

        public static Refusal PayoutMethodVerified(string creator, string method) => AboutMethod(
            "payout_method_verified", creator, method, "has been verified before");

        private static Refusal AboutMethod(string code, string creator, string method, string what) => Of(
            code, $"The payout method {Identifier.Quote(method)} of {Identifier.Quote(creator)} {what}.",
            ("creator", creator), ("method", method));
    }
}

namespace Fanz.Ledger.Standing
{
    /// <summary>How it was found out that an account is the creator's.</summary>
    [JsonConverter(typeof(WordJson<MethodProof>))]
    public enum MethodProof
    {
        [JsonStringEnumMemberName("micro_deposit")]
        MicroDeposit,
        [JsonStringEnumMemberName("provider")]
        Provider,
    }

    public enum PayoutMethodState
    {
        Unverified,
        Verified,
        Disabled,
    }

    /// <summary>Where a creator is paid: what is personal in it is sealed.</summary>
    /// <param name="Id">What the platform calls it, the same through all its versions.</param>
    /// <param name="Version">Which details it has: one more with each change.</param>
    /// <param name="Details">The account, sealed for this creator.</param>
    /// <param name="Fingerprint">The same for the same account, whoever has it.</param>
    /// <param name="Masked">As much of it as anyone may see.</param>
    /// <param name="AddedOn">Since when it is there at all.</param>
    /// <param name="ChangedAt">Since when it has these details.</param>
    /// <param name="ChangedOn">The book's own day of that, from which the days of the cool-down count.</param>
    public sealed record PayoutMethod(
        string Id, int Version, string Rail, string Currency, string Country, string Details, string Fingerprint,
        string Masked, LocalDate AddedOn, Instant ChangedAt, LocalDate ChangedOn)
    {
        /// <summary>So often the amounts of micro-deposits may be told wrongly.</summary>
        public const int MostAttempts = 3;

        /// <summary>Null while nobody knows whether the account is the creator's.</summary>
        public MethodProof? VerifiedBy { get; init; }

        public int FailedAttempts { get; init; }

        /// <summary>Why it is not to be used, while it is not.</summary>
        public string? DisabledFor { get; init; }

        public PayoutMethodState State =>
            DisabledFor is not null ? PayoutMethodState.Disabled
            : VerifiedBy is null ? PayoutMethodState.Unverified
            : PayoutMethodState.Verified;

        /// <summary>The first day on which it may be used, where it has to cool down for so many days.</summary>
        public LocalDate UsableFrom(int coolDownDays) => ChangedOn.PlusDays(coolDownDays);

        // A record that prints itself would print what is sealed, in whatever log that ends.
        public override string ToString() => $"{Id} {Masked}";

        internal bool IsOutOfAttempts => FailedAttempts >= MostAttempts;

        internal bool Has(Command.AddPayoutMethod wanted) =>
            (Rail, Currency, Country, Details) == (wanted.Rail, wanted.Currency, wanted.Country, wanted.Details);
    }
}
