using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Wallets;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class PromoGrantsTests
{
    private const string Promo = "fan.promo/USD//ann";

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Choose(0, 9)
        from days in Gen.Choose(0, 20)
        from amount in Gen.Choose(1, 900)
        select new Step(kind, days, amount);

    private sealed record Step(int Kind, int Days, int Amount);

    [Fact]
    public void What_is_unspent_of_all_grants_is_what_the_fan_has_and_in_the_end_nothing_is_left()
    {
        var expiries = 0;
        Properties.Hold(AnyStep.ArrayOf(60), steps =>
        {
            var book = new BookInMemory();
            foreach (var step in steps)
            {
                Play(book, step);
                Check(book);
            }

            book.Wait(Duration.FromDays(30));
            foreach (var grant in Grants(book).Reverse())
                if (book.Post(new Command.ExpirePromo(grant.Number)) is null) expiries++;
            Assert.Equal(0, book.State(Promo).Balance);
        }, times: 60);
        Assert.True(expiries > 100, "Too little expired to prove anything.");
    }

    [Fact]
    public void A_fan_who_only_spends_loses_nothing_that_was_spent_in_time()
    {
        // The model follows each unit of every grant, soonest expiry first; nothing is granted after spending begins.
        Properties.Hold(
            from grants in Gen.Zip(Gen.Choose(0, 20), Gen.Choose(1, 900)).NonEmptyListOf()
            from spent in Gen.Choose(0, 100)
            select (grants, spent),
            given =>
            {
                var book = new BookInMemory();
                var numbers = new List<(int Day, long Number, long Left)>();
                foreach (var (day, amount) in given.grants)
                {
                    book.Posted(Grant(amount, book.Now.Today.PlusDays(day)));
                    numbers.Add((day, book.Book.LastNumber, amount));
                }

                var toSpend = given.grants.Sum(grant => (long)grant.Item2) * given.spent / 100;
                if (toSpend > 0) book.Posted(Spend(toSpend));
                foreach (var (day, number, amount) in numbers.Order())
                {
                    var taken = Math.Min(toSpend, amount);
                    toSpend -= taken;
                    Assert.Equal(amount - taken, Unspent(book, number));
                }
            },
            times: 100);
    }

    [Fact]
    public void What_is_no_grant_of_the_fan_cannot_be_in_the_stream() =>
        Assert.Throws<InvariantBroken>(() => new PromoGrants().After(new Recorded(
            3, default, default, new Event.PromoExpired(2, "ann", 1, "USD"))));

    private static void Play(BookInMemory book, Step step)
    {
        var grants = Grants(book);
        switch (step.Kind)
        {
            case 0 or 1 or 2 or 3:
                book.Posted(Grant(step.Amount, book.Now.Today.PlusDays(step.Days)));
                break;
            case 4 or 5:
                book.Post(Spend(step.Amount));
                break;
            case 6:
                book.Wait(Duration.FromDays(step.Days / 4));
                break;
            case 7:
                // What was sold is given back, in whole.
                book.Post(new Command.Reverse(2 + (step.Amount % book.Book.LastNumber), "given back"));
                break;
            default:
                if (grants.Length > 0) Expire(book, grants[step.Amount % grants.Length].Number);
                break;
        }
    }

    private static void Expire(BookInMemory book, long number)
    {
        var before = Grants(book).ToDictionary(grant => grant.Number, grant => Unspent(book, grant.Number));
        var refusal = book.Post(new Command.ExpirePromo(number));
        Assert.Contains(refusal?.Code, new[] { null, "nothing_left_of_promo", "promo_not_expired_yet" });
        if (refusal is not null) return;
        // Nobody else's grant is touched.
        Assert.All(before, grant =>
            Assert.Equal(grant.Key == number ? 0 : grant.Value, Unspent(book, grant.Key)));
    }

    private static void Check(BookInMemory book)
    {
        long unspent = 0;
        foreach (var (number, grant) in Grants(book))
        {
            var left = Unspent(book, number);
            Assert.InRange(left, 0, grant.Amount);
            unspent += left;
        }

        Assert.Equal(-book.State(Promo).Balance, unspent);
    }

    private static (long Number, Event.PromoGranted Grant)[] Grants(BookInMemory book) =>
        [.. book.Journal
            .Select(appended => (appended.Record.Number,
                Event: EventFormat.Read(appended.Record.Type, appended.Record.Data.Span) as Event.PromoGranted))
            .Where(record => record.Event is not null)
            .Select(record => (record.Number, record.Event!))];

    private static long Unspent(BookInMemory book, long number)
    {
        var grant = Grants(book).Single(grant => grant.Number == number).Grant;
        Assert.True(AccountKey.TryParse(Promo, out var key));
        return book.Ask(known => known
            .Recall<PromoGrants>(PromoGrants.StreamOf("ann", key.Value.Currency))
            .Unspent(number, grant.ExpiresOn, -known.Account(key.Value).Balance));
    }

    private static Command.GrantPromo Grant(long amount, LocalDate expiresOn) =>
        new("ann", amount, "USD", "spring", expiresOn);

    private static Command.SendTip Spend(long amount) => new("ann", "bea", amount, "USD", Funding.Promo);
}
