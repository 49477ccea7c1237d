using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Finance;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>
/// Books of two tenants on two platforms each, with something for every view, and logins that read some of them. What
/// may be seen says <see cref="Shown"/> in every text; all that may not says <see cref="Hidden"/>.
/// </summary>
public sealed class FinanceBooks : IAsyncLifetime
{
    public const string Shown = "sh0wn-7c";
    public const string Hidden = "h1dd3n-4f";

    /// <summary>What logins of the tests are given, unless a test says otherwise.</summary>
    internal static readonly BookName Mine = new($"t-{Shown}", $"p-{Shown}");

    /// <summary>The same tenant elsewhere; another tenant, once on a platform of the same name.</summary>
    internal static readonly BookName[] Others =
        [new(Mine.Tenant, $"p-{Hidden}"), new($"t-{Hidden}", Mine.Platform), new($"t-{Hidden}", $"p-{Hidden}")];

    /// <summary>What it would take months of a book to make: a row for each build, which is all that is asked here.</summary>
    private const string MadeUpRows =
        """
        insert into ledger.archived_ranges (first_number, last_number, first_position, last_position, first_sequence,
            last_sequence, carried, at, book_id, actor, file, file_hash, seal, carried_hash)
        select 1, 1, 1, 0, 1, 1, 1, now(), id, 'ops', 'file', sha256('x'), sha256('x'), sha256('x') from ledger.books;
        insert into ledger.returned_ranges select id, now(), book_id, 'ops' from ledger.archived_ranges;
        insert into projected.rates
            (number, build, rates_on, recorded_on, table_name, base_currency, currency, rate, source)
        select 1, id, '2026-01-01', '2026-01-02', 'ecb', 'EUR', 'USD', '1.1', 'x' from ledger.builds where follower = 'rates';
        insert into projected.withholdings
            (base, withheld, deposited, adjustments, build, tax_year, quarter, kind, role, payee, currency)
        select 100, 24, 0, 0, id, 2026, 1, 'backup', 'creator', 'x', 'USD' from ledger.builds where follower = 'tax';
        insert into projected.tax_supplies
            (supplies, base, tax, refunded_base, refunded_tax, deposited, adjustments, build, rate, month, kind,
            jurisdiction, currency)
        select 1, 100, 20, 0, 0, 0, 0, id, 2000, '2026-01-01', 'vat', 'x', 'USD' from ledger.builds where follower = 'tax';
        insert into projected.tax_earnings
            (sales, gross, fees, refunds, later_refunds, adjustments, released, withheld, payments, payments_gross, build,
            tax_year, quarter, creator, currency, country, class)
        select 1, 100, 20, 0, 0, 0, 80, 0, 1, 100, id, 2020, 1, 'x', 'USD', '', '' from ledger.builds where follower = 'tax';
        insert into projected.affiliate_earnings (build, effective_on, affiliate, kind, currency, earned)
        select id, '2026-01-01', 'x', 'tip', 'USD', 5 from ledger.builds where follower = 'earnings';
        insert into projected.subscriptions
            (price, deferred, unearned, charges, charged, refunds, refunded, last_number, build, attempts, started_on,
            period_start, period_end, has_paid, subscription, fan, creator, period, state, currency)
        select 1, 0, 0, 1, 1, 0, 0, 1, id, 0, '2026-01-01', '2026-01-01', '2026-02-01', true, 'x', 'x', 'x', 'monthly',
            'active', 'USD'
        from ledger.builds where follower = 'subscriptions';
        insert into projected.subscription_days
        select 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, id, '2026-01-01' from ledger.builds
        where follower = 'subscriptions';
        insert into projected.payouts
            (amount, fee, sent, formed_number, changed_number, changed_at, build, formed_on, payout, creator, currency,
            state)
        select 1, 0, 1, 1, 1, '2026-01-01Z', id, '2026-01-01', 'x', 'x', 'USD', 'formed'
        from ledger.builds where follower = 'payouts';
        insert into projected.payout_batches
            (opened_number, changed_number, build, on_day, batch, currency, rail, state)
        select 1, 1, id, '2026-01-01', 'x', 'USD', 'x', 'open' from ledger.builds where follower = 'payouts';
        insert into projected.payment_files
            (rail_set_by, payouts, sent, prepared_number, created_at, build, execute_on, file, rail, currency, message,
            hash, state)
        select 1, 1, 1, 1, '2026-01-01Z', id, '2026-01-01', 'x', 'x', 'USD', 'x', 'x', 'prepared'
        from ledger.builds where follower = 'payouts';
        insert into projected.bank_entries (amount, number, build, on_day, bank, currency, type)
        select 1, 1, id, '2026-01-01', '', 'USD', 'x' from ledger.builds where follower = 'banking';
        insert into projected.bank_lines
            (amount, number, line, build, on_day, bank, bank_reference, currency, file, outcome)
        select 1, 1, 1, id, '2026-01-01', '', 'x', 'USD', 'x', 'known' from ledger.builds where follower = 'banking';
        insert into projected.bank_findings (number, line, ordinal, at, build, bank, file, finding, outcome)
        select 1, 1, 1, '2026-01-01Z', id, '', 'x', 'x', 'told' from ledger.builds where follower = 'banking';
        insert into projected.bank_statements
            (number, opening, closing, build, from_day, to_day, bank, currency, statement)
        select 1, 0, 0, id, '2026-01-01', '2026-01-01', '', 'USD', 'x' from ledger.builds where follower = 'banking';
        insert into projected.bank_files (lines, begun_number, build, bank, file, format, sha256)
        select 1, 1, id, '', 'x', 'x', 'x' from ledger.builds where follower = 'banking';
        insert into projected.payments
            (number, amount, assigned, at, build, paid_on, bank, bank_reference, currency)
        select 1, 1, 0, '2026-01-01Z', id, '2026-01-01', '', 'x', 'USD'
        from ledger.builds where follower = 'banking';
        insert into projected.processor_reports
            (number, gross, refunds, chargebacks, fees, reserve, payout, build, on_day, processor, currency, sha256)
        select 1, 0, 0, 0, 0, 0, 0, id, '2026-01-01', 'x', 'USD', 'x' from ledger.builds where follower = 'banking';
        insert into projected.processor_days (gross, fees, kept, net, build, on_day, processor, currency)
        select 0, 0, 0, 0, id, '2026-01-01', 'x', 'USD' from ledger.builds where follower = 'banking';
        insert into projected.proposals
            (number, changed_number, build, proposed_at, expires_on, proposal, command, state, proposed_by, reason, body)
        select 1, 1, id, '2026-01-01Z', '2026-01-01', 'x', 'x', 'open', 'x', 'x', '{}'
        from ledger.builds where follower = 'proposals';
        """;

    private readonly TestDatabase database = new();
    private readonly List<string> logins = [];
    private readonly string prefix = $"reader_{Guid.NewGuid().ToString("n")[..12]}";

    internal static IEnumerable<BookName> All => [Mine, .. Others];

    internal TestDatabase Database => database;

    public string Superuser => database.SuperuserConnectionString;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await using var host = TestHost.Start(database);
        foreach (var book in All) await Fill(host, book);
        await CatchUp.With(
            host.Database, Followers.All, await host.Registry.List(CancellationToken.None), new FollowerOptions(),
            CancellationToken.None);
        foreach (var book in All)
        {
            await TestDatabase.Execute(
                Superuser,
                $"""
                insert into ledger.access_log (at, status, times, request, key_id, actor, tenant, platform, method)
                select now(), 200, 1, gen_random_uuid(), 'key', 'actor-' || platform, '{book.Tenant}', platform, 'GET'
                from unnest(array['{book.Platform}', null]) platform
                """);
        }

        await TestDatabase.Execute(Superuser, MadeUpRows);
        // What the planner knows of the tables is one of the ways out that are tried.
        await TestDatabase.Execute(Superuser, "analyze");
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        var server = new NpgsqlConnectionStringBuilder(Superuser) { Database = "postgres" }.ConnectionString;
        foreach (var login in logins) await TestDatabase.Execute(server, $"drop role if exists {login}");
    }

    /// <summary>A login of its own for these platforms of the tenant; of none, for all of them.</summary>
    internal async Task<string> Login(string role, string tenant, params string[] platforms)
    {
        await using var owner = LedgerDatabase.Connect(database.OwnerConnectionString);
        var (login, password) = (NewLogin(), Guid.NewGuid().ToString("n"));
        var grant = new SqlGrant { Login = login, Role = role, Tenant = tenant, Platforms = [.. platforms] };
        Assert.Null(await new SqlReaders(owner).Grant(grant, password, "tests", CancellationToken.None));
        return As(login, password);
    }

    /// <summary>A login that sees <see cref="Mine"/> alone.</summary>
    internal Task<string> Login(string role) => Login(role, Mine.Tenant, Mine.Platform);

    /// <summary>A name that nobody has, whose login goes at the end if it was made.</summary>
    internal string NewLogin()
    {
        var login = $"{prefix}_{logins.Count}";
        logins.Add(login);
        return login;
    }

    internal string As(string login, string password) => new NpgsqlConnectionStringBuilder(Superuser)
    {
        Username = login,
        Password = password,
        Pooling = false,
        IncludeErrorDetail = true,
    }.ConnectionString;

    internal static string NameOf(string login) => new NpgsqlConnectionStringBuilder(login).Username!;

    internal static string WorkspaceOf(string login) => SqlGrant.WorkspacePrefix + NameOf(login);

    /// <summary>Something for every view, and as much of it as the planner may take for much.</summary>
    private static async Task Fill(TestHost host, BookName book)
    {
        var settings = new BookSettings(book, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
        await host.Registry.Open(settings, $"actor-{book.Platform}", CancellationToken.None);
        var mark = book == Mine ? Shown : Hidden;
        var actor = new Actor($"service-{mark}");
        var (fan, creator) = ($"fan-{mark}", $"creator-{mark}");
        var available = new AccountName("creator.available", creator, "USD");
        var commands = new List<Command>
        {
            TestHost.TopUp(fan, 10_000, $"reference-{mark}"),
            TestHost.Tip(fan, creator, 1_000),
            TestHost.Move(TestHost.Bank, available, 5_000, $"memo-{mark}"),
            TestHost.Move(TestHost.Bank, new AccountName("vat.payable", $"DE-{mark}", "USD"), 19, $"memo-{mark}"),
            new Command.RecordReceipt(12_34, "USD", $"bank-{mark}"),
            new Command.HoldAmount(creator, 100, "USD", $"reason-{mark}"),
            new Command.ReleaseAmount(
                creator, 40, "USD", $"reason-{mark}", ProposedBy: $"pat-{mark}", ApprovedBy: $"sam-{mark}"),
            new Command.HoldCreator(creator, $"reason-{mark}"),
            new Command.SanctionParty(Fanz.Ledger.Standing.Role.Fan, fan, $"reason-{mark}"),
        };
        commands.AddRange(Enumerable.Range(0, 40).Select(i => TestHost.TopUp($"fan-{mark}-{i}", 10_000 + i)));
        foreach (var (i, command) in commands.Index())
        {
            var reply = await host.Post(book, command, $"{i}", actor);
            Assert.True(reply is Fanz.Ledger.Postgres.Writing.Reply.Posted, $"{command}: {reply}");
        }
    }
}
