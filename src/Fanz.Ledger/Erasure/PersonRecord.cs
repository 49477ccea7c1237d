using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal ErasureOpen(Role role, string party, long number) => Of(
            "erasure_open",
            $"The {role.Word()} {Identifier.Quote(party)} has asked to be forgotten already, by record {number}.",
            ("role", role.Word()), ("party", party), ("number", number));

        public static Refusal NoErasureRequest(Role role, string party) => About(
            "no_erasure_request", role, party, "has not asked to be forgotten, or no longer does");

        /// <summary>What was sealed of this person can be opened by nobody, and nothing of theirs is sealed any more.</summary>
        public static Refusal PersonForgotten(Role role, string party) =>
            About("person_forgotten", role, party, "is forgotten");

        public static Refusal LegalHold(Role role, string party, string hold) => Of(
            "legal_hold",
            $"The legal hold {Identifier.Quote(hold)} keeps what is known of the {role.Word()} {Identifier.Quote(party)}.",
            ("role", role.Word()), ("party", party), ("hold", hold));

        public static Refusal LegalHoldExists(string hold) => Of(
            "legal_hold_exists", $"A legal hold {Identifier.Quote(hold)} was placed on this person before.",
            ("hold", hold));

        public static Refusal LegalHoldUnknown(string hold) => Of(
            "legal_hold_unknown", $"No legal hold {Identifier.Quote(hold)} is on this person.", ("hold", hold));
    }
}

namespace Fanz.Ledger.Erasure
{
    /// <summary>
    /// What is on record of a person's being known at all: whether they have asked to be forgotten, which legal holds
    /// keep them, and whether they are. Rights and holds are a person's, whatever business they do, so it is a stream of
    /// its own that no sale ever asks for.
    /// </summary>
    public sealed record PersonRecord : Aggregate
    {
        /// <summary>The record by which they asked, while that is open.</summary>
        public long? Request { get; private init; }

        public bool IsForgotten { get; private init; }

        /// <summary>The holds in force, in the order in which they were placed.</summary>
        public ImmutableArray<string> Holds { get; private init; } = [];

        private ImmutableHashSet<string> UsedHolds { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

        public static string StreamOf(Role role, string party) => $"person/{role.Word()}/{party}";

        /// <summary>The stream in which sanctions of this party are, among those of others.</summary>
        public static string StandingStreamOf(Role role, string party) => role.StreamOf(party);

        /// <summary>The streams that are about one person alone, as far as they are named by the person.</summary>
        public static IEnumerable<string> StreamsOf(Role role, string party) => role switch
        {
            Role.Fan => [StreamOf(role, party), Registration.StreamOf(party)],
            Role.Creator =>
                [
                    StreamOf(role, party), PayeeStanding.StreamOf(party), Tax.TaxStanding.StreamOf(party),
                    Readings.StreamOf(party),
                ],
            Role.Affiliate => [StreamOf(role, party)],
            _ => throw new InvariantBroken($"{role} is no role."),
        };

        /// <summary>Whether a hold of this name was ever placed.</summary>
        public bool HasHad(string hold) => UsedHolds.Contains(hold);

        public override PersonRecord After(Recorded recorded) => (this, recorded.Event) switch
        {
            ({ Request: null, IsForgotten: false }, Event.ErasureRequested) => this with { Request = recorded.Number },
            ({ Request: not null }, Event.ErasureWithdrawn) => this with { Request = null },
            ({ IsForgotten: false }, Event.LegalHoldPlaced placed) when !HasHad(placed.Hold) => this with
            {
                Holds = Holds.Add(placed.Hold), UsedHolds = UsedHolds.Add(placed.Hold),
            },
            (_, Event.LegalHoldLifted lifted) when Holds.Contains(lifted.Hold) => this with
            {
                Holds = Holds.Remove(lifted.Hold),
            },
            ({ Request: not null, Holds.IsEmpty: true }, Event.PersonForgotten) => this with
            {
                Request = null, IsForgotten = true,
            },
            _ => throw Impossible(recorded),
        };

        internal static PersonRecord Of(Book book, Role role, string party) =>
            book.Recall<PersonRecord>(StreamOf(role, party));

        internal static Decision Changed(Book book, Role role, string party, Event happened) =>
            Decision.Of(book, new Draft(happened, Aggregate: StreamOf(role, party)));
    }
}
