using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Commands about bea, who is to be paid.</summary>
internal static class Payee
{
    public const string Fingerprint = "00112233445566778899aabbccddeeff";

    public static readonly LocalDate Today = new(2026, 1, 1);

    public static readonly Command.RecordVerification Verify =
        new("bea", VerificationOutcome.Verified, 2, "idcheck", "case-1", new LocalDate(2027, 6, 30));

    public static readonly Command.RecordScreening Screen =
        new("bea", ScreeningOutcome.Clear, "sdn 2026-01-01", "screener", "search-1", Today);

    public static readonly Command.AddPayoutMethod Add = new(
        "bea", "bank", "nacha", "USD", "US", "v1.c2VhbGVk", Fingerprint, "···6789", "bea", "olga");

    public static readonly Command.VerifyPayoutMethod Prove =
        new("bea", "bank", 1, MethodProof.MicroDeposit, "deposit-1");

    public static readonly Command.FailPayoutMethodVerification Fail = new("bea", "bank", 1, "try-1");
    public static readonly Command.DisablePayoutMethod Disable = new("bea", "bank", "R02 account closed");
    public static readonly Command.EnablePayoutMethod Enable = new("bea", "bank", "the bank was wrong", "olga", "pete");
    public static readonly Command.SetPayoutPreference Prefer = new("bea", "USD", PayoutMode.OnRequest, "bank", 50_00);
    public static readonly Command.RequestPayout Request = new("bea", "USD", 100_00);
    public static readonly Command.WithdrawPayoutRequest Withdraw = new("bea", "USD");
    public static readonly Command.RecordReading Read = new("bea", "payout_method/bank", "the bank called");

    /// <summary>Known, screened, and with a bank account of theirs that was added today.</summary>
    public static BookInMemory Ready() => new BookInMemory().Posted(Verify).Posted(Screen).Posted(Add).Posted(Prove);

    public static PayeeStanding Standing(BookInMemory book) => book.Ask(known => PayeeStanding.Of(known, "bea"));
}
