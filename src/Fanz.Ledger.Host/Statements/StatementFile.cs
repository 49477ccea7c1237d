using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Statements;
using NodaTime;

namespace Fanz.Ledger.Host.Statements;

/// <summary>
/// A statement as CSV or JSON lines: what each line of the chart opened with, every entry, and what each line closed
/// with. A file has no place for doubts: one that does not add up, or is not what the ledger says, breaks off.
/// </summary>
internal static class StatementFile
{
    private static readonly IReadOnlyList<ListColumn> Columns =
        [
            Column("line", ValueKind.Text), Column("effective_on", ValueKind.Date), Column("number", ValueKind.Whole),
            Column("position", ValueKind.Whole), Column("type", ValueKind.Text), Column("code", ValueKind.Text),
            Column("cohort", ValueKind.Date), Column("currency", ValueKind.Text), Column("amount", ValueKind.Minor),
            Column("balance", ValueKind.Minor),
        ];

    public static async Task Write(Stream stream, string format, Statement statement, CancellationToken token)
    {
        var currency = statement.Request.Currency.Code;
        await using var file = ListFile.To(stream, format, Columns);
        await file.Begin(token);
        foreach (var code in statement.Codes)
            await Sum("opening", statement.Request.From, code.Code.Name, code.Opening, statement.Opening);
        await foreach (var entry in statement.Entries(token))
        {
            await file.Write(
                [
                    "entry", entry.EffectiveOn.ToDateOnly(), entry.Number, entry.Position, entry.Type, entry.Code.Name,
                    entry.Cohort?.ToDateOnly(), currency, entry.Amount, entry.Balance,
                ],
                token);
        }

        var end = await statement.End(token);
        if (!end.AddsUp || !end.Ties)
            throw new InvariantBroken($"The statement of {statement.Request.Of} does not tie: {end}.");
        foreach (var code in statement.Codes)
            await Sum("closing", statement.Request.To, code.Code.Name, code.Closing, statement.Closing);

        Task Sum(string line, LocalDate? on, string code, long amount, long balance) => file.Write(
            [line, on?.ToDateOnly(), null, null, null, code, null, currency, amount, balance], token);
    }

    private static ListColumn Column(string name, ValueKind kind) => new(name, "", kind, "");
}
