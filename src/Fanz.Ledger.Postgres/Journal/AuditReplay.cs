using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>What is replayed: a whole book, one account, or a stream with all that refers to it.</summary>
public abstract record ReplaySubject
{
    private ReplaySubject()
    {
    }

    public sealed record WholeBook : ReplaySubject;

    public sealed record OneAccount(AccountKey Account) : ReplaySubject;

    public sealed record OneStream(string Stream) : ReplaySubject;
}

/// <summary>
/// Tells what happened to something between two places of a book, and what that came to: with who, why and by which
/// rule. From the beginning it is a history; between two later places it is the difference of both.
/// </summary>
public sealed class AuditReplay(NpgsqlDataSource source)
{
    private const int RecordsAtOnce = 200;

    private readonly JournalReader journal = new(source);
    private readonly AccountReader accounts = new(source);
    private readonly FoundRecords found = new(source);
    private readonly Dictionary<long, JournalRecord?> rules = [];

    /// <summary>Says how many records it wrote; null when there never was such an account or stream.</summary>
    public async Task<long?> Write(
        OpenedBook book, ReplaySubject subject, Place after, Place upTo, TextWriter output, CancellationToken token)
    {
        var only = (subject as ReplaySubject.OneAccount)?.Account;
        if (only is { } account && await accounts.Find(book, account, token) is null) return null;
        if (subject is ReplaySubject.OneStream { Stream: var stream }
            && (await found.OfStream(book, stream, false, 0, long.MaxValue, 1, token)).Count == 0) return null;
        var what = subject switch
        {
            ReplaySubject.OneAccount one => $"{one.Account} of {book.Name}",
            ReplaySubject.OneStream one => $"{one.Stream} of {book.Name}",
            _ => book.Name.ToString(),
        };
        await output.WriteLineAsync(after.Number == 0
            ? $"{what} up to record {upTo.Number}"
            : $"{what} from record {after.Number} to record {upTo.Number}");
        var count = 0L;
        var moved = new Movements();
        await foreach (var appended in Records(book, subject, after, upTo, token))
        {
            var rule = await RuleOf(book, appended.Record, token);
            await output.WriteLineAsync(ExplainedText.Of(appended, only, rule));
            foreach (var entry in appended.Entries)
                if (only is null || entry.Account == only) moved.Add(entry, isByCode: subject is ReplaySubject.WholeBook);
            count++;
        }

        await output.WriteLineAsync(count == 0 ? "Nothing happened." : "What it came to:");
        var before = await Before(book, subject, after, token);
        foreach (var line in moved.Lines(before)) await output.WriteLineAsync(line);
        return count;
    }

    private IAsyncEnumerable<Appended> Records(
        OpenedBook book, ReplaySubject subject, Place after, Place upTo, CancellationToken token) => subject switch
        {
            ReplaySubject.OneAccount one => OfAccount(book, one.Account, after, upTo, token),
            ReplaySubject.OneStream one => OfStream(book, one.Stream, after, upTo, token),
            _ => journal.WithEntries(book, after.Number, upTo.Number, token),
        };

    /// <summary>What moved an account, and between that what was ordered about it.</summary>
    private async IAsyncEnumerable<Appended> OfAccount(
        OpenedBook book, AccountKey account, Place after, Place upTo,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        var id = (await accounts.Find(book, account, token))!.Value;
        var life = new Queue<JournalRecord>(await journal.Stream(
            book, AccountLife.StreamOf(account), after.Number, upTo.Number, token));
        var some = new List<long>();
        await foreach (var entry in accounts.Entries(
            book, id, after: after.Position, upTo: upTo.Position, token: token))
        {
            for (; life.TryPeek(out var order) && order.Number < entry.Number; life.Dequeue()) some.Add(order.Number);
            some.Add(entry.Number);
            if (some.Count < RecordsAtOnce) continue;
            foreach (var placed in await found.ReadCarried(book, some, token)) yield return placed.Appended;
            some.Clear();
        }

        some.AddRange(life.Select(order => order.Number));
        foreach (var placed in await found.ReadCarried(book, some, token)) yield return placed.Appended;
    }

    /// <summary>A stream's own records, and whatever refers to one of them, directly or over others.</summary>
    private async IAsyncEnumerable<Appended> OfStream(
        OpenedBook book, string stream, Place after, Place upTo,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        var numbers = new SortedSet<long>();
        var open = new Queue<long>(await found.OfStream(
            book, stream, newestFirst: false, 0, upTo.Number + 1, int.MaxValue, token));
        while (open.TryDequeue(out var number))
        {
            if (!numbers.Add(number)) continue;
            var others = await found.Referring(
                book, number, newestFirst: false, 0, upTo.Number + 1, int.MaxValue, token);
            foreach (var other in others.All()) open.Enqueue(other);
        }

        foreach (var some in numbers.Where(number => number > after.Number).Chunk(RecordsAtOnce))
            foreach (var placed in await found.Read(book, some, token)) yield return placed.Appended;
    }

    private async Task<JournalRecord?> RuleOf(OpenedBook book, JournalRecord record, CancellationToken token)
    {
        if (ExplainedText.RuleOf(record) is not ({ } version and > 0)) return null;
        if (!rules.TryGetValue(version, out var rule))
            rules[version] = rule = await found.ReadCarried(book, [version], token) is [var placed, ..]
                ? placed.Appended.Record
                : null;
        return rule;
    }

    /// <summary>How what is summed up stood before: by line of the chart, or the one account.</summary>
    private async Task<Dictionary<string, Int128>> Before(
        OpenedBook book, ReplaySubject subject, Place after, CancellationToken token)
    {
        var before = new Dictionary<string, Int128>(StringComparer.Ordinal);
        if (after.Number == 0 || subject is ReplaySubject.OneStream) return before;
        if (subject is ReplaySubject.OneAccount { Account: var account })
        {
            var balance = await accounts.Balance(book, account, AsOf.Number(after.Number), token);
            before[account.ToString()] = balance?.Balance ?? 0;
            return before;
        }

        await using var query = ByIndex.Query(
            source,
            """
            select a.code, a.currency, sum(last.balance)::text
            from ledger.accounts a
            cross join lateral (
                select balance from ledger.entries
                where account_id = a.id and book_id = a.book_id and position <= $2
                order by position desc limit 1) last
            where a.book_id = $1
            group by a.code, a.currency
            """,
            book.Id, after.Position);
        query.Timeout = 0;
        await using var reader = await ByIndex.Read(query, token);
        while (await reader.ReadAsync(token))
            before[$"{reader.GetString(0)}/{reader.GetString(1)}"] =
                Int128.Parse(reader.GetString(2), CultureInfo.InvariantCulture);
        return before;
    }

    /// <summary>What moved, by account or by line of the chart, debit positive.</summary>
    private sealed class Movements
    {
        private readonly SortedDictionary<string, (Currency Currency, Int128 Debits, Int128 Credits)> sums =
            new(StringComparer.Ordinal);

        public void Add(Entry entry, bool isByCode)
        {
            var name = isByCode ? $"{entry.Account.Code}/{entry.Account.Currency}" : entry.Account.ToString();
            var (_, debits, credits) = sums.GetValueOrDefault(name);
            sums[name] = entry.Amount > 0
                ? (entry.Account.Currency, debits + entry.Amount, credits)
                : (entry.Account.Currency, debits, credits - entry.Amount);
        }

        public IEnumerable<string> Lines(Dictionary<string, Int128> before) => sums.Select(one =>
        {
            var (currency, debits, credits) = one.Value;
            var (first, change) = (before.GetValueOrDefault(one.Key), debits - credits);
            return $"          {one.Key,-52}{Text(debits, currency),18} {Text(credits, currency),18} "
                + $"{Text(first, currency),20} -> {Text(first + change, currency)}";
        });

        private static string Text(Int128 amount, Currency currency) =>
            amount >= long.MinValue && amount <= long.MaxValue
                ? new Money.Money((long)amount, currency).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"{amount} {currency.Code} in minor units");
    }
}
