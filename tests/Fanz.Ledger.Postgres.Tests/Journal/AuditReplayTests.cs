using System.Globalization;
using System.Text.RegularExpressions;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Payouts;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Subscriptions;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Journal;

/// <summary>What an auditor reads of a payout or a subscription: all of it, or what became of it between two points.</summary>
public sealed partial class AuditReplayTests(TestDatabase database, ITestOutputHelper output)
    : IClassFixture<TestDatabase>
{
    private const int Seed = 20_261_121;

    [Fact]
    public async Task A_payout_is_told_from_its_forming_to_its_return()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        foreach (var (i, command) in PayoutHistory.Beginning.Concat(
        [
            new Command.FormPayout("p-1", "mia", "USD", 50_00, 90, Instant: true),
            new Command.SubmitPayout("p-1"),
            new Command.FormPayout("p-2", "mia", "USD", 10_00, 90, Instant: true),
            new Command.SettlePayout("p-1", "first", "B-77"),
            new Command.ReturnPayout("p-1", "account closed", "first", "R02", "R-78"),
        ]).Index())
        {
            var reply = await host.Post(book, command, $"{i}");
            Assert.True(reply is Reply.Posted, TestHost.InFull(reply));
        }

        Assert.Equal(
            """
            payout/p-1 of BOOK up to record 22
                  18  (time)  payout_formed  checkout  payout/p-1
                      payout p-1, creator mia, currency USD, amount 5000, fee 90, sent 4910, rail ach, metho…
                      creator.available USD mia  50.00 USD  99950.00 USD
                      revenue.payout_fee USD  0.90 USD  0.90 USD
                      payout.transit USD mia  49.10 USD  49.10 USD
                  19  (time)  payout_submitted  checkout  payout/p-1
                      payout p-1, creator mia, currency USD, amount 4910, rail ach, method bank
                  21  (time)  payout_settled  checkout  payout/p-1
                      payout p-1, creator mia, currency USD, amount 4910, bank first, bank reference B-77
                      payout.transit USD mia  49.10 USD  9.10 USD
                      cash.bank USD first  49.10 USD  -49.10 USD
                  22  (time)  payout_returned  checkout  payout/p-1
                      payout p-1, creator mia, currency USD, amount 4910, bank first, code R02, bank referen…
                      why: account closed
                      cash.bank USD first  49.10 USD  0.00 USD
                      creator.hold USD mia  49.10 USD  49.10 USD
            What it came to:
                      cash.bank/USD//first  49.10 USD  49.10 USD  0.00 USD -> 0.00 USD
                      creator.available/USD//mia  50.00 USD  0.00 USD  0.00 USD -> 50.00 USD
                      creator.hold/USD//mia  0.00 USD  49.10 USD  0.00 USD -> -49.10 USD
                      payout.transit/USD//mia  49.10 USD  49.10 USD  0.00 USD -> 0.00 USD
                      revenue.payout_fee/USD//  0.00 USD  0.90 USD  0.00 USD -> -0.90 USD

            """,
            Story(await Told(host, book, Payout("p-1"), 0, long.MaxValue)));
        Assert.Equal("", await Told(host, book, Payout("p-9"), 0, long.MaxValue));
    }

    [Fact]
    public async Task A_subscription_is_told_with_its_rule_and_with_the_refunds_of_its_charges()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await host.Posted(
            book, new Command.SetRevenueRule(new RuleScope(), 2_000, 1_000, 90, 7, "anna", "ben"), "rule");
        var start = await host.Posted(
            book, new Command.StartSubscription(
                "s-1", "fay", "mia", 12_00, "USD", Funding.Card, SubscriptionPeriod.Yearly), "start");
        await host.Posted(book, new Command.StartSubscription(
            "s-2", "fay", "noa", 5_00, "USD", Funding.Card, SubscriptionPeriod.Monthly), "other");
        await host.Posted(book, new Command.RefundSale(start.Number, "changed her mind", 3_00), "refund");
        await host.Posted(book, new Command.CancelSubscription("s-1", "too much"), "cancel");

        Assert.Equal(
            """
            subscription/s-1 of BOOK up to record 6
                   3  (time)  subscription_started  checkout  subscription/s-1
                      fan fay, creator mia, amount 1200, currency USD, funding card, fee 240, subscription s…
                      rule: record 2, revenue_rule_set by checkout: scope {}, fee basis points 2000, reserve…
                      psp.receivable USD  12.00 USD  12.00 USD
                      creator.unearned USD mia  9.60 USD  9.60 USD
                      deferred.revenue USD  2.40 USD  2.40 USD
                   5  (time)  sale_refunded  checkout  of 3
                      transaction 3, fan fay, currency USD, funding card, taken [], amount 300, parts [{"acc…
                      why: changed her mind
                      creator.unearned USD mia  2.40 USD  7.20 USD
                      deferred.revenue USD  0.60 USD  2.80 USD
                      refund.payable USD  3.00 USD  3.00 USD
                   6  (time)  subscription_cancelled  checkout  subscription/s-1
                      subscription s-1, ends on (date)
                      why: too much
            What it came to:
                      creator.unearned/USD//mia  2.40 USD  9.60 USD  0.00 USD -> -7.20 USD
                      deferred.revenue/USD//  0.60 USD  2.40 USD  0.00 USD -> -1.80 USD
                      psp.receivable/USD//  12.00 USD  0.00 USD  0.00 USD -> 12.00 USD
                      refund.payable/USD//  0.00 USD  3.00 USD  0.00 USD -> -3.00 USD

            """,
            Story(await Told(host, book, Subscription("s-1"), 0, long.MaxValue)));
        Assert.Contains(
            "rule: record 2, revenue_rule_set by checkout: scope {}, fee basis points 2000, reserve basis points 1000, "
            + "reserve days 90, hold days 7, proposed by anna, approved by ben",
            await Told(host, book, Subscription("s-1"), 0, start.Number), StringComparison.Ordinal);
        Assert.Equal(
            """
            subscription/s-1 of BOOK from record 3 to record 6
                   5  (time)  sale_refunded  checkout  of 3
                      transaction 3, fan fay, currency USD, funding card, taken [], amount 300, parts [{"acc…
                      why: changed her mind
                      creator.unearned USD mia  2.40 USD  7.20 USD
                      deferred.revenue USD  0.60 USD  2.80 USD
                      refund.payable USD  3.00 USD  3.00 USD
                   6  (time)  subscription_cancelled  checkout  subscription/s-1
                      subscription s-1, ends on (date)
                      why: too much
            What it came to:
                      creator.unearned/USD//mia  2.40 USD  0.00 USD  0.00 USD -> 2.40 USD
                      deferred.revenue/USD//  0.60 USD  0.00 USD  0.00 USD -> 0.60 USD
                      refund.payable/USD//  0.00 USD  3.00 USD  0.00 USD -> -3.00 USD

            """,
            Story(await Told(host, book, Subscription("s-1"), start.Number, long.MaxValue)));
    }

    [Fact]
    public async Task The_difference_between_two_points_is_what_lies_between_them()
    {
        output.WriteLine($"Seed {Seed}");
        var random = new Random(Seed);
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await Fill(host, book, random);
        var opened = (await host.Registry.Find(book, default))!;
        var all = await new JournalReader(host.Database).WithEntries(opened, 0, long.MaxValue, default).ToListAsync();
        var streams = all.Select(one => one.Record.Stream).Distinct()
            .Where(stream => stream?.Split('/')[0] is "payout" or "subscription").ToArray();
        Assert.Contains(streams, stream => stream!.StartsWith("subscription/", StringComparison.Ordinal));
        for (var i = 0; i < 60; i++)
        {
            var stream = streams[random.Next(streams.Length)]!;
            var (after, upTo) = Between(random, all.Count);
            var told = await Told(host, book, new ReplaySubject.OneStream(stream), after, upTo);
            var records = Reached(all, stream, upTo).Where(one => one.Record.Number > after).ToArray();
            Assert.Equal(records.Select(one => one.Record.Number), Numbers(told));
            Assert.Equal(
                records.SelectMany(one => one.Entries).GroupBy(entry => entry.Account.ToString())
                    .Select(account => (account.Key, 0L, account.Sum(entry => entry.Amount)))
                    .OrderBy(line => line.Key, StringComparer.Ordinal),
                Sums(told));
        }

        var accounts = all.SelectMany(one => one.Entries).Select(entry => entry.Account).Distinct().ToArray();
        var balances = new AccountReader(host.Database);
        for (var i = 0; i < 30; i++)
        {
            var account = accounts[random.Next(accounts.Length)];
            var (after, upTo) = Between(random, all.Count);
            var told = await Told(host, book, new ReplaySubject.OneAccount(account), after, upTo);
            foreach (var (_, before, then) in Sums(told))
            {
                Assert.Equal(await Balance(after), before);
                Assert.Equal(await Balance(upTo), then);
            }

            async Task<long> Balance(long number) => number == 0
                ? 0
                : (await balances.Balance(opened, account, AsOf.Number(number), default))?.Balance ?? 0;
        }
    }

    private static ReplaySubject.OneStream Payout(string name) => new(Ledger.Payouts.Payout.StreamOf(name));

    private static ReplaySubject.OneStream Subscription(string name) => new($"subscription/{name}");

    /// <summary>Payouts and subscriptions, with whatever becomes of them.</summary>
    private static async Task Fill(TestHost host, BookName book, Random random)
    {
        var history = new PayoutHistory(Seed);
        foreach (var (i, command) in PayoutHistory.Beginning.Concat(history.Commands(220)).Index())
            history.Heard(command, await host.Post(book, command, $"payout-{i}") is Reply.Posted);
        var charges = new List<long>();
        for (var i = 0; i < 80; i++)
        {
            var name = $"s-{random.Next(8)}";
            Command command = random.Next(6) switch
            {
                0 or 1 => new Command.StartSubscription(
                    name, "fay", "mia", 12_00, "USD", Funding.Card, SubscriptionPeriod.Yearly),
                2 when charges.Count > 0 => new Command.RefundSale(
                    charges[random.Next(charges.Count)], "asked for it", random.Next(1, 3_00)),
                3 => new Command.CancelSubscription(name, "too much"),
                4 => new Command.ResumeSubscription(name),
                _ => new Command.UpgradeSubscription(name, Funding.Card, random.Next(13_00, 40_00)),
            };
            if (await host.Post(book, command, $"subscription-{i}") is Reply.Posted posted
                && command is Command.StartSubscription or Command.UpgradeSubscription)
                charges.Add(posted.Receipt.Number);
        }
    }

    private static (long After, long UpTo) Between(Random random, int last)
    {
        var (one, other) = (random.Next(last + 1), random.Next(1, last + 1));
        return (Math.Min(one, other), Math.Max(one, other));
    }

    /// <summary>A stream's records up to a number, and all that refers to one of them.</summary>
    private static IEnumerable<Appended> Reached(IEnumerable<Appended> all, string stream, long upTo)
    {
        var reached = new HashSet<long>();
        foreach (var one in all.Where(one => one.Record.Number <= upTo))
        {
            if (one.Record.Stream != stream && !(one.Record.RefersTo is { } other && reached.Contains(other))) continue;
            reached.Add(one.Record.Number);
            yield return one;
        }
    }

    private static async Task<string> Told(
        TestHost host, BookName name, ReplaySubject subject, long after, long upTo)
    {
        var book = (await host.Registry.Find(name, default))!;
        var journal = new JournalReader(host.Database);
        using var text = new StringWriter { NewLine = "\n" };
        await new AuditReplay(host.Database).Write(
            book, subject, after == 0 ? default : await journal.PlaceAsOf(book, AsOf.Number(after), default),
            await journal.PlaceAsOf(book, upTo == long.MaxValue ? AsOf.Head : AsOf.Number(upTo), default), text, default);
        return Time().Replace(text.ToString().Replace(name.ToString(), "BOOK", StringComparison.Ordinal), "(time)");
    }

    /// <summary>What was told, without days and the width of columns, each line as far as it goes here.</summary>
    private static string Story(string told) => string.Join('\n', told.Split('\n').Select(line =>
    {
        var text = Gap().Replace(Date().Replace(line, "(date)"), "  ");
        return text.Length <= 96 ? text : $"{text[..96]}…";
    }));

    private static IEnumerable<long> Numbers(string told) =>
        Head().Matches(told).Select(head => long.Parse(head.Groups[1].Value, CultureInfo.InvariantCulture));

    private static IEnumerable<(string Name, long Before, long After)> Sums(string told) =>
        Sum().Matches(told).Select(sum => (sum.Groups[1].Value, Minor(sum.Groups[2].Value), Minor(sum.Groups[3].Value)));

    private static long Minor(string amount) => long.Parse(
        amount.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[0-9:.]+Z")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<=\S) {2,}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d")]
    private static partial Regex Date();

    [GeneratedRegex(@"^ *(\d+)  \(time\)", RegexOptions.Multiline)]
    private static partial Regex Head();

    [GeneratedRegex(@"^ {10}(\S+) .* (-?[\d.]+) [A-Z]{3} -> (-?[\d.]+) [A-Z]{3}$", RegexOptions.Multiline)]
    private static partial Regex Sum();
}
