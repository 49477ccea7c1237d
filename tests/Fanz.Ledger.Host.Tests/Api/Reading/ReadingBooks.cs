using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>The books that the tests of reading share, on one server, and a host that serves them.</summary>
public sealed class ReadingBooks : IAsyncLifetime
{
    internal const string BestFans = "/v1/fanz/bestfans";
    private ReadingHost? host;
    private int books;

    internal Home Home { get; } = new();

    internal string Database => Home.Server.HostConnectionString();

    internal ReadingHost Host => host ?? throw new InvalidOperationException("The host is not started yet.");

    public async Task InitializeAsync()
    {
        await Home.InitializeAsync();
        await Home.WriteSmallBooks();
        host = await ReadingHost.Start(Database);
    }

    public async Task DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        await Home.DisposeAsync();
        Home.Dispose();
    }

    /// <summary>A book that no other test has, with a wallet that holds something.</summary>
    internal async Task<(BookName Name, string Path)> NewBook(int topUps = 1)
    {
        var name = await Host.Open($"reading-{Interlocked.Increment(ref books)}");
        for (var i = 0; i < topUps; i++) await Host.Post(name, TopUp("anna", 1_000 + i));
        return (name, $"/v1/{name}");
    }

    internal static Command TopUp(string fan, long amount) => new Command.TopUp(fan, amount, "USD");

    internal static Command Tip(string fan, string creator, long amount) =>
        new Command.SendTip(fan, creator, amount, "USD", Funding.Wallet);

    /// <summary>
    /// What a promoted standby does to those who had read further than it had heard: the commits behind a number are
    /// gone, and others take their numbers. Rows are only ever lost like this; so it is done behind the triggers.
    /// </summary>
    internal Task LoseBehind(BookName book, long number) => Home.Tamper(LoseBehindSql(book, number));

    internal static string LoseBehindSql(BookName book, long number) =>
        $"""
        set session_replication_role = replica;
        do $$
        declare
            lost int := (select id from ledger.books where (tenant, platform) = ('{book.Tenant}', '{book.Platform}'));
            kept bigint := (select last_position from ledger.journal where book_id = lost and number = {number});
            relation text;
        begin
            foreach relation in array array['seals', 'entries', 'answers', 'journal', 'accounts'] loop
                execute format('alter table ledger.%I disable trigger append_only', relation);
            end loop;
            delete from ledger.seals where book_id = lost and last_number > {number};
            delete from ledger.answers a where a.book_id = lost and a.number > {number};
            delete from ledger.entries where book_id = lost and position > kept;
            delete from ledger.journal j where j.book_id = lost and j.number > {number};
            delete from ledger.accounts a where a.book_id = lost
                and not exists (select from ledger.entries e where e.account_id = a.id);
            foreach relation in array array['seals', 'entries', 'answers', 'journal', 'accounts'] loop
                execute format('alter table ledger.%I enable always trigger append_only', relation);
            end loop;
        end $$
        """;
}

[CollectionDefinition(Name)]
public sealed class ReadingCollection : ICollectionFixture<ReadingBooks>
{
    public const string Name = "reading";
}
