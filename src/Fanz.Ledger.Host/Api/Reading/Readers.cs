using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Invoicing;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Statements;
using Npgsql;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// What reads are served with: a copy of the database where one is named, otherwise the one that is written to. Either
/// way they have connections of their own, so that no crowd of readers keeps anything else waiting.
/// </summary>
/// <param name="written">The database that this host writes to.</param>
/// <param name="read">Where to read.</param>
/// <param name="isCopy">That is another database than the one that is written to.</param>
/// <param name="places">How many may wait for something to come.</param>
internal sealed class Readers(NpgsqlDataSource written, NpgsqlDataSource read, bool isCopy, int places)
    : IAsyncDisposable
{
    /// <summary>How long a read waits for what it was told is there.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    public AccountReader Accounts => field ??= new(read);

    public OwnedAccounts Owned => field ??= new(read);

    public JournalReader Journal => field ??= new(read);

    public JournalFeed Feed => field ??= new(read);

    public SharedPages SharedPages => field ??= new(Feed);

    public FoundRecords Found => field ??= new(read);

    public ArchivedRanges Archived => field ??= new(read);

    public ReferenceReader References => field ??= new(read);

    public ListReader Lists => field ??= new(read);

    public ReportMaker Reports => field ??= new(read);

    public DayReader Days => field ??= new(read);
    public RevenueReport Revenue => field ??= new(read);
    public StatementReader Statements => field ??= new(read);

    public PaymentReader Payments => field ??= new(read);

    public Builds Builds => field ??= new(read);

    public BookLooks Looks => field ??= new(read);

    /// <summary>Where it can be told what is only late and what was lost.</summary>
    public BookLooks LooksWritten => field ??= new(written);

    public HeadWatch Watch { get; } = new(read, isWrittenHere: !isCopy, places);

    /// <summary>A place to wait in, as long as there are some left.</summary>
    public IDisposable TakePlace() => Watch.TakePlace() ?? throw new ProblemFound(
        Problem.Unavailable("too_many_waiting", "As many are waiting as this host lets wait. Try again."));

    public ValueTask DisposeAsync() => Watch.DisposeAsync();
}
