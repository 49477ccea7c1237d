namespace Fanz.Ledger.Postgres.Following;

/// <summary>How those who follow the journal look for news.</summary>
public sealed record FollowerOptions
{
    /// <summary>How often they look when nobody in this process has rung.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long they leave it at least, however often somebody rings.</summary>
    public TimeSpan Breath { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long they wait after the database refused something or went away.</summary>
    public TimeSpan PauseAfterFault { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many books they work on at a time. One leaves the most to those who post.</summary>
    public int Lanes { get; init; } = Math.Clamp(Environment.ProcessorCount / 4, 1, 8);

    public bool PooledByTransaction { get; init; }

    /// <summary>Where a person is told that one has stopped, or cannot go on.</summary>
    public Action<string>? Tell { get; init; }
}
