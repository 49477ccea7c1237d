using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class PayoutNamesTests
{
    private static readonly BookName Book = new("fanz", "bestfans");
    private static readonly LocalDate Day = new(2026, 1, 5);

    [Fact]
    public void Names_are_for_ever_the_same()
    {
        Assert.Equal("main-20260105", PayoutNames.OfBatch("main", Day));
        Assert.Equal("main-20260105-2", PayoutNames.OfFile("main-20260105", 2));
        Assert.Equal(PayoutNames.OfPayout(Book, "b", "mia"), PayoutNames.OfPayout(Book, "b", "mia"));
        Assert.NotEqual(PayoutNames.OfPayout(Book, "b", "mia"), PayoutNames.OfPayout(Book, "c", "mia"));
        Assert.NotEqual(
            PayoutNames.OfPayout(Book, "b", "mia"), PayoutNames.OfPayout(new BookName("fanz", "girlfanz"), "b", "mia"));
    }

    [Fact]
    public void Names_are_no_longer_than_banks_carry_and_of_letters_that_they_do()
    {
        Properties.Hold((from length in Gen.Choose(1, 40) from letter in Gen.Choose('a', 'z') select (length, letter)).ToArbitrary(), one =>
        {
            var schedule = new string((char)one.letter, one.length);
            var batch = PayoutNames.OfBatch(schedule, Day);
            var instants = PayoutNames.OfInstants("nacha", Currency.Of("USD"), schedule, Day);
            var message = PayoutNames.OfMessage(Book, PayoutNames.OfFile(batch, 99));
            Assert.InRange(batch.Length, 1, 26);
            Assert.InRange(instants.Length, 1, 26);
            Assert.InRange(message.Length, 1, PayoutNames.LongestMessage);
            Assert.Equal(PayoutNames.LongestPayout, PayoutNames.OfPayout(Book, batch, schedule).Length);
            foreach (var name in new[] { batch, instants, message, PayoutNames.OfPayout(Book, batch, schedule) })
                Assert.All(name, letter => Assert.True(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'));
        });
    }

    [Fact]
    public void Places_fill_files_in_order_and_keep_to_both_limits()
    {
        var cases =
            from most in Gen.Choose(1, 5)
            from sum in Gen.Choose(100, 400)
            from amounts in Gen.ListOf(Gen.Choose(1, 100))
            select (most, sum, amounts);
        Properties.Hold(cases.ToArbitrary(), one =>
        {
            var places = new FilePlaces(one.most, one.sum);
            var given = one.amounts.Select(amount => (Amount: amount, Place: places.Next(amount))).ToList();
            var files = given.GroupBy(each => each.Place.File).ToList();
            Assert.Equal(Enumerable.Range(1, files.Count), files.Select(file => file.Key));
            foreach (var file in files)
            {
                Assert.Equal(Enumerable.Range(1, file.Count()).Select(i => (long)i), file.Select(each => each.Place.Sequence));
                Assert.InRange(file.Count(), 1, one.most);
                Assert.InRange(file.Sum(each => each.Amount), 1, one.sum);
            }
        });
    }
}
