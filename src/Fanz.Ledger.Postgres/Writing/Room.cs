using Fanz.Ledger.Accounts;
using Npgsql;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// What a lane needs from the database beforehand: ids for the accounts that a batch may open, and partitions for the
/// numbers and positions it will reach. Both are fetched outside the batch's own transaction.
/// </summary>
internal sealed class Room(NpgsqlDataSource database)
{
    /// <summary>The increment of the sequence ledger.account_ids.</summary>
    private const int IdsInARange = 1_000;
    private const int RangesAhead = 4;

    private long numberRoom;
    private long positionRoom;

    public AccountIds Ids { get; } = new();

    public async Task KeepIds(int needed)
    {
        if (Ids.Left >= needed) return;
        var ranges = ((needed - Ids.Left) / IdsInARange) + RangesAhead;
        await using var command = database.CreateCommand(
            "select nextval('ledger.account_ids') from generate_series(1, $1)");
        command.Parameters.Add(new() { Value = ranges });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) Ids.Add(reader.GetInt64(0), IdsInARange);
    }

    public async Task KeepRoom(IReadOnlyCollection<BookPart> parts)
    {
        if (parts.Count == 0) return;
        var number = parts.Max(part => part.Memory.Book.LastNumber);
        var position = parts.Max(part => part.Memory.Book.LastPosition);
        if (number < numberRoom && position < positionRoom) return;
        await using var command = database.CreateCommand(
            "select number_room, position_room from ledger.make_room($1, $2)");
        command.Parameters.Add(new() { Value = number });
        command.Parameters.Add(new() { Value = position });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        (numberRoom, positionRoom) = (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// After a failover to a copy that lost commits, ranges may be handed out again and partitions missing.
    /// </summary>
    public void Discard()
    {
        Ids.Discard();
        (numberRoom, positionRoom) = (0, 0);
    }
}
