using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// A platform moves in, in parts, among everything else. What a part brings is what is missing of the import that is
/// under way, as its records tell, and now and then too much of it, which a later part puts right.
/// </summary>
internal static partial class HistorySteps
{
    private static Family Imports() => new(
        "imports",
        [
            (2, (step, book, _) => Begin(step, book)),
            (8, (step, book, _) => NextPart(step, book)),
            (3, (step, book, _) => new Command.FinishImport(ImportOf(step, book))),
            (1, (step, book, _) => new Command.AbandonImport(ImportOf(step, book), "mistaken")),
            (1, (step, book, _) => step.C % 3 > 0
                ? null
                : new Command.Transfer(
                    [
                        new(new("suspense", $"import/{ImportOf(step, book)}", "USD"), Missing(book, step, "USD")),
                        new(new("rounding", "", "USD"), -Missing(book, step, "USD")),
                    ],
                    "slip")),
            (2, (step, book, _) => Recognise(step, book)),
        ],
        [
            "import_begun", "balances_opened", "subscriptions_opened subscription_opened",
            "subscriptions_opened subscription_opened charge_opened", "import_finished", "import_abandoned",
            "refused: import_exists", "refused: other_import_under_way", "refused: token_liability_differs",
            "refused: import_not_under_way", "refused: not_next_part", "refused: import_incomplete",
            "refused: import_differs", "refused: import_not_balanced", "refused: import_has_balances",
        ]);

    private static Command Begin(Step step, BookInMemory book)
    {
        var currency = Step.Pick(Currencies, step.C);
        var (some, less) = (step.Small, (step.Small / 3) + 1);
        TrialLine[] lines = (step.B % 6) switch
        {
            0 => [],
            1 => [new("fan.wallet", currency, -some), new("fan.debt", currency, less),
                new("psp.receivable", currency, some - less)],
            2 => [new("creator.pending", currency, -some), new("creator.debt", currency, less),
                new("cash.bank", currency, some - less)],
            3 => [new("token.issued", "TKN", some), new("fan.tokens", "TKN", -some),
                new("token.liability", "USD", -some - (step.A % 3 == 0 ? 1 : 0)),
                new("cash.bank", "USD", some + (step.A % 3 == 0 ? 1 : 0))],
            _ => [new("deferred.revenue", currency, -less), new("creator.unearned", currency, -some),
                new("cash.bank", currency, some + less)],
        };
        var name = $"i{Imported(book, "import_begun") - (step.A % 7 == 0 ? 1 : 0)}";
        return new Command.BeginImport(
            name, [.. lines.Where(line => line.Amount != 0)], step.B % 3, "pat", "sam",
            step.A % 2 == 0 ? book.Now.Today.PlusDays(-1) : null);
    }

    private static Command NextPart(Step step, BookInMemory book)
    {
        var import = ImportOf(step, book);
        var part = 1 + PartsOf(import, book).Count() + (step.C % 15 == 0 ? 1 : 0);
        var missing = Missing(import, book);
        var unearned = missing.Where(line => line.Code is "deferred.revenue" or "creator.unearned").ToList();
        if ((unearned.Count > 0 && step.A % 4 > 0) || step.A % 6 == 1)
            return new Command.OpenSubscriptions(import, part, [Opened(step, book, unearned)], "pat", "sam");
        // Tokens and what is owed for them come together, as they always do.
        var lines = missing.Exists(line => line.Currency == "TKN")
            ? missing.Where(line => line.Code != "token.issued").ToList()
            : [.. missing.Where(line => !unearned.Contains(line)).Take(1 + (step.B % 3))];
        if (lines.Count == 0) lines = [new TrialLine("rounding", Step.Pick(Currencies, step.A), step.Small)];
        else if (step.C % 9 == 0 && lines[0].Currency != "TKN")
            lines[0] = lines[0] with { Amount = lines[0].Amount + 1 };
        var named = lines.Where(line => line.Amount != 0).Select(line => Line(step, book, line)).ToList();
        if (named.Count == 0) named = [new NamedLeg(new AccountName("rounding", "", "USD"), 1)];
        return new Command.OpenBalances(import, part, named, "pat", "sam");
    }

    private static NamedLeg Line(Step step, BookInMemory book, TrialLine line)
    {
        var code = Chart.Find(line.Code);
        var owner = code.Holder switch
        {
            Holder.Fan => Step.Pick(Fans, step.B),
            Holder.Creator => Step.Pick(Creators, step.B),
            _ => "",
        };
        LocalDate? cohort = code.HasCohort ? book.Now.Today.PlusDays((step.B % 20) - 10) : null;
        return new NamedLeg(new AccountName(line.Code, owner, line.Currency, cohort), line.Amount);
    }

    private static OpenedSubscription Opened(Step step, BookInMemory book, List<TrialLine> unearned)
    {
        var currency = unearned.FirstOrDefault()?.Currency ?? "USD";
        var deferred = -unearned.Where(line => line.Code == "deferred.revenue").Sum(line => line.Amount);
        var later = -unearned.Where(line => line.Code == "creator.unearned").Sum(line => line.Amount);
        var hasCharge = deferred >= 0 && later >= 0 && deferred + later > 0;
        var period = PeriodOf(step);
        var start = book.Now.Today.PlusDays(-(step.A % (period == SubscriptionPeriod.Monthly ? 40 : 300)));
        var months = period switch
        {
            SubscriptionPeriod.Monthly => 1,
            SubscriptionPeriod.Yearly => 12,
            _ => 1 + (step.B % 20),
        };
        var state = hasCharge || period == SubscriptionPeriod.Lifetime ? OpenedState.Active
            : Step.Pick([OpenedState.Active, OpenedState.Trial, OpenedState.PastDue, OpenedState.Cancelled], step.C);
        var isShared = step.C % 3 == 0;
        var creator = Step.Pick(Creators, step.B);
        return new OpenedSubscription(
            Subscription(step, book, isNew: true), Step.Pick(Fans, step.A), creator, step.Amount, currency, period,
            state, start, state == OpenedState.Trial ? start.PlusDays(10 + (step.A % 20)) : start.PlusMonths(months))
        {
            FailedAttempts = state == OpenedState.PastDue ? 1 + (step.A % 3) : null,
            Collaborators = isShared ? [new(creator, 2), new("dee", 1)] : null,
            Charge = hasCharge ? Rest(step, creator, isShared, months, deferred, later) : null,
        };
    }

    private static OpenedCharge Rest(
        Step step, string creator, bool isShared, int months, long deferred, long unearned)
    {
        var charge = new OpenedCharge(PaymentOf(step), 1 + (step.A % months), deferred);
        if (unearned == 0) return charge;
        var parts = isShared ? Allocation.Split(unearned, 2, 1) : [unearned];
        return charge with
        {
            Unearned = [.. parts.Select((part, i) => new UnearnedPart(i == 0 ? creator : "dee", part))
                .Where(part => part.Amount > 0)],
            ReserveBasisPoints = step.B % 10_001,
            HoldDays = step.A % 30,
            ReserveDays = step.A % 90,
        };
    }

    /// <summary>The import that was begun last, most of the time.</summary>
    private static string ImportOf(Step step, BookInMemory book) =>
        $"i{Math.Max(0, Imported(book, "import_begun") - (step.C % 17 == 0 ? 2 : 1))}";

    private static int Imported(BookInMemory book, string type) =>
        book.Journal.Count(appended => appended.Record.Type == type);

    private static IEnumerable<Event.ImportPart> PartsOf(string import, BookInMemory book) => book.Journal
        .Where(appended => appended.Record.Type is "balances_opened" or "subscriptions_opened")
        .Select(appended => (Event.ImportPart)EventFormat.Read(appended.Record.Type, appended.Record.Data.Span))
        .Where(part => part.Import == import);

    /// <summary>What has yet to come, by line of the chart.</summary>
    private static List<TrialLine> Missing(string import, BookInMemory book)
    {
        var begun = book.Journal.Where(appended => appended.Record.Type == "import_begun")
            .Select(appended => (Event.ImportBegun)EventFormat.Read(appended.Record.Type, appended.Record.Data.Span))
            .FirstOrDefault(begun => begun.Import == import);
        if (begun is null) return [];
        var come = PartsOf(import, book).SelectMany(part => part.Sums)
            .Select(line => line with { Amount = -line.Amount });
        return
        [
            .. begun.TrialBalance.Concat(come).GroupBy(line => (line.Code, line.Currency))
                .Select(some => new TrialLine(some.Key.Code, some.Key.Currency, some.Sum(line => line.Amount)))
                .Where(line => line.Amount != 0),
        ];
    }

    /// <summary>An amount that a slip may move, or that a slip before it has moved.</summary>
    private static long Missing(BookInMemory book, Step step, string currency)
    {
        var import = ImportOf(step, book);
        var left = book.State($"suspense/{currency}//import/{import}").Balance;
        return Missing(import, book).Count == 0 && left != 0 ? -left : step.Small;
    }
}
