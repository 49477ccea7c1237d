using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// One thing that a decision may ask of a book, and what the journal says about it: read from the first record on, the
/// plain way.
/// </summary>
internal abstract record Recollected
{
    private static readonly Currency Dollar = Currency.Of("USD");

    public abstract string Ask(Book book);

    public abstract string Read(IReadOnlyList<Appended> journal);

    /// <summary>Whether the answer is what the journal said then.</summary>
    public virtual bool IsTrue(string answer, IReadOnlyList<Appended> journal) => answer == Read(journal);

    private static string Lines(IEnumerable<object> lines) => string.Join('\n', lines);

    private static Event EventOf(JournalRecord record) => EventFormat.Read(record.Type, record.Data.Span);

    private static Recorded Recorded(JournalRecord record) =>
        new(record.Number, record.At, record.EffectiveOn, EventOf(record));

    public sealed record Balance(AccountKey Account) : Recollected
    {
        public override string Ask(Book book) => $"{book.Account(Account).Balance}";

        public override string Read(IReadOnlyList<Appended> journal) => Lines([journal
            .SelectMany(appended => appended.Entries)
            .Where(entry => entry.Account == Account)
            .Sum(entry => entry.Amount)]);
    }

    public sealed record Stream(string Name) : Recollected
    {
        public override string Ask(Book book) => Lines(book.Recall<Memos>(Name).All);

        public override string Read(IReadOnlyList<Appended> journal) => Lines(journal
            .Select(appended => appended.Record)
            .Where(record => record.Stream == Name)
            .Select(record => (object)Recorded(record)));
    }

    public sealed record Last(string Name) : Recollected
    {
        public override string Ask(Book book) => book.Recall<LastMemo>(Name).Memo;

        public override string Read(IReadOnlyList<Appended> journal) =>
            journal.LastOrDefault(appended => appended.Record.Stream == Name) is { } last
                ? ((Event.Transferred)EventOf(last.Record)).Memo
                : "";
    }

    public sealed record Transaction(long Number) : Recollected
    {
        public override string Ask(Book book) => book.Transaction(Number) is { } past
            ? Lines(past.Since.Prepend(past.Record).Select(record =>
                $"{record.Recorded} {record.Type} {record.Stream}: {string.Join(", ", record.Legs)}"))
            : "";

        public override string Read(IReadOnlyList<Appended> journal) => Lines(journal
            .Where(appended => appended.Record.Number == Number)
            .Concat(journal.Where(appended => appended.Record.RefersTo == Number))
            .Select(appended =>
            {
                var record = appended.Record;
                var legs = appended.Entries.Select(entry => new Leg(entry.Account, entry.Amount));
                return $"{Recorded(record)} {record.Type} {record.Stream}: {string.Join(", ", legs)}";
            }));
    }

    /// <summary>Those that hold something, newest first; some that are empty by now may be among them.</summary>
    public sealed record Cohorts(string Creator) : Recollected
    {
        public override string Ask(Book book) =>
            Lines(book.Cohorts(Chart.CreatorPending, Creator, Dollar).Select(Text));

        public override string Read(IReadOnlyList<Appended> journal) => Lines(Balances(journal)
            .Where(cohort => cohort.Balance != 0).Select(cohort => Text(cohort.Day)));

        public override bool IsTrue(string answer, IReadOnlyList<Appended> journal)
        {
            var days = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return Read(journal).Split('\n', StringSplitOptions.RemoveEmptyEntries).All(days.Contains)
                && days.All(day => Balances(journal).Any(cohort => Text(cohort.Day) == day))
                && days.SequenceEqual(days.OrderDescending(StringComparer.Ordinal));
        }

        private static string Text(LocalDate day) => LocalDatePattern.Iso.Format(day);

        private IEnumerable<(LocalDate Day, long Balance)> Balances(IReadOnlyList<Appended> journal) => journal
            .SelectMany(appended => appended.Entries)
            .Where(entry => entry.Account.Code == Chart.CreatorPending && entry.Account.Owner == Creator)
            .GroupBy(entry => entry.Account.Cohort!.Value)
            .OrderByDescending(entries => entries.Key)
            .Select(entries => (entries.Key, entries.Sum(entry => entry.Amount)));
    }

    public sealed record Spent(AccountKey Account, long After) : Recollected
    {
        public override string Ask(Book book) => Lines(book.Spent(Account, After).Select(number => (object)number));

        public override string Read(IReadOnlyList<Appended> journal) => Lines(journal
            .Where(appended => appended.Record.Number > After)
            .Where(appended => appended.Entries.Any(entry => entry.Account == Account && entry.Amount > 0))
            .Select(appended => (object)appended.Record.Number)
            .Reverse());
    }
}
