using Fanz.Ledger.Payouts;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Rails.Simulated;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>What moved on the bank's account, or will on its day.</summary>
/// <param name="Amount">In minor units; what comes in is positive.</param>
/// <param name="Reference">The bank's own.</param>
/// <param name="Payment">Whose payment it was, where it is about one.</param>
/// <param name="File">The file that it pays as a whole.</param>
internal sealed record BankEntry(
    LocalDate On, long Amount, string Reference, string Text, string? Payment = null, string? File = null,
    string? Code = null)
{
    /// <summary>What the file comes to, payment by payment.</summary>
    public IReadOnlyList<NachaPayment> Payments { get; init; } = [];
}

/// <summary>A payment that the clearing house gives back.</summary>
internal sealed record GivenBack(LocalDate On, SimulatedReturn Return);

/// <summary>What the bank hands out at the end of a day.</summary>
internal sealed record BankDay(
    LocalDate On, long Opening, long Closing, IReadOnlyList<BankEntry> Entries, IReadOnlyList<SimulatedReturn> Returns);

/// <summary>
/// A bank with books of its own. It learns of the platform's payments by its files alone and pays what they say on the
/// next business day; what it cannot pay comes back two business days later. It knows nothing of the ledger, and what
/// it tells the ledger is its statement.
/// </summary>
internal sealed class YearBank(YearCast cast)
{
    public const string Bank = "firstbank", Processor = "northpay", Account = "4000123456";

    private const int DaysToComeBack = 2, DaysToComeBackLate = 45, OneIn = 120;

    private readonly BusinessCalendar calendar = BusinessCalendar.Of("us.fed");
    private readonly SortedDictionary<LocalDate, List<BankEntry>> entries = [];
    private readonly SortedDictionary<LocalDate, List<SimulatedReturn>> returns = [];
    private readonly HashSet<string> taken = [];

    /// <summary>What the bank says of the platform, as the two have agreed.</summary>
    public static IReadOnlyDictionary<string, string> RailSettings { get; } = new Dictionary<string, string>
    {
        ["destination"] = "091000019",
        ["destination_name"] = "First Bank",
        ["origin"] = "1912345678",
        ["origin_name"] = "Yearfanz",
        ["company_name"] = "Yearfanz",
        ["company_id"] = "1912345678",
        ["odfi"] = "09100001",
        ["description"] = "PAYOUT",
    };

    /// <summary>The same in the words of the clearing house, for files of a day.</summary>
    public static NachaSettings SettingsOf(LocalDate day) => new(
        RailSettings["destination"], RailSettings["destination_name"], RailSettings["origin"],
        RailSettings["origin_name"], RailSettings["company_name"], RailSettings["company_id"], RailSettings["odfi"],
        RailSettings["description"], day, 'A', day.At(new LocalTime(16, 0)));

    /// <summary>By the bank's own books.</summary>
    public long Balance { get; private set; }

    /// <summary>How much the bank has paid, and how much of that came back.</summary>
    public long Paid { get; private set; }

    public long CameBack { get; private set; }

    public bool IsOpen(LocalDate day) => calendar.IsBusinessDay(day);

    /// <summary>A transfer that others sent or asked for.</summary>
    public void Book(BankEntry entry) => Add(entries, OpenFrom(entry.On), entry);

    /// <summary>Reads a file of payments. One that it has had is the same file, and is not paid again.</summary>
    public void Take(LocalDate day, string file, Stream content)
    {
        var read = NachaReader.Read(content);
        var payments = read.Payments.ToList();
        if (!taken.Add(read.Id)) return;
        var paidOn = OpenFrom(day.PlusDays(1));
        var total = payments.Sum(payment => payment.Amount);
        Paid += total;
        Add(entries, paidOn, new BankEntry(paidOn, -total, $"out-{file}", "payments", File: file)
        {
            Payments = payments,
        });
        foreach (var payment in payments)
        {
            if (ReturnOf(payment, paidOn) is not { } back) continue;
            CameBack += payment.Amount;
            Add(returns, back.On, back.Return);
            Add(entries, back.On, new BankEntry(
                back.On, payment.Amount, $"back-{payment.Identification.Trim()}", "payment returned",
                payment.Identification.Trim(), Code: back.Return.Code));
        }
    }

    /// <summary>Closes a business day.</summary>
    public BankDay Close(LocalDate day)
    {
        var opening = Balance;
        var booked = entries.Remove(day, out var some) ? some : [];
        Balance += booked.Sum(entry => entry.Amount);
        return new BankDay(day, opening, Balance, booked, returns.Remove(day, out var back) ? back : []);
    }

    private GivenBack? ReturnOf(NachaPayment payment, LocalDate paidOn)
    {
        var (code, isLate) = CodeOf(payment, paidOn);
        if (code is null) return null;
        var on = paidOn;
        for (var i = 0; i < (isLate ? DaysToComeBackLate : DaysToComeBack); i++) on = OpenFrom(on.PlusDays(1));
        return new GivenBack(on, new SimulatedReturn(payment, code));
    }

    private (string? Code, bool IsLate) CodeOf(NachaPayment payment, LocalDate paidOn)
    {
        var owner = cast.Creators.FirstOrDefault(creator => creator.Account.Identity == payment.Payee.Identity);
        return (owner?.Fate, paidOn) switch
        {
            (Fate.AccountClosed, _) when paidOn >= YearEvents.AccountCloses => ("R02", false),
            (Fate.AccountFrozen, _) when paidOn >= YearEvents.AccountFreezes => ("R16", false),
            (Fate.Refuses, _) when paidOn == YearEvents.Refused.PlusDays(1) => ("R23", false),
            (Fate.ReturnedLate, _) when paidOn == YearEvents.PaidAndReturnedLate.PlusDays(1) => ("R31", true),
            // Now and then something is garbled on the way.
            _ when Chance(payment.Identification) == 0 => ("R17", false),
            _ => (null, false),
        };
    }

    /// <summary>Follows from the name alone, so that a year that is played again is the same one.</summary>
    private static int Chance(string name) => name.Trim().Aggregate(7, (sum, letter) => ((sum * 31) + letter) % 99_991) % OneIn;

    private LocalDate OpenFrom(LocalDate day)
    {
        while (!IsOpen(day)) day = day.PlusDays(1);
        return day;
    }

    private static void Add<T>(SortedDictionary<LocalDate, List<T>> days, LocalDate day, T one)
    {
        if (!days.TryGetValue(day, out var list)) days[day] = list = [];
        list.Add(one);
    }
}
