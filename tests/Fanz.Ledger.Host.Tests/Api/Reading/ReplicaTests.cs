using System.Net;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>A host that writes to one database and reads from a copy that may lag behind it.</summary>
public sealed class ReplicaTests : IAsyncLifetime
{
    private const string Balance = "/v1/fanz/copied/accounts/balance?account=fan.wallet/USD//anna";
    private const string Journal = "/v1/fanz/copied/journal";

    private Replica databases = null!;
    private ReadingHost host = null!;
    private ReadingHost current = null!;
    private BookName book;

    public async Task InitializeAsync()
    {
        databases = await Replica.Start();
        current = await ReadingHost.Start(databases.Written);
        host = await ReadingHost.Start(databases.Written, databases.Copy);
        book = await current.Open("copied");
        await current.Post(book, ReadingBooks.TopUp("anna", 10));
        (await host.Get($"{Journal}?at_least=2")).Is(HttpStatusCode.OK);
    }

    public async Task DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        if (current is not null) await current.DisposeAsync();
        if (databases is not null) await databases.DisposeAsync();
    }

    [Fact]
    public async Task A_copy_that_lags_is_waited_for_and_what_is_late_is_not_taken_for_lost()
    {
        await databases.Pause();
        var receipt = await host.Post(book, ReadingBooks.TopUp("anna", 5));
        Assert.Equal(3, receipt.Number);
        var old = (await host.Get(Balance)).Is(HttpStatusCode.OK);
        Assert.Equal((2, -10), (old.Number, old["balance"].GetInt64()));

        // A caller who knows of the number waits for it, and so does a reader who has read it elsewhere.
        var place = (await current.Get($"{Journal}?after=head")).TextOf("cursor");
        var waiting = new[] { host.Get($"{Balance}&at_least=3"), host.Get($"{Journal}?after={place}") };
        await Waiting(2);
        await databases.Resume();
        Assert.Equal(-15, (await waiting[0]).Is(HttpStatusCode.OK)["balance"].GetInt64());
        Assert.Empty((await waiting[1]).Is(HttpStatusCode.OK).Rows("records"));

        await databases.Pause();
        await host.Post(book, ReadingBooks.TopUp("anna", 5));
        place = (await current.Get($"{Journal}?after=head")).TextOf("cursor");
        var impatient = await Task.WhenAll(
            host.Get($"{Balance}&at_least=4"), host.Get($"{Balance}&as_of=4"), host.Get($"{Journal}?after={place}"),
            host.Get("/v1/fanz/copied/transactions/4"));
        Assert.All(impatient, told => told.Is(HttpStatusCode.ServiceUnavailable, "not_there_yet"));

        // Read elsewhere, and lost there since: the copy cannot know, the database that is written to does.
        await databases.Tamper(ReadingBooks.LoseBehindSql(book, 3));
        var lost = (await host.Get($"{Journal}?after={place}")).Is(HttpStatusCode.Conflict, "timeline_lost");
        Assert.Equal("3", lost["facts"].GetProperty("common_at_most").GetString());
        await databases.Resume();
    }

    [Fact]
    public async Task One_who_waits_on_a_copy_is_woken_when_the_news_has_come_there()
    {
        var place = (await host.Get($"{Journal}?after=head")).TextOf("cursor");
        await databases.Pause();
        var waiting = host.Get($"{Journal}?after={place}&wait=30");
        await Waiting(1);
        await host.Post(book, ReadingBooks.TopUp("anna", 5));
        // The commit is not there yet, and what is not there wakes nobody.
        (await host.Get($"{Balance}&at_least=2")).Is(HttpStatusCode.OK);
        Assert.False(waiting.IsCompleted);
        await databases.Resume();
        var page = (await waiting).Is(HttpStatusCode.OK);
        Assert.Equal(3, Assert.Single(page.Rows("records")).GetProperty("number").GetInt64());
    }

    private Task Waiting(int count) =>
        Eventually.True(() => host.Readers.Watch.Waiting == count, $"{count} wait.");
}
