using System.Text.Json;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>What banks said on a page: files, their lines, what is to be known of these, and statements.</summary>
internal sealed class BankWords
{
    private const string LinesSql =
        """
        insert into projected.bank_lines
            (build, bank, bank_reference, currency, amount, on_day, file, line, number, outcome, record, payout,
            finding, code, hint)
        select $1, new.*
        from unnest(
            $2::text[], $3::text[], $4::text[], $5::bigint[], $6::date[], $7::text[], $8::bigint[], $9::bigint[],
            $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[]) new
        order by 2, 3
        on conflict (build, bank, bank_reference) do nothing
        """;

    private const string FindingsSql =
        """
        insert into projected.bank_findings
            (build, number, ordinal, at, bank, file, line, finding, outcome, amount, currency, on_day, bank_reference,
            payout, code)
        select $1, new.*
        from unnest(
            $2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::text[],
            $9::text[], $10::bigint[], $11::text[], $12::date[], $13::text[], $14::text[], $15::text[]) new
        order by 2, 3
        """;

    private const string StatementsSql =
        """
        insert into projected.bank_statements
            (build, number, bank, currency, statement, from_day, to_day, opening, closing, account, file)
        select $1, new.*
        from unnest(
            $2::bigint[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::bigint[], $9::bigint[],
            $10::text[], $11::text[]) new
        order by 2
        """;

    private const string BegunSql =
        """
        insert into projected.bank_files (build, bank, file, format, sha256, name, lines, begun_number)
        select $1, new.*
        from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[]) new
        order by 2, 3
        """;

    internal const string FinishedSql =
        """
        update projected.bank_files f
        set posted = new.posted, known = new.known, suspense = new.suspense, findings = new.findings,
            finished_number = new.number
        from unnest(
            $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
            new (bank, file, posted, known, suspense, findings, number)
        where f.build = $1 and f.bank = new.bank and f.file = new.file
        """;

    private readonly List<(JournalRecord Record, Event.BankFileBegun File)> begun = [];
    private readonly List<(JournalRecord Record, Event.BankFileFinished File)> finished = [];
    private readonly List<(JournalRecord Record, Event.BankStatementRecorded Said)> statements = [];
    private readonly Dictionary<(string Bank, string Reference), Item> lines = [];
    private readonly List<Item> findings = [];

    private sealed record Item(JournalRecord Record, string Bank, string File, long Ordinal, BankFileItem Said)
    {
        public string Outcome => JsonNamingPolicy.SnakeCaseLower.ConvertName(Said.Outcome.ToString());
    }

    public void Begin(JournalRecord record, Event.BankFileBegun file) => begun.Add((record, file));

    public void Finish(JournalRecord record, Event.BankFileFinished file) => finished.Add((record, file));

    public void Add(JournalRecord record, Event.BankStatementRecorded statement) => statements.Add((record, statement));

    public void Add(JournalRecord record, Event.BankLinesRecorded page)
    {
        for (var i = 0; i < page.Items.Count; i++)
        {
            var item = new Item(record, page.Bank ?? "", page.File, i + 1, page.Items[i]);
            if (item.Said.Finding is not null) findings.Add(item);
            if (item.Said is { Reference: { } reference, Amount: not null, On: not null })
                lines.TryAdd((item.Bank, reference), item);
        }
    }

    public void Write(BuildWrites writes)
    {
        if (begun.Count > 0)
            writes.Add(
                BegunSql, Of(begun, one => one.File.Bank ?? ""), Of(begun, one => one.File.File),
                Of(begun, one => one.File.Format), Of(begun, one => one.File.Sha256), Of(begun, one => one.File.Name),
                Of(begun, one => one.File.Lines), Of(begun, one => one.Record.Number));
        if (finished.Count > 0)
            writes.Add(
                FinishedSql, Of(finished, one => one.File.Bank ?? ""), Of(finished, one => one.File.File),
                Of(finished, one => one.File.Posted), Of(finished, one => one.File.Known),
                Of(finished, one => one.File.Suspense), Of(finished, one => one.File.Findings),
                Of(finished, one => one.Record.Number));
        if (statements.Count > 0)
            writes.Add(
                StatementsSql, Of(statements, one => one.Record.Number), Of(statements, one => one.Said.Bank ?? ""),
                Of(statements, one => one.Said.Currency), Of(statements, one => one.Said.Statement),
                Of(statements, one => one.Said.From.ToDateOnly()), Of(statements, one => one.Said.To.ToDateOnly()),
                Of(statements, one => one.Said.Opening), Of(statements, one => one.Said.Closing),
                Of(statements, one => one.Said.Account), Of(statements, one => one.Said.File));
        WriteLines(writes);
        WriteFindings(writes);
    }

    private void WriteLines(BuildWrites writes)
    {
        if (lines.Count == 0) return;
        var all = lines.Values;
        writes.Add(
            LinesSql, Of(all, one => one.Bank), Of(all, one => one.Said.Reference), Of(all, one => one.Said.Currency),
            Of(all, one => one.Said.Amount!.Value), Of(all, one => one.Said.On!.Value.ToDateOnly()),
            Of(all, one => one.File), Of(all, one => one.Said.Line), Of(all, one => one.Record.Number),
            Of(all, one => one.Outcome), Of(all, one => one.Said.Record), Of(all, one => one.Said.Payout),
            Of(all, one => one.Said.Finding), Of(all, one => one.Said.Code), Of(all, one => one.Said.Hint));
    }

    private void WriteFindings(BuildWrites writes)
    {
        if (findings.Count == 0) return;
        writes.Add(
            FindingsSql, Of(findings, one => one.Record.Number), Of(findings, one => one.Ordinal),
            Of(findings, one => one.Record.At.ToDateTimeUtc()), Of(findings, one => one.Bank),
            Of(findings, one => one.File), Of(findings, one => one.Said.Line), Of(findings, one => one.Said.Finding),
            Of(findings, one => one.Outcome), Of(findings, one => one.Said.Amount),
            Of(findings, one => one.Said.Currency), Of(findings, one => one.Said.On?.ToDateOnly()),
            Of(findings, one => one.Said.Reference), Of(findings, one => one.Said.Payout),
            Of(findings, one => one.Said.Code));
    }

    private static TValue[] Of<T, TValue>(IEnumerable<T> all, Func<T, TValue> value) => [.. all.Select(value)];
}
