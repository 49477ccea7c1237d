using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Importing;

/// <summary>
/// Another book, sixty days ago: what its accounts hold is written to files, as a platform that moves in would do it.
/// </summary>
internal static class OldBook
{
    private static readonly BookName Name = new("fanz", "old");
    private static readonly Actor Player = new("tests");

    /// <summary>The day on which all of it happened.</summary>
    public static LocalDate Day { get; } =
        SystemClock.Instance.GetCurrentInstant().InUtc().Date.PlusDays(-60);

    private static readonly Command[] History =
    [
        new Command.TopUp("anna", 100_00, "USD"),
        new Command.TopUp("bert", 50_00, "USD") { Processor = "second" },
        new Command.SendTip("anna", "mia", 9_99, "USD", Funding.Wallet),
        new Command.SendTip("gast", "noa", 25_00, "USD", Funding.Card) { Affiliate = "zed" },
        new Command.SendTip("jun", "mia", 1_234, "JPY", Funding.Card),
        new Command.PurchaseTokens("anna", 1_000, 10_00, "USD", Funding.Wallet, Bonus: 50),
        new Command.GrantPromo("bert", 3_00, "USD", "welcome"),
        new Command.StartSubscription(
            "s-year", "anna", "mia", 120_00, "USD", Funding.Card, SubscriptionPeriod.Yearly),
        new Command.StartSubscription(
            "s-month", "bert", "mia", 9_99, "USD", Funding.Wallet, SubscriptionPeriod.Monthly),
        new Command.Adjust(
            [Leg("creator.debt", "noa", 5_00), Leg("fan.debt", "carl", 2_00), Leg("expense.bad_debt", "", -7_00)],
            "from the books of before", "olga", "pete"),
        new Command.SettleProcessor("USD", 150_00, 4_00, 10_00),
    ];

    /// <summary>Plays it, and writes what it comes to.</summary>
    public static async Task<Files> Write(Home home)
    {
        await Schema.Migrate(home.Server.OwnerConnectionString(), progress: null, CancellationToken.None);
        await using var source = LedgerDatabase.Connect(home.Server.HostConnectionString());
        var clock = new Then(Day.At(new LocalTime(12, 0)).InUtc().ToInstant());
        await using var writer = new BookWriter(
            source, new BookRegistry(source, clock), new WriterOptions { Clock = clock });
        var (settings, _) = BookSettings.Read("fanz", "old", "UTC", BookSettings.NoHolidays, "USD");
        await writer.Registry.Open(settings!, Player.ToString(), CancellationToken.None);
        for (var i = 0; i < History.Length; i++)
        {
            var reply = await writer.Post(Name, History[i], Player, $"old/{i}");
            Assert.True(reply is Reply.Posted, $"{History[i]}: {reply}");
        }

        return await Export(source);
    }

    /// <summary>Every account of a book that holds something, and what.</summary>
    public static async Task<Dictionary<string, long>> Balances(NpgsqlDataSource source, string platform)
    {
        await using var query = source.CreateCommand(
            """
            select a.code, a.owner, a.currency, a.cohort, last.balance
            from ledger.books b join ledger.accounts a on a.book_id = b.id
            cross join lateral (
                select e.balance from ledger.entries e where e.account_id = a.id and e.book_id = a.book_id
                order by e.position desc limit 1) last
            where b.tenant = 'fanz' and b.platform = $1 and last.balance <> 0
            """);
        query.Parameters.Add(new() { Value = platform });
        await using var reader = await query.ExecuteReaderAsync();
        var balances = new Dictionary<string, long>();
        while (await reader.ReadAsync())
        {
            var cohort = reader.IsDBNull(3) ? "" : $"{reader.GetFieldValue<DateOnly>(3):yyyy-MM-dd}";
            balances.Add(
                $"{reader.GetString(0)}/{reader.GetString(2)}/{cohort}/{reader.GetString(1)}", reader.GetInt64(4));
        }

        return balances;
    }

    private static async Task<Files> Export(NpgsqlDataSource source)
    {
        var files = new Files();
        var balances = (await Balances(source, Name.Platform)).Select(one => (Key: one.Key.Split('/', 4), one.Value))
            .ToList();
        foreach (var some in balances.GroupBy(one => (Code: one.Key[0], Currency: one.Key[1])))
            files.Append("trial_balance", $"{some.Key.Code},{some.Key.Currency},{some.Sum(one => one.Value)}\n");
        foreach (var (key, balance) in balances)
        {
            var (code, currency, cohort, owner) = (Chart.Find(key[0]), key[1], key[2], key[3]);
            // What subscriptions have not earned comes with them, and tokens are issued to those who hold them.
            if (code == Chart.DeferredRevenue || code == Chart.CreatorUnearned || code == Chart.TokensIssued) continue;
            if (code.HasCohort) files.Append("cohorts", $"{code},{owner},{currency},{cohort},{balance}\n");
            else if (code.Name.EndsWith(".debt", StringComparison.Ordinal))
                files.Append("debts", $"{code},{owner},{currency},{balance}\n");
            else files.Append("balances", $"{code},{owner},{currency},{balance}\n");
        }

        var (start, year, month) = (Date(Day), Date(Day.PlusYears(1)), Date(Day.PlusMonths(1)));
        files.Append(
            "subscriptions",
            $"s-year,anna,mia,12000,USD,yearly,active,{start},{year},,,,old-8,card,12,2400,9600,1000,7,90,\n" +
            $"s-month,bert,mia,999,USD,monthly,active,{start},{month},,,,,wallet,1,200,,,,,\n");
        return files;
    }

    private static string Date(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private static NamedLeg Leg(string code, string owner, long amount) =>
        new(new AccountName(code, owner, "USD"), amount);

    private sealed class Then(Instant at) : IClock
    {
        public Instant GetCurrentInstant() => at;
    }
}
