using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Hundreds of sales, refunds, disputes, releases and payouts in any order. A count of its own says after every one
/// what must be held, claimed and payable, and that no sale gives back more than was paid.
/// </summary>
public class DisputeHistoryTests
{
    private static readonly string[] Fans = ["ann", "bob"];
    private static readonly string[] Creators = ["bea", "cat"];

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Choose(0, 19)
        from a in Gen.Choose(0, 1_000)
        from b in Gen.Choose(0, 1_000)
        from amount in Gen.Choose(1, 3_000)
        select new Step(kind, a, b, amount);

    private sealed record Step(int Kind, int A, int B, long Amount);

    [Fact]
    public void Whatever_happens_in_between_what_is_frozen_claimed_and_payable_adds_up()
    {
        var seen = new Dictionary<string, int>();
        Properties.Hold(AnyStep.ArrayOf(200), steps =>
        {
            var book = Sold.WithAffiliates();
            var count = new Count(book);
            foreach (var step in steps)
            {
                var before = book.Snapshot();
                if (step.B % 7 == 0) book.Book.ForgetHistory();
                var refusal = CommandOf(step, book, count.Events) is { } command ? book.Post(command) : null;
                var what = refusal?.Code ?? book.Journal[^1].Record.Type;
                seen[what] = seen.GetValueOrDefault(what) + 1;
                if (refusal is not null) Assert.Equal(before, book.Snapshot());
                count.Check();
            }
        }, times: 60);
        Properties.ShouldHaveMet(new[]
        {
            "tip_sent", "wallet_topped_up", "tokens_purchased", "hold_released", "reserve_released", "transferred",
            "sale_refunded", "refund_executed", "dispute_opened", "dispute_won", "dispute_lost", "dispute_reopened",
            "sale_clawed_back", "debt_written_off", "not_refundable", "refund_exceeds_sale",
            "nothing_to_give_back", "refund_during_dispute", "refund_already_executed", "not_a_refund",
            "not_disputable", "dispute_exists", "dispute_already_open", "dispute_not_in_state", "amount_over_debt",
            "not_to_be_clawed_back",
        }, seen);
    }

    private static Command? CommandOf(Step step, BookInMemory book, List<Event> events)
    {
        var (fan, creator, amount) = (Pick(Fans, step.A), Pick(Creators, step.B), step.Amount);
        var any = 2 + (step.A % book.Book.LastNumber);
        var dispute = $"d-{step.B % 30}";
        switch (step.Kind)
        {
            case 0: return new Command.TopUp(fan, amount, "USD");
            case 1: return new Command.PurchaseTokens(fan, amount, amount, "USD", Funding.Card, Bonus: amount / 10);
            case 2 or 3 or 4 or 5:
                return new Command.SendTip(
                    fan, creator, amount, "USD", Pick([Funding.Card, Funding.Wallet, Funding.Tokens], step.A / 2))
                {
                    Affiliate = step.B % 3 == 0 ? "aff" : null,
                    Collaborators = step.B % 5 == 0 ? [new("bea", 2), new("cat", 1)] : null,
                    Taxes = step.A % 4 == 0 ? [new TaxLine(TaxKind.Vat, "DE", 1 + (amount / 5))] : null,
                };
            case 6 or 7: return new Command.RefundSale(any, "why", step.B % 3 == 0 ? null : amount);
            case 8: return new Command.ExecuteRefund(Any<Event.SaleRefunded>(events, step.A) ?? any);
            case 9 or 10:
                return new Command.OpenDispute(
                    dispute, any, step.B % 4 * 100, step.B % 2 == 0 ? null : amount);
            case 11: return new Command.WinDispute(dispute) { FeeReturned = step.A % 2 == 0 };
            case 12 or 13:
                return new Command.LoseDispute(dispute)
                {
                    Bearer = step.A % 3 == 0 ? Bearer.Platform : null, PassFee = step.A % 2 == 0,
                    ClawBack = step.A % 5 > 0,
                };
            case 14: return new Command.ReopenDispute(dispute, step.A % 100);
            case 15: return ClawBack(events, step);
            case 16:
                return Pay(book, creator, step);
            case 17:
                var debt = book.Holds($"creator.debt/USD//{creator}");
                var part = Math.Max(1, Math.Min(debt, book.Holds($"creator.available/USD//{creator}")));
                return step.A % 3 > 0
                    ? new Command.RepayDebt(creator, part, "USD")
                    : new Command.WriteOffDebt(1 + (debt / 2), "USD", "gone", "pat", "sam") { Creator = creator };
            default:
                book.Wait(Duration.FromDays(step.A % 15));
                return Release(book, step);
        }
    }

    /// <summary>Someone moves all that a creator has to the bank, or some of it back.</summary>
    private static Command.Transfer? Pay(BookInMemory book, string creator, Step step)
    {
        var legs = step.A % 3 == 0
            ? [new NamedLeg(new AccountName("creator.available", creator, "USD"), -step.Amount)]
            : book.Accounts.Where(state => state.Balance != 0 && state.Key.Owner == creator)
                .Where(state => state.Key.Code == Chart.CreatorAvailable || state.Key.Cohort is not null)
                .Select(state => new NamedLeg(Portion.NameOf(state.Key), -state.Balance)).ToArray();
        return legs.Length == 0 ? null : new Command.Transfer(
            [.. legs, new NamedLeg(new AccountName("cash.bank", "", "USD"), -legs.Sum(leg => leg.Amount))], "paid");
    }

    private static Command? Release(BookInMemory book, Step step)
    {
        var matured = book.Accounts
            .Where(state => state.Balance != 0 && state.Key.Cohort <= book.Now.Today && state.Key.Owner != "aff")
            .Select(state => state.Key).ToArray();
        if (matured.Length == 0) return null;
        var (key, run) = (Pick(matured, step.B), $"run-{book.Book.LastNumber}");
        return key.Code == Chart.CreatorPending
            ? new Command.ReleaseHold(key.Owner, "USD", key.Cohort!.Value, run)
            : new Command.ReleaseReserve(key.Owner, "USD", key.Cohort!.Value, run);
    }

    private static Command.ClawBackSale? ClawBack(List<Event> events, Step step)
    {
        var lost = events.OfType<Event.DisputeLost>().Where(one => one.ToClawBack is not null).ToArray();
        if (lost.Length == 0) return null;
        var dispute = Pick(lost, step.A);
        return new Command.ClawBackSale(dispute.Dispute, Pick([.. dispute.ToClawBack!], step.B).Transaction);
    }

    private static long? Any<T>(List<Event> events, int at)
        where T : Event
    {
        var numbers = Enumerable.Range(0, events.Count).Where(i => events[i] is T).ToArray();
        return numbers.Length == 0 ? null : 1 + Pick(numbers, at);
    }

    private static T Pick<T>(T[] from, int at) => from[at % from.Length];

    /// <summary>Follows the events alone and says what the accounts must then hold.</summary>
    private sealed class Count(BookInMemory book)
    {
        private readonly Dictionary<string, Event.DisputeOpening> open = [];
        private readonly Dictionary<long, long> left = [];
        private long payable;

        public List<Event> Events { get; } = [];

        public void Check()
        {
            foreach (var appended in book.Journal.Skip(Events.Count)) Follow(appended);
            Assert.All(left.Values, amount => Assert.True(amount >= 0));
            Assert.All(
                book.Accounts.GroupBy(state => state.Key.Currency),
                currency => Assert.Equal(0, currency.Sum(state => state.Balance)));
            Assert.All(book.Accounts, state => Assert.True(state.Key.Code.Allows(state.Balance)));
            Assert.Equal(payable, book.Holds("refund.payable/USD//"));
            Assert.Equal(open.Values.Sum(dispute => dispute.Amount), book.Holds("chargeback.receivable/USD//"));
            foreach (var creator in Creators)
                Assert.Equal(Frozen(creator), book.Holds($"creator.hold/USD//{creator}"));
            Assert.Equal(
                Fans.Sum(fan => book.Holds($"fan.tokens/TKN//{fan}")), book.Holds("token.liability/USD//"));
            Assert.Equal(
                Frozen("", "fan.wallet", "token.liability"), Fans.Sum(fan => book.Holds($"fan.reserved/USD//{fan}")));
        }

        private void Follow(Appended appended)
        {
            Assert.Equal(0, appended.Entries.GroupBy(entry => entry.Account.Currency)
                .Sum(currency => Math.Abs(currency.Sum(entry => entry.Amount))));
            var number = appended.Record.Number;
            Events.Add(EventFormat.Read(appended.Record.Type, appended.Record.Data.Span));
            switch (Events[^1])
            {
                case Event.Sale sale: left[number] = sale.Paid; break;
                case Event.WalletToppedUp topUp: left[number] = topUp.Amount; break;
                case Event.TokensPurchased purchase: left[number] = purchase.Amount; break;
                case Event.DisputeOpening opening: open.Add(opening.Dispute, opening); break;
                case Event.DisputeWon won: open.Remove(won.Dispute); break;
                case Event.RefundExecuted refund: payable -= refund.Amount; break;
                case Event.SaleReturned returned:
                    left[appended.Record.RefersTo!.Value] -= returned.Amount;
                    if (returned is Event.SaleRefunded { Funding: Funding.Card }) payable += returned.Amount;
                    if (returned is not Event.DisputeLost lost) break;
                    open.Remove(lost.Dispute);
                    payable -= (lost.RefundsPaid ?? []).Sum(refund => refund.Amount);
                    break;
            }
        }

        private long Frozen(string owner, params string[] codes) => open.Values
            .SelectMany(dispute => dispute.Frozen)
            .Where(one => codes.Length > 0 ? codes.Contains(one.Account.Code) : one.Account.Owner == owner)
            .Sum(one => one.Amount);
    }
}
