using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Audit;

public sealed class SecondRecordTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_command_that_makes_two_records_in_one_book_verifies()
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var registry = new BookRegistry(source);
        var book = new BookName("live", "limited");
        await registry.Open(
            new BookSettings(book, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD")), "tests", default);
        await using var writer = new BookWriter(source, registry);
        Command[] commands =
            [
                new Command.SetLimits("USD") { PerDay = 50_000 },
                new Command.TopUp("ann", 5_000, "USD"),
                // What is set aside is in the authorisation's stream, so that it is counted by a record of its own.
                new Command.Authorise("show", "ann", 2_000, "USD", new LocalDate(2999, 12, 31)),
                new Command.TopUp("ann", 5_000, "USD"),
            ];
        var replies = await writer.PostAll(
            book, [.. commands.Select((command, i) => (command, $"two-{i}"))], new Actor("tests"));
        Assert.All(replies, reply => Assert.IsType<Reply.Posted>(reply));
        Assert.Equal(6, ((Reply.Posted)replies[3]).Receipt.Number);
        Assert.Null((await new Verification(source).Verify(book, 1, null, default)).FirstBroken);
    }
}
