using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Statements;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Statements;

/// <summary>A statement the plain way: every entry of the book, one after the other.</summary>
internal sealed record NaiveStatement(
    long Opening, IReadOnlyList<string> Entries, long Closing, long Later, IReadOnlyList<string> Codes)
{
    private sealed record Row(
        LocalDate On, LocalDate Recorded, long Number, long Position, string Type, string Code, string Owner,
        string Currency, LocalDate? Cohort, long Amount);

    public static async Task<NaiveStatement> Of(
        NpgsqlDataSource source, OpenedBook book, StatementRequest request, long upTo)
    {
        var sign = request.Of.Side == Side.Credit ? -1 : 1;
        var rows = (await Rows(source, book, upTo)).Where(row => Concerns(request, row)).ToArray();
        var known = rows.Where(row => request.KnownOn is not { } day || row.Recorded <= day).ToArray();
        var before = known.Where(row => row.On < request.From).ToArray();
        var within = known
            .Where(row => !(row.On < request.From) && !(row.On > request.To))
            .OrderBy(row => row.On).ThenBy(row => row.Position).ToArray();
        var balance = sign * before.Sum(row => row.Amount);
        var (opening, entries) = (balance, new List<string>());
        foreach (var row in within)
        {
            balance += sign * row.Amount;
            entries.Add($"{row.On:uuuu-MM-dd} {row.Number} {row.Position} {row.Type} {row.Code} " +
                $"{row.Cohort:uuuu-MM-dd} {sign * row.Amount} {balance}");
        }

        var codes = before.Concat(within).GroupBy(row => row.Code).OrderBy(code => code.Key, StringComparer.Ordinal)
            .Select(code => $"{code.Key} " +
                $"{sign * before.Where(row => row.Code == code.Key).Sum(row => row.Amount)} " +
                $"{sign * within.Where(row => row.Code == code.Key).Sum(row => row.Amount)} " +
                $"{within.Count(row => row.Code == code.Key)}");
        return new NaiveStatement(
            opening, entries, balance, sign * rows.Except(before).Except(within).Sum(row => row.Amount),
            [.. codes]);
    }

    /// <summary>The statement that was read, in the same words.</summary>
    public static async Task<NaiveStatement> Told(Statement statement, IReadOnlyList<StatementEntry>? read = null)
    {
        var entries = read ?? await statement.Entries(CancellationToken.None).ToListAsync();
        var end = await statement.End(CancellationToken.None);
        Assert.True(end is { AddsUp: true, Ties: true }, $"{statement.Request}: {end}");
        return new NaiveStatement(
            statement.Opening,
            [
                .. entries.Select(entry =>
                    $"{entry.EffectiveOn:uuuu-MM-dd} {entry.Number} {entry.Position} {entry.Type} {entry.Code.Name} " +
                    $"{entry.Cohort:uuuu-MM-dd} {entry.Amount} {entry.Balance}"),
            ],
            statement.Closing,
            statement.Later,
            [.. statement.Codes.Select(code => $"{code.Code.Name} {code.Opening} {code.Moved} {code.Entries}")]);
    }

    public void Is(NaiveStatement told, StatementRequest request)
    {
        Assert.True(Entries.SequenceEqual(told.Entries), $"{request}\n{string.Join('\n', Entries.Except(told.Entries))}"
            + $"\nand not\n{string.Join('\n', told.Entries.Except(Entries))}");
        Assert.Equal((Opening, Closing, Later), (told.Opening, told.Closing, told.Later));
        Assert.Equal(Codes, told.Codes);
    }

    private static bool Concerns(StatementRequest request, Row row)
    {
        if (row.Currency != request.Currency.Code) return false;
        return request.Of switch
        {
            StatementSubject.Account account => new AccountKey(
                Chart.Find(row.Code), row.Owner, request.Currency, row.Cohort) == account.Key,
            StatementSubject.Party party => row.Owner == party.Owner.Id
                && row.Code.StartsWith(Prefix(party), StringComparison.Ordinal),
            _ => throw new ArgumentException($"{request.Of}"),
        };
    }

    /// <summary>Payouts under way are a creator's too.</summary>
    private static string Prefix(StatementSubject.Party party) => $"{party.Owner}".Split('/')[0] + ".";

    private static async Task<List<Row>> Rows(NpgsqlDataSource source, OpenedBook book, long upTo)
    {
        await using var command = source.CreateCommand(
            """
            select j.effective_on, (j.at at time zone $3)::date, e.number, e.position, j.type, a.code, a.owner,
                a.currency, a.cohort, e.amount
            from ledger.entries e
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            where e.book_id = $1 and e.number <= $2
            order by e.position
            """);
        foreach (var value in new object[] { book.Id, upTo, book.Settings.TimeZone.Id })
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Row>();
        while (await reader.ReadAsync())
        {
            rows.Add(new Row(
                Day(0)!.Value, Day(1)!.Value, reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4),
                reader.GetString(5), reader.GetString(6), reader.GetString(7), Day(8), reader.GetInt64(9)));
        }

        return rows;

        LocalDate? Day(int column) =>
            reader.IsDBNull(column) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column));
    }
}
