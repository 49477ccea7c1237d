using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// Holds what callers were told against what the tables hold, and both against the model: the journal's order is the
/// order in which everything happened.
/// </summary>
internal sealed class HistoryCheck
{
    private sealed record Row(long Number, string Type, DateTime At, string Data, List<Entry> Entries);

    private sealed record Answer(long? Number, string? Refusal, DateTime At);

    private readonly Dictionary<BookName, ModelBook> models = [];
    private readonly Dictionary<BookName, List<Row>> journals = [];
    private readonly Dictionary<(BookName, Guid), Answer> answers = [];
    private readonly Dictionary<(BookName, long), Command> commands = [];
    private readonly Dictionary<(BookName From, string Memo), (BookName Book, long Number)> arrivals = [];

    public static async Task Holds(string superuser, IReadOnlyCollection<(Issued Command, HostReply Reply)> told)
    {
        var check = new HistoryCheck();
        await check.Read(superuser);
        check.EveryKeyIsAnsweredOnce(told);
        check.EveryRecordIsWhatTheModelExpects();
        check.EveryRefusalWasRight(told);
    }

    private void EveryKeyIsAnsweredOnce(IReadOnlyCollection<(Issued Command, HostReply Reply)> told)
    {
        var keys = told.GroupBy(answer => (answer.Command.Book, answer.Command.Service, answer.Command.Key)).ToList();
        Assert.Equal(keys.Count, answers.Count);
        foreach (var key in keys)
        {
            var isThere = answers.TryGetValue((key.Key.Book, HashOf(key.Key.Service, key.Key.Key)), out var answer);
            Assert.True(isThere, $"{key.Key} was answered and is not there.");
            // Of the requests under one key, one was answered, always alike, and the others were told that it was used.
            var requests = key.GroupBy(sent => HostProgram.Encode(0, sent.Command.Book, sent.Command.Command, "", "")).ToList();
            var winner = Assert.Single(requests, request => request.Any(sent => sent.Reply.Kind != "KeyReused"));
            Assert.All(requests.Where(request => request != winner),
                request => Assert.All(request, sent => Assert.Equal("KeyReused", sent.Reply.Kind)));
            var said = Assert.Single(winner.Select(sent => sent.Reply.Answer).Distinct());
            Assert.Equal(InFull(key.Key.Book, answer!), said);
            if (answer!.Number is { } number) commands.Add((key.Key.Book, number), winner.First().Command.Command);
        }
    }

    private void EveryRecordIsWhatTheModelExpects()
    {
        foreach (var (book, rows) in journals)
            foreach (var row in rows)
                if (commands.TryGetValue((book, row.Number), out var command)) models[book].Apply(row.Number, command);
        foreach (var (book, rows) in journals)
        {
            var model = models[book];
            foreach (var row in rows)
            {
                if (row.Type is "book_opened" or "transferred_from_book") continue;
                var command = commands[(book, row.Number)];
                var expected = Expected(model, command, row, out var arrived);
                Assert.True(expected.Refusal is null, $"{book} {row.Number}: {command} should be refused: {expected}");
                Assert.Equal(
                    expected.Legs, row.Entries.Select(entry => (entry.Account.ToString(), entry.Amount)));
                if (arrived is null) continue;
                Assert.Equal(
                    arrived.Value.Model.Arriving((Command.TransferToBook)command, book),
                    arrived.Value.Row.Entries.Select(entry => (entry.Account.ToString(), entry.Amount)));
            }

            foreach (var entry in rows.SelectMany(row => row.Entries))
                Assert.Equal(model.At(entry.Account.ToString(), entry.Number), (entry.Balance, entry.Version));
        }

        Assert.Empty(arrivals);
    }

    private void EveryRefusalWasRight(IReadOnlyCollection<(Issued Command, HostReply Reply)> told)
    {
        foreach (var (issued, _) in told.Where(answer => answer.Reply.Kind == "Refused").DistinctBy(answer => answer.Command))
        {
            var answer = answers[(issued.Book, HashOf(issued.Service, issued.Key))];
            var refusal = JsonDocument.Parse(answer.Refusal!).RootElement;
            var facts = refusal.GetProperty("facts");
            var stated = (refusal.GetProperty("code").GetString(), string.Join(' ', Facts(facts)));
            // All of its batch carries the same time, so the refusal was decided somewhere among these numbers.
            var rows = journals[issued.Book];
            var first = rows.Count(row => row.At < answer.At);
            var last = rows.Count(row => row.At <= answer.At);
            var model = models[issued.Book];
            var away = issued.Command is Command.TransferToBook transfer
                ? models[new BookName(issued.Book.Tenant, transfer.Platform)]
                : null;
            var points = away?.TurningPoints(((Command.TransferToBook)issued.Command).To).ToList() ?? [0];
            var isRight = false;
            for (long number = first; number <= last && !isRight; number++)
            {
                isRight = points.Any(point =>
                {
                    var expected = model.Judge(issued.Command, number, DateOnly.FromDateTime(answer.At), away, point);
                    return (expected.Refusal, expected.Facts) == stated;
                });
            }

            Assert.True(isRight, $"{issued} was refused with {answer.Refusal} between {first} and {last}.");
        }
    }

    private Expectation Expected(ModelBook model, Command command, Row row, out (ModelBook Model, Row Row)? arrived)
    {
        arrived = null;
        var today = DateOnly.FromDateTime(row.At);
        if (command is not Command.TransferToBook transfer) return model.Judge(command, row.Number - 1, today);
        Assert.True(arrivals.Remove((model.Name, transfer.Memo), out var arrival), $"{command} left and did not arrive.");
        Assert.Equal(transfer.Platform, arrival.Book.Platform);
        arrived = (models[arrival.Book], journals[arrival.Book][(int)arrival.Number - 1]);
        return model.Judge(command, row.Number - 1, today, arrived.Value.Model, arrival.Number - 1);
    }

    private static IEnumerable<string?> Facts(JsonElement facts)
    {
        foreach (var name in new[]
        {
            "account", "available", "needed", "transaction", "reversed_by", "effective_on", "through", "closed_through",
        })
            if (facts.TryGetProperty(name, out var fact)) yield return fact.GetString();
    }

    private string InFull(BookName book, Answer answer)
    {
        if (answer.Refusal is { } refusal)
            return TestHost.InFull(new Fanz.Ledger.Postgres.Writing.Reply.Refused(RefusalFormat.Read(Encoding.UTF8.GetBytes(refusal))));
        var row = journals[book][(int)answer.Number!.Value - 1];
        return TestHost.InFull(new Fanz.Ledger.Postgres.Writing.Reply.Posted(new Fanz.Ledger.Postgres.Writing.Receipt(
            book, row.Number, row.Type, Instant.FromDateTimeUtc(row.At), [.. row.Entries])));
    }

    private async Task Read(string superuser)
    {
        await using var source = NpgsqlDataSource.Create(superuser);
        var books = new Dictionary<int, BookName>();
        await Each(source, "select id, tenant, platform from ledger.books", reader =>
        {
            var name = new BookName(reader.GetString(1), reader.GetString(2));
            books[reader.GetInt32(0)] = name;
            models[name] = new ModelBook(name);
            journals[name] = [];
        });
        await Each(
            source, "select book_id, number, type, at, data::text from ledger.journal order by book_id, number",
            reader => journals[books[reader.GetInt32(0)]].Add(new Row(
                reader.GetInt64(1), reader.GetString(2), reader.GetDateTime(3), reader.GetString(4), [])));
        const string entries = """
            select e.book_id, e.position, e.account_id, a.code, a.owner, a.currency, a.cohort, e.number, e.version,
                e.amount, e.balance
            from ledger.entries e join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            order by e.book_id, e.position
            """;
        await Each(source, entries, reader =>
        {
            var key = new AccountKey(
                Chart.Find(reader.GetString(3)), reader.GetString(4), Currency.Of(reader.GetString(5)),
                reader.IsDBNull(6) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(6)));
            journals[books[reader.GetInt32(0)]][(int)reader.GetInt64(7) - 1].Entries.Add(new Entry(
                reader.GetInt64(1), reader.GetInt64(2), key, reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9),
                reader.GetInt64(10)));
        });
        await Each(source, "select book_id, key_hash, number, refusal::text, at from ledger.answers", reader =>
            answers.Add((books[reader.GetInt32(0)], reader.GetGuid(1)), new Answer(
                reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetDateTime(4))));
        foreach (var (book, rows) in journals)
        {
            foreach (var row in rows)
            {
                models[book].Add(
                    row.Number, row.Type, [.. row.Entries.Select(entry => (entry.Account.ToString(), entry.Amount))]);
                if (row.Type != "transferred_from_book") continue;
                var data = JsonDocument.Parse(row.Data).RootElement;
                var from = new BookName(book.Tenant, data.GetProperty("platform").GetString()!);
                arrivals.Add((from, data.GetProperty("memo").GetString()!), (book, row.Number));
            }
        }
    }

    private static async Task Each(NpgsqlDataSource source, string sql, Action<NpgsqlDataReader> action)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) action(reader);
    }

    private static Guid HashOf(string service, string key) => new(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{service}\0{key}"))).AsSpan(0, 16),
        bigEndian: true);
}
