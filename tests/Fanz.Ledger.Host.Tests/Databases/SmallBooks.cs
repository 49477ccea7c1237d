using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Tests.Databases;

/// <summary>A day on two platforms and in their treasury, small enough to be read as a whole.</summary>
internal static class SmallBooks
{
    private static readonly BookName BestFans = new("fanz", "bestfans");
    private static readonly Actor Player = new("demo");

    private static readonly Command[] Day =
        [
            new Command.TopUp("anna", 100_00, "USD", "card 4242"),
            new Command.TopUp("bert", 50_00, "USD", "card 1881"),
            new Command.TopUp("carl", 20_00, "USD"),
            Tip("anna", "mia", 9_99),
            Tip("anna", "noa", 25_00),
            Tip("bert", "mia", 5_00),
            Tip("gast", "mia", 15_00, Funding.Card),
            Tip("bert", "noa", 30_00),
            new Command.Reverse(9, "sent to the wrong creator"),
            new Command.FreezeAccount(Wallet("carl"), "suspected card testing"),
            new Command.Transfer(
                [new NamedLeg(Own("cash.bank"), 150_00), new NamedLeg(Own("psp.receivable"), -150_00)],
                "settlement of the day"),
            new Command.TransferToBook(
                "girlfanz", Wallet("anna"), Wallet("anna"), 10_00, "USD", "asked for in the app"),
            new Command.TransferToBook("_", Own("revenue.tip"), Own("revenue.tip"), 8_00, "USD", "fees of the week"),
        ];

    /// <summary>
    /// Writes them where the verbs of this home find them; again, nothing again. A host that serves a home without books
    /// would first play its demonstration.
    /// </summary>
    public static async Task WriteSmallBooks(this Home home)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        await using var source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        await using var writer = new BookWriter(source, new BookRegistry(source));
        foreach (var (platform, timeZone, currency) in new[]
        {
            ("bestfans", "America/New_York", "USD"), ("girlfanz", "Europe/Berlin", "EUR"),
            ("_", "America/New_York", "USD"),
        })
        {
            var (settings, _) = BookSettings.Read("fanz", platform, timeZone, BookSettings.NoHolidays, currency);
            await writer.Registry.Open(settings!, Player.ToString(), CancellationToken.None);
        }

        for (var i = 0; i < Day.Length; i++)
            Assert.IsType<Reply.Posted>(await writer.Post(BestFans, Day[i], Player, $"small/{i}"));
        Assert.IsType<Reply.Refused>(await writer.Post(BestFans, Tip("carl", "mia", 5_00), Player, "small/frozen"));
    }

    private static Command.SendTip Tip(string fan, string creator, long amount, Funding funding = Funding.Wallet) =>
        new(fan, creator, amount, "USD", funding);

    private static AccountName Wallet(string fan) => new("fan.wallet", fan, "USD");

    private static AccountName Own(string code) => new(code, "", "USD");
}
