using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Journal;

namespace Fanz.Ledger.Postgres.Tests.Audit;

/// <summary>
/// Two books with a little of everything: tips, a reversal, refusals, a freeze, a transfer between them.
/// </summary>
internal static class SmallLedger
{
    public static readonly BookName Main = new("acme", "main");
    public static readonly BookName Side = new("acme", "side");

    /// <param name="ledger">What is filled.</param>
    /// <param name="between">Done at two points on the way, and not at the end.</param>
    public static async Task Fill(SeededLedger ledger, Func<Task>? between = null)
    {
        await ledger.Open(Main);
        await ledger.Open(Side, "EUR");
        await ledger.Post((Main, TopUp("fan-1", 10_000)), (Main, TopUp("fan-2", 10_000)), (Main, TopUp("fan-ü", 5_000)));
        await ledger.Post((Main, Tip("fan-1", "eve", 999)), (Main, Tip("fan-2", "eve", 999)), (Main, Tip("fan-2", "bob", 1)));
        await ledger.Post((Main, Tip("fan-1", "eve", 500_000)));
        if (between is not null) await between();
        await ledger.Post(
            (Main, Tip("fan-1", "eve", 600_000)), (Main, Tip("fan-2", "bob", 2_500)), (Side, TopUp("fan-1", 10_000)),
            (Main, Tip("fan-2", "eve", 700_000)), (Main, Tip("fan-nobody", "eve", 10)));
        await ledger.Post((Main, new Command.Reverse(4, "sent in error")), (Main, new Command.Reverse(4, "again")));
        await ledger.Post(
            (Main, new Command.FreezeAccount(new AccountName("fan.wallet", "fan-2", "USD"), "chargeback")),
            (Main, Tip("fan-2", "eve", 100)));
        await ledger.Post(
            (Main, new Command.TransferToBook(
                "side", new AccountName("fan.wallet", "fan-1", "USD"), new AccountName("fan.wallet", "fan-1", "USD"),
                1_500, "USD", "moves house")),
            (Side, Tip("fan-1", "zoe", 300)));
        if (between is not null) await between();
        await ledger.Post((Main, new Command.Transfer(
            [
                new NamedLeg(new AccountName("cash.bank", "", "USD"), 700),
                new NamedLeg(new AccountName("suspense", "", "USD"), -700),
                new NamedLeg(new AccountName("cash.bank", "", "EUR"), -20),
                new NamedLeg(new AccountName("suspense", "", "EUR"), 20),
            ],
            "found money \"in\" the ☂ stand", new NodaTime.LocalDate(2026, 1, 2))));
        await ledger.Post(
            (Main, new Command.UnfreezeAccount(new AccountName("fan.wallet", "fan-2", "USD"), "settled")),
            (Main, Tip("fan-ü", "bob", 400)), (Main, Tip("fan-2", "bob", 400)));
    }

    private static Command.TopUp TopUp(string fan, long amount) => new(fan, amount, "USD", "card 4242");

    private static Command.SendTip Tip(string fan, string creator, long amount) =>
        new(fan, creator, amount, "USD", Funding.Wallet);
}
