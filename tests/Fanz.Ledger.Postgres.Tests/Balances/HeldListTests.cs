using System.Globalization;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Tests.Reports;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Balances;

/// <summary>What lists say of escrow, holds, debts and positions is what the entries come to.</summary>
public sealed class HeldListTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly Dictionary<string, object> Everything = [];

    private BusyDays days = null!;
    private OpenedBook book = null!;
    private Movements movements = null!;

    public async Task InitializeAsync()
    {
        days = await BusyDays.Begin(database, seed: 11, $"held{Guid.NewGuid():n}"[..20]);
        await days.Post(300);
        await CaughtUp.With(days, new BalanceFollower());
        book = days.Books[0];
        movements = (await Movements.Of(database, days.Books)).In(book.Name);
    }

    public async Task DisposeAsync() => await days.DisposeAsync();

    [Fact]
    public async Task Escrow_is_told_by_the_day_for_each_and_for_all()
    {
        var held = movements.All.Where(one => one.Account.Cohort is not null).GroupBy(one => one.Account)
            .Select(one => (one.Key, Held: -one.Sum(entry => entry.Amount))).Where(one => one.Held != 0).ToList();
        Assert.NotEmpty(held);
        Assert.Equal(
            held.Select(one => $"{Day(one.Key.Cohort)} {one.Key.Code} {one.Key.Currency} {one.Key.Owner} {one.Held}")
                .Order(StringComparer.Ordinal),
            (await Rows(HeldLists.EscrowCalendar)).Select(row => $"{Day(row[0])} {row[1]} {row[3]} {row[2]} {row[4]}"));
        Assert.Equal(
            held.GroupBy(one => $"{Day(one.Key.Cohort)} {one.Key.Code} {one.Key.Currency}")
                .Select(one => $"{one.Key} {one.Sum(account => account.Held)} {one.Count()}")
                .Order(StringComparer.Ordinal),
            (await Rows(HeldLists.EscrowDays)).Select(row => $"{Day(row[0])} {row[1]} {row[2]} {row[3]} {row[4]}"));
        var from = held.Max(one => one.Key.Cohort)!.Value.PlusDays(-3);
        Assert.Equal(
            held.Where(one => one.Key.Cohort >= from).Sum(one => one.Held),
            (await Rows(HeldLists.EscrowDays, new() { ["from"] = from.ToDateOnly() })).Sum(row => (long)row[3]!));
    }

    [Fact]
    public async Task Holds_and_debts_are_told_with_the_day_since_which_there_is_something()
    {
        var expected = new List<string>();
        foreach (var account in movements.All
            .Where(one => one.Account.Code.Name is "creator.hold" or "creator.debt" or "fan.debt")
            .GroupBy(one => one.Account))
        {
            var (balance, since) = (0L, default(LocalDate));
            foreach (var entry in account)
            {
                if (balance == 0) since = entry.RecordedOn;
                balance += entry.Amount;
            }

            var key = account.Key;
            if (balance != 0)
                expected.Add($"{key.Code} {key.Owner} {key.Currency} {Math.Abs(balance)} {Day(since)}");
        }

        Assert.NotEmpty(expected);
        var told = await Rows(HeldLists.HoldsAndDebts);
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            told.Select(row => $"{row[0]} {row[1]} {row[2]} {row[3]} {Day(row[4])}"));
        var oldest = await Rows(HeldLists.HoldsAndDebts, order: "since");
        Assert.Equal(told.Select(row => row[4]).Order(), oldest.Select(row => row[4]));
    }

    [Fact]
    public async Task Positions_close_each_day_with_what_processors_and_banks_have()
    {
        var rows = await Rows(PositionList.Positions);
        Assert.True(rows.Select(row => row[1]).Distinct().Count() > 1, "There is only one processor.");
        foreach (var row in rows)
        {
            var day = LocalDate.FromDateOnly((DateOnly)row[3]!);
            var its = movements.All.Where(one => $"{one.Account.Code}" == (string)row[0]!
                && one.Account.Owner == (string)row[1]! && $"{one.Account.Currency}" == (string)row[2]!).ToList();
            Assert.Equal(its.Where(one => one.EffectiveOn <= day).Sum(one => one.Amount), row[6]);
            Assert.Equal(
                its.Where(one => one.EffectiveOn == day).Sum(one => one.Amount), (long)row[4]! - (long)row[5]!);
            Assert.Equal((long)its.Count(one => one.EffectiveOn == day), row[7]);
        }

        Assert.Equal(
            movements.All.Where(one => one.Account.Code.Name is "cash.bank" or "psp.receivable" or "psp.reserve")
                .Select(one => (one.Account, one.EffectiveOn)).Distinct().Count(),
            rows.Count);
    }

    private async Task<IReadOnlyList<IReadOnlyList<object?>>> Rows(
        Listing list, Dictionary<string, object>? filters = null, string? order = null)
    {
        var page = await new ListReader(days.Host.Database).Page(
            book, list,
            new ListRequest(
                list.Orders.First(one => order is null || one.Name == order), filters ?? Everything, null, null),
            CancellationToken.None);
        return [.. page.Rows.Select(row => row.Values)];
    }

    private static string Day(object? day) => day switch
    {
        LocalDate date => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => "",
    };
}
