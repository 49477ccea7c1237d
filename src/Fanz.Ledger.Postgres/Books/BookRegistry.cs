using System.Collections.Concurrent;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Access;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Books;

/// <summary>A book as it was opened, with the id that its rows carry.</summary>
public sealed record OpenedBook(int Id, BookSettings Settings)
{
    public BookName Name => Settings.Name;
}

/// <summary>Which books there are. A book is opened on purpose; its settings never change, so they are kept.</summary>
/// <param name="database">Where they are.</param>
/// <param name="clock">The clock of a simulation; otherwise a book is opened at the database's time.</param>
public sealed class BookRegistry(NpgsqlDataSource database, IClock? clock = null)
{
    private readonly ConcurrentDictionary<BookName, OpenedBook> known = new();

    /// <summary>The book if it is known already; asks nobody.</summary>
    public bool TryGetKnown(BookName name, out OpenedBook? book) => known.TryGetValue(name, out book);

    public async Task<OpenedBook?> Find(BookName name, CancellationToken cancellation)
    {
        if (known.TryGetValue(name, out var book)) return book;
        const string sql = """
            select id, tenant, platform, time_zone, calendar, reporting_currency
            from ledger.books where tenant = $1 and platform = $2
            """;
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = name.Tenant });
        command.Parameters.Add(new() { Value = name.Platform });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? known[name] = Read(reader) : null;
    }

    public Task<IReadOnlyList<OpenedBook>> List(CancellationToken cancellation) => List(null, cancellation);

    /// <summary>The books of a tenant, or of all.</summary>
    public async Task<IReadOnlyList<OpenedBook>> List(string? tenant, CancellationToken cancellation)
    {
        const string sql = """
            select id, tenant, platform, time_zone, calendar, reporting_currency
            from ledger.books where $1::text is null or tenant = $1 order by tenant, platform
            """;
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var books = new List<OpenedBook>();
        while (await reader.ReadAsync(cancellation)) books.Add(Read(reader));
        return books;
    }

    /// <summary>
    /// Opens a book with its first record and seal, or returns the one that is there already; opening it again with
    /// other settings is an error of the caller's, and changes nothing.
    /// </summary>
    public async Task<OpenedBook> Open(BookSettings settings, string actor, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (id, at) = await Insert(connection, settings, cancellation);
        if (id is null)
        {
            await transaction.RollbackAsync(cancellation);
            var existing = await Find(settings.Name, cancellation)
                ?? throw new InvalidOperationException($"Book {settings.Name} was there and is gone.");
            return existing.Settings == settings
                ? existing
                : throw new BookSettingsDiffer($"Book {settings.Name} is already open, with other settings.");
        }

        await WriteFirstRecord(
            connection, id.Value, settings, clock?.GetCurrentInstant() ?? at, actor, cancellation);
        await AccessTrail.Append(
            connection, settings.Name.Tenant,
            [
                new TrailNote(TrailKind.Done, "open_book", actor)
                {
                    Platform = settings.Name.Platform, Subject = $"book:{settings.Name.Platform}", Number = 1,
                },
            ],
            cancellation);
        // From here on the book may exist: the commit is not cancelled.
        await transaction.CommitAsync(CancellationToken.None);
        return known[settings.Name] = new OpenedBook(id.Value, settings);
    }

    /// <summary>What is wrong with a request for a book that is not open.</summary>
    internal static Fault Unknown(BookName name) => new("book", "book_unknown", $"There is no book {name}.");

    /// <summary>
    /// Forgets a book whose database turned out to be another one (a promoted copy that lost commits).
    /// </summary>
    internal void Forget(BookName name) => known.TryRemove(name, out _);

    private static async Task<(int? Id, Instant At)> Insert(
        NpgsqlConnection connection, BookSettings settings, CancellationToken cancellation)
    {
        const string sql = """
            insert into ledger.books (tenant, platform, time_zone, calendar, reporting_currency)
            values ($1, $2, $3, $4, $5) on conflict (tenant, platform) do nothing
            returning id, clock_timestamp()
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = settings.Name.Tenant });
        command.Parameters.Add(new() { Value = settings.Name.Platform });
        command.Parameters.Add(new() { Value = settings.TimeZone.Id });
        command.Parameters.Add(new() { Value = settings.Calendar });
        command.Parameters.Add(new() { Value = settings.ReportingCurrency.Code });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (reader.GetInt32(0), Instant.FromDateTimeUtc(reader.GetDateTime(1)))
            : (null, default);
    }

    private static async Task WriteFirstRecord(
        NpgsqlConnection connection, int id, BookSettings settings, Instant at, string actor,
        CancellationToken cancellation)
    {
        var book = new Book(id, settings);
        var (record, entries) = book.Append(settings.Opening(), book.At(at), actor, new AccountIds());
        var leaves = new Leaves();
        var bytes = new CanonicalBytes();
        bytes.OfRecord(settings.Name, record, entries.AsSpan());
        leaves.Add(bytes);
        var seal = Seal.First(record, leaves.Root());

        const string sql = """
            with record as (
                insert into ledger.journal (book_id, number, type, at, effective_on, last_position, actor, data)
                values ($1, $2, $3, $4, $5, $6, $7, $8))
            insert into ledger.seals
                (book_id, sequence, vocabulary, last_number, last_position, at, root, previous, hash, leaves)
            values ($1, $9, $10, $2, $6, $4, $11, $12, $13, $14)
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = record.Number });
        command.Parameters.Add(new() { Value = record.Type });
        command.Parameters.Add(new() { Value = record.At.ToDateTimeUtc() });
        command.Parameters.Add(new() { Value = record.EffectiveOn.ToDateOnly() });
        command.Parameters.Add(new() { Value = record.LastPosition });
        command.Parameters.Add(new() { Value = record.Actor });
        command.Parameters.Add(new() { Value = record.Data.ToArray(), NpgsqlDbType = NpgsqlDbType.Json });
        command.Parameters.Add(new() { Value = seal.Sequence });
        command.Parameters.Add(new() { Value = seal.Vocabulary });
        command.Parameters.Add(new() { Value = seal.Root });
        command.Parameters.Add(new() { Value = seal.Previous });
        command.Parameters.Add(new() { Value = seal.HashIn(settings.Name) });
        command.Parameters.Add(new() { Value = leaves.ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static OpenedBook Read(NpgsqlDataReader reader)
    {
        var name = new BookName(reader.GetString(1), reader.GetString(2));
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(reader.GetString(3))
            ?? throw new InvalidOperationException($"Book {name} keeps the unknown time zone '{reader.GetString(3)}'.");
        return new OpenedBook(
            reader.GetInt32(0), new BookSettings(name, zone, reader.GetString(4), Currency.Of(reader.GetString(5))));
    }
}

/// <summary>A book is open already, with other settings than those asked for.</summary>
public sealed class BookSettingsDiffer(string message) : Exception(message);
