using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// What must be true of a journal whoever wrote it: each account that is kept for a purpose holds what its open
/// business comes to, and every charge is earned once.
/// </summary>
internal sealed class Laws
{
    /// <summary>What people may post anywhere explains itself, and is left out where an account is explained.</summary>
    private static readonly string[] ByHand =
        ["transferred", "transferred_to_book", "transferred_from_book", "adjusted", "receipt_assigned", "reversed",
         "balances_opened"];

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private readonly List<Written> records;
    private readonly ILookup<long, Written> since;

    private Laws(BookInMemory book)
    {
        records = [.. book.Journal.Select(one => new Written(
            one.Record, EventFormat.Read(one.Record.Type, one.Record.Data.Span), [.. one.Entries]))];
        since = records.Where(one => one.Record.RefersTo is not null).ToLookup(one => one.Record.RefersTo!.Value);
    }

    private sealed record Written(JournalRecord Record, Event Event, Entry[] Entries)
    {
        public long Number => Record.Number;

        public bool IsByHand => ByHand.Contains(Record.Type);

        public BigInteger On(string code) => Sum(Entries.Where(entry => entry.Account.Code.Name == code));

        private static BigInteger Sum(IEnumerable<Entry> entries) =>
            entries.Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount);
    }

    public static void Check(BookInMemory book)
    {
        var laws = new Laws(book);
        foreach (var one in laws.records) EventLaws.Check(one.Event, one.Entries);
        laws.Escrow_is_what_orders_have_not_delivered();
        laws.Payouts_in_flight_are_those_formed_and_accepted();
        laws.Nothing_leaves_twice_nor_without_the_word_of_two();
        laws.What_is_still_to_be_refunded_has_not_left();
        laws.Suspense_is_what_nobody_has_assigned();
        laws.Unclaimed_is_what_nobody_has_asked_for();
        laws.Withheld_tax_is_what_was_not_deposited();
        laws.What_banks_dispute_is_open();
        laws.What_is_frozen_or_held_has_a_reason();
        laws.A_dispute_that_is_open_or_won_costs_creators_nothing();
        laws.Charges_are_earned_once();
        laws.Nothing_is_dated_within_what_was_closed();
    }

    private void Escrow_is_what_orders_have_not_delivered()
    {
        var expected = new Tally();
        foreach (var order in records.Where(one => one.Event is Event.OrderPlaced))
        {
            var left = -Life(order).Aggregate(BigInteger.Zero, (sum, one) => sum + one.On("order.escrow"));
            Assert.True(left >= 0, $"order {order.Number} has {left} in escrow");
            if (since[order.Number].Any(one => one.Event is Event.OrderDelivered)) Assert.Equal(0, left);
            expected.Add(((Event.OrderPlaced)order.Event).Currency, left);
        }

        Explained("order.escrow", expected, entry => entry.Account.Currency.Code);
    }

    private void Payouts_in_flight_are_those_formed_and_accepted()
    {
        var (transit, clearing) = (new Tally(), new Tally());
        foreach (var payout in Events<Event.PayoutFormed>())
        {
            var key = $"{payout.Currency} {payout.Creator}";
            switch (records.Last(one => one.Record.Stream == $"payout/{payout.Payout}").Event)
            {
                case Event.PayoutFormed or Event.PayoutSubmitted or Event.PayoutDoubted:
                    transit.Add(key, payout.Sent);
                    break;
                case Event.PayoutAccepted: clearing.Add(key, payout.Sent); break;
            }
        }

        Explained("payout.transit", transit, ByOwner);
        Explained("payout.clearing", clearing, ByOwner);
    }

    /// <summary>
    /// What is submitted is submitted once, and if it is of a batch, after two people approved that, each of whom
    /// could, and before anybody rejected it. What the creator has again never left.
    /// </summary>
    private void Nothing_leaves_twice_nor_without_the_word_of_two()
    {
        foreach (var payout in records.Where(one => one.Record.Stream?.StartsWith("payout/", Ordinal) == true)
            .GroupBy(one => one.Record.Stream))
        {
            Assert.InRange(payout.Count(one => one.Event is Event.PayoutSubmitted), 0, 1);
            Assert.InRange(payout.Count(one => one.Event is Event.PayoutSettled or Event.PayoutFailed
                or Event.PayoutCancelled or Event.PayoutRejected), 0, 1);
        }

        foreach (var submitted in records.Where(one => one.Event is Event.PayoutSubmitted { Batch: not null }))
        {
            var batch = ((Event.PayoutSubmitted)submitted.Event).Batch;
            var before = records.Where(one => one.Record.Stream == $"batch/{batch}" && one.Number < submitted.Number)
                .Select(one => one.Event).ToList();
            Assert.DoesNotContain(before, one => one is Event.BatchRejected);
            var approvals = before.OfType<Event.BatchApproved>().TakeLast(2).ToArray();
            Assert.Equal([false, true], approvals.Select(one => one.IsComplete));
            Assert.NotEqual(approvals[0].ApprovedBy, approvals[1].ApprovedBy);
            Assert.All(approvals, one => Assert.True(one.Limit >= one.Sent));
        }
    }

    /// <summary>A refund leaves once: by its execution, or because a bank has taken the payment.</summary>
    private void What_is_still_to_be_refunded_has_not_left()
    {
        var expected = new Tally();
        foreach (var refund in records.Where(one => one.Event is Event.SaleRefunded { Funding: Funding.Card }))
        {
            var (told, left) = ((Event.SaleRefunded)refund.Event, ((Event.SaleRefunded)refund.Event).Amount);
            left -= since[refund.Number].Select(one => one.Event).OfType<Event.RefundExecuted>().Sum(one => one.Amount);
            left -= since[told.Transaction].Select(one => one.Event).OfType<Event.DisputeLost>()
                .SelectMany(lost => lost.RefundsPaid ?? []).Where(paid => paid.Refund == refund.Number)
                .Sum(paid => paid.Amount);
            Assert.True(left >= 0, $"{-left} of the refund {refund.Number} left twice");
            if (since[refund.Number].Any()) Assert.Equal(0, left);
            expected.Add(told.Currency, left);
        }

        Explained("refund.payable", expected, entry => entry.Account.Currency.Code);
    }

    private void Suspense_is_what_nobody_has_assigned()
    {
        var expected = new Tally();
        foreach (var receipt in records.Where(one => one.Event is Event.ReceiptRecorded))
        {
            var (recorded, left) = ((Event.ReceiptRecorded)receipt.Event, -receipt.On("suspense"));
            foreach (var one in since[receipt.Number]) left -= one.On("suspense");
            Assert.True(left >= 0, $"more of the receipt {receipt.Number} was assigned than there was");
            expected.Add($"{recorded.Currency} ", left);
        }

        // What imports have yet to balance is kept there too, each apart; their balances are posted by hand.
        foreach (var charge in Events<Event.ChargeOpened>())
            expected.Add($"{charge.Currency} import/{charge.Import}", -charge.Amount);
        Explained("suspense", expected, ByOwner, ofHand: ["receipt_assigned"]);
    }

    private void Unclaimed_is_what_nobody_has_asked_for()
    {
        var expected = new Tally();
        foreach (var moved in records.Where(one => one.Event is Event.MovedToUnclaimed && !since[one.Number].Any()))
            expected.Add(((Event.MovedToUnclaimed)moved.Event).Currency, -moved.On("unclaimed"));
        Explained("unclaimed", expected, entry => entry.Account.Currency.Code);
    }

    private void Withheld_tax_is_what_was_not_deposited()
    {
        var expected = new Tally();
        foreach (var (currency, withheld) in records.SelectMany(one => one.Event switch
        {
            Event.HoldReleased e => (e.Withheld ?? []).Select(tax => (e.Currency, tax)),
            Event.ReserveReleased e => (e.Withheld ?? []).Select(tax => (e.Currency, tax)),
            Event.AffiliateReleased e => (e.Withheld ?? []).Select(tax => (e.Currency, tax)),
            _ => [],
        }))
            expected.Add($"{currency} {withheld.Kind}", withheld.Amount);
        foreach (var deposit in Events<Event.TaxDeposited>())
            expected.Add($"{deposit.Currency} {deposit.Tax}", -deposit.Amount);
        Assert.All(expected.Sums.Where(sum => sum.Key.EndsWith("Backup", StringComparison.Ordinal)), sum =>
            Assert.True(sum.Value >= 0));
        foreach (var (code, kind) in new[] { ("wht.backup", "Backup"), ("wht.nra", "NonResident") })
            Explained(code, expected.Where(key => key.EndsWith(kind, StringComparison.Ordinal)), entry =>
                $"{entry.Account.Currency.Code} {kind}");
    }

    private void What_banks_dispute_is_open()
    {
        var expected = new Tally();
        foreach (var opening in OpenDisputes()) expected.Add(opening.Currency, -opening.Amount);
        Explained("chargeback.receivable", expected, entry => entry.Account.Currency.Code);
    }

    private void What_is_frozen_or_held_has_a_reason()
    {
        var (held, reserved) = (new Tally(), new Tally());
        foreach (var opening in OpenDisputes())
        {
            var fan = FanOf(records[(int)opening.Transaction - 1].Event);
            foreach (var (account, amount) in opening.Frozen)
            {
                if (account.Code.StartsWith("creator.", StringComparison.Ordinal))
                    held.Add($"{account.Currency} {account.Owner}", amount);
                else if (account.Code != "fan.tokens") reserved.Add($"{account.Currency} {fan}", amount);
            }
        }

        foreach (var one in records)
        {
            switch (one.Event)
            {
                case Event.AmountHeld e: held.Add($"{e.Currency} {e.Creator}", e.Amount); break;
                case Event.HeldAmountReleased e: held.Add($"{e.Currency} {e.Creator}", -e.Amount); break;
                case Event.PayoutReturned e: held.Add($"{e.Currency} {e.Creator}", e.Amount); break;
                case Event.Authorised e: reserved.Add($"{e.Currency} {e.Fan}", e.Amount); break;
                case Event.AuthorisationVoided or Event.AuthorisationExpired or Event.Sale { Authorisation: not null }:
                    foreach (var entry in one.Entries.Where(entry => entry.Account.Code == Chart.FanReserved))
                        reserved.Add(ByOwner(entry), -entry.Amount);
                    break;
            }
        }

        Explained("creator.hold", held, ByOwner);
        Explained("fan.reserved", reserved, ByOwner);
    }

    /// <summary>Only what is lost can cost them anything; until then it only lies elsewhere.</summary>
    private void A_dispute_that_is_open_or_won_costs_creators_nothing()
    {
        foreach (var one in records.Where(one => one.Event is Event.DisputeOpening or Event.DisputeWon))
        {
            var claims = new Tally();
            foreach (var entry in one.Entries.Where(entry => entry.Account.Code.Holder == Holder.Creator))
                claims.Add(ByOwner(entry), entry.Amount);
            Assert.All(claims.Sums, sum => Assert.Equal(0, sum.Value));
        }
    }

    /// <summary>
    /// Of what was deferred every cent is earned once or given back, and none is left after the last month.
    /// </summary>
    private void Charges_are_earned_once()
    {
        var expected = new Tally();
        foreach (var charge in records.Where(one => one.Event is Event.SubscriptionCharge))
        {
            var (told, life) = ((Event.SubscriptionCharge)charge.Event, Life(charge).ToList());
            var periods = life.Select(one => one.Event).OfType<Event.RevenueRecognised>().Select(one => one.Period);
            var count = periods.Count();
            Assert.Equal(Enumerable.Range(1, count), periods);
            Assert.InRange(count, 0, told.Periods);
            foreach (var account in charge.Entries.Select(entry => entry.Account)
                .Where(account => account.Code == Chart.DeferredRevenue || account.Code == Chart.CreatorUnearned))
            {
                var left = -life.SelectMany(one => one.Entries).Where(entry => entry.Account == account)
                    .Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount);
                Assert.True(left >= 0, $"{-left} too much of charge {charge.Number} left {account}");
                if (count == told.Periods) Assert.Equal(0, left);
                expected.Add(account.ToString(), left);
            }
        }

        Explained("deferred.revenue", expected.Where(IsOf("deferred.revenue")), entry => entry.Account.ToString());
        Explained("creator.unearned", expected.Where(IsOf("creator.unearned")), entry => entry.Account.ToString());

        static Func<string, bool> IsOf(string code) => account => account.StartsWith(code, StringComparison.Ordinal);
    }

    /// <summary>What is closed is closed behind the record that says so.</summary>
    private void Nothing_is_dated_within_what_was_closed()
    {
        LocalDate? through = null;
        foreach (var one in records)
        {
            Assert.False(one.Record.EffectiveOn <= through, $"{one.Number} is of {one.Record.EffectiveOn}");
            if (one.Event is Event.PeriodClosed closed) through = closed.Through;
        }
    }

    /// <summary>A record, and those that refer to it.</summary>
    private IEnumerable<Written> Life(Written record) => since[record.Number].Prepend(record);

    private IEnumerable<T> Events<T>()
        where T : Event => records.Select(one => one.Event).OfType<T>();

    private IEnumerable<Event.DisputeOpening> OpenDisputes() => records
        .Where(one => one.Record.Stream?.StartsWith("dispute/", StringComparison.Ordinal) == true)
        .GroupBy(one => one.Record.Stream)
        .Select(dispute => dispute.Last().Event)
        .OfType<Event.DisputeOpening>();

    private static string FanOf(Event payment) => payment switch
    {
        Event.Sale sale => sale.Fan,
        Event.WalletToppedUp topUp => topUp.Fan,
        Event.TokensPurchased purchase => purchase.Fan,
        _ => throw new ArgumentException($"{payment} is no payment."),
    };

    private static string ByOwner(Entry entry) => $"{entry.Account.Currency.Code} {entry.Account.Owner}";

    /// <summary>All that was not posted to an account by hand is what its open business comes to.</summary>
    private void Explained(string code, Tally expected, Func<Entry, string> by, params string[] ofHand)
    {
        var found = new Tally();
        foreach (var entry in records.Where(one => !one.IsByHand || ofHand.Contains(one.Record.Type))
            .SelectMany(one => one.Entries).Where(entry => entry.Account.Code.Name == code))
            found.Add(by(entry), -entry.Amount);
        Assert.True(found.Text == expected.Text, $"{code} is {found.Text} and should be {expected.Text}");
    }

    private sealed class Tally
    {
        private readonly SortedDictionary<string, BigInteger> sums = new(StringComparer.Ordinal);

        public IEnumerable<KeyValuePair<string, BigInteger>> Sums => sums;

        public string Text => string.Join(
            ", ", sums.Where(sum => sum.Value != 0).Select(sum => $"{sum.Key} {sum.Value}"));

        public void Add(string key, BigInteger amount) => sums[key] = sums.GetValueOrDefault(key) + amount;

        public Tally Where(Func<string, bool> isMeant)
        {
            var some = new Tally();
            foreach (var (key, amount) in sums.Where(sum => isMeant(sum.Key))) some.Add(key, amount);
            return some;
        }
    }
}
