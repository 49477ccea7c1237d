using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class SimulationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private sealed class Days : IClock
    {
        public Instant Now { get; set; } = Instant.FromUtc(2026, 1, 1, 9, 0);

        public Instant GetCurrentInstant() => Now;
    }

    [Fact]
    public async Task Days_are_played_in_moments_and_recorded_time_still_never_goes_back()
    {
        var days = new Days();
        await using var host = TestHost.Start(database, new WriterOptions { Clock = days });
        var book = await host.NewBook();
        var first = await host.Posted(book, TestHost.TopUp("ann", 1_000), "a");
        days.Now += Duration.FromDays(30);
        var second = await host.Posted(book, TestHost.Tip("ann", "bea", 100), "b");
        days.Now -= Duration.FromDays(10);
        var third = await host.Posted(book, TestHost.Tip("ann", "bea", 100), "c");
        Assert.Equal(Instant.FromUtc(2026, 1, 1, 9, 0) + Duration.FromNanoseconds(1_000), first.At);
        Assert.Equal(Instant.FromUtc(2026, 1, 31, 9, 0), second.At);
        Assert.Equal(second.At + Duration.FromNanoseconds(1_000), third.At);
        Assert.Contains(second.Entries, entry => entry.Account.Cohort == new LocalDate(2026, 2, 7));
        await LedgerAudit.Passes(database.SuperuserConnectionString);
    }
}
