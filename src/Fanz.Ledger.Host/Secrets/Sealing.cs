using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Secrets;

/// <summary>
/// How an address takes what is secret of a creator and gives it back: sealed before a command is made of it, and
/// written down before it is shown. Clear text is in the body of that one request or answer and nowhere else.
/// </summary>
internal static class Sealing
{
    public static async Task<string> Seal(
        HttpContext context, OpenedBook book, string creator, string purpose, ReadOnlyMemory<byte> clear)
    {
        try
        {
            return await Keys(context).Seal(
                book.Name.Tenant, PersonKeys.OfCreator(creator), purpose, clear, context.RequestAborted);
        }
        catch (PersonForgotten)
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status409Conflict, "person_forgotten",
                "The key of this person was destroyed: nothing of theirs is sealed any more."));
        }
        catch (WrongMasterKey)
        {
            throw Unreadable();
        }
    }

    /// <summary>By which the same secret of other people is found.</summary>
    public static async Task<string> Fingerprint(
        HttpContext context, OpenedBook book, string purpose, ReadOnlyMemory<byte> clear)
    {
        try
        {
            var fingerprints = await Keys(context).Fingerprints(context.RequestAborted);
            return fingerprints.Of(book.Name.Tenant, purpose, clear.Span);
        }
        catch (WrongMasterKey)
        {
            throw Unreadable();
        }
    }

    /// <summary>
    /// Writes down that the caller reads it and why, and then opens it. Each time is a record of its own: a reading has
    /// no idempotency key, so nobody reads twice on one record. Whether the caller may is the address's to know.
    /// </summary>
    /// <param name="action">What the address is called, as the trail has it.</param>
    /// <param name="what">What of the creator is read, as the record has it: `payout_method/bank`.</param>
    public static async Task<byte[]> Reveal(
        HttpContext context, OpenedBook book, string creator, string purpose, string text, string action, string what,
        string reason)
    {
        var (keys, caller) = (Keys(context), Caller.Of(context));
        var reply = await Served.Of(context).Writer.Post(
            book.Name, new Command.RecordReading(creator, what, reason), caller.Actor, $"reading/{Guid.NewGuid():n}");
        if (reply is not Reply.Posted posted) throw new ProblemFound(Replies.ProblemOf(reply)!);
        AccessLogging.IsAbout(context, posted.Receipt.Number);
        await Trail.Reads(
            context, book.Name.Tenant, book.Name.Platform, action, PersonKeys.OfCreator(creator), what,
            posted.Receipt.Number);
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            return await keys.Open(
                book.Name.Tenant, PersonKeys.OfCreator(creator), purpose, text, context.RequestAborted)
                ?? throw new ProblemFound(new Problem(
                    StatusCodes.Status409Conflict, "secret_unreadable", "What was sealed does not open."));
        }
        catch (WrongMasterKey)
        {
            throw Unreadable();
        }
    }

    public static PersonKeys Keys(HttpContext context) => Served.Of(context).Secrets ?? throw new ProblemFound(
        Problem.Unavailable("secrets_unconfigured", "This host has no master key: LEDGER_MASTER_KEY is not set."));

    public static ProblemFound Unreadable() => new(Problem.Unavailable(
        "secrets_unreadable", "This host has another master key than the one that secrets are sealed under."));
}
