using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// A read that was admitted: whose it is, of which book, and how current it must be. Every read begins with a look at
/// the book, and says in its header what number it is current to.
/// </summary>
internal sealed class ReadRequest
{
    private const string AtLeast = "at_least";

    private readonly HttpContext context;
    private readonly long atLeast;

    private ReadRequest(HttpContext context, OpenedBook book, Parameters parameters)
    {
        this.context = context;
        Book = book;
        Parameters = parameters;
        Caller = Caller.Of(context);
        Readers = Served.Of(context).Readers;
        atLeast = parameters.Whole(AtLeast, 0, long.MaxValue) ?? 0;
    }

    public OpenedBook Book { get; }

    public Parameters Parameters { get; }

    public Caller Caller { get; }

    public Readers Readers { get; }

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>A read of what concerns a whole book, and so not for those who see one owner alone.</summary>
    public static async Task<ReadRequest> OfBook(HttpContext context, params string[] parameters)
    {
        var request = await OfOwner(context, parameters);
        return request.Caller.Owner is null ? request : throw OwnersAlone();
    }

    /// <summary>A read that is also for those who see one owner alone.</summary>
    public static Task<ReadRequest> OfOwner(HttpContext context, params string[] parameters) =>
        WithRight(Scopes.ReadLedger, context, parameters);

    /// <summary>The same for those who have a right of its own, which implies no other and is implied by none.</summary>
    public static async Task<ReadRequest> WithRight(string scope, HttpContext context, params string[] parameters)
    {
        var book = await Books.Find(context);
        Caller.Of(context).Require(scope);
        return new ReadRequest(context, book, Parameters.Of(context, [.. parameters, AtLeast]));
    }

    /// <summary>
    /// How the book stands, once it has the number that the caller asks for at least; and if the caller has a place in
    /// it, then that place lies on the book's timeline.
    /// </summary>
    public async Task<BookLook> Look(JournalCursor place = default)
    {
        var look = await See(place);
        if (look.Number < atLeast)
        {
            look = await WaitFor(atLeast, place);
            if (look.Number < atLeast) throw NotThereYet(look, atLeast);
        }

        return look.Knows(place) ? look : await Judge(look, place);
    }

    /// <summary>Waits until followers have come to the number that the caller asks for at least, if to any.</summary>
    public async Task ReachedBy(params IReadOnlyList<string> followers)
    {
        if (Parameters.Text(AtLeast) is null) return;
        var look = await Look();
        foreach (var follower in followers)
            if (!await Readers.Builds.Reach(follower, Book, atLeast, Readers.Patience, Aborted))
                throw NotThereYet(look, atLeast);
    }

    /// <summary>
    /// A place is not in this chain as it is here. On a replica it may only be late, and where it is not, the database
    /// that is written to can say so; everywhere else the reader has read what was lost.
    /// </summary>
    public async Task<BookLook> Judge(BookLook look, JournalCursor place)
    {
        if (place.Number <= look.Number || !look.MayLag) throw await Lost(Readers.Looks, look, place);
        look = await WaitFor(place.Number, place);
        if (look.Knows(place)) return look;
        if (place.Number <= look.Number) throw await Lost(Readers.Looks, look, place);
        var written = await Readers.LooksWritten.At(Book, place, Aborted) ?? throw Gone();
        if (written.Knows(place) || (written.MayLag && place.Number > written.Number))
            throw NotThereYet(look, place.Number);
        throw await Lost(Readers.LooksWritten, written, place);
    }

    /// <summary>A read that lasted ends where the key or token with which it began ends.</summary>
    public async ValueTask Readmit()
    {
        if (!await Served.Of(context).Entrance.StillAdmits(context)) throw Entrance.Refuse(context);
    }

    public void SayNumber(long number)
    {
        context.Response.Headers[Header.Number] = number.ToString(CultureInfo.InvariantCulture);
        AccessLogging.IsAbout(context, number);
    }

    /// <summary>To one who sees an owner's accounts alone, and asks for more.</summary>
    public static ProblemFound OwnersAlone() => new(new Problem(
        StatusCodes.Status403Forbidden, "owner_only",
        "This key sees the accounts of one owner: their balances and entries, and nothing else of a book."));

    /// <summary>
    /// An account that was never used. To one who sees an owner's accounts alone, all others are such.
    /// </summary>

    public static ProblemFound Unknown(AccountKey account) => new(new Problem(
        StatusCodes.Status404NotFound, "account_unknown", $"{account} was never used."));

    /// <summary>The book was in a database that this one has replaced.</summary>
    public ProblemFound Gone()
    {
        Served.Of(context).Registry.Forget(Book.Name);
        return Books.Unknown();
    }

    public static ProblemFound NotThereYet(BookLook look, long number) => new(
        Problem.Unavailable("not_there_yet", $"This database has not come to number {number} yet.") with
        {
            Facts = Facts(("number", number), ("head", look.Number)),
        });

    private async Task<BookLook> See(JournalCursor place)
    {
        var look = await Readers.Looks.At(Book, place, Aborted) ?? throw Gone();
        SayNumber(look.Number);
        return look;
    }

    private async Task<BookLook> WaitFor(long number, JournalCursor place)
    {
        using var waiting = Readers.TakePlace();
        await Readers.Watch.Reaches(Book, number, Readers.Patience, Aborted);
        return await See(place);
    }

    private async Task<ProblemFound> Lost(BookLooks looks, BookLook look, JournalCursor place)
    {
        var common = place.Number > look.Number ? look.Number : await looks.MostInCommon(Book, place, Aborted);
        return new ProblemFound(new Problem(
            StatusCodes.Status409Conflict, "timeline_lost",
            $"What was read up to {place} is not what this book holds: commits were lost when another database took " +
            $"over. At most what lies up to number {common} is still as it was read.")
        {
            Facts = Facts(("number", place.Number), ("common_at_most", common), ("head", look.Number)),
        });
    }

    private static Dictionary<string, string> Facts(params ReadOnlySpan<(string Name, long Value)> facts)
    {
        var told = new Dictionary<string, string>();
        foreach (var (name, value) in facts) told.Add(name, value.ToString(CultureInfo.InvariantCulture));
        return told;
    }
}
