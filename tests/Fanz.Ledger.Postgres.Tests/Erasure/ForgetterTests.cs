using System.Security.Cryptography;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Standing;
using NodaTime;
using Npgsql;
using Verification = Fanz.Ledger.Postgres.Audit.Verification;

namespace Fanz.Ledger.Postgres.Tests.Erasure;

/// <summary>Two platforms of a tenant, whose clock a test turns, and people who go.</summary>
public sealed class ForgetterTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly Actor Us = new("tests");

    // Recorded time never goes back in a book, so each test has books of its own.
    private readonly string tenant = $"t{Guid.NewGuid():n}"[..12];
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database.HostConnectionString);
    private readonly Turned clock = new();
    private BookWriter? writer;
    private IReadOnlyList<OpenedBook> books = [];

    private BookName Main => new(tenant, "main");

    private BookName Side => new(tenant, "side");

    public async Task InitializeAsync()
    {
        var registry = new BookRegistry(source, clock);
        foreach (var name in new[] { Main, Side })
        {
            await registry.Open(
                new BookSettings(name, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD")), "tests", default);
        }

        books = await registry.List(tenant, default);
        writer = Writing(source, registry, clock);
    }

    public async Task DisposeAsync()
    {
        if (writer is not null) await writer.DisposeAsync();
        await source.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_asks_is_kept_as_long_as_the_law_says_on_any_platform_and_is_forgotten_the_day_after()
    {
        var keys = new PersonKeys(source, SHA256.HashData("master"u8));
        var mia = new Person(Role.Creator, "mia");
        var text = await keys.Seal(tenant, mia.ToString(), PersonKeys.PayoutDetails, "secret"u8.ToArray(), default);
        Assert.IsType<Outcome.NotAsked>(await Forget(mia));
        clock.Now = Instant.FromUtc(2026, 3, 1, 12, 0);
        await Post(Main, new Command.RequestErasure(mia.Role, mia.Id, "asked"));
        // A tip of 2026 there, a sale with VAT of 2027 here; then all of it leaves.
        await Post(Side, new Command.SendTip("ann", "mia", 1_000, "USD", Funding.Card));
        await Until(Side, "creator.pending", "creator.available", "creator.reserve");
        var money = Assert.IsType<Outcome.Kept>(await Forget(mia)).Obstacles;
        Assert.Contains(money, one => one is { Code: "money_left", Book.Name.Platform: "side" });
        clock.Now = Instant.FromUtc(2027, 5, 1, 12, 0);
        await Empty(Side, "mia");
        clock.Now = Instant.FromUtc(2028, 2, 1, 12, 0);
        await Post(Main, new Command.RecordScreening(
            "mia", ScreeningOutcome.Clear, "sdn", "screener", "search", new LocalDate(2028, 2, 1)));

        var kept = Assert.IsType<Outcome.Kept>(await Forget(mia)).Obstacles;
        Assert.Equal(
            ["main retention_not_over 2038-12-31", "side retention_not_over 2034-12-31"],
            kept.Select(one => $"{one.Book.Name.Platform} {one.Code} {one.Through:uuuu-MM-dd}").Order());
        clock.Now = Instant.FromUtc(2035, 1, 1, 0, 0);
        Assert.Equal("main", Assert.Single(Assert.IsType<Outcome.Kept>(await Forget(mia)).Obstacles).Book.Name.Platform);
        clock.Now = Instant.FromUtc(2038, 12, 31, 23, 0);
        Assert.IsType<Outcome.Kept>(await Forget(mia));
        Assert.NotNull(await keys.Open(tenant, mia.ToString(), PersonKeys.PayoutDetails, text, default));

        clock.Now = Instant.FromUtc(2039, 1, 1, 0, 0);
        Assert.Equal([mia], await Forgetter.Asked(source, books, default));
        var done = Assert.IsType<Outcome.Forgotten>(await Forget(mia));
        Assert.True(done.KeyDestroyed);
        Assert.Null(await new PersonKeys(source, SHA256.HashData("master"u8))
            .Open(tenant, mia.ToString(), PersonKeys.PayoutDetails, text, default));
        var data = await TestDatabase.Scalar<string>(
            database.SuperuserConnectionString,
            $"""
            select data::text from ledger.journal j join ledger.books b on b.id = j.book_id
            where type = 'person_forgotten' and tenant = '{tenant}'
            """);
        Assert.Equal(
            """{"role":"creator","party":"mia","request":2,"records":[{"class":"ledger","last_on":"2027-05-01"},{"class":"sanctions","last_on":"2028-02-01"}]}""",
            data);
        // Once more is no news, and everything still verifies.
        Assert.False(Assert.IsType<Outcome.Forgotten>(await Forget(mia)).KeyDestroyed);
        Assert.Null((await new Verification(source).Verify(null, 1, null, default)).FirstBroken);
    }

    [Fact]
    public async Task A_hold_in_another_book_and_a_sanction_keep_a_person_and_the_database_itself_knows_of_the_hold()
    {
        clock.Now = Instant.FromUtc(2026, 1, 2, 12, 0);
        var noa = new Person(Role.Creator, "noa:1/x");
        _ = await new PersonKeys(source, SHA256.HashData("master"u8))
            .Seal(tenant, noa.ToString(), PersonKeys.PayoutDetails, "secret"u8.ToArray(), default);
        await Post(Main, new Command.RequestErasure(noa.Role, noa.Id, "asked"));
        await Post(Side, new Command.PlaceLegalHold(noa.Role, noa.Id, "case", "a court asks", "pat", "sam"));
        var held = Assert.Single(Assert.IsType<Outcome.Kept>(await Forget(noa)).Obstacles);
        Assert.Equal(("legal_hold", "side"), (held.Code, held.Book.Name.Platform));
        // It was placed after somebody had looked: the journal says forgotten, and the key stays.
        await Post(Main, new Command.ForgetPerson(noa.Role, noa.Id, []));
        Assert.Contains("hold", Assert.IsType<Outcome.NotNow>(await Forget(noa)).Why, StringComparison.Ordinal);
        await Post(Side, new Command.LiftLegalHold(noa.Role, noa.Id, "case", "it is over", "pat", "sam"));
        Assert.True(Assert.IsType<Outcome.Forgotten>(await Forget(noa)).KeyDestroyed);

        var bad = new Person(Role.Fan, "bad");
        await Post(Main, new Command.RequestErasure(bad.Role, bad.Id, "asked"));
        await Post(Side, new Command.SanctionParty(bad.Role, bad.Id, "a list"));
        Assert.Equal(
            ["party_sanctioned", "retention_not_over"],
            Assert.IsType<Outcome.Kept>(await Forget(bad)).Obstacles.Select(one => one.Code).Order());
        await Post(Side, new Command.ClearParty(bad.Role, bad.Id, "another"));
        Assert.Equal("retention_not_over", Assert.Single(Assert.IsType<Outcome.Kept>(await Forget(bad)).Obstacles).Code);
    }

    [Fact]
    public async Task The_last_sale_with_vat_counts_for_ten_years_and_later_ones_without_for_seven()
    {
        clock.Now = Instant.FromUtc(2026, 6, 1, 12, 0);
        await Post(Main, new Command.TopUp("eva", 5_000, "USD"));
        await Post(Main, new Command.UnlockContent("eva", "vera", 1_000, "USD", Funding.Wallet)
        {
            Content = "clip", Taxes = [new TaxLine(TaxKind.Vat, "DE", 190)],
        });
        clock.Now = Instant.FromUtc(2027, 6, 1, 12, 0);
        await Post(Main, new Command.SendTip("eva", "vera", 500, "USD", Funding.Wallet));
        var facts = await PersonFacts.Of(source, books.Single(book => book.Name == Main), new(Role.Fan, "eva"), default);
        Assert.Equal(
            [
                new KeptRecords(RetentionClass.Ledger, new LocalDate(2027, 6, 1)),
                new KeptRecords(RetentionClass.Vat, new LocalDate(2026, 6, 1)),
            ],
            facts.Kept);
        Assert.True(facts.HasMoney);
        var nobody = await PersonFacts.Of(source, books[0], new(Role.Fan, "nobody"), default);
        Assert.Equal((0, false, false), (nobody.Kept.Count, nobody.HasMoney, nobody.IsSanctioned));
    }

    private static BookWriter Writing(NpgsqlDataSource source, BookRegistry registry, IClock clock) =>
        new(source, registry, new WriterOptions { Clock = clock });

    private async Task<Outcome> Forget(Person person) => await new Forgetter(source, writer!).Forget(
        await PersonLook.At(source, books, person, clock.Now, default), Us, default);

    private async Task Post(BookName book, Command command)
    {
        var reply = await writer!.Post(book, command, Us, Guid.NewGuid().ToString());
        Assert.True(reply is Reply.Posted, $"{command}: {reply}");
    }

    /// <summary>Everything that a creator has is somebody else's.</summary>
    private async Task Empty(BookName book, string creator)
    {
        var reader = new SubjectReader(source);
        var opened = books.Single(one => one.Name == book);
        foreach (var account in await reader.Accounts(opened, new Person(Role.Creator, creator), default))
        {
            var balance = 0L;
            await foreach (var entry in reader.Entries(opened, account, default)) balance = entry.Balance;
            if (balance == 0) continue;
            var name = new Fanz.Ledger.Accounts.AccountName(
                account.Key.Code.Name, creator, "USD", account.Key.Cohort);
            await Post(book, new Command.Adjust(
                [
                    new NamedLeg(name, -balance),
                    new NamedLeg(new Fanz.Ledger.Accounts.AccountName("suspense", "", "USD"), balance),
                ],
                "left", "pat", "sam"));
        }
    }

    /// <summary>That it has some of these accounts is what the test relies on.</summary>
    private async Task Until(BookName book, params string[] codes)
    {
        var accounts = await new SubjectReader(source).Accounts(
            books.Single(one => one.Name == book), new Person(Role.Creator, "mia"), default);
        Assert.Contains(accounts, account => codes.Contains(account.Key.Code.Name));
    }

    private sealed class Turned : IClock
    {
        public Instant Now { get; set; } = Instant.FromUtc(2026, 1, 1, 12, 0);

        public Instant GetCurrentInstant() => Now;
    }
}
