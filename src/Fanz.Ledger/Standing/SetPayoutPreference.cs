using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// How a creator wishes to be paid in a currency: where to, from how much on, and whether by themselves or when
        /// they ask. A preference replaces the one before as a whole.
        /// </summary>
        public sealed record SetPayoutPreference(
            string Creator, string Currency, PayoutMode Mode, string? Method = null, long? Minimum = null) : Command
        {
            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("creator", Creator),
                MoneyCurrencyFault("currency", Currency),
                Enum.IsDefined(Mode)
                    ? null
                    : new Fault("mode", "ill_formed", "A mode is automatic, on_request or paused."),
                Method is null ? null : IdentifierFault("method", Method),
                Minimum is { } minimum ? AmountFault("minimum", minimum) : null);
        }
    }

    public abstract partial record Event
    {
        public sealed record PayoutPreferenceSet(
            string Creator, string Currency, PayoutMode Mode, string? Method = null, long? Minimum = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PayoutMethodInOtherCurrency(string creator, string method, string kept, string currency) =>
            Of(
                "payout_method_in_other_currency",
                $"The payout method {Identifier.Quote(method)} of {Identifier.Quote(creator)} takes {kept}, not {currency}.",
                ("creator", creator), ("method", method), ("kept", kept), ("currency", currency));
    }
}

namespace Fanz.Ledger.Standing
{
    [JsonConverter(typeof(WordJson<PayoutMode>))]
    public enum PayoutMode
    {
        /// <summary>Whenever payouts are formed.</summary>
        [JsonStringEnumMemberName("automatic")]
        Automatic,

        /// <summary>When the creator asks for it.</summary>
        [JsonStringEnumMemberName("on_request")]
        OnRequest,

        /// <summary>Not at all for now.</summary>
        [JsonStringEnumMemberName("paused")]
        Paused,
    }

    /// <param name="Mode">When.</param>
    /// <param name="Method">Where to; whichever method will do, where none is named.</param>
    /// <param name="Minimum">From how much on, where the creator wants to wait for more than the platform asks.</param>
    public sealed record PayoutPreference(PayoutMode Mode, string? Method, long? Minimum)
    {
        /// <summary>Of a creator who never said anything.</summary>
        public static readonly PayoutPreference None = new(PayoutMode.Automatic, null, null);
    }

    internal static class PayoutPreferences
    {
        internal static Decision Decide(Command.SetPayoutPreference command, Book book)
        {
            var payee = PayeeStanding.Of(book, command.Creator);
            if (command.Method is { } id)
            {
                if (payee.Method(id) is not { } method) return Refusal.PayoutMethodUnknown(command.Creator, id);
                if (method.Currency != command.Currency)
                    return Refusal.PayoutMethodInOtherCurrency(command.Creator, id, method.Currency, command.Currency);
            }

            return PayeeStanding.Changed(book, command.Creator, new Event.PayoutPreferenceSet(
                command.Creator, command.Currency, command.Mode, command.Method, command.Minimum));
        }
    }
}
