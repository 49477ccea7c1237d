using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Periods;

/// <summary>
/// What was closed stays closed, whoever asks: the host that closed it, one that starts, one that was there.
/// </summary>
public sealed class ClosedPeriodTests : IAsyncLifetime
{
    private static readonly Instant Start = Instant.FromUtc(2026, 2, 3, 12, 0);
    private static readonly LocalDate MonthEnd = new(2026, 1, 31);
    private static readonly NamedLeg[] Legs =
        [new(new("expense.psp_fee", "", "USD"), 5), new(new("cash.bank", "", "USD"), -5)];

    private readonly TestDatabase database = new();
    private readonly SetClock clock = new() { Time = Start };

    public Task InitializeAsync() => database.InitializeAsync();

    public async Task DisposeAsync()
    {
        try
        {
            await LedgerAudit.Passes(database.SuperuserConnectionString);
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_is_known_to_hosts_that_start_later_and_to_those_that_thought_otherwise()
    {
        await using var closing = Host();
        await using var elsewhere = Host();
        var book = await closing.NewBook();
        // The other host has looked, and remembers that everything is open.
        await elsewhere.Posted(book, Late(MonthEnd), "before");
        await closing.Posted(book, Close(MonthEnd), "close");
        await using var later = Host();
        foreach (var (host, name) in new[] { (elsewhere, "elsewhere"), (later, "later"), (closing, "closing") })
        {
            var refusal = await host.Refused(book, Late(MonthEnd), $"after, {name}");
            Assert.Equal(Refusal.PeriodClosed(MonthEnd, MonthEnd).Facts, refusal.Facts);
            await host.Posted(book, Late(MonthEnd.PlusDays(1)), $"open, {name}");
        }
    }

    /// <summary>
    /// In one batch what comes behind it is refused already, and what came before it is not.
    /// </summary>
    [Fact]
    public async Task It_holds_from_its_own_place_in_the_journal_on()
    {
        await using var host = Host();
        var book = await host.NewBook();
        var replies = await host.Writer.PostAll(
            book, [(Late(MonthEnd), "a"), (Close(MonthEnd), "b"), (Late(MonthEnd), "c"), (Late(null), "d")],
            TestHost.Checkout);
        Assert.Equal(
            ["Posted", "Posted", "Refused", "Posted"], replies.Select(reply => reply.GetType().Name));
        // An answer is for ever, also the yes that was given before.
        Assert.IsType<Reply.Posted>(await host.Post(book, Late(MonthEnd), "a"));
    }

    [Fact]
    public async Task A_clock_that_goes_back_leads_nothing_into_what_is_closed()
    {
        await using var host = Host();
        var book = await host.NewBook();
        await host.Posted(book, Close(MonthEnd.PlusDays(2)), "close");
        clock.Time = Start - Duration.FromDays(30);
        await using var later = Host();
        foreach (var one in new[] { host, later })
        {
            var receipt = await one.Posted(book, Late(null), $"{one.GetHashCode()}");
            Assert.True(receipt.At > Start);
        }
    }

    private TestHost Host() => TestHost.Start(database, new WriterOptions { Clock = clock });

    private static Command.Transfer Late(LocalDate? on) => new(Legs, "late", on);

    private static Command.ClosePeriod Close(LocalDate through) => new(through, "done", "pia", "quentin");

    private sealed class SetClock : IClock
    {
        public Instant Time { get; set; }

        public Instant GetCurrentInstant() => Time;
    }
}
