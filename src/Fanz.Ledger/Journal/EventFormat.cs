using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fanz.Ledger.Journal;

/// <summary>
/// How events are kept. Each has an explicit name and a JSON shape that a golden file holds; what was written once
/// loads for ever. <see cref="Vocabulary"/> grows by one when an event is added: a seal states the vocabulary of its
/// records, so that an older host stops at a book in which it could misread something.
/// </summary>
public static class EventFormat
{
    /// <summary>The newest vocabulary this program knows.</summary>
    public const int Vocabulary = 2;

    private sealed record Kind(string Name, Type Type, int Since, JsonTypeInfo Json);

    private static readonly Kind[] Kinds =
        [
            Of("book_opened", Shape.Default.BookOpened, 1),
            Of("account_frozen", Shape.Default.AccountFrozen, 1),
            Of("account_unfrozen", Shape.Default.AccountUnfrozen, 1),
            Of("account_closed", Shape.Default.AccountClosed, 1),
            Of("transferred", Shape.Default.Transferred, 1),
            Of("transferred_to_book", Shape.Default.TransferredToBook, 1),
            Of("transferred_from_book", Shape.Default.TransferredFromBook, 1),
            Of("wallet_topped_up", Shape.Default.WalletToppedUp, 1),
            Of("tip_sent", Shape.Default.TipSent, 1),
            Of("content_unlocked", Shape.Default.ContentUnlocked, 2),
            Of("message_unlocked", Shape.Default.MessageUnlocked, 2),
            Of("stream_entered", Shape.Default.StreamEntered, 2),
            Of("gift_sent", Shape.Default.GiftSent, 2),
            Of("tokens_purchased", Shape.Default.TokensPurchased, 2),
            Of("wallet_withdrawn", Shape.Default.WalletWithdrawn, 2),
            Of("promo_granted", Shape.Default.PromoGranted, 2),
            Of("promo_expired", Shape.Default.PromoExpired, 2),
            Of("authorised", Shape.Default.Authorised, 2),
            Of("authorisation_voided", Shape.Default.AuthorisationVoided, 2),
            Of("authorisation_expired", Shape.Default.AuthorisationExpired, 2),
            Of("policy_set", Shape.Default.PolicySet, 2),
            Of("party_sanctioned", Shape.Default.PartySanctioned, 2),
            Of("party_cleared", Shape.Default.PartyCleared, 2),
            Of("party_closed", Shape.Default.PartyClosed, 2),
            Of("creator_held", Shape.Default.CreatorHeld, 2),
            Of("creator_unheld", Shape.Default.CreatorUnheld, 2),
            Of("fan_registered", Shape.Default.FanRegistered, 2),
            Of("creator_described", Shape.Default.CreatorDescribed, 2),
            Of("sale_refunded", Shape.Default.SaleRefunded, 2),
            Of("refund_executed", Shape.Default.RefundExecuted, 2),
            Of("debt_written_off", Shape.Default.DebtWrittenOff, 2),
            Of("debt_repaid", Shape.Default.DebtRepaid, 2),
            Of("dispute_opened", Shape.Default.DisputeOpened, 2),
            Of("dispute_won", Shape.Default.DisputeWon, 2),
            Of("dispute_lost", Shape.Default.DisputeLost, 2),
            Of("dispute_reopened", Shape.Default.DisputeReopened, 2),
            Of("sale_clawed_back", Shape.Default.SaleClawedBack, 2),
            Of("reversed", Shape.Default.Reversed, 1),
        ];

    private static readonly FrozenDictionary<Type, Kind> ByType = Kinds.ToFrozenDictionary(kind => kind.Type);
    private static readonly FrozenDictionary<string, Kind> ByName = Kinds.ToFrozenDictionary(kind => kind.Name);

    public static IEnumerable<string> Names => Kinds.Select(kind => kind.Name);

    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    public static string NameOf(Event @event) => ByType[@event.GetType()].Name;

    /// <summary>The vocabulary that a reader of this event must know.</summary>
    public static int VocabularyOf(string name) => ByName[name].Since;

    public static byte[] Write(Event @event) =>
        JsonSerializer.SerializeToUtf8Bytes(@event, ByType[@event.GetType()].Json);

    /// <summary>
    /// Reads an event; a name that this program does not know throws, for it must never be guessed at.
    /// </summary>
    public static Event Read(string name, ReadOnlySpan<byte> data) =>
        ByName.TryGetValue(name, out var kind)
            ? (Event)(JsonSerializer.Deserialize(data, kind.Json) ?? throw new JsonException($"{name} is null."))
            : throw new UnknownEvent(name);

    private static Kind Of<T>(string name, JsonTypeInfo<T> json, int since) where T : Event =>
        new(name, typeof(T), since, json);
}

/// <summary>A newer program wrote something that this one does not know.</summary>
public sealed class UnknownEvent(string name)
    : Exception($"The journal has an event '{name}' that this version does not know; a newer version wrote it.");

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(LocalDateJson)])]
[JsonSerializable(typeof(Event.BookOpened))]
[JsonSerializable(typeof(Event.AccountFrozen))]
[JsonSerializable(typeof(Event.AccountUnfrozen))]
[JsonSerializable(typeof(Event.AccountClosed))]
[JsonSerializable(typeof(Event.Transferred))]
[JsonSerializable(typeof(Event.TransferredToBook))]
[JsonSerializable(typeof(Event.TransferredFromBook))]
[JsonSerializable(typeof(Event.WalletToppedUp))]
[JsonSerializable(typeof(Event.TipSent))]
[JsonSerializable(typeof(Event.ContentUnlocked))]
[JsonSerializable(typeof(Event.MessageUnlocked))]
[JsonSerializable(typeof(Event.StreamEntered))]
[JsonSerializable(typeof(Event.GiftSent))]
[JsonSerializable(typeof(Event.TokensPurchased))]
[JsonSerializable(typeof(Event.WalletWithdrawn))]
[JsonSerializable(typeof(Event.PromoGranted))]
[JsonSerializable(typeof(Event.PromoExpired))]
[JsonSerializable(typeof(Event.Authorised))]
[JsonSerializable(typeof(Event.AuthorisationVoided))]
[JsonSerializable(typeof(Event.AuthorisationExpired))]
[JsonSerializable(typeof(Event.PolicySet))]
[JsonSerializable(typeof(Event.PartySanctioned))]
[JsonSerializable(typeof(Event.PartyCleared))]
[JsonSerializable(typeof(Event.PartyClosed))]
[JsonSerializable(typeof(Event.CreatorHeld))]
[JsonSerializable(typeof(Event.CreatorUnheld))]
[JsonSerializable(typeof(Event.FanRegistered))]
[JsonSerializable(typeof(Event.CreatorDescribed))]
[JsonSerializable(typeof(Event.SaleRefunded))]
[JsonSerializable(typeof(Event.RefundExecuted))]
[JsonSerializable(typeof(Event.DebtWrittenOff))]
[JsonSerializable(typeof(Event.DebtRepaid))]
[JsonSerializable(typeof(Event.DisputeOpened))]
[JsonSerializable(typeof(Event.DisputeWon))]
[JsonSerializable(typeof(Event.DisputeLost))]
[JsonSerializable(typeof(Event.DisputeReopened))]
[JsonSerializable(typeof(Event.SaleClawedBack))]
[JsonSerializable(typeof(Event.Reversed))]
[JsonSerializable(typeof(Command.FreezeAccount))]
[JsonSerializable(typeof(Command.UnfreezeAccount))]
[JsonSerializable(typeof(Command.CloseAccount))]
[JsonSerializable(typeof(Command.Transfer))]
[JsonSerializable(typeof(Command.TransferToBook))]
[JsonSerializable(typeof(Command.TopUp))]
[JsonSerializable(typeof(Command.SendTip))]
[JsonSerializable(typeof(Command.UnlockContent))]
[JsonSerializable(typeof(Command.UnlockMessage))]
[JsonSerializable(typeof(Command.EnterStream))]
[JsonSerializable(typeof(Command.SendGift))]
[JsonSerializable(typeof(Command.PurchaseTokens))]
[JsonSerializable(typeof(Command.WithdrawFromWallet))]
[JsonSerializable(typeof(Command.GrantPromo))]
[JsonSerializable(typeof(Command.ExpirePromo))]
[JsonSerializable(typeof(Command.Authorise))]
[JsonSerializable(typeof(Command.VoidAuthorisation))]
[JsonSerializable(typeof(Command.ExpireAuthorisation))]
[JsonSerializable(typeof(Command.SetPolicy))]
[JsonSerializable(typeof(Command.SanctionParty))]
[JsonSerializable(typeof(Command.ClearParty))]
[JsonSerializable(typeof(Command.CloseParty))]
[JsonSerializable(typeof(Command.HoldCreator))]
[JsonSerializable(typeof(Command.UnholdCreator))]
[JsonSerializable(typeof(Command.RegisterFan))]
[JsonSerializable(typeof(Command.DescribeCreator))]
[JsonSerializable(typeof(Command.RefundSale))]
[JsonSerializable(typeof(Command.ExecuteRefund))]
[JsonSerializable(typeof(Command.WriteOffDebt))]
[JsonSerializable(typeof(Command.RepayDebt))]
[JsonSerializable(typeof(Command.OpenDispute))]
[JsonSerializable(typeof(Command.WinDispute))]
[JsonSerializable(typeof(Command.LoseDispute))]
[JsonSerializable(typeof(Command.ReopenDispute))]
[JsonSerializable(typeof(Command.ClawBackSale))]
[JsonSerializable(typeof(Command.Reverse))]
[JsonSerializable(typeof(RefusalShape))]
internal sealed partial class ShapeBase : JsonSerializerContext;

/// <summary>The generated shapes, told to keep text as it was given instead of escaping it.</summary>
internal static class Shape
{
    public static readonly ShapeBase Default = new(new JsonSerializerOptions(ShapeBase.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
