using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// What reads are served with: a replica where one is named, otherwise the database that is written to.
/// </summary>
/// <param name="written">The database that this host writes to.</param>
/// <param name="replica">Another to read from, if there is one.</param>
/// <param name="places">How many may wait for something to come.</param>
internal sealed class Readers(NpgsqlDataSource written, NpgsqlDataSource? replica, int places) : IAsyncDisposable
{
    private readonly NpgsqlDataSource source = replica ?? written;

    /// <summary>How long a read waits for what it was told is there.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    public AccountReader Accounts => field ??= new(source);

    public OwnedAccounts Owned => field ??= new(source);

    public JournalReader Journal => field ??= new(source);

    public JournalFeed Feed => field ??= new(source);

    public FoundRecords Found => field ??= new(source);

    public BookLooks Looks => field ??= new(source);

    /// <summary>Where it can be told what is only late and what was lost.</summary>
    public BookLooks LooksWritten => field ??= new(written);

    public HeadWatch Watch { get; } = new(replica ?? written, isWrittenHere: replica is null, places);

    /// <summary>A place to wait in, as long as there are some left.</summary>
    public IDisposable TakePlace() => Watch.TakePlace() ?? throw new ProblemFound(
        Problem.Unavailable("too_many_waiting", "As many are waiting as this host lets wait. Try again."));

    public ValueTask DisposeAsync() => Watch.DisposeAsync();
}
