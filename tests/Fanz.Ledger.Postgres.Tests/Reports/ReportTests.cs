using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Tests.Balances;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Reports;

/// <summary>
/// Every report of a random history is what its entries come to one by one, at any day as it was known on any other;
/// and what two reports say is the same. LEDGER_SEED plays one history again.
/// </summary>
public sealed class ReportTests(TestDatabase database, ITestOutputHelper output)
    : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly Follower[] Both = [new BalanceFollower(), new RateFollower()];

    private BusyDays days = null!;
    private Movements movements = null!;
    private Random random = null!;
    private ReportMaker maker = null!;

    public async Task InitializeAsync()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"LEDGER_SEED={seed}");
        random = new Random(seed);
        days = await BusyDays.Begin(database, seed, $"t{seed}");
        await days.Post(350);
        await CaughtUp.With(days, Both);
        movements = await Movements.Of(database, days.Books);
        maker = new ReportMaker(days.Host.Database);
    }

    public async Task DisposeAsync() => await days.DisposeAsync();

    [Fact]
    public async Task Lines_are_what_the_entries_come_to_on_any_two_days()
    {
        Assert.Contains(movements.All, one => one.EffectiveOn < one.RecordedOn);
        Assert.Contains(movements.All, one => one.EffectiveOn > one.RecordedOn);
        foreach (var bounds in AnyDays(25))
        {
            var expected = movements.Within(bounds);
            foreach (var book in days.Books)
            {
                var report = await Make([book], bounds);
                Assert.Equal(expected.In(book.Name).Lines(), Lines(report));
                Assert.All(report.Sections, section => Assert.Equal(0, section.Sum));
                Assert.All(report.Sections, section => Assert.Equal(section.Debits, section.Credits));
            }

            Assert.Equal(expected.Lines(), Lines(await Make(days.Books, bounds)));
        }
    }

    [Fact]
    public async Task What_two_reports_say_is_the_same()
    {
        foreach (var (_, to, known) in AnyDays(25).Select(bounds => (bounds.From, bounds.To, bounds.KnownOn)))
        {
            var sheet = await Make(days.Books, new ReportDays(To: to, KnownOn: known));
            var split = (to ?? new LocalDate(2026, 1, 20)).PlusDays(-9);
            var early = await Make(days.Books, new ReportDays(To: split, KnownOn: known));
            var late = await Make(days.Books, new ReportDays(From: split.PlusDays(1), To: to, KnownOn: known));
            foreach (var section in sheet.Sections)
            {
                // The result to date is what was earned up to a day and what was earned after it.
                Assert.Equal(section.Result, ResultIn(early, section) + ResultIn(late, section));
                Assert.Equal(
                    section.TotalOf(ReportGroup.Revenue) - section.TotalOf(ReportGroup.Expenses), section.Result);
                // Assets are what is owed and what was earned.
                Assert.Equal(
                    section.TotalOf(ReportGroup.Assets) + section.TotalOf(ReportGroup.Trading)
                        + section.TotalOf(ReportGroup.Tokens),
                    section.TotalOf(ReportGroup.Liabilities) + section.Result);
            }
        }
    }

    [Fact]
    public async Task The_trial_balance_is_the_sum_of_the_list_of_balances()
    {
        var order = BalanceLists.Balances.Orders[0];
        foreach (var book in days.Books)
        {
            var page = await new ListReader(days.Host.Database).Page(
                book, BalanceLists.Balances, new ListRequest(order, new Dictionary<string, object>(), null, null),
                CancellationToken.None);
            var listed = page.Rows.Select(row => new ReportLine(
                Chart.Find((string)row.Values[0]!), "", Currency.Of((string)row.Values[2]!), (long)row.Values[4]!));
            var report = await Make([book], new ReportDays());
            Assert.Equal(page.Number, report.Books[0].Number);
            Assert.Equal(
                Movements.Lines(listed),
                Movements.Lines(report.Sections.SelectMany(one => one.Lines).Select(line => line with { Owner = "" })));
        }
    }

    [Fact]
    public async Task An_account_is_told_day_by_day_as_it_was_known_on_any_day()
    {
        var reader = new DayReader(days.Host.Database);
        foreach (var bounds in AnyDays(20))
        {
            var book = days.Books[random.Next(2)];
            var known = movements.In(book.Name);
            var account = known.All[random.Next(known.All.Count)].Account;
            var found = (await reader.Read(book, account, bounds, CancellationToken.None))!;
            var its = known.On(account);
            Assert.Equal(
                bounds.From is { } from ? its.Within(new ReportDays(null, from.PlusDays(-1), bounds.KnownOn)).Sum : 0,
                found.Opening);
            Assert.Equal(its.Within(bounds with { From = null }).Sum, found.Closing);
            Assert.Equal(
                its.Within(bounds).All.Select(one => one.EffectiveOn).Distinct().Order(),
                found.Days.Select(day => day.EffectiveOn));
            foreach (var day in found.Days)
                Assert.Equal(its.Within(new ReportDays(null, day.EffectiveOn, bounds.KnownOn)).Sum, day.Closing);
        }
    }

    [Fact]
    public async Task The_list_of_days_says_what_was_known_on_the_day_of_recording()
    {
        var list = BalanceLists.DailyBalances;
        var book = days.Books[0];
        var page = await new ListReader(days.Host.Database).Page(
            book, list,
            new ListRequest(
                list.Orders[0],
                new Dictionary<string, object> { ["code"] = "cash.bank", ["owner"] = "", ["currency"] = "USD" }, null,
                null),
            CancellationToken.None);
        var its = movements.In(book.Name).On(new AccountKey(Chart.BankCash, "", Currency.Of("USD")));
        Assert.Equal(its.All.Select(one => (one.EffectiveOn, one.RecordedOn)).Distinct().Count(), page.Rows.Count);
        foreach (var row in page.Rows)
        {
            var effective = LocalDate.FromDateOnly((DateOnly)row.Values[4]!);
            var recorded = LocalDate.FromDateOnly((DateOnly)row.Values[5]!);
            Assert.Equal(its.Within(new ReportDays(null, effective, recorded)).Sum, row.Values[9]);
            Assert.Equal(its.Within(new ReportDays(null, effective.PlusDays(-1), recorded)).Sum, row.Values[6]);
        }
    }

    [Fact]
    public async Task Consolidated_books_leave_out_what_both_sides_say_and_nothing_else()
    {
        foreach (var bounds in AnyDays(20))
        {
            var apart = await Make(days.Books, bounds);
            var together = await Make(days.Books, bounds, consolidates: true);
            Assert.All(together.Sections, section => Assert.Equal(0, section.Sum));
            foreach (var pair in together.Between)
            {
                var (from, to) = (movements.In(pair.From).Within(bounds), movements.In(pair.To).Within(bounds));
                Assert.Equal(from.On(new AccountKey(Chart.DueTo, pair.To.ToString(), pair.Currency)).Sum, pair.Owes);
                Assert.Equal(to.On(new AccountKey(Chart.DueFrom, pair.From.ToString(), pair.Currency)).Sum, pair.Due);
            }

            // What is still there of what they owe one another is exactly what does not match.
            var names = days.Books.Select(book => book.Name.ToString()).ToHashSet();
            bool IsBetween(ReportLine line) => line.Code.Name is "due.to" or "due.from" && names.Contains(line.Owner);
            foreach (var currency in together.Between.Select(pair => pair.Currency).Distinct())
            {
                Assert.Equal(
                    together.Between.Where(pair => pair.Currency == currency)
                        .Aggregate((Int128)0, (sum, pair) => sum + pair.Unmatched),
                    AllLines(together).Where(line => line.Currency == currency && IsBetween(line))
                        .Aggregate((Int128)0, (sum, line) => sum + line.Balance));
            }

            Assert.Equal(
                Movements.Lines(AllLines(apart).Where(line => !IsBetween(line))),
                Movements.Lines(AllLines(together).Where(line => !IsBetween(line))));
        }
    }

    /// <summary>
    /// It is one day here and the next one there, so on the first of them it has left and not arrived.
    /// </summary>
    [Fact]
    public async Task What_is_on_two_sides_of_midnight_is_shown_as_unmatched_on_that_day_alone()
    {
        var (first, last) = (movements.All.Min(one => one.EffectiveOn), movements.All.Max(one => one.EffectiveOn));
        var unmatched = 0;
        for (var day = first; day <= last; day = day.PlusDays(1))
        {
            var report = await Make(days.Books, new ReportDays(To: day), consolidates: true);
            unmatched += report.Between.Count(pair => pair.Unmatched != 0);
        }

        Assert.True(unmatched > 0, "No transfer was under way at midnight.");
        var all = await Make(days.Books, new ReportDays(), consolidates: true);
        Assert.NotEmpty(all.Between);
        Assert.All(all.Between, pair => Assert.Equal(0, pair.Unmatched));
    }

    [Fact]
    public async Task All_is_said_in_one_currency_by_the_rates_that_were_known()
    {
        var treasury = days.Books[2];
        var said = await Rates(treasury);
        var reader = new RateReader(days.Host.Database);
        Assert.True(said.GroupBy(one => one.Set.On).Any(day => day.Count() > 1), "No day was said again.");
        foreach (var known in said.Select(one => one.RecordedOn).Distinct().Append(said[^1].RecordedOn.PlusDays(9)))
        {
            foreach (var on in said.Select(one => one.Set.On).Distinct())
            {
                var last = said.LastOrDefault(one => one.Set.On == on && one.RecordedOn <= known);
                var found = await reader.Find(treasury, "month-end", on, known, CancellationToken.None);
                Assert.Equal(last?.Number, found?.Number);
                if (found is null) continue;
                var report = await Make(
                    days.Books, new ReportDays(KnownOn: known), false,
                    new RatesAsked(Currency.Of("EUR"), treasury, "month-end", on));
                var total = report.Total!.Section;
                Assert.Equal(0, total.Sum);
                var rates = RatesOfDay.Of(last!.Set);
                var expected = AllLines(report).Where(line => !line.Currency.IsToken).Select(line => line with
                {
                    Currency = total.Currency,
                    Balance = rates.Convert(line.Balance, line.Currency, total.Currency)!.Value,
                }).ToArray();
                Assert.Equal(Movements.Lines(expected), Movements.Lines(total.Lines));
                // Each line is at most half a unit off.
                Assert.True(Int128.Abs(total.Rounding) * 2 <= expected.Length, $"{total.Rounding}");
            }
        }

        await Assert.ThrowsAsync<RatesUnknown>(() => Make(
            days.Books, new ReportDays(), false,
            new RatesAsked(Currency.Of("EUR"), treasury, "month-end", new LocalDate(2025, 1, 1))));
        await Assert.ThrowsAsync<RateMissing>(() => Make(
            days.Books, new ReportDays(), false,
            new RatesAsked(Currency.Of("GBP"), treasury, "month-end", said[^1].Set.On)));
    }

    private Task<Report> Make(
        IReadOnlyList<OpenedBook> books, ReportDays bounds, bool consolidates = false, RatesAsked? rates = null) =>
        maker.Make(new ReportAsked(books, bounds, consolidates, rates), CancellationToken.None);

    private static IEnumerable<ReportLine> AllLines(Report report) =>
        report.Sections.SelectMany(section => section.Lines);

    private static IReadOnlyList<string> Lines(Report report) => Movements.Lines(AllLines(report));

    private static Int128 ResultIn(Report report, ReportSection section) =>
        report.Sections.FirstOrDefault(one => one.Currency == section.Currency)?.Result ?? 0;

    private IEnumerable<ReportDays> AnyDays(int count)
    {
        yield return new ReportDays();
        var (first, last) = (movements.All.Min(one => one.EffectiveOn), movements.All.Max(one => one.EffectiveOn));
        var length = Period.DaysBetween(first, last);
        LocalDate? Day() => random.Next(4) == 0 ? null : first.PlusDays(random.Next(-1, length + 2));
        for (var i = 0; i < count; i++)
        {
            var (from, to) = (Day(), Day());
            yield return from > to ? new ReportDays(to, from, Day()) : new ReportDays(from, to, Day());
        }
    }

    private async Task<List<Said>> Rates(OpenedBook treasury)
    {
        var said = new List<Said>();
        await foreach (var record in new JournalReader(days.Host.Database).After(
            treasury, 0, int.MaxValue, CancellationToken.None))
        {
            if (EventFormat.Read(record.Type, record.Data.Span) is Event.RatesSet set)
                said.Add(new Said(record.Number, record.At.InZone(treasury.Settings.TimeZone).Date, set));
        }

        return said;
    }

    private sealed record Said(long Number, LocalDate RecordedOn, Event.RatesSet Set);
}
