using NodaTime;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>How webhooks are delivered.</summary>
internal sealed record WebhookOptions
{
    private const int MostDoublings = 20;

    /// <summary>Receivers on private networks, and without TLS, are allowed: for development.</summary>
    public bool IsPrivateAllowed { get; init; }

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a delivery that is under way when the host stops may still take.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    public Duration FirstPause { get; init; } = Duration.FromSeconds(5);

    public Duration LongestPause { get; init; } = Duration.FromHours(1);

    /// <summary>After this a record becomes a dead letter, and the next one has its turn.</summary>
    public Duration GiveUpAfter { get; init; } = Duration.FromDays(3);

    /// <summary>For how long another host leaves a delivery alone after the last sign of life.</summary>
    public Duration Lease { get; init; } = Duration.FromMinutes(1);

    public int RecordsAPage { get; init; } = 100;

    public int AtOnce { get; init; } = 32;

    /// <summary>A receiver that hangs keeps others waiting in no more than these.</summary>
    public int AtOnceForOne { get; init; } = 4;

    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan Breath { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan PauseAfterFault { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>By which attempts are timed.</summary>
    public IClock Clock { get; init; } = SystemClock.Instance;

    /// <summary>Between 0 and 1; keeps many receivers' retries from coming together.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>Where a person is told that a webhook has stopped.</summary>
    public Action<string>? Tell { get; init; }

    /// <summary>The pause after some failed attempts: twice as long each time, within bounds, give or take.</summary>
    public Duration PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, MostDoublings));
        if (pause > LongestPause) pause = LongestPause;
        return pause * (0.75 + (Chance() / 2));
    }
}
