using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client;

/// <summary>
/// What became of one command. All of these are answers of the ledger's: where there is none, an exception says so.
/// </summary>
public abstract record Outcome
{
    private Outcome(string key) => Key = key;

    /// <summary>The key that the command was sent under.</summary>
    public string Key { get; }

    /// <summary>It is in the journal, durably and once.</summary>
    /// <param name="Key">The key that the command was sent under.</param>
    /// <param name="Receipt">The record, and its entries.</param>
    /// <param name="Replayed">
    /// It was there already: an earlier attempt, or an earlier call with this key, had posted it.
    /// </param>
    public sealed record Posted(string Key, Receipt Receipt, bool Replayed) : Outcome(Key);

    /// <summary>
    /// The book said no, and nothing moved. The same key is refused for ever: to try again later is a new command,
    /// under a new key.
    /// </summary>
    /// <param name="Key">The key that the command was sent under.</param>
    /// <param name="Refusal">A stable code, a sentence, and the facts behind it.</param>
    /// <param name="Replayed">It was refused before.</param>
    public sealed record Refused(string Key, Refusal Refusal, bool Replayed) : Outcome(Key);

    /// <summary>
    /// The form is wrong, or there is no such book or command. Nothing was stored, and the key is free.
    /// </summary>
    /// <param name="Key">The key that the command was sent under.</param>
    /// <param name="Faults">Everything that is wrong with it.</param>
    public sealed record Wrong(string Key, IReadOnlyList<Fault> Faults) : Outcome(Key);

    /// <summary>The key has been used for another request. This one was not posted.</summary>
    /// <param name="Key">The key that the command was sent under.</param>
    public sealed record KeyReused(string Key) : Outcome(Key);

    /// <summary>
    /// It was to be posted together with others, one of which was not. Nothing was stored, and the key is free.
    /// </summary>
    /// <param name="Key">The key that the command was sent under.</param>
    /// <param name="Why">A sentence for people.</param>
    public sealed record SetAside(string Key, string Why) : Outcome(Key);

    /// <summary>The caller may not post this. Nothing was stored, and the key is free.</summary>
    /// <param name="Key">The key that the command was sent under.</param>
    /// <param name="Problem">What is missing.</param>
    public sealed record Denied(string Key, LedgerProblem Problem) : Outcome(Key);

    /// <summary>The outcome that a problem is; null when it is none, and the command should be sent again.</summary>
    internal static Outcome? Of(string key, LedgerProblem problem, bool isReplay) => problem switch
    {
        { Code: "set_aside" } => new SetAside(key, problem.Detail),
        { Code: "key_reused" } => new KeyReused(key),
        { Status: 409 or 422 } =>
            new Refused(key, new Refusal(problem.Code, problem.Detail) { Facts = problem.Facts }, isReplay),
        { Status: 403 } => new Denied(key, problem),
        { Status: 400 or 404 or 413 or 415 } => new Wrong(key, problem.Faults),
        _ => null,
    };
}
