using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Invoicing;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Statements;
using Fanz.Ledger.Postgres.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Archiving;

/// <summary>Everything that is read of a book, as lines by the name of the read; one that is refused ends with why.</summary>
internal sealed class AllReads(NpgsqlDataSource source, OpenedBook book)
{
    public const string Archived = "archived ";

    private readonly JournalReader journal = new(source);
    private readonly AccountReader accounts = new(source);
    private readonly FoundRecords found = new(source);
    private readonly JournalFeed feed = new(source);
    private readonly Dictionary<string, List<string>> read = [];

    public async Task<Dictionary<string, List<string>>> Make()
    {
        read.Clear();
        var head = (await journal.PlaceAsOf(book, AsOf.Head, default)).Number;
        for (var number = 0L; number <= head; number++) await OfNumber(number, head);
        for (var number = 0L; number <= head; number += 7) await Following(number, head);
        foreach (var time in await Times()) await Note($"place at {time}", async say =>
            say($"{await journal.PlaceAsOf(book, AsOf.Time(time), default)}"));
        foreach (var (id, key) in await Keys()) await OfAccount(id, key, head);
        foreach (var stream in await Texts("select distinct stream from ledger.journal where book_id = $1 and stream <> ''"))
            await OfStream(stream, head);
        await OfTax();
        return read;
    }

    private async Task OfNumber(long number, long head)
    {
        await Note($"place {number}", async say => say($"{await journal.PlaceAsOf(book, AsOf.Number(number), default)}"));
        await Note($"find {number}", async say =>
        {
            if (await journal.Find(book, number, default) is { } record) say(RecordJson.LineOf(record));
        });
        await Note($"record {number}", async say =>
        {
            foreach (var placed in await found.Read(book, [number], default)) say(RecordJson.LineOf(placed.Appended));
        });
        if (number == 0) return;
        await Note($"payment {number}", async say =>
        {
            var payment = (await new PaymentReader(source).Find(book, number, head, default))!;
            say($"{payment.Number} {payment.IsReturn} {payment.Payment.Event}: " +
                string.Join(' ', payment.Payment.Since.Select(since => since.Number)));
        });
        foreach (var newestFirst in new[] { false, true }) await Note($"referring {number} {newestFirst}", async say =>
        {
            for (var (after, before, isMore) = (0L, head + 1, true); isMore;)
            {
                var page = await found.Referring(book, number, newestFirst, after, before, 2, default);
                foreach (var other in page.Numbers) say($"{other}");
                isMore = page.Numbers.Count == 2;
                if (page.Cut is not null) page.All();
                if (isMore) (after, before) = newestFirst ? (after, page.Numbers[^1]) : (page.Numbers[^1], before);
            }
        });
    }

    private async Task Following(long number, long head)
    {
        await Note($"after {number}", async say =>
        {
            await foreach (var record in journal.After(book, number, 1_000, default)) say($"{record}");
        });
        await Note($"feed {number}", async say =>
        {
            var places = await new BookLooks(source).Places(book, number == 0 ? [] : [number], default);
            var place = places.SingleOrDefault();
            while (place.Number < head)
            {
                var page = (await feed.After(book, place, 6, default))!;
                Assert.True(page.Look.Knows(place));
                foreach (var placed in page.Records) say($"{placed.Cursor} {RecordJson.LineOf(placed.Appended)}");
                Assert.NotEmpty(page.Records);
                place = page.Records[^1].Cursor;
            }
        });
    }

    private async Task OfAccount(long id, AccountKey key, long head)
    {
        foreach (var newestFirst in new[] { false, true }) await Note($"entries {key} {newestFirst}", async say =>
        {
            await foreach (var entry in accounts.Entries(book, id, newestFirst)) say($"{entry}");
        });
        for (var number = 1L; number <= head; number += 5) await Note($"balance {key} {number}", async say =>
            say($"{await accounts.Balance(book, key, AsOf.Number(number), default)}"));
        await Note($"balance {key}", async say => say($"{await accounts.Balance(book, key, AsOf.Head, default)}"));
        await Note($"replay {key}", async say => await Text(say, output => new AuditReplay(source).Write(
            book, new ReplaySubject.OneAccount(key), default, new Place(head, long.MaxValue), output, default)));
        foreach (var (from, to) in await Windows()) await Note($"statement {key} {from} {to}", async say =>
        {
            var request = new StatementRequest(new StatementSubject.Account(key), key.Currency, from, to);
            var statement = await new StatementReader(source).Begin(book, request, default);
            say($"{statement.Number} {statement.Opening} {statement.Closing}");
            await foreach (var entry in statement.Entries(default)) say($"{entry}");
            say($"{await statement.End(default)}");
        });
    }

    private async Task OfStream(string stream, long head)
    {
        await Note($"stream {stream}", async say =>
        {
            foreach (var record in await journal.Stream(book, stream, 0, head, default)) say($"{record}");
            var numbers = await found.OfStream(book, stream, false, 0, head + 1, 1_000, default);
            foreach (var placed in await found.ReadCarried(book, numbers, default))
                say(RecordJson.LineOf(placed.Appended));
        });
        await Note($"replay {stream}", async say => await Text(say, output => new AuditReplay(source).Write(
            book, new ReplaySubject.OneStream(stream), default, new Place(head, long.MaxValue), output, default)));
    }

    private async Task OfTax()
    {
        foreach (var (from, to) in await Windows())
        {
            if (from is not { } first || to is not { } last) continue;
            await Note($"given back {first}", async say =>
            {
                foreach (var row in await new TaxFigures(source).GivenBack([book], first, last, default)) say($"{row}");
            });
        }
    }

    private async Task Note(string name, Func<Action<string>, Task> reading)
    {
        var lines = read[name] = [];
        try
        {
            await reading(lines.Add);
        }
        catch (RangeIsArchived archived)
        {
            lines.Add($"{Archived}{archived.Range.FirstNumber}-{archived.Range.LastNumber}");
        }
    }

    private static async Task Text(Action<string> say, Func<TextWriter, Task> write)
    {
        using var output = new StringWriter { NewLine = "\n" };
        try
        {
            await write(output);
        }
        finally
        {
            foreach (var line in output.ToString().Split('\n')[..^1]) say(line);
        }
    }

    private async Task<List<(LocalDate? From, LocalDate? To)>> Windows()
    {
        await using var query = source.CreateCommand(
            "select min(at)::date, max(at)::date from ledger.seals where book_id = $1");
        query.Parameters.Add(new() { Value = book.Id });
        await using var reader = await query.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (first, last) = (Day(0), Day(1));
        var middle = first.PlusDays(Period.DaysBetween(first, last) / 2);
        return [(null, null), (first.PlusDays(-400), middle), (middle.PlusDays(1), last.PlusDays(1)), (last, null)];

        LocalDate Day(int column) => LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column));
    }

    private async Task<List<Instant>> Times()
    {
        await using var query = source.CreateCommand("select distinct at from ledger.seals where book_id = $1 order by 1");
        query.Parameters.Add(new() { Value = book.Id });
        await using var reader = await query.ExecuteReaderAsync();
        var times = new List<Instant>();
        while (await reader.ReadAsync()) times.Add(Instant.FromDateTimeUtc(reader.GetDateTime(0)));
        return [.. times, .. times.Select(time => time - Duration.FromMilliseconds(1))];
    }

    private async Task<IReadOnlyDictionary<long, AccountKey>> Keys()
    {
        var ids = await Texts("select id::text from ledger.accounts where book_id = $1 order by id");
        return await accounts.Keys(
            book, [.. ids.Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture))], default);
    }

    private async Task<List<string>> Texts(string sql)
    {
        await using var query = source.CreateCommand(sql);
        query.Parameters.Add(new() { Value = book.Id });
        await using var reader = await query.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync()) texts.Add(reader.GetString(0));
        return texts;
    }
}
