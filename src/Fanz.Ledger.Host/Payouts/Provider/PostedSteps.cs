using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>Steps that are posted outside of any run: by callbacks, and for instant payouts.</summary>
internal static class PostedSteps
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Who posts what a provider said: the rail, as a person behind the service of all of them.</summary>
    public static Actor ActorOf(string rail) => new("rails", rail);

    public static PostSteps By(BookWriter writer, BookName book, Actor actor) => async (steps, token) =>
    {
        for (var attempt = 1; ; attempt++)
        {
            var replies = await writer.PostAll(
                book, [.. steps.Select(step => (step.Command, $"rail/{step.Name}"))], actor, token);
            var trouble = replies.Select(Trouble).FirstOrDefault(why => why is not null);
            if (trouble is null) return [.. replies.Select(CodeOf)];
            // The same keys again: what was posted already is answered as it was.
            if (attempt == MostAttempts) throw new StepsPostponed(trouble);
            await Task.Delay(Pause * attempt, token);
        }
    };

    private static string? CodeOf(Reply reply) => reply switch
    {
        Reply.Posted => null,
        Reply.Refused refused => refused.Refusal.Code,
        // Two hosts heard the same in other words; the first of them was taken.
        Reply.KeyReused => "key_reused",
        Reply.Malformed malformed => malformed.Faults[0].Code,
        _ => "failed",
    };

    private static string? Trouble(Reply reply) => reply switch
    {
        Reply.Busy => "the queue is full",
        Reply.Unavailable unavailable => unavailable.Why,
        Reply.Unknown unknown => unknown.Why,
        _ => null,
    };
}

/// <summary>What a provider said could not be posted now. It is asked again later.</summary>
internal sealed class StepsPostponed(string why) : Exception($"What the provider said waits: {why}");
