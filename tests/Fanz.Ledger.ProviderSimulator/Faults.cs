namespace Fanz.Ledger.ProviderSimulator;

/// <summary>What goes wrong with a request.</summary>
public enum Fault
{
    None,

    /// <summary>The connection breaks before anything was read.</summary>
    LosesRequest,

    /// <summary>It is done, and the connection breaks.</summary>
    LosesAnswer,

    /// <summary>It is done, and nothing is answered until the caller gives up.</summary>
    Hangs,

    /// <summary>It is not done.</summary>
    IsUnavailable,

    /// <summary>It is done, and answered with a failure.</summary>
    FailsAfterwards,

    /// <summary>It is done, and what is answered cannot be read.</summary>
    AnswersNonsense,

    /// <summary>It is done, and what is answered does not end.</summary>
    AnswersTooMuch,

    /// <summary>The caller is sent on to somewhere else, where it must not go.</summary>
    Redirects,

    /// <summary>It is done, and the answer is about another payout.</summary>
    AnswersAboutAnother,

    /// <summary>It is done; whoever asks at once is told that there is no such key.</summary>
    Lags,

    /// <summary>Too many requests, it says.</summary>
    IsBusy,
}

/// <summary>Which request meets which fault.</summary>
public sealed class Faults(int seed)
{
    /// <summary>After so many a request under the same key goes well.</summary>
    private const int MostForOne = 6;

    private static readonly Fault[] Kinds =
        [
            Fault.LosesRequest, Fault.LosesRequest, Fault.LosesAnswer, Fault.LosesAnswer, Fault.LosesAnswer,
            Fault.IsUnavailable, Fault.FailsAfterwards, Fault.AnswersNonsense, Fault.AnswersTooMuch, Fault.Redirects,
            Fault.AnswersAboutAnother, Fault.Lags, Fault.Lags, Fault.IsBusy, Fault.Hangs,
        ];

    private readonly Chance chance = new(seed);

    /// <summary>How many of a hundred requests meet one.</summary>
    public int Percent { get; set; }

    public Fault Of(string method, string key, int nth) =>
        nth > MostForOne || chance.Of(100, "fault", method, key, nth) >= Percent
            ? Fault.None
            : Kinds[chance.Of(Kinds.Length, "kind", method, key, nth)];
}
