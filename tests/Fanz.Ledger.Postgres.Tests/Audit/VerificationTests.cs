using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Audit;

public sealed class VerificationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task What_the_writer_writes_verifies_also_while_it_writes_and_from_any_number()
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var registry = new BookRegistry(source);
        var (main, side) = (new BookName("live", "main"), new BookName("live", "side"));
        foreach (var name in new[] { main, side })
            await registry.Open(
                new BookSettings(name, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD")), "tests", default);
        await using (var writer = new BookWriter(source, registry))
        {
            var writing = Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < 60; i++)
                {
                    var fan = $"fan-{(caller + i) % 7}";
                    Command command = (i % 6) switch
                    {
                        0 => new Command.TopUp(fan, 5_000, "USD"),
                        1 when caller < 4 => new Command.TransferToBook(
                            side.Platform, new AccountNameOf(fan).Value, new AccountNameOf(fan).Value, 10, "USD", "moves"),
                        2 => new Command.Reverse(1 + (i * caller), "at random"),
                        _ => new Command.SendTip(fan, $"creator-{i % 5}", 100 + i, "USD", Funding.Wallet),
                    };
                    await writer.Post(main, command, new Actor("tests"), $"{caller}-{i}");
                }
            })));
            while (!writing.IsCompleted) Assert.Null((await Verify(source, null, 1)).FirstBroken);
            await writing;
        }

        var whole = await Verify(source, null, 1);
        Assert.Null(whole.FirstBroken);
        Assert.Equal(960, whole.Answers);
        Assert.Equal(2, whole.Books);
        for (var from = 2; from < 400; from += 37)
        {
            var part = await Verify(source, main, from);
            Assert.Null(part.FirstBroken);
            Assert.InRange(part.Records, 1, whole.Records - 1);
        }
    }

    private static Task<VerificationResult> Verify(NpgsqlDataSource source, BookName? book, long from) =>
        new Verification(source).Verify(book, from, null, CancellationToken.None);

    private readonly record struct AccountNameOf(string Fan)
    {
        public Fanz.Ledger.Accounts.AccountName Value => new("fan.wallet", Fan, "USD");
    }
}
