using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// The rules of the domain once more, as plainly as they can be said: dictionaries, texts and big integers, and no
/// code of the ledger but the words of its commands. It predicts the answer to every command, to the last entry. Each
/// family of commands has a file of its own, which answers what it knows and null otherwise.
/// </summary>
internal sealed partial class NaiveLedger
{
    private static readonly string[] NeverInDebit =
    [
        "fan.wallet/", "fan.reserved/", "fan.promo/", "fan.tokens/", "creator.pending/", "creator.reserve/",
        "creator.available/", "creator.hold/", "creator.unearned/", "payout.", "affiliate.", "token.liability/",
        "refund.payable/", "order.escrow/",
    ];

    private static readonly string[] NeverInCredit = ["creator.debt/", "fan.debt/"];

    private readonly Dictionary<(string Book, string Account), NaiveAccount> accounts = [];
    private readonly Dictionary<(string Book, long Number), NaiveRecord> records = [];
    private readonly Dictionary<string, long> last = [];

    // The books and the day of the command that is being answered.
    private string here = "";
    private string there = "";
    private LocalDate today;

    // Whether it only follows from earlier ones, so that nobody's account being closed stands in its way.
    private bool isConsequence;

    internal sealed record NaiveEntry(string Book, string Account, BigInteger Amount, BigInteger Balance, long Version);

    /// <param name="Refusal">The code of the refusal, or null.</param>
    /// <param name="Told">What the event of each record must say, or empty where that is not predicted.</param>
    internal sealed record Answer(
        string? Refusal, IReadOnlyList<NaiveEntry> Entries, IReadOnlyList<string> Types, IReadOnlyList<string> Told);

    /// <summary>A record to be: what it moves, what it is about, and what its family must know of it later.</summary>
    private sealed record NaiveDraft(string Book, string Type, params (string Account, BigInteger Amount)[] Legs)
    {
        public long? RefersTo { get; init; }

        public string? Stream { get; init; }

        /// <summary>The date that it was given, if it was given one.</summary>
        public LocalDate? On { get; init; }

        public object? About { get; init; }

        public string Told { get; init; } = "";
    }

    private sealed class NaiveAccount
    {
        public BigInteger Balance { get; set; }

        public long Version { get; set; }

        public string Life { get; set; } = "open";
    }

    private sealed record NaiveRecord(long Number, NaiveDraft Draft)
    {
        public string Type => Draft.Type;

        public (string Account, BigInteger Amount)[] Legs => Draft.Legs;

        /// <summary>The records that refer to this one, in order.</summary>
        public List<NaiveRecord> Since { get; } = [];

        public bool IsReversed => Since.Exists(record => record.Type == "reversed");
    }

    public void Open(string book) => Append(new NaiveDraft(book, "book_opened"));

    public void Load(string book, string account, BigInteger balance)
    {
        Account(book, account).Balance = balance;
        Account(book, account).Version = 1;
    }

    public BigInteger Balance(string book, string account) => Account(book, account).Balance;

    public Answer Post(string book, string other, Command command, LocalDate day)
    {
        (here, there, today, isConsequence) = (book, other, day, IsConsequence(command));
        approver = ApproverOf(command);
        var answer = Answered(command);
        if (answer.Refusal is null) NoteReference(command);
        return answer;
    }

    private Answer Answered(Command command) =>
        OfJournal(command)
            ?? OfRules(command)
            ?? OfSales(command)
            ?? OfWallets(command)
            ?? OfOrders(command)
            ?? OfSubscriptions(command)
            ?? OfMoving(command)
            ?? OfPaying(command)
            ?? OfSettling(command)
            ?? OfBanking(command)
            ?? OfDisputes(command)
            ?? OfRefunds(command)
            ?? OfImports(command)
            ?? OfClosing(command)
            ?? OfSchedules(command)
            ?? OfTaxes(command)
            ?? OfPayees(command)
            ?? OfProposals(command)
            ?? OfErasure(command)
            ?? throw new ArgumentException($"The model does not know {command}.");

    /// <summary>What is owed as its owner would say it: positive where the account is in credit.</summary>
    private BigInteger Owed(string account) => -Account(here, account).Balance;

    private BigInteger Held(string account) => Account(here, account).Balance;

    private NaiveRecord? Past(long number) => records.GetValueOrDefault((here, number));

    private static Answer Refused(string code) => new(code, [], [], []);

    /// <summary>Appends the drafts, unless an account cannot be moved so; lines of zero are left out.</summary>
    private Answer Move(params NaiveDraft[] drafts)
    {
        drafts = [.. drafts.Select(draft => draft with { Legs = [.. draft.Legs.Where(leg => leg.Amount != 0)] })];
        if (Objection(drafts) is { } objection) return Refused(objection);
        if (drafts.Any(draft => IsClosed(draft.Book, draft.On))) return Refused("period_closed");
        if (ObjectionToApprover(drafts) is { } limit) return Refused(limit);
        return Together(drafts.Select(Append));
    }

    private Answer Move(string type, params (string Account, BigInteger Amount)[] legs) =>
        Move(new NaiveDraft(here, type, legs));

    private string? Objection(params NaiveDraft[] drafts)
    {
        foreach (var draft in drafts)
            foreach (var (account, amount) in draft.Legs)
                if (amount != 0 && Objection(Account(draft.Book, account), account, amount) is { } objection)
                    return objection;
        return null;
    }

    private static bool IsConsequence(Command command) => command is
        Command.OpenDispute or Command.WinDispute or Command.LoseDispute or Command.ReopenDispute
        or Command.ClawBackSale or Command.RefundSale or Command.ExecuteRefund or Command.Release
        or Command.ReleaseAmount or Command.FormPayout or Command.AcceptPayout or Command.SettlePayout
        or Command.FailPayout or Command.CancelPayout or Command.RejectPayout or Command.ReturnPayout
        or Command.ReturnUnclaimed
        or Command.WithdrawFromWallet or Command.VoidAuthorisation or Command.ExpireAuthorisation
        or Command.DeliverOrder or Command.RecogniseRevenue or Command.MatchBankLine;

    private string? Objection(NaiveAccount state, string account, BigInteger amount)
    {
        var after = state.Balance + amount;
        var isLess = BigInteger.Abs(after) < BigInteger.Abs(state.Balance) && after.Sign * state.Balance.Sign >= 0;
        if (state.Life == "closed" && !isConsequence && !isLess) return "account_closed";
        if (state.Life == "frozen" || (state.Life == "frozen for debits" && amount > 0)) return "account_frozen";
        var balance = state.Balance + amount;
        if (BigInteger.Abs(balance) > long.MaxValue) return "balance_overflow";
        if (NeverInCredit.Any(account.StartsWith)) return balance < 0 ? "insufficient_funds" : null;
        return NeverInDebit.Any(account.StartsWith) && balance > 0 ? "insufficient_funds" : null;
    }

    private Answer Append(NaiveDraft draft)
    {
        var number = last[draft.Book] = last.GetValueOrDefault(draft.Book) + 1;
        var record = records[(draft.Book, number)] = new NaiveRecord(number, draft);
        if (draft.RefersTo is { } earlier) records[(draft.Book, earlier)].Since.Add(record);
        var entries = new List<NaiveEntry>();
        foreach (var (account, amount) in draft.Legs)
        {
            var state = Account(draft.Book, account);
            state.Balance += amount;
            state.Version++;
            entries.Add(new NaiveEntry(draft.Book, account, amount, state.Balance, state.Version));
        }

        return new Answer(null, entries, [draft.Type], [draft.Told]);
    }

    private static Answer Together(IEnumerable<Answer> answers)
    {
        var all = answers.ToList();
        return new Answer(
            null, [.. all.SelectMany(answer => answer.Entries)], [.. all.SelectMany(answer => answer.Types)],
            [.. all.SelectMany(answer => answer.Told)]);
    }

    private NaiveAccount Account(string book, string account)
    {
        if (!accounts.TryGetValue((book, account), out var state)) accounts[(book, account)] = state = new();
        return state;
    }

    private static string Text(AccountName name) =>
        $"{name.Code}/{name.Currency}/{Day(name.Cohort)}/{name.Owner}";

    private static string Day(LocalDate? day) => day?.ToString("uuuu-MM-dd", null) ?? "";

    /// <summary>
    /// An amount shared by weights: everyone their part rounded down, and what is left over one by one to those who
    /// lost most by that, the earlier first.
    /// </summary>
    private static BigInteger[] Share(BigInteger amount, params BigInteger[] weights)
    {
        var total = weights.Aggregate(BigInteger.Add);
        var parts = weights.Select(weight => amount * weight / total).ToArray();
        var left = (int)(amount - parts.Aggregate(BigInteger.Add));
        var mostLost = Enumerable.Range(0, parts.Length).OrderByDescending(i => amount * weights[i] % total);
        foreach (var i in mostLost.Take(left)) parts[i]++;
        return parts;
    }

    private static BigInteger BasisPoints(BigInteger amount, int points) => Share(amount, points, 10_000 - points)[0];
}
