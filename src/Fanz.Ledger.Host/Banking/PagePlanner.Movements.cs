using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// Lines of statements. What a line is, in this order: what is recorded under its reference; the payout that it names;
/// the file of payments that it names or comes to; what was moved at the bank and not shown yet, by amount and day; the
/// one payout of its amount; and else nobody knows, and it waits in suspense.
/// </summary>
internal sealed partial class PagePlanner
{
    private const int DaysApart = 10;

    private async Task<BankFileItem?> Take(Saying.Movement line, int saying)
    {
        if (refusals.Sayings.TryGetValue(saying, out var code)) return Suspend(line, saying, code);
        if (RecordOf(line.Reference) is { } record)
            return IsRecorded(line, record)
                ? Item(line, BankItemOutcome.Known, record: record.Number)
                : Item(line, BankItemOutcome.Told, Finding.ReferenceReused, record.Number);
        if (Find(line.Names) is { } payout)
            return line.Amount < 0 ? Debited(line, payout, saying) : Credited(line, payout, saying);
        return await Unnamed(line, saying);
    }

    private static bool IsRecorded(Saying.Movement line, StreamRecord record) => record.Event switch
    {
        Event.ReceiptRecorded receipt => (receipt.Amount, receipt.Currency) == (line.Amount, line.Currency),
        Event.PaymentRecorded payment => (-payment.Amount, payment.Currency) == (line.Amount, line.Currency),
        Event.BankLineMatched matched => (matched.Amount, matched.Currency) == (line.Amount, line.Currency),
        Event.TaxDeposited tax => (-tax.Amount, tax.Currency) == (line.Amount, line.Currency),
        Event.ExchangeCovered cover => (-cover.Sold, cover.SoldCurrency) == (line.Amount, line.Currency)
            || (cover.Bought, cover.BoughtCurrency) == (line.Amount, line.Currency),
        _ => false,
    };

    private BankFileItem? Debited(Saying.Movement line, SeenPayout payout, int saying)
    {
        if (payout.SettledLine is { } shown && IsTheSame(line, shown)) return ToldAgain(line, shown, payout);
        if (payout.Payout.Currency != line.Currency || payout.Payout.Sent != -line.Amount)
            return Suspend(line, saying, Finding.AmountDiffers, payout);
        if (payout.IsUnderWay)
        {
            Post(new Command.SettlePayout(payout.Id, bank, line.Reference) { Amount = -line.Amount }, saying);
            (payout.State, payout.SettledBy, payout.SettledLine) = (PayoutState.Settled, 0, line.Reference);
            return Item(line, BankItemOutcome.Posted, payout: payout);
        }

        if (payout is not { State: PayoutState.Settled or PayoutState.Returned })
            return Suspend(line, saying, Finding.PaidThoughRejected, payout);
        if (payout.SettledLine is not null) return Suspend(line, saying, Finding.SecondDebit, payout);
        // It came back before the statement with it came, and so was known to have been paid.
        return Match(line, payout.SettledBy!.Value, saying, payout, () => payout.SettledLine = line.Reference);
    }

    private BankFileItem? Credited(Saying.Movement line, SeenPayout payout, int saying)
    {
        if (payout.ReturnedLine is { } shown && IsTheSame(line, shown)) return ToldAgain(line, shown, payout);
        if (payout.Payout.Currency != line.Currency || payout.Payout.Sent != line.Amount)
            return Suspend(line, saying, Finding.AmountDiffers, payout);
        switch (payout.State)
        {
            case PayoutState.Returned when payout.ReturnedLine is not null:
                return Suspend(line, saying, Finding.SecondReturn, payout);
            case PayoutState.Returned:
                return Match(line, payout.ReturnedBy!.Value, saying, payout,
                    () => payout.ReturnedLine = line.Reference);
            case PayoutState.Settled:
                break;
            case var _ when payout.IsUnderWay:
                Post(new Command.SettlePayout(payout.Id, bank) { Amount = line.Amount }, saying);
                payout.SettledBy = 0;
                break;
            default:
                return Suspend(line, saying, Finding.ReturnedThoughNeverPaid, payout);
        }

        var why = line.Code is { } code ? IsoReasonCodes.Of(code).Meaning : "The bank gave it back";
        Post(
            new Command.ReturnPayout(payout.Id, line.Reason ?? why, bank, CodeOf(line.Code), line.Reference)
            {
                Amount = line.Amount,
            },
            saying);
        (payout.State, payout.ReturnedBy, payout.ReturnedLine) = (PayoutState.Returned, 0, line.Reference);
        var finding = line.Code is { } given
            ? Remedy(payout, RemedyOf(given), given, saying, isReturn: true)
            : Finding.PersonLooks;
        return Item(line, BankItemOutcome.Posted, finding, payout: payout);
    }

    private async Task<BankFileItem?> Unnamed(Saying.Movement line, int saying)
    {
        await CatchUp();
        if (line.Amount < 0 && await OfFile(line) is { } item) return item;
        var (from, to) = (line.On.PlusDays(-DaysApart), line.On.PlusDays(DaysApart));
        var entries = await reader.OpenEntries(bank ?? "", line.Currency, [line.Amount], from, to, token);
        if (entries.Find(entry => !usedEntries.Contains(entry.Number)) is { } open)
        {
            usedEntries.Add(open.Number);
            return Match(line, open.Number, saying, null, () => { });
        }

        if (line.Amount > 0 && await OfReturns(line, from, to) is { } returns) return returns;

        if (line is { Amount: < 0, IsReversal: false }
            && await reader.OnlyPayout(line.Currency, -line.Amount, from, to, token) is { } only)
        {
            var payout = Find([only]) ?? (await reader.Payouts([only], token)).GetValueOrDefault(only);
            if (payout is { IsUnderWay: true, Payout.Rail: not null })
            {
                payouts[only] = payout;
                return Debited(line, payout, saying);
            }
        }

        return Suspend(line, saying, line.IsReversal ? Finding.Reversal : Finding.Unexplained);
    }

    /// <summary>
    /// A bank may take what a whole file comes to at once: that settles every payout that it has made.
    /// </summary>
    private async Task<BankFileItem?> OfFile(Saying.Movement line)
    {
        var named = await reader.Files(line.Currency, line.Files, token);
        var files = named.Count > 0
            ? named
            : await reader.Files(
                line.Currency, -line.Amount, line.On.PlusDays(-DaysApart), line.On.PlusDays(DaysApart), token);
        if (files is not [var file]) return null;
        var members = (await Members(file)).Where(one => one.IsPaid).ToList();
        // Those that another line shows are not in this one.
        var taken = members.Where(one => one.SettledLine is null || IsTheSame(line, one.SettledLine)).ToList();
        if (taken.Aggregate((Int128)0, (sum, one) => sum + one.Payout.Sent) != -line.Amount)
        {
            if (named.Count == 0) return null;
            return members.Count > 0 && members.TrueForAll(one => IsTheSame(line, one.SettledLine ?? ""))
                ? ToldAgain(line, members[0].SettledLine!, null)
                : Suspend(line, plan.Items.Count, Finding.TotalDiffers);
        }

        // What came back before the statement came was settled without it, and is a part of this line.
        foreach (var one in taken.Where(one => one.SettledLine is null && !one.IsUnderWay))
            plan.Many.Add((
                new Command.MatchBankLine(
                    one.SettledBy!.Value, -one.Payout.Sent, line.Currency, line.Reference, bank) { Part = true },
                $"bank/part/{one.Id}/{line.Reference}"));
        foreach (var one in taken.Where(one => one.IsUnderWay))
            plan.Many.Add((
                new Command.SettlePayout(one.Id, bank, line.Reference) { Amount = one.Payout.Sent },
                $"bank/settle/{one.Id}/{line.Reference}"));
        var known = await reader.KnownLines(bank ?? "", [line.Reference], token);
        if (plan.Many.Count == 0 && (known.Count > 0 || taken.TrueForAll(one => one.SettledLine != line.Reference)))
            return ToldAgain(line, taken[0].SettledLine ?? line.Reference, null);
        return Item(line, BankItemOutcome.Posted) with { Hint = Hinted(file.File) };
    }

    /// <summary>What came back in a day, in one sum: the returns were told one by one before.</summary>
    private async Task<BankFileItem?> OfReturns(Saying.Movement line, NodaTime.LocalDate from, NodaTime.LocalDate to)
    {
        var open = await reader.OpenReturns(bank ?? "", line.Currency, from, to, token);
        var day = open.GroupBy(entry => entry.On)
            .FirstOrDefault(some => some.Aggregate((Int128)0, (sum, entry) => sum + entry.Amount) == line.Amount);
        if (day is null) return null;
        foreach (var entry in day)
            plan.Many.Add((
                new Command.MatchBankLine(entry.Number, entry.Amount, line.Currency, line.Reference, bank)
                {
                    Part = true,
                },
                $"bank/part/{entry.Number}/{line.Reference}"));
        return Item(line, BankItemOutcome.Known);
    }

    private async Task<List<SeenPayout>> Members(KnownFile file)
    {
        const int atOnce = 5_000;
        var members = new List<SeenPayout>();
        foreach (var some in (await reader.Members(file.File, token)).Chunk(atOnce))
        {
            var found = await reader.Payouts(some, token);
            members.AddRange(some.Select(id => IsDry ? payouts.GetValueOrDefault(id) ?? found[id] : found[id]));
        }

        return members;
    }

    private BankFileItem? Match(Saying.Movement line, long record, int saying, SeenPayout? payout, Action matched)
    {
        // Its record is of this very page, and has no number yet; where nothing is posted it never gets one.
        if (record == 0 && !IsDry) return null;
        if (record > 0) Post(new Command.MatchBankLine(record, line.Amount, line.Currency, line.Reference, bank),
            saying);
        matched();
        return Item(line, BankItemOutcome.Known, record: record > 0 ? record : null, payout: payout);
    }

    private BankFileItem Suspend(Saying.Movement line, int saying, string finding, SeenPayout? payout = null)
    {
        Post(
            line.Amount > 0
                ? new Command.RecordReceipt(line.Amount, line.Currency, line.Reference, bank)
                : new Command.RecordPayment(-line.Amount, line.Currency, line.Reference, bank),
            saying);
        return Item(line, BankItemOutcome.Suspense, finding, payout: payout);
    }

    /// <summary>A bulk may be told as one line by one file and payment by payment by another.</summary>
    private static bool IsTheSame(Saying.Movement line, string shown) =>
        shown == line.Reference || (line.Booking is { } booking
            && (shown == booking || shown.StartsWith($"{booking}/", StringComparison.Ordinal)));

    /// <summary>
    /// The same movement, perhaps as the parts of a bulk that came whole before, or the other way about: then it is no
    /// line beside that.
    /// </summary>
    private static BankFileItem ToldAgain(Saying.Movement line, string shown, SeenPayout? payout)
    {
        var item = Item(line, BankItemOutcome.Known, payout: payout);
        return shown == line.Reference ? item : item with { Reference = null };
    }

    private static BankFileItem Item(
        Saying.Movement line, BankItemOutcome outcome, string? finding = null, long? record = null,
        SeenPayout? payout = null) => new(
            line.Line, outcome, line.Amount, line.Currency, line.On, line.Reference, payout?.Id, record, finding,
            CodeOf(line.Code))
        {
            Hint = Hinted(line.Names.Concat(line.Files).FirstOrDefault()),
        };

    private static string? Hinted(string? text) =>
        Accounts.Identifier.Problem(text) is null ? text : null;

    private static string? CodeOf(string? code) => Accounts.Identifier.Problem(code) is null ? code : null;

    private static Rails.ReturnRemedy RemedyOf(string code) => code is ['R', >= '0' and <= '9', >= '0' and <= '9']
        ? NachaReturnCodes.Of(code).Remedy
        : IsoReasonCodes.Of(code).Remedy;
}
