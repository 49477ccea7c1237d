using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Releases, holds and payouts; presents, corrections, and what has lain too long.</summary>
internal static partial class HistorySteps
{
    private static Family Moving() => new(
        "moving",
        [
            (2, (step, book, _) => Later(step, book)),
            (2, (step, book, _) => ReleaseHold(step, book)),
            (2, (step, book, _) => step.B % 3 == 0 ? ReleaseAffiliate(step, book) : ReleaseReserve(step, book)),
            (2, (step, book, _) => ReleaseAffiliate(step, book)),
            (1, (step, book, _) => Held(step, book, name => new Command.HoldAmount(
                name.Owner, PartOf(step, book, name), name.Currency, "order"))),
            (2, (step, book, _) => ReleaseAmount(step, book)),
            (2, (step, book, _) => Held(step, book, name => FormPayout(step, book, name))),
            (2, (step, book, _) => new Command.AcceptPayout(Payout(step, book))),
            (2, (step, book, _) => new Command.SettlePayout(Payout(step, book), step.B % 3 == 0 ? "second" : null)),
            (2, (step, book, _) => step.B % 2 == 0
                ? new Command.FailPayout(Payout(step, book), "lost")
                : new Command.RejectPayout(Payout(step, book), "unknown account")),
            (2, (step, book, _) => new Command.ReturnPayout(
                Payout(step, book), "closed account", step.B % 3 == 0 ? "third" : null)),
            (1, (step, book, _) => new Command.ReleaseAmount(
                Step.Pick(Creators, step.A), 1, "USD", "mistaken", Returned(step, book)?.Payout ?? "p0")),
            (1, (step, book, _) => Unclaimed(step, book)),
            (1, (step, book, _) => new Command.ReturnUnclaimed(
                step.B % 8 == 0 ? step.A + 1 : Record(book, step.A, "moved_to_unclaimed"), "heard of")),
            (1, (step, _, _) => Goodwill(step)),
            (1, (step, book, _) => Adjust(step, book)),
        ],
        [
            "hold_released", "reserve_released", "affiliate_released", "amount_held", "held_amount_released",
            "payout_formed", "payout_accepted", "payout_settled", "payout_failed", "payout_rejected", "payout_returned",
            "moved_to_unclaimed",
            "unclaimed_returned", "goodwill_granted", "adjusted", "refused: not_matured", "refused: nothing_to_release",
            "refused: withholding_over_release", "refused: more_than_held", "refused: payout_exists",
            "refused: payout_unknown", "refused: payout_not_in_state", "refused: payout_of_another",
            "refused: creator_in_debt", "refused: not_dormant", "refused: nothing_to_move", "refused: not_unclaimed",
            "refused: already_returned",
        ]);

    /// <summary>Days in which what is held matures.</summary>
    private static Command? Later(Step step, BookInMemory book)
    {
        book.Wait(Duration.FromDays(step.B % 6 == 0 ? 40 + (step.A % 60) : 1 + (step.A % 9)));
        return null;
    }

    /// <summary>
    /// Makes a command about some account that holds money, of cohorts one of the first to mature; or about nobody's.
    /// </summary>
    private static Command Having(
        Step step, BookInMemory book, string code, Func<AccountName, Command> make, bool orNobody = true)
    {
        var found = book.Accounts
            .Where(state => state.Key.Code.Name == code && state.Balance != 0)
            .Select(state => NameOf(state.Key))
            .OrderBy(name => name.Cohort)
            .ThenBy(name => name.ToString(), StringComparer.Ordinal)
            .Take(Chart.Find(code).HasCohort ? 4 : int.MaxValue)
            .ToList();
        if (found.Count > 0 && (!orNobody || step.C % 8 != 0)) return make(Step.Pick(found, step.A));
        LocalDate? cohort = Chart.Find(code).HasCohort ? book.Now.Today.PlusDays((step.B % 9) - 4) : null;
        var isOwned = Chart.Find(code).Holder is not (Holder.Platform or Holder.PlatformOrImport or Holder.Institution);
        return make(new AccountName(
            code, isOwned ? Step.Pick(PeopleOf(code), step.A) : "", Step.Pick(Currencies, step.B), cohort));
    }

    private static string[] PeopleOf(string code) =>
        code.StartsWith("fan.", StringComparison.Ordinal) ? Fans
        : code.StartsWith("creator.", StringComparison.Ordinal) ? Creators
        : Affiliates;

    private static Command Held(Step step, BookInMemory book, Func<AccountName, Command> make) =>
        Having(step, book, "creator.available", make);

    private static AccountName NameOf(AccountKey key) => new(key.Code.Name, key.Owner, key.Currency.Code, key.Cohort);

    private static long BalanceOf(BookInMemory book, AccountName name) => Math.Abs(book
        .State($"{name.Code}/{name.Currency}/{name.Cohort?.ToString("uuuu-MM-dd", null)}/{name.Owner}").Balance);

    /// <summary>All of what an account holds, some of it, or more than that.</summary>
    private static long PartOf(Step step, BookInMemory book, AccountName name)
    {
        var balance = Math.Min(BalanceOf(book, name), Money.Money.Limit - 1);
        return (step.C % 5) switch
        {
            0 when balance > 0 => balance,
            1 => balance + 1,
            _ => Math.Max(1, balance / (2 + (step.B % 3))),
        };
    }

    private static Command ReleaseHold(Step step, BookInMemory book) =>
        Having(step, book, "creator.pending", name => new Command.ReleaseHold(
            name.Owner, name.Currency, name.Cohort!.Value, "run")
            {
                Withholding = Withhold(step, book, name), Sources = SourcesOf(step, book, name),
            });

    private static Command ReleaseReserve(Step step, BookInMemory book) =>
        Having(step, book, "creator.reserve", name => new Command.ReleaseReserve(
            name.Owner, name.Currency, name.Cohort!.Value, "run")
            {
                Withholding = Withhold(step, book, name), Sources = SourcesOf(step, book, name),
            });

    private static Command ReleaseAffiliate(Step step, BookInMemory book) =>
        Having(step, book, "affiliate.pending", name => new Command.ReleaseAffiliate(
            name.Owner, name.Currency, name.Cohort!.Value, "run") { Withholding = Withhold(step, book, name) });

    private static WithholdingLine[]? Withhold(Step step, BookInMemory book, AccountName name)
    {
        var part = PartOf(step, book, name);
        return (step.B % 5) switch
        {
            0 => [new(WithholdingKind.Backup, part, 2_400)],
            1 when step.C % 2 == 0 =>
                [new(WithholdingKind.Backup, Math.Min(BalanceOf(book, name) + 1, Money.Money.Limit), 2_400)],
            1 => [new(WithholdingKind.NonResident, part, step.A % 10_001)],
            2 =>
            [
                new(WithholdingKind.Backup, Math.Max(1, part / 2), 2_400),
                new(WithholdingKind.NonResident, Math.Max(1, part / 2), 3_000),
            ],
            _ => null,
        };
    }

    private static Command ReleaseAmount(Step step, BookInMemory book) => Having(step, book, "creator.hold", name =>
    {
        // A returned payout is another hold on the same account.
        if (step.B % 3 == 0 && Returned(step, book) is { } payout)
        {
            var amount = Math.Max(1, payout.Amount / (1 + (step.A % 2)));
            return new Command.ReleaseAmount(
                step.C % 3 == 0 ? Step.Pick(Creators, step.A) : payout.Creator, amount, payout.Currency, "looked at",
                payout.Payout);
        }

        return new Command.ReleaseAmount(
            name.Owner, PartOf(step, book, name), name.Currency, "looked at",
            step.B % 9 == 1 ? Payout(step, book) : null, "pat", "sam");
    });

    private static Event.PayoutReturned? Returned(Step step, BookInMemory book)
    {
        var all = book.Journal.Select(appended => appended.Record)
            .Where(record => record.Type == "payout_returned").ToList();
        if (all.Count == 0) return null;
        var one = Step.Pick(all, step.A);
        return (Event.PayoutReturned)EventFormat.Read(one.Type, one.Data.Span);
    }

    private static Command.FormPayout FormPayout(Step step, BookInMemory book, AccountName name)
    {
        var amount = PartOf(step, book, name);
        return new Command.FormPayout(
            Payout(step with { A = step.B }, book), name.Owner, name.Currency, amount,
            Math.Min(step.A % 3, amount - 1));
    }

    /// <summary>One of the payouts that there are, or the next.</summary>
    private static string Payout(Step step, BookInMemory book)
    {
        var count = book.Journal.Count(appended => appended.Record.Type == "payout_formed");
        // Most are about one of the last: what is over long ago only refuses.
        var back = step.A % 4;
        return $"p{Math.Max(0, count - back + (step.C % 5 == 0 ? 1 : 0))}";
    }

    private static Command Unclaimed(Step step, BookInMemory book)
    {
        var lastActiveOn = book.Now.Today.PlusDays(-(step.B % 2 == 0 ? 1_095 + (step.A % 3) : step.A % 1_095));
        return step.C % 2 == 0
            ? Held(step, book, name => new Command.MoveToUnclaimed(
                name.Currency, lastActiveOn, "silent", Creator: name.Owner))
            : Having(step, book, "fan.wallet", name => new Command.MoveToUnclaimed(
                name.Currency, lastActiveOn, "silent", Fan: name.Owner));
    }

    private static Command.GrantGoodwill Goodwill(Step step)
    {
        var (creator, fan) = step.B % 2 == 0
            ? (Step.Pick(Creators, step.A), (string?)null)
            : (null, Step.Pick(Fans, step.A));
        return new Command.GrantGoodwill(
            step.Amount, Step.Pick(Currencies, step.C), "sorry", "ida", "otto", creator, fan);
    }

    /// <summary>A debt that some earlier system had, or its end.</summary>
    private static Command.Adjust Adjust(Step step, BookInMemory book)
    {
        var currency = Step.Pick(Currencies, step.C);
        var amount = step.B % 3 == 0 ? -step.Small : step.Small;
        var debt = step.A % 2 == 0 ? "creator.debt" : "fan.debt";
        return new Command.Adjust(
            [
                new(new(debt, Step.Pick(PeopleOf(debt), step.B), currency), amount),
                new(new("rounding", "", currency), -amount),
            ],
            "taken over", "ida", "otto", step.B % 4 == 0 ? book.Now.Today.PlusDays(-30) : null);
    }
}
