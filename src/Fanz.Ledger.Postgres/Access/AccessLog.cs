using System.Threading.Channels;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>
/// A request that is in no journal, and how it was answered. Nothing of its body or its address stands here but the
/// book; the route is a template.
/// </summary>
public sealed record AccessRow(Instant At, string Request, string Method, string? Route, int Status, string? Code)
{
    public string? KeyId { get; init; }

    public string? Actor { get; init; }

    public string? Tenant { get; init; }

    public string? Platform { get; init; }

    /// <summary>The head of the book that was answered from, or the record that it is about.</summary>
    public long? Number { get; init; }

    /// <summary>Anyone can cause as many of them as they like, so those that are alike are counted.</summary>
    public bool IsDenial => Status is 401 or 429;
}

/// <summary>
/// Writes the access log: whatever was gathered in a quarter of a second is one insert and one commit, so that it
/// takes next to nothing from those who post. A row that <see cref="Add"/> took is written, also when the database is
/// away for a while; only a crash of the host loses some, and no more than what was taken since the last commit: at
/// most <see cref="Room"/> rows. Where a commit's outcome is not known the rows are written again.
/// </summary>
public sealed class AccessLog : IAsyncDisposable
{
    public const int Room = 10_000;
    private const int MostAtOnce = 5_000;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);

    private const string InsertSql =
        """
        insert into ledger.access_log
            (at, status, times, number, request, key_id, actor, tenant, platform, method, route, code)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private readonly Channel<AccessRow> rows = Channel.CreateBounded<AccessRow>(
        new BoundedChannelOptions(Room) { SingleReader = true });

    private readonly NpgsqlDataSource database;
    private readonly TimeSpan patience;
    private readonly Action<string> tell;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationTokenSource givingUp = new();
    private readonly Task writing;

    /// <param name="database">Where it is written.</param>
    /// <param name="patience">How long to try the last rows when it is closed.</param>
    /// <param name="tell">Hears, once, that it cannot be written, and at the end what was lost.</param>
    public AccessLog(NpgsqlDataSource database, TimeSpan patience, Action<string> tell)
    {
        (this.database, this.patience, this.tell) = (database, patience, tell);
        writing = Task.Run(Write);
    }

    public int Waiting => rows.Reader.Count;

    /// <summary>
    /// Takes a row, as soon as there is room for it: those who ask are held back, not the log. After the end it takes
    /// none any more, and says so.
    /// </summary>
    public async ValueTask<bool> Add(AccessRow row)
    {
        try
        {
            await rows.Writer.WriteAsync(row);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Takes no more, and writes what it has.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!rows.Writer.TryComplete()) return;
        await closing.CancelAsync();
        givingUp.CancelAfter(patience);
        await writing;
        closing.Dispose();
        givingUp.Dispose();
    }

    private async Task Write()
    {
        var batch = new List<AccessRow>();
        while (await rows.Reader.WaitToReadAsync())
        {
            if (rows.Reader.Count < MostAtOnce) await Pause(Gathering, closing.Token);
            while (batch.Count < MostAtOnce && rows.Reader.TryRead(out var row)) batch.Add(row);
            if (!await Insisted(batch))
            {
                tell($"{batch.Count + rows.Reader.Count} rows of the access log could not be written and are lost.");
                return;
            }

            batch.Clear();
        }
    }

    /// <summary>Tries until it is done, or until closing has taken too long.</summary>
    private async Task<bool> Insisted(List<AccessRow> batch)
    {
        var counted = Counted(batch);
        for (var isTold = false; !givingUp.IsCancellationRequested; await Pause(Gathering, givingUp.Token))
        {
            try
            {
                await Insert(counted, givingUp.Token);
                return true;
            }
            catch (Exception exception) when (
                exception is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
            {
                if (!isTold) tell($"The access log cannot be written now: {exception.Message}");
                isTold = true;
            }
        }

        return false;
    }

    private static List<(AccessRow Row, int Times)> Counted(List<AccessRow> batch) =>
        [
            .. batch.Where(row => !row.IsDenial).Select(row => (row, 1)),
            .. batch.Where(row => row.IsDenial)
                .GroupBy(row => (row.KeyId, row.Method, row.Route, row.Status, row.Code))
                .Select(alike => (alike.First(), alike.Count())),
        ];

    private async Task Insert(List<(AccessRow Row, int Times)> batch, CancellationToken token)
    {
        await using var command = database.CreateCommand(InsertSql);
        Column(NpgsqlDbType.TimestampTz, row => row.At.ToDateTimeUtc());
        Column(NpgsqlDbType.Smallint, row => (short)row.Status);
        command.Parameters.Add(new() { Value = batch.Select(counted => counted.Times).ToArray() });
        Column(NpgsqlDbType.Bigint, row => row.Number);
        Column(NpgsqlDbType.Text, row => row.Request);
        Column(NpgsqlDbType.Text, row => row.KeyId);
        Column(NpgsqlDbType.Text, row => row.Actor);
        Column(NpgsqlDbType.Text, row => row.Tenant);
        Column(NpgsqlDbType.Text, row => row.Platform);
        Column(NpgsqlDbType.Text, row => row.Method);
        Column(NpgsqlDbType.Text, row => row.Route);
        Column(NpgsqlDbType.Text, row => row.Code);
        await command.ExecuteNonQueryAsync(token);

        void Column<T>(NpgsqlDbType type, Func<AccessRow, T> value) => command.Parameters.Add(new()
        {
            NpgsqlDbType = NpgsqlDbType.Array | type,
            Value = batch.Select(counted => value(counted.Row)).ToArray(),
        });
    }

    private static async Task Pause(TimeSpan time, CancellationToken token)
    {
        try
        {
            await Task.Delay(time, token);
        }
        catch (OperationCanceledException)
        {
            // There is no time left to wait.
        }
    }
}
