using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The needs of one kind that decisions left in some books: the one statement that asks for all of them, and what the
/// books learn from its rows. Every statement is a nested loop over an index from the needs, which travel as arrays:
/// lateral subqueries with a limit or an offset leave the planner no other way.
/// </summary>
internal abstract class Asked
{
    public abstract bool IsNothing { get; }

    public abstract NpgsqlBatchCommand Statement();

    public abstract Task Read(NpgsqlDataReader reader);

    /// <summary>Tells the books, when it is known that what was read can be trusted.</summary>
    public abstract void Tell(Unread unread);

    /// <summary>A statement that is given its parameters as arrays of equal length, a row for each need.</summary>
    public static NpgsqlBatchCommand Statement(
        string sql, params ReadOnlySpan<(NpgsqlDbType Type, Array Values)> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (type, values) in columns)
            command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        return command;
    }

    /// <summary>Reads code, owner, currency, cohort.</summary>
    public static AccountKey ReadAccount(NpgsqlDataReader reader, int first) => new(
        Chart.Find(reader.GetString(first)), reader.GetString(first + 1), Currency.Of(reader.GetString(first + 2)),
        reader.IsDBNull(first + 3) ? null : ReadDay(reader, first + 3));

    protected static LocalDate ReadDay(NpgsqlDataReader reader, int column) =>
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column));

    /// <summary>The need that a row is for, counted from 0.</summary>
    protected static int ReadIndex(NpgsqlDataReader reader) => checked((int)reader.GetInt64(0)) - 1;
}

/// <summary>
/// What was decided and may not be in the database yet: the batch under way, and the one that is being decided. What
/// they do to accounts, streams and transactions is in memory. What is asked for as a set is not, if it is asked for
/// only now: what they add to it is found here.
/// </summary>
internal sealed class Unread(params IEnumerable<Batch?> batches)
{
    private readonly Batch[] batches = [.. batches.OfType<Batch>()];

    /// <summary>The cohorts of each holding account of a book that they touched.</summary>
    public ILookup<AccountKey, LocalDate> Cohorts(Book book) => PartsOf(book)
        .SelectMany(part => part.Touched)
        .Where(account => account.Cohort is not null)
        .ToLookup(account => account with { Cohort = null }, account => account.Cohort!.Value);

    /// <summary>The numbers of their records that took something from an account.</summary>
    public IEnumerable<long> Debits(Book book, AccountKey account) =>
        // What they touched is known, and has its id.
        PartsOf(book).Any(part => part.Touched.Contains(account))
            ? batches.SelectMany(batch => batch.Rows.Debits(book.Id, book.Account(account).Id))
            : [];

    private IEnumerable<BookPart> PartsOf(Book book) =>
        batches.Select(batch => batch.Parts.GetValueOrDefault(book.Id)).OfType<BookPart>();
}
