using System.Globalization;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>One look at everything, in one snapshot: what was compared, and what differs.</summary>
internal sealed class Looking(NpgsqlConnection connection, OpenedBook book, LocalDate on, CancellationToken token)
{
    private readonly Dictionary<string, int> told = new(StringComparer.Ordinal);

    public List<Compared> Compared { get; } = [];

    public List<Difference> Differences { get; } = [];

    public async Task Banks(string banks, string unshown)
    {
        var found = new List<(string Bank, string Currency, LocalDate First, long Opening, long Closing, LocalDate To,
            long Ledger, long Before)>();
        await foreach (var row in Rows(banks, book.Id, on.ToDateOnly()))
            found.Add((row.GetString(0), row.GetString(1), Day(row, 2), row.GetInt64(3), row.GetInt64(4), Day(row, 5),
                row.GetInt64(6), row.GetInt64(7)));
        foreach (var (bank, currency, first, opening, closing, to, ledger, before) in found)
        {
            var explained = await Unshown(unshown, bank, currency, first, to);
            if (before != opening)
                Add(new Difference(
                    "opening", bank, currency, before - opening, first,
                    $"Before its first statement the ledger has {before}, and the statement opens at {opening}."));
            var rest = ledger - closing - explained - (before - opening);
            if (rest != 0)
                Add(new Difference(
                    "bank", bank, currency, rest, to,
                    $"The ledger has {ledger}, the bank {closing}; lines and transactions explain {explained}."));
            Compared.Add(new Compared("bank", bank, currency, ledger, null, closing, to) { IsExplained = rest == 0 });
        }
    }

    public async Task Gaps(string sql)
    {
        await foreach (var row in Rows(sql, book.Id, on.ToDateOnly()))
            Add(new Difference(
                "gap", row.GetString(0), row.GetString(1), row.GetInt64(4), Day(row, 3),
                $"The statement {row.GetString(2)} opens at {row.GetInt64(5)}, not at what the one before closed at."));
    }

    public async Task UnderWay(string sql, int days)
    {
        await foreach (var row in Rows(sql, book.Id, on.ToDateOnly(), days, book.Settings.TimeZone.Id))
            Add(new Difference(
                "payout", row.GetString(0), row.GetString(1), -row.GetInt64(2), Day(row, 4),
                $"It is {row.GetString(3)}, and no bank has said more.")
            {
                Record = row.GetInt64(5),
            });
    }

    public async Task Processors(string sql)
    {
        await foreach (var row in Rows(sql, book.Id, on.ToDateOnly()))
        {
            var (processor, currency, figure) = (row.GetString(0), row.GetString(1), row.GetString(2));
            var (ledger, said, bank) = (row.GetInt64(3), row.GetInt64(4), row.GetInt64(6));
            var isPaidOut = figure == "paid_out";
            Compared.Add(new Compared(
                $"processor_{figure}", processor, currency, ledger, said, isPaidOut ? bank : null, null)
            {
                IsExplained = ledger == said && (!isPaidOut || bank == said),
            });
            if (ledger != said)
                Add(new Difference(
                    $"processor_{figure}", processor, currency, ledger - said, row.IsDBNull(5) ? null : Day(row, 5),
                    $"The ledger has {ledger}, the processor says {said}."));
            if (isPaidOut && bank != said)
                Add(new Difference(
                    "processor_bank", processor, currency, bank - said, null,
                    $"The processor says that it paid {said}, and the bank shows {bank}."));
        }
    }

    public async Task Suspense(string sql)
    {
        await foreach (var row in Rows(sql, book.Id, on.ToDateOnly()))
            Add(new Difference(
                "suspense", row.GetString(1), row.GetString(3), row.GetInt64(4), Day(row, 5),
                "Nobody has said what it was for.")
            {
                BankReference = row.GetString(2),
                Record = row.GetInt64(0),
            });
    }

    public async Task Controls(string sql)
    {
        await foreach (var row in Rows(sql, book.Id))
        {
            var (code, currency) = (row.GetString(0), row.GetString(1));
            var (held, kept) = (row.GetInt64(2), row.GetInt64(3));
            Compared.Add(new Compared("control", code, currency, held, null, null,
                null) { IsExplained = held == kept });
            if (held != kept)
                Add(new Difference(
                    "control", code, currency, held - kept, null,
                    $"The account holds {held}, and those who keep account of it come to {kept}."));
        }
    }

    public async Task<long> Number(string sql)
    {
        await foreach (var row in Rows(sql, book.Id)) return row.GetInt64(0);
        return 0;
    }

    private async Task<long> Unshown(string sql, string bank, string currency, LocalDate first, LocalDate to)
    {
        var explained = 0L;
        var rows = Rows(
            sql, book.Id, on.ToDateOnly(), bank, currency, to.ToDateOnly(), first.ToDateOnly());
        await foreach (var row in rows)
        {
            var (moved, shown) = (row.GetInt64(2), row.GetInt64(3));
            explained = checked(explained + moved - shown);
            Add(new Difference(
                shown == 0 ? "not_at_bank" : moved == 0 ? "not_in_ledger" : "line_differs", bank, currency,
                moved - shown, Day(row, 4), Told(row, moved, shown))
            {
                BankReference = row.IsDBNull(1) ? null : row.GetString(1),
                Record = row.IsDBNull(0) ? null : row.GetInt64(0),
            });
        }

        return explained;
    }

    private static string Told(NpgsqlDataReader row, long moved, long shown)
    {
        if (shown == 0)
        {
            var payout = row.IsDBNull(6) ? "" : $" of the payout {row.GetString(6)}";
            return $"No statement shows it: {row.GetString(5)}{payout}.";
        }

        var place = string.Create(CultureInfo.InvariantCulture, $"{row.GetString(7)}:{row.GetInt64(8)}");
        return moved == 0
            ? $"Nothing was booked for the line {place}."
            : $"The line {place} moved {shown}, and {moved} was booked for it.";
    }

    private void Add(Difference difference)
    {
        var count = told[difference.Check] = told.GetValueOrDefault(difference.Check) + 1;
        if (count <= ReconciliationReader.MostTold) Differences.Add(difference);
    }

    private async IAsyncEnumerable<NpgsqlDataReader> Rows(string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) yield return reader;
    }

    private static LocalDate Day(NpgsqlDataReader row, int column) =>
        LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(column));
}
