using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Rails;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>What is said of a file as a whole; all of it is in the journal.</summary>
/// <param name="CreatedAt">By the clock on the book's wall.</param>
/// <param name="OfDay">How many files of the rail came before it on its day.</param>
internal sealed record FileHead(
    string Message, LocalDateTime CreatedAt, LocalDate ExecuteOn, Currency Currency, long OfDay);

/// <summary>
/// How files of a rail are made: what was set of the rail, in the words of its format. The same head and the same
/// payments are always the same bytes.
/// </summary>
internal abstract class FileFormat
{
    private const int UsualMost = 50_000;
    private const int MostOfFile = 99_999;
    private const int MostDaysAhead = 30;

    private static readonly string[] Common = ["calendar", "days_ahead", "file_payouts"];

    protected FileFormat(RailSettings settings, string calendar, int daysAhead)
    {
        Set = settings;
        Calendar = settings.Text("calendar") ?? calendar;
        DaysAhead = settings.Whole("days_ahead", daysAhead, 0, MostDaysAhead);
        MostPayouts = settings.Whole("file_payouts", UsualMost, 1, MostOfFile);
    }

    public abstract string Extension { get; }

    /// <summary>How many payouts one file takes: all of it is in memory while it is written.</summary>
    public long MostPayouts { get; }

    /// <summary>What one file may come to.</summary>
    public virtual long MostSent => Money.Money.Limit;

    /// <summary>Whose business days the bank keeps.</summary>
    public string Calendar { get; }

    /// <summary>How many of them after its own day a file is to be carried out.</summary>
    public int DaysAhead { get; }

    /// <summary>The format of a rail as it was set; null where it has no files.</summary>
    public static FileFormat? Of(Event.RailSet rail) => rail.Format switch
    {
        PaymentFormat.Nacha => new NachaFile(new RailSettings(rail.Settings)),
        PaymentFormat.CreditTransfer09 or PaymentFormat.CreditTransfer03 =>
            new CreditTransferFile(new RailSettings(rail.Settings), rail.Format),
        PaymentFormat.Csv => new TableFile(new RailSettings(rail.Settings)),
        PaymentFormat.Provider => null,
        _ => throw new InvariantBroken($"{rail.Format} is no format."),
    };

    /// <summary>What is wrong with what was set of the rail, for a file of such a head.</summary>
    public IReadOnlyList<string> Problems(FileHead head)
    {
        string[] faults = [.. Faults(head).Select(fault => fault.ToString())];
        return [.. Set.Problems([.. Common, .. Known]), .. faults];
    }

    /// <summary>Why a payment cannot go into a file of such a head, if it cannot.</summary>
    public OrderFault? Problem(FileHead head, PaymentOrder order) =>
        Check(head, [order]).FirstOrDefault(fault => fault.Payout.Length > 0);

    /// <summary>Writes it; the orders are gone through more than once, and may come to what a file takes.</summary>
    public abstract PaymentFileManifest Write(FileHead head, IReadOnlyList<PaymentOrder> orders, Stream stream);

    /// <summary>What a payment's place in its file is called among all payments of the rail.</summary>
    public virtual long SequenceOf(FileHead head, int place) => place;

    /// <summary>What was set.</summary>
    protected RailSettings Set { get; }

    protected abstract IReadOnlyList<string> Known { get; }

    protected abstract IEnumerable<Fault> Faults(FileHead head);

    protected abstract IReadOnlyList<OrderFault> Check(FileHead head, IReadOnlyList<PaymentOrder> orders);
}

/// <summary>What was set of a rail, by name. What is not as it must be is remembered until it is asked about.</summary>
internal sealed class RailSettings(IReadOnlyDictionary<string, string> settings)
{
    private readonly List<string> problems = [];

    public string? Text(string name) => settings.GetValueOrDefault(name);

    /// <summary>What has to be there: without it, empty, which the format finds wrong itself.</summary>
    public string Needed(string name) => Text(name) ?? "";

    public bool Flag(string name)
    {
        switch (Text(name))
        {
            case null or "false":
                return false;
            case "true":
                return true;
            case var other:
                problems.Add($"{name} is true or false, not `{other}`.");
                return false;
        }
    }

    public int Whole(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
            return value;
        problems.Add($"{name} is a whole number from {least} to {most}, not `{text}`.");
        return otherwise;
    }

    public IReadOnlyList<string> Words(string name) =>
        Text(name)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public IEnumerable<string> Problems(IReadOnlyCollection<string> known) => problems.Distinct().Concat(
        settings.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal)
            .Select(name => $"{name} means nothing to this format; it knows {string.Join(", ", known)}."));
}
