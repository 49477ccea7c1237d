using System.Globalization;
using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Money is moved in any order, and what must always hold is checked after every step.</summary>
public class MovingMoneyTests
{
    private static readonly string[] Creators = ["bea", "cat"];
    private static readonly string[] Currencies = ["USD", "JPY"];

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Choose(0, 27)
        from a in Gen.Choose(0, 1_000)
        from b in Gen.Choose(0, 1_000)
        from amount in Gen.Choose(1, 3_000)
        select new Step(kind, a, b, amount);

    private sealed record Step(int Kind, int A, int B, long Amount);

    [Fact]
    public void Whatever_is_moved_nothing_is_made_or_lost_and_nobody_is_paid_twice()
    {
        var seen = new HashSet<string>();
        Properties.Hold(AnyStep.ArrayOf(400), steps => Play(steps, seen), times: 25);
        // A history that never meets a command proves nothing about it.
        Assert.Subset(seen, new HashSet<string>
        {
            "hold_released", "reserve_released", "amount_held", "held_amount_released", "payout_formed",
            "payout_accepted", "payout_settled", "payout_failed", "payout_rejected", "payout_returned",
            "tax_deposited", "processor_settled", "processor_reserve_released", "receipt_recorded", "receipt_assigned",
            "currency_converted", "exchange_covered", "exchange_position_closed", "adjusted", "goodwill_granted",
            "moved_to_unclaimed", "unclaimed_returned", "refused: nothing_to_release", "refused: not_matured",
            "refused: payout_not_in_state", "refused: payout_unknown", "refused: payout_exists",
            "refused: more_than_held", "refused: more_than_owed", "refused: more_than_received",
            "refused: already_returned", "refused: insufficient_funds", "refused: creator_in_debt",
        });
    }

    private static void Play(Step[] steps, HashSet<string> seen)
    {
        var book = new BookInMemory();
        foreach (var step in steps)
        {
            if (CommandOf(step, book) is not { } command || command.Faults(book.Book.Name).Any()) continue;
            var (before, count) = (book.Snapshot(), book.Journal.Count);
            var refusal = book.Post(command);
            seen.Add(refusal is null ? book.Journal[^1].Record.Type : $"refused: {refusal.Code}");
            if (refusal is not null) Assert.Equal(before, book.Snapshot());
            Assert.Equal(count + (refusal is null ? 1 : 0), book.Journal.Count);
            if (step.A % 10 == 0) Forget(book);
        }

        NothingIsMadeOrLost(book);
        WhatIsInFlightIsWhatTheAccountsSay(book);
        NobodyIsPaidTwice(book);
    }

    /// <summary>What is forgotten must be asked for again, and nothing else may change.</summary>
    private static void Forget(BookInMemory book)
    {
        book.Book.LetGoOfAccounts();
        book.Book.ForgetHistory();
        foreach (var creator in Creators) book.Book.Forget($"held/USD/{creator}");
        for (var payout = 0; payout < 8; payout++) book.Book.Forget($"payout/{payout}");
    }

    private static void NothingIsMadeOrLost(BookInMemory book)
    {
        Assert.All(
            book.Accounts.GroupBy(state => state.Key.Currency),
            currency => Assert.Equal(0, Sum(currency.Select(state => state.Balance))));
        Assert.All(
            book.Accounts.Where(state => !state.Key.Code.MayGoBelowZero),
            state => Assert.True(state.Key.Code.InWords(state.Balance) >= 0, $"{state.Key} {state.Balance}"));
    }

    private static void WhatIsInFlightIsWhatTheAccountsSay(BookInMemory book)
    {
        var events = Events(book);
        foreach (var (code, entered, left) in new (string, string[], string[])[]
        {
            ("payout.transit", ["payout_formed"], ["payout_accepted", "payout_failed"]),
            ("payout.clearing", ["payout_accepted"], ["payout_settled", "payout_rejected"]),
        })
        {
            var expected = Sum(events.Where(e => entered.Contains(e.Type)).Select(SentOf))
                - Sum(events.Where(e => left.Contains(e.Type)).Select(SentOf));
            var held = book.Accounts.Where(state => state.Key.Code.Name == code).Select(state => -state.Balance);
            Assert.Equal(expected, Sum(held));
        }
    }

    private static long SentOf((string Type, Event Event) record) => record.Event switch
    {
        Event.PayoutFormed formed => formed.Sent,
        Event.PayoutAccepted accepted => accepted.Amount,
        Event.PayoutSettled settled => settled.Amount,
        Event.PayoutFailed failed => failed.Amount - failed.Fee,
        Event.PayoutRejected rejected => rejected.Amount - rejected.Fee,
        _ => throw new InvalidOperationException(record.Type),
    };

    private static void NobodyIsPaidTwice(BookInMemory book)
    {
        var payouts = book.Journal
            .Where(appended => appended.Record.Stream?.StartsWith("payout/", StringComparison.Ordinal) == true)
            .Where(appended => appended.Record.Type != "held_amount_released")
            .GroupBy(appended => appended.Record.Stream!);
        foreach (var payout in payouts)
        {
            var course = string.Join(' ', payout.Select(appended => appended.Record.Type["payout_".Length..]));
            Assert.Contains(course, new[]
            {
                "formed", "formed failed", "formed accepted", "formed accepted rejected", "formed accepted settled",
                "formed accepted settled returned",
            });
            // What left the bank for it is what was sent, or nothing once it has come back.
            var paid = payout.SelectMany(appended => appended.Entries)
                .Where(entry => entry.Account.Code == Chart.BankCash).Sum(entry => -entry.Amount);
            var formed = (Event.PayoutFormed)EventFormat.Read("payout_formed", payout.First().Record.Data.Span);
            Assert.Equal(course.EndsWith("settled", StringComparison.Ordinal) ? formed.Sent : 0, paid);
        }
    }

    private static List<(string Type, Event Event)> Events(BookInMemory book) =>
        [.. book.Journal.Select(a => (a.Record.Type, EventFormat.Read(a.Record.Type, a.Record.Data.Span)))];

    private static Command? CommandOf(Step step, BookInMemory book)
    {
        var (a, b, amount) = (step.A, step.B, step.Amount);
        var (creator, currency) = (Creators[a % 2], Currencies[b % 5 == 0 ? 1 : 0]);
        var payout = (b % 8).ToString(CultureInfo.InvariantCulture);
        var earlier = (b % book.Book.LastNumber) + 1;
        var today = book.Now.Today;
        switch (step.Kind)
        {
            case 0 or 1 or 2: return new Command.SendTip("ann", creator, amount, currency, Funding.Card);
            case 3 or 4 or 5: return new Command.ReleaseHold(creator, currency, today.PlusDays((b % 3) - 1), "run")
            {
                Withholding = a % 3 == 0 ? [new(WithholdingKind.Backup, (amount % 60) + 1, 2_400)] : null,
            };
            case 6: return new Command.ReleaseReserve(creator, currency, today.PlusDays((b % 3) - 1), "run");
            case 7: return new Command.HoldAmount(creator, amount % 100, currency, "a complaint");
            case 8: return new Command.ReleaseAmount(
                creator, (amount % 50) + 1, currency, "settled", a % 3 == 0 ? payout : null, "pat", "sam");
            case 9 or 10 or 11: return new Command.FormPayout(payout, creator, currency, (amount % 500) + 10, b % 10);
            case 12 or 13: return new Command.AcceptPayout(payout);
            case 14: return new Command.SettlePayout(payout, b % 2 == 0 ? "main" : null);
            case 15: return new Command.FailPayout(payout, "not sent");
            case 16: return new Command.RejectPayout(payout, "no account");
            case 17: return new Command.ReturnPayout(payout, "R03");
            case 18: return new Command.DepositTax(DepositedTax.Backup, (amount % 20) + 1, currency);
            case 19: return new Command.SettleProcessor(currency, amount, b, a);
            case 20: return new Command.ReleaseProcessorReserve(amount, currency);
            case 21: return new Command.RecordReceipt(amount, currency, $"ref-{b % 100}");
            case 22: return new Command.AssignReceipt(
                Latest(book, "receipt_recorded", b) ?? 1, new("creator.available", creator, currency), amount, "why");
            case 23: return new Command.ConvertCurrency(
                creator, Currencies[0], Currencies[1], amount, $"{b}.{a % 10}", a % 100);
            case 24: return a % 2 == 0
                ? new Command.CoverExchange("USD", amount, "JPY", b + 1)
                : new Command.CloseExchangePosition(currency, (amount % 200) - 100, "month's end", "pia", "quentin");
            case 25: return a % 3 == 0
                ? new Command.GrantGoodwill(amount, currency, "sorry", "pia", "quentin", creator)
                : new Command.Adjust(
                    [new(new("creator.debt", creator, currency), amount), new(new("suspense", "", currency), -amount)],
                    "a refund", "pia", "quentin");
            case 26: return a % 2 == 0
                ? new Command.MoveToUnclaimed(currency, new LocalDate(2020, 1, 1), "no answer", creator)
                : new Command.ReturnUnclaimed(Latest(book, "moved_to_unclaimed", b) ?? earlier, "called");
            default:
                book.Wait(Duration.FromDays(a % 3 == 0 ? 83 : 7));
                return null;
        }
    }

    private static long? Latest(BookInMemory book, string type, int at)
    {
        var all = book.Journal.Where(appended => appended.Record.Type == type).ToArray();
        return all.Length == 0 ? null : all[at % all.Length].Record.Number;
    }

    private static BigInteger Sum(IEnumerable<long> numbers) =>
        numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);
}
