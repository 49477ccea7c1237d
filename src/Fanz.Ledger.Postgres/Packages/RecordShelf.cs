using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Audit;
using NodaTime;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// Records that later decisions may ask for, in a file that goes with the process: a book is longer than memory, and a
/// refund may be of its first sale. In memory there are only places and accounts.
/// </summary>
internal sealed class RecordShelf : IDisposable
{
    private const long TicksTo2000 = 9_466_848_000_000_000;
    private static readonly LocalDate FirstDay = new(2000, 1, 1);

    private readonly FileStream file = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite,
        FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose | FileOptions.RandomAccess);

    private readonly MemoryStream page = new();
    private readonly Dictionary<long, AccountKey> accounts = [];
    private readonly Dictionary<long, long> places = [];

    public bool Knows(long account) => accounts.ContainsKey(account);

    public AccountKey Add(in AccountRow row) => accounts[row.Id] = new AccountKey(
        Chart.Find(row.Code), row.Owner, Money.Currency.Of(row.Currency),
        row.Cohort is { } days ? FirstDay.PlusDays(days) : null);

    public KeptRecord Add(in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        places[record.Number] = file.Length + page.Length;
        using (var writer = new BinaryWriter(page, Encoding.UTF8, leaveOpen: true)) Write(writer, record, entries);
        if (page.Length > 1 << 20) Flush();
        return Kept(record, entries);
    }

    public KeptRecord Find(long number)
    {
        Flush();
        file.Position = places[number];
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        var record = new JournalRow(
            number, At: reader.ReadInt64(), LastPosition: reader.ReadInt64(),
            RefersTo: reader.ReadInt64() is >= 0 and var other ? other : null, EffectiveOn: reader.ReadInt32(),
            Type: reader.ReadString(), Stream: reader.ReadBoolean() ? reader.ReadString() : null,
            Actor: reader.ReadString(), Data: reader.ReadBytes(reader.ReadInt32()));
        var entries = new EntryRow[reader.ReadInt32()];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = new EntryRow(
                reader.ReadInt64(), reader.ReadInt64(), number, reader.ReadInt64(), reader.ReadInt64(),
                reader.ReadInt64());
        return Kept(record, entries);
    }

    public void Dispose()
    {
        file.Dispose();
        page.Dispose();
    }

    private static void Write(BinaryWriter writer, in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        writer.Write(record.At);
        writer.Write(record.LastPosition);
        writer.Write(record.RefersTo ?? -1);
        writer.Write(record.EffectiveOn);
        writer.Write(record.Type);
        writer.Write(record.Stream is not null);
        if (record.Stream is { } stream) writer.Write(stream);
        writer.Write(record.Actor);
        writer.Write(record.Data.Length);
        writer.Write(record.Data);
        writer.Write(entries.Length);
        foreach (ref readonly var entry in entries)
        {
            writer.Write(entry.Position);
            writer.Write(entry.AccountId);
            writer.Write(entry.Version);
            writer.Write(entry.Amount);
            writer.Write(entry.Balance);
        }
    }

    private KeptRecord Kept(in JournalRow record, ReadOnlySpan<EntryRow> entries)
    {
        var all = new Entry[entries.Length];
        for (var i = 0; i < all.Length; i++)
        {
            ref readonly var entry = ref entries[i];
            all[i] = new Entry(
                entry.Position, entry.AccountId, accounts[entry.AccountId], record.Number, entry.Version, entry.Amount,
                entry.Balance);
        }

        return new KeptRecord(new Appended(
            new JournalRecord(
                record.Number, record.Type, Instant.FromUnixTimeTicks((record.At * 10) + TicksTo2000),
                FirstDay.PlusDays(record.EffectiveOn), record.LastPosition, record.Stream, record.RefersTo,
                record.Actor, record.Data),
            [.. all]));
    }

    private void Flush()
    {
        if (page.Length == 0) return;
        file.Position = file.Length;
        file.Write(page.GetBuffer(), 0, (int)page.Length);
        page.SetLength(0);
    }
}
