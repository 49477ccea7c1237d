using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Api;

/// <summary>What the writer and the preview say, in the words of HTTP.</summary>
internal static class Replies
{
    /// <summary>The problem that a reply is; null for what was posted.</summary>
    public static Problem? ProblemOf(Reply reply) => reply switch
    {
        Reply.Posted => null,
        Reply.Refused refused => Problem.Of(refused.Refusal, refused.Replayed),
        Reply.Malformed malformed => Problem.Of(malformed.Faults),
        Reply.KeyReused => new Problem(
            StatusCodes.Status422UnprocessableEntity, "key_reused", "The key was used for another request."),
        Reply.SetAside aside => new Problem(StatusCodes.Status409Conflict, "set_aside", aside.Why),
        Reply.Busy busy => Problem.Unavailable("busy", "The queue is full; nothing was taken.") with
        {
            RetryAfter = (int)Math.Ceiling(busy.RetryAfter.TotalSeconds),
        },
        Reply.Unavailable => Problem.Unavailable("unavailable", "It was not posted. Try again with the same key."),
        Reply.Unknown => Problem.Unavailable(
            "outcome_unknown", "It may or may not be posted. Try again with the same key to learn which."),
        Reply.Failed => Failed,
        _ => throw new InvariantBroken("There is no other reply."),
    };

    /// <summary>The problem that a preview is; null for what would be posted.</summary>
    public static Problem? ProblemOf(Previewed previewed) => previewed switch
    {
        Previewed.Posts => null,
        Previewed.Refused refused => Problem.Of(refused.Refusal),
        Previewed.Malformed malformed => Problem.Of(malformed.Faults),
        Previewed.Unavailable => Problem.Unavailable("unavailable", "This host cannot say now. Try again."),
        Previewed.Failed => Failed,
        _ => throw new InvariantBroken("There is no other preview."),
    };

    private static readonly Problem Failed = new(
        StatusCodes.Status500InternalServerError, "failed", "The command met a fault; nothing was posted.");
}
