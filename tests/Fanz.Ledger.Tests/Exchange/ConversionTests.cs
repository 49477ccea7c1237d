using Fanz.Ledger.Accounts;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class ConversionTests
{
    private static readonly Command.ConvertCurrency Convert = new("bea", "USD", "EUR", 100_00, "0.9150");
    private static readonly Command.CoverExchange Cover = new("USD", 100_00, "EUR", 91_60);
    private static readonly Command.CloseExchangePosition Close = new("EUR", -10, "all covered", "pia", "quentin");

    internal static readonly (string, Event)[] Events =
    [
        ("currency_converted", new Event.CurrencyConverted(
            "bea", "USD", "EUR", 100_00, "0.9150", 50, Bought: 91_50, Spread: 46, Received: 91_04, DebtRepaid: 4)),
        ("exchange_covered", new Event.ExchangeCovered("USD", 100_00, "EUR", 91_60)),
        ("exchange_covered.full", new Event.ExchangeCovered("USD", 100_00, "EUR", 91_60, "main", "trade-7")),
        ("exchange_position_closed",
            new Event.ExchangePositionClosed("EUR", -10, "all covered", "pia", "quentin")),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.MoreThanPosition(new AccountKey(Chart.ExchangePosition, "", Currency.Of("EUR")), -9, -10)];

    public static TheoryData<Command, string> Faults => new()
    {
        { Convert, "" },
        { Convert with { SpreadBasisPoints = 9_999 }, "" },
        { Convert with { SpreadBasisPoints = 10_000 }, "amount nothing_left" },
        { Convert with { Amount = 1 }, "amount nothing_left" },
        { Convert with { Amount = 2, SpreadBasisPoints = 9_999 }, "amount nothing_left" },
        { Convert with { Amount = 100_000_000_000_000_000, Rate = "1" }, "" },
        { Convert with { Amount = 100_000_000_000_000_000, Rate = "1.01" }, "amount amount_over_limit" },
        { Convert with { Amount = 100_000_000_000_000_000, Rate = "99999999999999999", ToCurrency = "CLF" },
            "amount amount_over_limit" },
        { Convert with { ToCurrency = "USD" }, "to_currency same_currency" },
        { new Command.ConvertCurrency("", "", "TKN", 0, "0", -1),
            "creator ill_formed; from_currency unknown_currency; to_currency wrong_currency; "
            + "amount amount_not_positive; rate ill_formed; spread_basis_points ill_formed" },
        { new Command.ConvertCurrency(null!, null!, null!, 1, null!, 10_001),
            "creator ill_formed; from_currency unknown_currency; to_currency unknown_currency; rate ill_formed; "
            + "spread_basis_points ill_formed" },
        { Cover, "" },
        { Cover with { BoughtCurrency = "USD" }, "bought_currency same_currency" },
        { new Command.CoverExchange("", 0, null!, -1, "", "\0"),
            "sold_currency unknown_currency; sold amount_not_positive; bought_currency unknown_currency; "
            + "bought amount_not_positive; bank ill_formed; reference ill_formed" },
        { Close, "" },
        { Close with { ApprovedBy = "pia" }, "approved_by same_person" },
        { Close with { Amount = long.MinValue }, "amount amount_over_limit" },
        { new Command.CloseExchangePosition("TKN", 0, "", null!, ""),
            "currency wrong_currency; amount amount_zero; reason ill_formed; proposed_by ill_formed; "
            + "approved_by ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Dollars_become_euros_and_the_position_shows_it() =>
        Book().Posted(Convert).ShouldRead("""
            currency_converted
              debit   creator.available of bea   100.00 USD   leaves    0.00 USD
              credit  fx.position                100.00 USD   leaves -100.00 USD
              debit   fx.position                 91.50 EUR   leaves   91.50 EUR
              credit  creator.available of bea    91.50 EUR   leaves   91.50 EUR
            """);

    [Fact]
    public void A_spread_is_the_platforms() =>
        Book().Posted(Convert with { SpreadBasisPoints = 50 }).ShouldRead("""
            currency_converted
              debit   creator.available of bea   100.00 USD   leaves    0.00 USD
              credit  fx.position                100.00 USD   leaves -100.00 USD
              debit   fx.position                 91.50 EUR   leaves   91.50 EUR
              credit  creator.available of bea    91.04 EUR   leaves   91.04 EUR
              credit  revenue.fx_spread            0.46 EUR   leaves    0.46 EUR
            """);

    [Fact]
    public void Yen_have_no_decimals() =>
        Book().Posted(Convert with { ToCurrency = "JPY", Rate = "149.8765", SpreadBasisPoints = 100 }).ShouldRead("""
            currency_converted
              debit   creator.available of bea   100.00 USD   leaves    0.00 USD
              credit  fx.position                100.00 USD   leaves -100.00 USD
              debit   fx.position                 14987 JPY   leaves   14987 JPY
              credit  creator.available of bea    14837 JPY   leaves   14837 JPY
              credit  revenue.fx_spread             150 JPY   leaves     150 JPY
            """);

    [Fact]
    public void Kuwaiti_dinars_have_three_decimals() =>
        new BookInMemory().Holding("creator.available/KWD//bea", 30_745)
            .Posted(new Command.ConvertCurrency("bea", "KWD", "JPY", 30_745, "487.5"))
            .ShouldRead("""
                currency_converted
                  debit   creator.available of bea   30.745 KWD   leaves   0.000 KWD
                  credit  fx.position                30.745 KWD   leaves -30.745 KWD
                  debit   fx.position                 14988 JPY   leaves   14988 JPY
                  credit  creator.available of bea    14988 JPY   leaves   14988 JPY
                """);

    [Fact]
    public void A_debt_in_the_other_currency_is_repaid_first() =>
        Book().Holding("creator.debt/EUR//bea", 1_50).Posted(Convert).ShouldRead("""
            currency_converted
              debit   creator.available of bea   100.00 USD   leaves    0.00 USD
              credit  fx.position                100.00 USD   leaves -100.00 USD
              debit   fx.position                 91.50 EUR   leaves   91.50 EUR
              credit  creator.debt of bea          1.50 EUR   leaves    0.00 EUR
              credit  creator.available of bea    90.00 EUR   leaves   90.00 EUR
            """);

    [Fact]
    public void The_banks_trade_covers_the_position_and_what_is_left_is_a_gain() =>
        Book().Posted(Convert).Posted(Cover).Posted(Close).ShouldRead("""
            currency_converted
              debit   creator.available of bea   100.00 USD   leaves    0.00 USD
              credit  fx.position                100.00 USD   leaves -100.00 USD
              debit   fx.position                 91.50 EUR   leaves   91.50 EUR
              credit  creator.available of bea    91.50 EUR   leaves   91.50 EUR
            exchange_covered
              debit   fx.position                100.00 USD   leaves    0.00 USD
              credit  cash.bank                  100.00 USD   leaves -100.00 USD
              debit   cash.bank                   91.60 EUR   leaves   91.60 EUR
              credit  fx.position                 91.60 EUR   leaves   -0.10 EUR
            exchange_position_closed
              debit   fx.position                  0.10 EUR   leaves    0.00 EUR
              credit  fx.gainloss                  0.10 EUR   leaves   -0.10 EUR
            """);

    [Fact]
    public void A_trade_with_the_banks_reference_is_recorded_once()
    {
        var book = new BookInMemory().Posted(Cover with { Reference = "7", Bank = "main" });
        book.ShouldRefuse(
            Cover with { Reference = "7", Bank = "main", Sold = 1 }, "already_recorded", ("reference", "7"),
            ("recorded_by", "2"));
        book.Posted(Cover with { Reference = "7" }).Posted(Cover).Posted(Cover);
    }

    [Fact]
    public void What_is_left_on_the_other_side_is_a_loss() =>
        new BookInMemory().Holding("fx.position/EUR//", 0_10).Posted(Close with { Amount = 7 }).ShouldRead("""
            exchange_position_closed
              debit   fx.gainloss                  0.07 EUR   leaves    0.07 EUR
              credit  fx.position                  0.07 EUR   leaves    0.03 EUR
            """);

    [Fact]
    public void No_more_of_a_position_is_closed_than_there_is()
    {
        var book = new BookInMemory().Holding("fx.position/EUR//", 0_10).Holding("fx.position/JPY//", -5);
        book.ShouldRefuse(Close with { Amount = 11 }, "more_than_position", ("balance", "10"), ("needed", "11"));
        book.ShouldRefuse(Close with { Amount = -1 }, "more_than_position", ("balance", "10"), ("needed", "-1"));
        book.ShouldRefuse(Close with { Currency = "JPY", Amount = -6 }, "more_than_position", ("balance", "-5"));
        book.ShouldRefuse(Close with { Currency = "JPY", Amount = 1 }, "more_than_position");
        book.ShouldRefuse(Close with { Currency = "USD", Amount = 1 }, "more_than_position", ("balance", "0"));
    }

    [Fact]
    public void Nobody_converts_more_than_they_have() =>
        Book().ShouldRefuse(
            Convert with { Amount = 100_01 }, "insufficient_funds", ("account", "creator.available/USD//bea"));

    [Fact]
    public void Nobody_converts_who_is_held_or_sanctioned()
    {
        var book = Book().Posted(new Command.HoldCreator("bea", "police"));
        book.ShouldRefuse(Convert, "creator_held");
        book.Posted(new Command.SanctionParty(Role.Creator, "bea", "on the list"));
        book.ShouldRefuse(Convert, "party_sanctioned");
    }

    [Fact]
    public void Conversions_and_their_covers_leave_nothing_but_the_gain()
    {
        var conversions =
            from amount in Gen.Choose(100, 1_000_000)
            from rate in Gen.Choose(1, 2_000_000)
            from spread in Gen.Choose(0, 500)
            from better in Gen.Choose(-50, 50)
            from scales in Gen.Elements(("USD", "EUR"), ("USD", "JPY"), ("JPY", "KWD"), ("KWD", "USD"))
            let text = $"{rate / 1000}.{rate % 1000:D3}"
            select (Amount: (long)amount, Rate: text, Spread: spread, Better: better, scales);
        Properties.Hold(conversions.ArrayOf(12), all =>
        {
            var book = new BookInMemory();
            foreach (var currency in new[] { "USD", "JPY", "KWD", "EUR" })
                book.Holding($"creator.available/{currency}//bea", 1_000_000_000);
            long gained = 0;
            foreach (var (amount, rate, spread, better, (from, to)) in all)
            {
                var command = new Command.ConvertCurrency("bea", from, to, amount, rate, spread);
                if (command.Faults(book.Book.Name).Any()) continue;
                book.Posted(command);
                var bought = Math.Max(1, (long)command.Bought + better);
                book.Posted(new Command.CoverExchange(from, amount, to, bought));
                gained += bought - (long)command.Bought;
            }

            var positions = book.Accounts.Where(state => state.Key.Code == Chart.ExchangePosition && state.Balance != 0)
                .Select(state => (state.Key.Currency.Code, state.Balance)).ToArray();
            Assert.Equal(-gained, positions.Sum(position => position.Balance));
            foreach (var (currency, balance) in positions)
                book.Posted(new Command.CloseExchangePosition(currency, balance, "month's end", "pia", "quentin"));
            Assert.All(
                book.Accounts.Where(state => state.Key.Code == Chart.ExchangePosition),
                state => Assert.Equal(0, state.Balance));
            Assert.Equal(
                -gained,
                book.Accounts.Where(state => state.Key.Code == Chart.ExchangeGainLoss).Sum(state => state.Balance));
        }, times: 50);
    }

    [Fact]
    public void What_is_received_and_the_spread_are_what_was_bought()
    {
        var cases = from bought in Properties.Amounts(Money.Money.Limit)
                    from spread in Gen.Choose(0, 10_000)
                    select (Bought: bought, Basis: spread);
        Properties.Hold(cases, c =>
        {
            var (received, spread) = Conversions.LessSpread(c.Bought, c.Basis);
            Assert.Equal(c.Bought, received + spread);
            // Within half a unit of the exact spread.
            Assert.InRange(((Int128)spread * 20_000) - ((Int128)c.Bought * c.Basis * 2), -10_000, 10_000);
        });
    }

    private static BookInMemory Book() => new BookInMemory().Holding("creator.available/USD//bea", 100_00);
}
