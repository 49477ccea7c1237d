using System.Globalization;
using System.Text.Json;

namespace Fanz.Ledger.ProviderSimulator;

/// <summary>What becomes of an instruction, if nothing comes in between.</summary>
public enum Fate
{
    Settles,
    SettlesLate,
    IsRejectedAtOnce,
    IsRejectedLater,
    ComesBack,
    IsRefused,
}

/// <summary>An instruction that the provider has taken, and how far it is.</summary>
public sealed record Payment(
    string Key, string Instruction, string Payout, long Amount, string Currency, Fate Fate, DateTimeOffset TakenAt)
{
    public string Status { get; init; } = "accepted";

    public string? Code { get; init; }

    public string? Reason { get; init; }

    /// <summary>Asked about before this it is not found, as where the one who answers is a copy that lags.</summary>
    public DateTimeOffset VisibleFrom { get; init; }

    public string Reference => "SIM-" + Key[..12];

    /// <summary>What it becomes next, and when; null when that was all.</summary>
    public (DateTimeOffset At, Payment Then)? Next => (Fate, Status) switch
    {
        (Fate.Settles or Fate.ComesBack, "accepted") => (TakenAt.AddHours(24), this with { Status = "settled" }),
        (Fate.SettlesLate, "accepted") => (TakenAt.AddDays(5), this with { Status = "settled" }),
        (Fate.IsRejectedLater, "accepted") => (TakenAt.AddHours(12), Rejected()),
        (Fate.ComesBack, "settled") => (TakenAt.AddDays(4), this with
        {
            Status = "returned",
            Code = "R03",
            Reason = "There is no such account.",
        }),
        _ => null,
    };

    public Payment Rejected() => this with { Status = "rejected", Code = "AC04", Reason = "The account is closed." };

    public byte[] AsAnswer()
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("key", Key);
            json.WriteString("payout", Payout);
            json.WriteNumber("amount", Amount);
            json.WriteString("currency", Currency);
            json.WriteString("status", Status);
            if (Code is not null) json.WriteString("code", Code);
            if (Reason is not null) json.WriteString("reason", Reason);
            json.WriteString("reference", Reference);
            json.WriteString("since", "of no interest");
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    public static Fate FateOf(int percent) => percent switch
    {
        < 55 => Fate.Settles,
        < 63 => Fate.SettlesLate,
        < 71 => Fate.IsRejectedAtOnce,
        < 79 => Fate.IsRejectedLater,
        < 92 => Fate.ComesBack,
        _ => Fate.IsRefused,
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Payout} {Amount} {Currency} {Status}");
}
