using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What a platform had before: brought in against suspense, until it is what was announced.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Import), NaiveImport> imports = [];

    private sealed class NaiveImport
    {
        public required Command.BeginImport Begun { get; init; }

        public string State { get; set; } = "under way";

        public int Come { get; set; }

        /// <summary>By code and currency, with what was issued in tokens.</summary>
        public Dictionary<string, BigInteger> Brought { get; } = [];
    }

    private Answer? OfImports(Command command) => command switch
    {
        Command.BeginImport c => Begin(c),
        Command.OpenBalances c => Part(c.Import, c.Part, one => OpenBalances(c, one)),
        Command.OpenSubscriptions c => Part(c.Import, c.Part, one => OpenSubscriptions(c, one)),
        Command.FinishImport c => UnderWay(c.Import, Finish),
        Command.AbandonImport c => UnderWay(c.Import, one =>
            one.Brought.Values.All(sum => sum.IsZero)
                ? Over(one, "abandoned", new NaiveDraft(here, "import_abandoned"))
                : Refused("import_has_balances")),
        _ => null,
    };

    private Answer Begin(Command.BeginImport c)
    {
        if (imports.ContainsKey((here, c.Import))) return Refused("import_exists");
        if (imports.Any(one => one.Key.Book == here && one.Value.State == "under way"))
            return Refused("other_import_under_way");
        if (!AreTokensWorth(c)) return Refused("token_liability_differs");
        if (IsClosed(here, c.EffectiveOn)) return Refused("period_closed");
        imports[(here, c.Import)] = new NaiveImport { Begun = c };
        return Move("import_begun");
    }

    private bool AreTokensWorth(Command.BeginImport c)
    {
        BigInteger Expected(string code, string currency) =>
            c.TrialBalance.Where(line => line.Code == code && line.Currency == currency).Sum(line => line.Amount);
        return Expected("token.issued", "TKN") * TokenPriceNow.Amount
            == -Expected("token.liability", "USD") * TokenPriceNow.Tokens;
    }

    private Answer UnderWay(string import, Func<NaiveImport, Answer> then) =>
        imports.TryGetValue((here, import), out var one) && one.State == "under way"
            ? then(one)
            : Refused("import_not_under_way");

    private Answer Part(string import, int part, Func<NaiveImport, Answer> then) => UnderWay(import, one =>
    {
        if (part != one.Come + 1) return Refused("not_next_part");
        var answer = then(one);
        if (answer.Refusal is null) one.Come++;
        return answer;
    });

    private Answer OpenBalances(Command.OpenBalances c, NaiveImport one)
    {
        if (c.Lines.Any(line => line.Account.Currency == "TKN") && !AreTokensWorth(one.Begun))
            return Refused("token_liability_differs");
        var legs = c.Lines.Select(line => (Account: Text(line.Account), Amount: (BigInteger)line.Amount)).ToList();
        var against = legs.GroupBy(leg => Currency(leg.Account))
            .Select(some => (Contra(c.Import, some.Key), -Sum(some.Select(leg => leg.Amount)))).ToList();
        var answer = Move(new NaiveDraft(here, "balances_opened", [.. legs, .. against])
        {
            On = one.Begun.EffectiveOn,
        });
        if (answer.Refusal is null) Bring(one, legs.Concat(against));
        return answer;
    }

    private Answer OpenSubscriptions(Command.OpenSubscriptions c, NaiveImport one)
    {
        var drafts = new List<NaiveDraft> { new(here, "subscriptions_opened") };
        foreach (var opened in c.Subscriptions)
        {
            if (subscriptions.ContainsKey((here, opened.Subscription))) return Refused("subscription_exists");
            drafts.Add(new NaiveDraft(here, "subscription_opened"));
            if (opened.Charge is { } charge) drafts.Add(Rest(c.Import, opened, charge));
        }

        var answer = Move([.. drafts.Select(draft => draft with { On = one.Begun.EffectiveOn })]);
        if (answer.Refusal is not null) return answer;
        foreach (var opened in c.Subscriptions) subscriptions[(here, opened.Subscription)] = AsItStands(opened);
        Bring(one, drafts.SelectMany(draft => draft.Legs));
        return answer;
    }

    private NaiveDraft Rest(string import, OpenedSubscription opened, OpenedCharge charge)
    {
        var unearned = (charge.Unearned ?? [])
            .Select(part => ($"creator.unearned/{opened.Currency}//{part.Creator}", -(BigInteger)part.Amount)).ToList();
        var whole = charge.Deferred - Sum(unearned.Select(part => part.Item2));
        var terms = new NaiveTerms(
            0, 0, charge.ReserveBasisPoints ?? 0, charge.HoldDays ?? 0, charge.ReserveDays ?? 0, 0, null);
        var command = TermsOf(opened) with { Amount = (long)whole, Funding = charge.Funding };
        var sale = new NaiveSale(command, terms, whole, charge.Deferred, [], 0, 0);
        return new NaiveDraft(here, "charge_opened",
        [
            (Contra(import, opened.Currency), whole), .. unearned,
            ($"deferred.revenue/{opened.Currency}//", -(BigInteger)charge.Deferred),
        ])
        {
            Stream = $"subscription/{opened.Subscription}",
            About = new NaiveCharge(sale, [.. AsItStands(opened).Months.TakeLast(charge.Months)]),
        };
    }

    private static Command.StartSubscription TermsOf(OpenedSubscription opened) => new(
        opened.Subscription, opened.Fan, opened.Creator, opened.Price, opened.Currency, Funding.Card,
        opened.Period)
    {
        Collaborators = opened.Collaborators,
    };

    private static NaiveSubscription AsItStands(OpenedSubscription opened)
    {
        var isTrial = opened.State == OpenedState.Trial;
        var anchor = isTrial ? opened.PeriodEnd : opened.Anchor ?? opened.PeriodStart;
        var paid = Enumerable.Range(1, 2_000).Select(anchor.PlusMonths).TakeWhile(day => day <= opened.PeriodEnd)
            .ToArray();
        if (isTrial) paid = [];
        return new NaiveSubscription
        {
            Terms = TermsOf(opened),
            State = isTrial ? "trial"
                : opened.Period == SubscriptionPeriod.Lifetime ? "lifetime"
                : opened.State == OpenedState.PastDue ? "past_due"
                : opened.State == OpenedState.Cancelled ? "cancelled"
                : "active",
            Price = opened.Price,
            Anchor = anchor,
            MonthsPaid = paid.Length,
            Start = opened.PeriodStart,
            WasCharged = !isTrial,
            Failed = opened.FailedAttempts ?? 0,
            Months = [.. paid.Where(day => day > opened.PeriodStart)],
        };
    }

    private Answer Finish(NaiveImport one)
    {
        if (one.Come < one.Begun.Parts) return Refused("import_incomplete");
        var expected = one.Begun.TrialBalance
            .ToDictionary(line => $"{line.Code} {line.Currency}", line => (BigInteger)line.Amount);
        if (expected.Keys.Union(one.Brought.Keys).Any(key =>
            expected.GetValueOrDefault(key) != one.Brought.GetValueOrDefault(key)))
            return Refused("import_differs");
        return one.Begun.TrialBalance.Where(line => line.Currency != "TKN")
            .Any(line => !Held(Contra(one.Begun.Import, line.Currency)).IsZero)
            ? Refused("import_not_balanced")
            : Over(one, "finished", new NaiveDraft(here, "import_finished") { On = one.Begun.EffectiveOn });
    }

    private Answer Over(NaiveImport one, string state, NaiveDraft draft)
    {
        var answer = Move(draft);
        if (answer.Refusal is null) one.State = state;
        return answer;
    }

    private static void Bring(NaiveImport one, IEnumerable<(string Account, BigInteger Amount)> legs)
    {
        foreach (var (account, amount) in legs)
        {
            if (account.Contains("//import/", StringComparison.Ordinal)) continue;
            var key = $"{Code(account)} {Currency(account)}";
            one.Brought[key] = one.Brought.GetValueOrDefault(key) + amount;
        }
    }

    private static string Contra(string import, string currency) =>
        currency == "TKN" ? "token.issued/TKN//" : $"suspense/{currency}//import/{import}";

    private static string Currency(string account) => account.Split('/')[1];
}
