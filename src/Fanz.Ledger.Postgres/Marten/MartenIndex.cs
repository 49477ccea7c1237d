using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Marten;

/// <summary>
/// The index by which a stream is found: the accounts of a book by their names. It is built while others write, so it
/// is a transaction of its own, and an interrupted run may leave half of it.
/// </summary>
internal static class MartenIndex
{
    private const string StateSql =
        """
        select i.indisvalid from pg_index i
        join pg_class c on c.oid = i.indexrelid
        where i.indrelid = 'ledger.accounts'::regclass and c.relname = $1
        """;

    /// <summary>One a book that has such a schema, and of its accounts alone: no other book pays for it.</summary>
    private static string Name(int book) => $"accounts_by_name_in_book_{book}";

    // Unique not to forbid anything, which the key of the table does already, but because the planner believes a unique
    // index without having seen the table. The predicate does not say which book it is: in a table that it has not seen
    // the planner takes the accounts of one book for a few, and would scan them by this index for each event. That there
    // is a name, and there is one in this book alone, it takes for what is usual.
    private static string CreateSql(int book) =>
        $"""
        create unique index concurrently {Name(book)} on ledger.accounts ({MartenViews.NameSql(book)})
        where {MartenViews.NameSql(book)} is not null
        """;

    public static string DropSql(int book) => $"drop index concurrently if exists ledger.{Name(book)}";

    /// <summary>Makes the index unless it is there; says whether it was made.</summary>
    public static async Task<bool> Make(
        NpgsqlConnection connection, OpenedBook book, IProgress<string>? progress, CancellationToken token)
    {
        var state = await State(connection, book, token);
        if (state is true) return false;
        // What an earlier run left when it was interrupted is of no use.
        if (state is false) await MartenSchema.Execute(connection, DropSql(book.Id), token);
        progress?.Report($"Indexing the accounts of {book.Name} by their names …");
        try
        {
            await MartenSchema.Execute(connection, CreateSql(book.Id), token);
        }
        catch
        {
            await GiveUp(connection, book);
            throw;
        }

        return true;
    }

    /// <summary>
    /// Half an index is no harm, and the next run begins with dropping it: whoever holds it is not waited for long.
    /// </summary>
    public static async Task GiveUp(NpgsqlConnection connection, OpenedBook book)
    {
        try
        {
            await MartenSchema.Execute(connection, "set lock_timeout = '2s'", CancellationToken.None);
            await MartenSchema.Execute(connection, DropSql(book.Id), CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // What made the run fail is what there is to tell.
        }
    }

    private static async Task<bool?> State(NpgsqlConnection connection, OpenedBook book, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(StateSql, connection)
        {
            Parameters = { new() { Value = Name(book.Id) } },
        };
        return (bool?)await query.ExecuteScalarAsync(token);
    }
}
