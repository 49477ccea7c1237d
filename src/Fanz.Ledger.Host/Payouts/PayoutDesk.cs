using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// What the verbs of payouts work with: a book whose payouts are up to date, and a way to post what a person at the
/// terminal decides.
/// </summary>
internal sealed class PayoutDesk : IAsyncDisposable
{
    private readonly Database database;
    private BookWriter? writer;

    private PayoutDesk(Database database, NpgsqlDataSource source, BookRegistry registry, OpenedBook book)
    {
        this.database = database;
        (Source, Registry, Book, Payouts) = (source, registry, book, new PayoutReader(source));
    }

    public NpgsqlDataSource Source { get; }

    public BookRegistry Registry { get; }

    public OpenedBook Book { get; }

    public PayoutReader Payouts { get; }

    public BookWriter Writer => writer ??= new BookWriter(Source, Registry, HostSettings.Writer());

    /// <summary>Opens a book, and waits until its payouts are made of all that it has recorded.</summary>
    public static async Task<PayoutDesk> Open(BookName name, CancellationToken token)
    {
        var database = await Database.OpenPrepared(isFresh: false, token);
        try
        {
            var source = database.Connect();
            var registry = new BookRegistry(source);
            var desk = new PayoutDesk(database, source, registry, await registry.MustFind(name, token));
            await desk.Follow(token);
            return desk;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async Task Follow(CancellationToken token)
    {
        Follower[] followers = [.. Followers.All.Where(one => one.Name == PayoutFollower.FollowerName)];
        var held = await CatchUp.With(
            Source, followers, [Book],
            new FollowerOptions { PooledByTransaction = HostSettings.IsPooledByTransaction }, token);
        if (held.Count > 0) throw new Mistake($"The follower {held[0].Follower} does not go on in {Book.Name}.");
    }

    public async Task<PayingTools> Tools(CancellationToken token) =>
        PayingTools.Of(Source, await database.MasterKey(token));

    public async Task<BatchRow> MustFindBatch(string batch, CancellationToken token) =>
        await Payouts.Batch(Book, batch, token)
        ?? throw new Mistake($"{Book.Name} has no batch {batch}: `ledger payouts list` lists them.");

    public async Task<PayoutRow> MustFindPayout(string payout, CancellationToken token) =>
        await Payouts.Find(Book, payout, token) ?? throw new Mistake($"{Book.Name} has no payout {payout}.");

    /// <summary>What is in a batch by the payouts that were formed for it, each as the journal has it.</summary>
    public async Task<(long Payouts, long Sent, string Members)> Members(string batch, CancellationToken token)
    {
        using var members = new BatchMembers();
        await foreach (var row in Payouts.Members(Book, batch, token)) members.Add(row.Payout, row.Creator, row.Sent);
        return (members.Payouts, members.Sent, members.Members());
    }

    public Task<Receipt> Post(string name, Command command, string person, CancellationToken token) =>
        PostedByHand.Post(Writer, Book.Name, $"payouts/{name}", command, person, token);

    public async ValueTask DisposeAsync()
    {
        if (writer is not null) await writer.DisposeAsync();
        await Source.DisposeAsync();
        await database.DisposeAsync();
    }
}
