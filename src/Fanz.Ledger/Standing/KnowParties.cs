using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Says since when a fan has been one: limits may be tighter for young accounts. A fan whom nobody registered
        /// is as young as can be.
        /// </summary>
        public sealed record RegisterFan(string Fan, LocalDate Since) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(IdentifierFault("fan", Fan), Fault.OfDate("since", Since));
        }

        /// <summary>
        /// Says what rules and guards need to know of a creator. A description replaces the one before as a whole.
        /// </summary>
        public sealed record DescribeCreator(
            string Creator, string? Tier = null, string? Country = null, string? Fan = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                Tier is null ? null : IdentifierFault("tier", Tier),
                CountryFault("country", Country),
                Fan is null ? null : IdentifierFault("fan", Fan));
        }
    }

    public abstract partial record Event
    {
        public sealed record FanRegistered(string Fan, LocalDate Since) : Event;

        public sealed record CreatorDescribed(
            string Creator, string? Tier = null, string? Country = null, string? Fan = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal FanRegistered(string fan, LocalDate since) => Of(
            "fan_registered", $"The fan {Identifier.Quote(fan)} has been registered before.",
            ("fan", fan), ("since", since));
    }
}

namespace Fanz.Ledger.Standing
{
    /// <summary>
    /// Since when a fan has been one. Every fan may be registered, and few are ever asked about: so each has a stream of
    /// their own, and does not make the one of all who share a bucket longer.
    /// </summary>
    internal sealed record Registration : Aggregate
    {
        internal LocalDate? Since { get; private init; }

        public override bool IsInItsLastRecord => true;

        public override Registration After(Recorded recorded) =>
            recorded.Event is Event.FanRegistered registered && Since is null
                ? this with { Since = registered.Since }
                : throw Impossible(recorded);

        internal static string StreamOf(string fan) => $"fan/{fan}";
    }

    internal static class KnownParties
    {
        internal static Decision Decide(Command.RegisterFan command, Book book)
        {
            var stream = Registration.StreamOf(command.Fan);
            return book.Recall<Registration>(stream).Since is { } since
                ? Refusal.FanRegistered(command.Fan, since)
                : Decision.Of(book, new Draft(new Event.FanRegistered(command.Fan, command.Since), Aggregate: stream));
        }

        internal static Decision Decide(Command.DescribeCreator command, Book book)
        {
            var (creator, described) = (command.Creator, new Event.CreatorDescribed(
                command.Creator, command.Tier, command.Country, command.Fan));
            // It is asked for because the record changes it; nothing in it can be in the way.
            _ = Standings.Of(book, Role.Creator, creator);
            return Standings.Changed(book, Role.Creator, creator, described);
        }
    }
}
