using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Rails;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>A rail of a book to a provider, as it was set when a payout was submitted by it.</summary>
internal sealed record ProviderRail(
    BookName Book, string Rail, ProviderTerms Terms, string? Bank, IReadOnlyList<byte[]> Secrets)
{
    /// <summary>
    /// The idempotency key of an instruction, by which the provider knows it for ever: SHA-256 over the book, the
    /// batch, the payout and the attempt, in hexadecimal. There is one attempt: what was rejected is formed again
    /// as another payout, and what is not known to be rejected is never sent under another key.
    /// </summary>
    public static string KeyOf(BookName book, string? batch, string payout)
    {
        // Names have no line feed in them, so no two instructions read alike.
        var text = $"{book.Tenant}\n{book.Platform}\n{batch}\n{payout}\n1";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>A payout that a provider is to be talked to about.</summary>
/// <param name="Now">The payout as the journal had it.</param>
/// <param name="Rail">By which rail it goes.</param>
/// <param name="Key">The key of its instruction.</param>
internal sealed record Errand(Ledger.Postgres.Payouts.PayoutNow Now, ProviderRail Rail, string Key)
{
    public string Payout => Now.Id;

    public PayoutState State => Now.Payout.State;

    /// <summary>The provider takes it for the first time only before this, or never.</summary>
    public Instant ValidUntil => Now.Submitted!.Value.At + Rail.Terms.SendWithin;

    /// <summary>When a provider that does not know it has said the last word; null for never.</summary>
    public Instant? FinalAt => Now.Submitted!.Value.At + Rail.Terms.NotFoundIsFinalAfter;

    /// <summary>The body of the instruction, the same bytes whenever and wherever it is made.</summary>
    public byte[] Instruction(PayeeAccount payee)
    {
        var payout = Now.Payout;
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, Json.AsGiven))
        {
            json.WriteStartObject();
            json.WriteString("key", Key);
            json.WriteString("tenant", Rail.Book.Tenant);
            json.WriteString("platform", Rail.Book.Platform);
            json.WriteString("rail", Rail.Rail);
            if (payout.Batch is not null) json.WriteString("batch", payout.Batch);
            json.WriteString("payout", Payout);
            json.WriteNumber("attempt", 1);
            json.WriteNumber("amount", payout.Sent);
            json.WriteString("currency", payout.Currency);
            json.WriteString("valid_until", InstantPattern.ExtendedIso.Format(ValidUntil));
            json.WritePropertyName("payee");
            json.WriteRawValue(PayeeAccountFormat.Write(payee));
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
