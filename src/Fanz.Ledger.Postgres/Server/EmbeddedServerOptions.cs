namespace Fanz.Ledger.Postgres.Server;

/// <summary>What a private server should be; see <see cref="EmbeddedServer.Start"/>.</summary>
public sealed record EmbeddedServerOptions
{
    /// <summary>Where the cluster lives and is kept between runs. Without one, a new temporary directory.</summary>
    public string? Directory { get; init; }

    /// <summary>Delete what an earlier run left in the directory and start over.</summary>
    public bool Fresh { get; init; }

    /// <summary>The data of a stopped server: where there is none yet, a copy of it takes the place of new data.</summary>
    public string? CopyOf { get; init; }

    /// <summary>Delete the directory when the server stops, also when this process is killed.</summary>
    public bool ThrowAway { get; init; }

    /// <summary>The loopback port; without one, any that is free.</summary>
    public int? Port { get; init; }

    /// <summary>Further lines of postgresql.conf, by name; they win over the ledger's own.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
