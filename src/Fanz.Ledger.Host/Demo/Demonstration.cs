using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Demo;

/// <summary>How a demonstration went: what was written now, and what had been written by an earlier one.</summary>
internal sealed record Played(int Posted, int Refused, int Replayed);

/// <summary>
/// A day on two platforms and in the treasury of the tenant `fanz`, posted through the real writer. Every step has its
/// own key, so that playing it again writes nothing again.
/// </summary>
internal static class Demonstration
{
    private static readonly Actor Player = new("demo");

    private static readonly BookName BestFans = new("fanz", "bestfans");
    private static readonly BookName GirlFanz = new("fanz", "girlfanz");
    private static readonly BookName Treasury = new("fanz", "_");

    /// <summary>The books it is played in, as a person would create them.</summary>
    public static IReadOnlyList<BookSettings> Books { get; } =
        [
            Opened(BestFans, "America/New_York", "USD"),
            Opened(GirlFanz, "Europe/Berlin", "EUR"),
            Opened(Treasury, "America/New_York", "USD"),
        ];

    /// <summary>What happens, in order. A step that is to be refused says with which code.</summary>
    private static readonly Step[] Recipe =
        [
            // Fans put money in by card.
            new(BestFans, "anna-tops-up", new Command.TopUp("anna", 100_00, "USD", "card 4242")),
            new(BestFans, "bert-tops-up", new Command.TopUp("bert", 50_00, "USD", "card 1881")),
            new(BestFans, "carl-tops-up", new Command.TopUp("carl", 20_00, "USD")),
            new(GirlFanz, "dora-tops-up", new Command.TopUp("dora", 75_00, "EUR")),
            new(GirlFanz, "emil-tops-up", new Command.TopUp("emil", 2_500_00, "EUR", "bank transfer")),

            // They tip creators, from the wallet or straight from the card; the odd cent is the creator's.
            new(BestFans, "anna-tips-mia", Tip("anna", "mia", 9_99, "USD")),
            new(BestFans, "anna-tips-noa", Tip("anna", "noa", 25_00, "USD")),
            new(BestFans, "bert-tips-mia", Tip("bert", "mia", 5_00, "USD")),
            new(BestFans, "gast-tips-mia", Tip("gast", "mia", 15_00, "USD", Funding.Card)),
            new(GirlFanz, "dora-tips-lea", Tip("dora", "lea", 33_33, "EUR")),
            new(GirlFanz, "emil-tips-lea", Tip("emil", "lea", 1_000_00, "EUR")),
            new(GirlFanz, "emil-tips-lea-again", Tip("emil", "lea", 1, "EUR")),

            // Bert tipped by mistake, and gets it back.
            new(BestFans, "bert-tips-wrongly", Tip("bert", "noa", 30_00, "USD")),
            new(BestFans, "bert-gets-it-back", numbers =>
                new Command.Reverse(numbers["bert-tips-wrongly"], "sent to the wrong creator")),

            // Carl cannot give what he does not have, and support looks at his wallet.
            new(BestFans, "carl-tips-too-much", Tip("carl", "mia", 500_00, "USD"), Refused: "insufficient_funds"),
            new(BestFans, "carl-is-frozen", new Command.FreezeAccount(Wallet("carl"), "suspected card testing")),
            new(BestFans, "carl-tips-frozen", Tip("carl", "mia", 5_00, "USD"), Refused: "account_frozen"),

            // The processor pays out, Anna takes money along to the other platform, and the treasury gets the fees.
            new(BestFans, "processor-settles", new Command.Transfer(
                [Leg("cash.bank", "USD", 150_00), Leg("psp.receivable", "USD", -150_00)], "settlement of the day")),
            new(BestFans, "anna-moves-on", new Command.TransferToBook(
                "girlfanz", Wallet("anna"), Wallet("anna"), 10_00, "USD", "asked for in the app")),
            new(BestFans, "fees-to-treasury", new Command.TransferToBook(
                "_", Account("revenue.tip", "USD"), Account("revenue.tip", "USD"), 8_00, "USD", "fees of the week")),
        ];

    public static async Task<Played> Play(BookWriter writer, CancellationToken token)
    {
        foreach (var book in Books) await writer.Registry.Open(book, Player.ToString(), token);
        var numbers = new Dictionary<string, long>();
        var played = new Played(0, 0, 0);
        foreach (var step in Recipe)
        {
            var command = step.Command(numbers);
            var reply = await writer.Post(step.Book, command, Player, $"demo/{step.Key}", token);
            played = (reply, step.Refused) switch
            {
                (Reply.Posted { Replayed: true }, null) => played with { Replayed = played.Replayed + 1 },
                (Reply.Posted, null) => played with { Posted = played.Posted + 1 },
                (Reply.Refused { Replayed: true } no, { } code) when no.Refusal.Code == code =>
                    played with { Replayed = played.Replayed + 1 },
                (Reply.Refused no, { } code) when no.Refusal.Code == code =>
                    played with { Refused = played.Refused + 1 },
                _ => throw new Mistake($"The demonstration stopped at {step.Key} in {step.Book}: {Said(reply)}"),
            };
            if (reply is Reply.Posted { Receipt.Number: var number }) numbers[step.Key] = number;
        }

        return played;
    }

    private static string Said(Reply reply) => reply switch
    {
        Reply.Posted => "it was posted, and should have been refused.",
        Reply.Refused { Refusal: var refusal } => refusal.Message,
        Reply.Malformed { Faults: var faults } => string.Join(" ", faults.Select(fault => fault.Problem)),
        Reply.KeyReused => "its key was used by another demonstration; --fresh starts over.",
        Reply.Busy => "the writer is busy.",
        Reply.Unavailable { Why: var why } => why,
        Reply.Unknown { Why: var why } => why,
        Reply.Failed { Why: var why } => why,
        _ => reply.ToString(),
    };

    private static BookSettings Opened(BookName name, string timeZone, string currency) =>
        BookSettings.Read(name.Tenant, name.Platform, timeZone, BookSettings.NoHolidays, currency) is ({ } settings, _)
            ? settings
            : throw new InvariantBroken($"The demonstration cannot open {name}.");

    private static Command.SendTip Tip(
        string fan, string creator, long amount, string currency, Funding funding = Funding.Wallet) =>
        new(fan, creator, amount, currency, funding);

    private static AccountName Wallet(string fan) => new("fan.wallet", fan, "USD");

    private static AccountName Account(string code, string currency) => new(code, "", currency);

    private static NamedLeg Leg(string code, string currency, long amount) => new(Account(code, currency), amount);

    /// <summary>One step; its command may need the numbers of earlier ones, by their keys.</summary>
    private sealed record Step(
        BookName Book, string Key, Func<IReadOnlyDictionary<string, long>, Command> Command, string? Refused = null)
    {
        public Step(BookName book, string key, Command command, string? Refused = null)
            : this(book, key, _ => command, Refused)
        {
        }
    }
}
