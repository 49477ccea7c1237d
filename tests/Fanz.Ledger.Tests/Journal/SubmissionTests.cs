using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class SubmissionTests
{
    private static readonly BookName Book = new("acme", "fans");
    private static readonly Actor Checkout = new("checkout");
    private static readonly AccountName Wallet = new("fan.wallet", "ann", "USD");
    private static readonly AccountName Bank = new("cash.bank", "main", "USD");
    private static readonly AccountName Held = new("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8));
    private static readonly Command.TopUp TopUp = new("ann", 50_00, "USD");
    private static readonly Command.SendTip Tip = new("ann", "bea", 10_00, "USD", Funding.Wallet);
    private static readonly Command.Transfer Transfer = new([new(Wallet, 5), new(Bank, -5)], "memo");
    private static readonly Command.TransferToBook ToBook = new("_", Wallet, Bank, 5, "USD", "memo");

    /// <summary>Commands of which each differs from its neighbours in one field.</summary>
    private static readonly Command[] Different =
        [
            TopUp, TopUp with { Fan = "аnn" }, TopUp with { Amount = 50_01 }, TopUp with { Currency = "EUR" },
            TopUp with { Reference = "r" }, TopUp with { Reference = "R" }, TopUp with { Reference = "" },
            Tip, Tip with { Fan = "bea" }, Tip with { Creator = "ann" }, Tip with { Amount = 1 },
            Tip with { Currency = "EUR" }, Tip with { Funding = Funding.Card }, Tip with { Reference = "r" },
            Transfer, Transfer with { Memo = "" }, Transfer with { EffectiveOn = new LocalDate(2026, 1, 1) },
            Transfer with { Legs = [new(Bank, -5), new(Wallet, 5)] },
            Transfer with { Legs = [new(Wallet, 6), new(Bank, -6)] },
            Transfer with { Legs = [new(Wallet with { Owner = "bea" }, 5), new(Bank, -5)] },
            Transfer with { Legs = [new(Wallet with { Code = "fan.promo" }, 5), new(Bank, -5)] },
            Transfer with { Legs = [new(Held, 5), new(Bank, -5)] },
            Transfer with { Legs = [new(Held with { Cohort = new LocalDate(2026, 1, 9) }, 5), new(Bank, -5)] },
            ToBook, ToBook with { Platform = "other" }, ToBook with { From = Bank }, ToBook with { To = Wallet },
            ToBook with { Amount = 6 }, ToBook with { Memo = "" },
            ToBook with { From = Wallet with { Currency = "EUR" }, To = Bank with { Currency = "EUR" }, Currency = "EUR" },
            new Command.Reverse(1, "why"), new Command.Reverse(2, "why"), new Command.Reverse(1, "because"),
            new Command.FreezeAccount(Wallet, "why"), new Command.FreezeAccount(Wallet, "why", DebitsOnly: true),
            new Command.FreezeAccount(Bank, "why"), new Command.FreezeAccount(Wallet, "because"),
            new Command.UnfreezeAccount(Wallet, "why"), new Command.UnfreezeAccount(Bank, "why"),
            new Command.UnfreezeAccount(Wallet, "because"),
            new Command.CloseAccount(Wallet, "why"), new Command.CloseAccount(Bank, "why"),
            new Command.CloseAccount(Wallet, "because"),
        ];

    [Fact]
    public void The_same_request_under_the_same_key_has_the_same_hashes()
    {
        foreach (var command in Different)
        {
            var (one, other) = (Of(command), Of(command));
            Assert.Equal(one.KeyHash, other.KeyHash);
            Assert.Equal(one.RequestHash, other.RequestHash);
            Assert.Equal(one.Size, other.Size);
        }
    }

    [Fact]
    public void Any_field_makes_another_request()
    {
        var byHash = new Dictionary<string, Command>();
        foreach (var command in Different)
            Assert.True(byHash.TryAdd(Hex(Of(command)), command), $"{command} hashes as another");
        Assert.Equal(8, Different.Select(CommandFormat.NameOf).Distinct().Count());
    }

    [Fact]
    public void The_book_is_part_of_the_request() =>
        Assert.NotEqual(Hex(Of(TopUp)), Hex(Of(TopUp, book: new BookName("acme", "other"))));

    [Fact]
    public void A_key_is_the_services_own_whoever_stands_behind_it()
    {
        Assert.NotEqual(Of(TopUp).KeyHash, Of(TopUp, actor: new Actor("messaging")).KeyHash);
        Assert.NotEqual(Of(TopUp).KeyHash, Of(TopUp, key: "key-2").KeyHash);
        Assert.NotEqual(
            Of(TopUp, actor: new Actor("a"), key: "bc").KeyHash, Of(TopUp, actor: new Actor("ab"), key: "c").KeyHash);
        Assert.Equal(Of(TopUp).KeyHash, Of(TopUp, actor: new Actor("checkout", "person")).KeyHash);
        Assert.Equal(Hex(Of(TopUp)), Hex(Of(TopUp, actor: new Actor("messaging"), key: "key-2")));
    }

    [Fact]
    public void Only_a_transfer_between_books_has_another_book()
    {
        Assert.Equal(new BookName("acme", "_"), Of(ToBook).OtherBook);
        Assert.Null(Of(Transfer).OtherBook);
    }

    // These are kept in databases for ever: a test that fails here is a format that was broken, not a test to mend.
    // echo -n '…' | sha256sum gives each of them: the first 16 bytes, in front of which a request has its version, 01.
    [Fact]
    public void The_hash_of_a_key_is_a_format_for_ever()
    {
        // checkout\0key-1
        Assert.Equal("2e4c32caa6f98f37eeb25dfdfb762dea", Of(TopUp).KeyHash.ToString("n"));
        // é\0😀
        Assert.Equal("2ef3b1c8e8eed9fe539f0f94927fc476", Of(TopUp, actor: new Actor("é"), key: "😀").KeyHash.ToString("n"));
    }

    [Fact]
    public void The_hash_of_a_request_is_a_format_for_ever()
    {
        // acme/fans\0top_up\0{"fan":"ann","amount":5000,"currency":"USD"}
        Assert.Equal("01f45aa55add06390d77ee526ddca7a6e8", Hex(Of(TopUp)));
        // acme/fans\0send_tip\0{"fan":"ann","creator":"bea","amount":1000,"currency":"USD","funding":"wallet"}
        Assert.Equal("01bd349a672546fec05663e310cb7d1ad3", Hex(Of(Tip)));
        // acme/fans\0top_up\0{"fan":"\u00E9\uD83D\uDE00","amount":5000,"currency":"USD","reference":"\u088F"}
        Assert.Equal("01a8169af87f11e315be8b62bd5daaa902", Hex(Of(TopUp with { Fan = "é😀", Reference = "\u088f" })));
        // acme/fans\0transfer\0{"legs":[{"account":{"code":"creator.pending","owner":"bea","currency":"USD",
        // "cohort":"2026-01-08"},"amount":5},{"account":{"code":"cash.bank","owner":"main","currency":"USD"},
        // "amount":-5}],"memo":"memo","effective_on":"2026-01-01"}
        Assert.Equal("0171f9bd8b0cb4e3c4f22d8ed5abb6b195", Hex(Of(
            new Command.Transfer([new(Held, 5), new(Bank, -5)], "memo", new LocalDate(2026, 1, 1)))));
        // acme/fans\0freeze_account\0{"account":{"code":"fan.wallet","owner":"ann","currency":"USD"},"reason":"why",
        // "debits_only":false}
        Assert.Equal("01d7e4e7e1acaeafc3a6e0ea96b317baea", Hex(Of(new Command.FreezeAccount(Wallet, "why"))));
    }

    private static Submission Of(Command command, BookName? book = null, Actor? actor = null, string key = "key-1")
    {
        var (submission, faults) = Submission.Of(book ?? Book, command, actor ?? Checkout, key);
        Assert.Empty(faults);
        return submission!;
    }

    private static string Hex(Submission submission) => Convert.ToHexStringLower(submission.RequestHash);
}
