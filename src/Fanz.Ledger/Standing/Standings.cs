using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal PartySanctioned(Role role, string party) =>
            About("party_sanctioned", role, party, "is sanctioned");

        public static Refusal PartyNotSanctioned(Role role, string party) =>
            About("party_not_sanctioned", role, party, "is not sanctioned");

        public static Refusal PartyClosed(Role role, string party) => About("party_closed", role, party, "is closed");

        private static Refusal About(string code, Role role, string party, string what) => Of(
            code, $"The {role.Word()} {Identifier.Quote(party)} {what}.", ("role", role.Word()), ("party", party));
    }
}

namespace Fanz.Ledger.Standing
{
    /// <summary>As what a party takes part. The same id may have several roles, and a standing in each.</summary>
    [JsonConverter(typeof(WordJson<Role>))]
    public enum Role
    {
        [JsonStringEnumMemberName("fan")]
        Fan,
        [JsonStringEnumMemberName("creator")]
        Creator,
        [JsonStringEnumMemberName("affiliate")]
        Affiliate,
    }

    internal static class Roles
    {
        private static readonly Buckets Fans = new("standing/fan/");
        private static readonly Buckets Creators = new("standing/creator/");
        private static readonly Buckets Affiliates = new("standing/affiliate/");

        internal static string Word(this Role role) => WordJson<Role>.WordOf(role);

        internal static string StreamOf(this Role role, string party) => role switch
        {
            Role.Fan => Fans.StreamOf(party),
            Role.Creator => Creators.StreamOf(party),
            Role.Affiliate => Affiliates.StreamOf(party),
            _ => throw new InvariantBroken($"{role} is no role."),
        };
    }

    /// <summary>What the book knows of a party beyond its accounts.</summary>
    public sealed record PartyStanding
    {
        internal static readonly PartyStanding Unremarkable = new();

        public bool IsSanctioned { get; init; }

        /// <summary>A closed party never opens again.</summary>
        public bool IsClosed { get; init; }

        /// <summary>Nothing is released or paid out to a held creator. They still earn.</summary>
        public bool IsHeld { get; init; }

        public string? Tier { get; init; }

        public string? Country { get; init; }

        /// <summary>The account that a creator has as a fan.</summary>
        public string? Fan { get; init; }

        internal Refusal? Objection(Role role, string party) => this switch
        {
            { IsSanctioned: true } => Refusal.PartySanctioned(role, party),
            { IsClosed: true } => Refusal.PartyClosed(role, party),
            _ => null,
        };
    }

    /// <summary>The standing of all parties of one role that share a bucket.</summary>
    public sealed record Standings : Aggregate
    {
        private ImmutableDictionary<string, PartyStanding> Parties { get; init; } =
            ImmutableDictionary.Create<string, PartyStanding>(StringComparer.Ordinal);

        public static PartyStanding Of(Book book, Role role, string party) =>
            book.Recall<Standings>(role.StreamOf(party)).Parties.GetValueOrDefault(party, PartyStanding.Unremarkable);

        /// <summary>Why nothing may be done with a party now, or null.</summary>
        public static Refusal? Objection(Book book, Role role, string party) =>
            Of(book, role, party).Objection(role, party);

        public override Aggregate After(Recorded recorded)
        {
            var party = PartyOf(recorded);
            var before = Parties.GetValueOrDefault(party, PartyStanding.Unremarkable);
            return this with { Parties = Parties.SetItem(party, After(before, recorded)) };
        }

        internal static Decision Changed(Book book, Role role, string party, Event @event) =>
            Decision.Of(book, new Draft(@event, Aggregate: role.StreamOf(party)));

        private string PartyOf(Recorded recorded) => recorded.Event switch
        {
            Event.PartySanctioned sanctioned => sanctioned.Party,
            Event.PartyCleared cleared => cleared.Party,
            Event.PartyClosed closed => closed.Party,
            Event.CreatorHeld held => held.Creator,
            Event.CreatorUnheld unheld => unheld.Creator,
            Event.CreatorDescribed described => described.Creator,
            _ => throw Impossible(recorded),
        };

        private PartyStanding After(PartyStanding before, Recorded recorded) => (before, recorded.Event) switch
        {
            ({ IsSanctioned: false }, Event.PartySanctioned) => before with { IsSanctioned = true },
            ({ IsSanctioned: true }, Event.PartyCleared) => before with { IsSanctioned = false },
            ({ IsClosed: false }, Event.PartyClosed) => before with { IsClosed = true },
            ({ IsHeld: false }, Event.CreatorHeld) => before with { IsHeld = true },
            ({ IsHeld: true }, Event.CreatorUnheld) => before with { IsHeld = false },
            (_, Event.CreatorDescribed described) => before with
            {
                Tier = described.Tier, Country = described.Country, Fan = described.Fan,
            },
            _ => throw Impossible(recorded),
        };
    }
}
