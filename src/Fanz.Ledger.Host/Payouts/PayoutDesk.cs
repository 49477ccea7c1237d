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
    private const int MostAttempts = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

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

    /// <summary>
    /// Posts what somebody wants. A refusal is an answer for ever, so after it was put right the same comes under the
    /// next key.
    /// </summary>
    public async Task<Receipt> Post(string name, Command command, string person, CancellationToken token)
    {
        var actor = new Actor("ledger", person);
        var since = System.Diagnostics.Stopwatch.StartNew();
        for (var attempt = 1; attempt <= MostAttempts;)
        {
            switch (await Writer.Post(Book.Name, command, actor, $"payouts/{name}/{attempt}", token))
            {
                case Reply.Posted posted:
                    return posted.Receipt;
                case Reply.Refused { Replayed: true }:
                    attempt++;
                    break;
                case Reply.Refused { Refusal: var refusal }:
                    throw new Mistake($"{refusal.Code}: {refusal.Message}");
                case Reply.Malformed { Faults: var faults }:
                    throw new Mistake(string.Join(" ", faults.Select(fault => fault.ToString())));
                case Reply.Busy or Reply.Unavailable or Reply.Unknown when since.Elapsed < Patience:
                    await Task.Delay(Pause, token);
                    break;
                case Reply.Unavailable { Why: var why }:
                    throw new Mistake($"{why} Ask again: nothing is done twice.");
                case Reply.Unknown { Why: var why }:
                    throw new Mistake($"{why} Ask again: nothing is done twice.");
                case var other:
                    throw new Mistake($"It was not posted: {other}");
            }
        }

        throw new Mistake($"It was refused {MostAttempts} times.");
    }

    public async ValueTask DisposeAsync()
    {
        if (writer is not null) await writer.DisposeAsync();
        await Source.DisposeAsync();
        await database.DisposeAsync();
    }
}
