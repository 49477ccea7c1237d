using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// How one way of paying reaches its bank or provider: in which format, and what its files or requests say of
        /// the platform itself. It holds from now on; what was prepared before keeps to what was set then.
        /// </summary>
        /// <param name="Bank">The bank account that is paid from, as in <c>cash.bank</c>.</param>
        public sealed record SetRail(
            string Rail, PaymentFormat Format, IReadOnlyDictionary<string, string> Settings, string ProposedBy,
            string ApprovedBy, string? Bank = null) : Command, IByTwoPeople
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("rail", Rail),
                    Enum.IsDefined(Format) ? null : new Fault("format", "ill_formed", "No such format is known."),
                    Settings is null
                        ? new Fault("settings", "ill_formed", "settings is missing")
                        : SettingsFault(Settings)
                            ?? (Format == PaymentFormat.Provider ? ProviderTerms.Read(Settings).Fault : null),
                    Bank is null ? null : IdentifierFault("bank", Bank))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }

        private static Fault? SettingsFault(IReadOnlyDictionary<string, string> settings)
        {
            const int most = 32;
            if (settings.Count > most)
                return new Fault("settings", "too_many", $"{settings.Count} settings; a rail has at most {most}.");
            foreach (var (name, value) in settings)
            {
                if ((IdentifierFault("settings", name) ?? TextFault($"settings.{name}", value)) is { } fault)
                    return fault;
            }

            return null;
        }
    }

    public abstract partial record Event
    {
        public sealed record RailSet(
            string Rail, PaymentFormat Format, IReadOnlyDictionary<string, string> Settings, string ProposedBy,
            string ApprovedBy, string? Bank = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal RailUnknown(string rail) =>
            Of("rail_unknown", $"There is no rail {Identifier.Quote(rail)}: set_rail makes one.", ("rail", rail));
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>What leaves by a rail: a file for a bank, or requests to a provider.</summary>
    [JsonConverter(typeof(WordJson<PaymentFormat>))]
    public enum PaymentFormat
    {
        [JsonStringEnumMemberName("nacha")]
        Nacha,
        [JsonStringEnumMemberName("pain.001.001.09")]
        CreditTransfer09,
        [JsonStringEnumMemberName("pain.001.001.03")]
        CreditTransfer03,
        [JsonStringEnumMemberName("csv")]
        Csv,
        [JsonStringEnumMemberName("provider")]
        Provider,
    }

    /// <summary>A rail as it was last set.</summary>
    public sealed record Rail : Aggregate
    {
        public Event.RailSet? Settings { get; private init; }

        /// <summary>The record that set it: a file that was made by it can be made again.</summary>
        public long SetBy { get; private init; }

        public override bool IsInItsLastRecord => true;

        public static string StreamOf(string rail) => $"rail/{rail}";

        public override Aggregate After(Recorded recorded) => recorded.Event is Event.RailSet set
            ? new Rail { Settings = set, SetBy = recorded.Number }
            : throw Impossible(recorded);
    }

    internal static class SettingRails
    {
        internal static Decision Decide(Command.SetRail command, Book book)
        {
            var stream = Rail.StreamOf(command.Rail);
            book.Recall<Rail>(stream);
            var set = new Event.RailSet(
                command.Rail, command.Format, command.Settings, command.ProposedBy, command.ApprovedBy, command.Bank);
            return Decision.Of(book, new Draft(set, Aggregate: stream));
        }
    }
}
