using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>What holds of every sale, whatever its rule, its terms, its taxes and its funding.</summary>
public class AnySaleTests
{
    private static readonly string[] Creators = ["bea", "cat", "dea", "eve", "fay"];
    private static readonly string[] Currencies = ["USD", "JPY", "KWD", "UYW"];

    private static readonly Gen<Command.SetRevenueRule> AnyRule =
        from fee in BasisPoints
        from reserve in BasisPoints
        from reserveDays in Gen.Choose(0, 180)
        from holdDays in Gen.Choose(7, 30)
        from minimum in Gen.Frequency((2, Gen.Constant(0L)), (1, Properties.Amounts(1_000)))
        from affiliate in Gen.Frequency((1, Gen.Constant((AffiliateTerms?)null)), (2, AnyAffiliate))
        select new Command.SetRevenueRule(
            new RuleScope(), fee, reserve, reserveDays, holdDays, "pia", "quentin")
            {
                MinimumFees = minimum == 0
                    ? null
                    : [.. Currencies.Select(currency => new MinimumFee(currency, minimum))],
                Affiliate = affiliate,
            };

    private static readonly Gen<Command.Sale> AnySale =
        from kind in Gen.Choose(0, 4)
        from amount in Properties.Amounts(Money.Money.Limit - 1)
        from currency in Gen.Elements(Currencies)
        from funding in Gen.Elements(Funding.Card, Funding.Wallet, Funding.Promo)
        from collaborators in Gen.Choose(0, Creators.Length)
        from weights in Gen.Choose(1, int.MaxValue).ArrayOf(Creators.Length)
        from taxes in Properties.Amounts(Money.Money.Limit - 1).ArrayOf(3)
        from taxCount in Gen.Choose(0, 3)
        from discount in Properties.Amounts(Money.Money.Limit)
        from terms in Gen.Choose(0, 11)
        select Terms(
            Sale(kind, amount + 1, currency, funding), collaborators, weights, taxes[..taxCount], discount, terms);

    private static Gen<int> BasisPoints =>
        Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Constant(10_000)), (6, Gen.Choose(0, 10_000)));

    private static Gen<AffiliateTerms?> AnyAffiliate =>
        from basisPoints in BasisPoints
        from basis in Gen.Elements(AffiliateBasis.Gross, AffiliateBasis.PlatformShare, AffiliateBasis.CreatorNet)
        from borneBy in Gen.Elements(Bearer.Platform, Bearer.Creator)
        select new AffiliateTerms(basisPoints, basis, borneBy);

    [Fact]
    public void Nothing_is_lost_or_made_and_the_event_says_what_the_legs_do() => Properties.Hold(
        from rule in AnyRule from sale in AnySale select (rule, sale),
        c =>
        {
            var book = Sold(c.rule, c.sale);
            var (sold, legs) = Last(book);
            var affiliate = sold.Affiliate?.Amount ?? 0;
            var byCreator = sold.Discount is { BorneBy: Bearer.Creator } discount ? discount.Amount : 0;
            var ofCreators = sold.Affiliate?.BorneBy == Bearer.Creator ? affiliate : 0;

            Assert.Equal(sold.Amount - byCreator, sold.Fee + sold.Pending + sold.Reserve + ofCreators);
            Assert.Equal(2, sold.RuleVersion);
            Assert.True(sold is { Fee: >= 0, Pending: >= 0, Reserve: >= 0 } && affiliate >= 0);
            if (sold.Shares is { } shares)
            {
                Assert.Equal((sold.Pending, sold.Reserve), (shares.Sum(s => s.Pending), shares.Sum(s => s.Reserve)));
                Assert.Equal(c.sale.Collaborators!.Select(one => one.Creator), shares.Select(share => share.Creator));
            }

            Assert.Equal(Expected(sold), legs.Select(leg => ($"{leg.Account.Code} {leg.Account.Owner}", leg.Amount)));
        });

    [Fact]
    public void What_was_sold_is_decided_again_as_it_was_whatever_rules_were_set_since() => Properties.Hold(
        from rule in AnyRule from sale in AnySale from later in AnyRule from days in Gen.Choose(1, 400)
        select (rule, sale, later, days),
        c =>
        {
            var book = Funded(c.sale).Posted(c.rule);
            var then = book.Now;
            var before = Decided(book, c.sale, then);
            foreach (var scope in new[]
            {
                new RuleScope { Tenant = true }, new RuleScope(), new RuleScope(Kind: c.sale.Kind),
                new RuleScope(c.sale.Creator), new RuleScope(c.sale.Creator, c.sale.Kind),
            })
                book.Posted(c.later with { Scope = scope, EffectiveOn = then.Today.PlusDays(c.days) });
            Assert.Equal(before, Decided(book, c.sale, then));
            var dayBefore = book.Book.At(then.At + Duration.FromDays(c.days - 1));
            Assert.Equal(before, Decided(book, c.sale, dayBefore, then.Today));
        }, times: 200);

    private static Command.Sale Sale(int kind, long amount, string currency, Funding funding) => kind switch
    {
        0 => new Command.SendTip("ann", "bea", amount, currency, funding),
        1 => new Command.UnlockContent("ann", "bea", amount, currency, funding) { Content = "c" },
        2 => new Command.UnlockMessage("ann", "bea", amount, currency, funding) { Message = "m" },
        3 => new Command.EnterStream("ann", "bea", amount, currency, funding) { Stream = "s" },
        _ => new Command.SendGift("ann", "bea", amount, currency, funding, "rose"),
    };

    private static Command.Sale Terms(
        Command.Sale sale, int collaborators, int[] weights, long[] taxes, long discount, int terms)
    {
        var borneBy = terms % 2 == 0 ? Bearer.Platform : Bearer.Creator;
        // Whatever is given away leaves the fan something to pay, so that every sale has its source.
        var given = sale.Amount > 1 ? discount % sale.Amount : 0;
        return sale with
        {
            Collaborators = collaborators < 2
                ? null
                : [.. Creators.Take(collaborators).Select((creator, i) => new Collaborator(creator, weights[i]))],
            Affiliate = terms % 3 == 0 ? null : "aff",
            Taxes = taxes.Length == 0
                ? null
                : [.. taxes.Select((tax, i) => new TaxLine((TaxKind)(i % 2), $"place-{i}", tax + 1))],
            Discount = terms % 4 < 2 && given > 0 ? new Discount("spring", given, borneBy) : null,
        };
    }

    private static BookInMemory Funded(Command.Sale sale)
    {
        var book = new BookInMemory();
        foreach (var code in new[] { Chart.FanWallet, Chart.FanPromo })
        {
            var key = new AccountKey(code, "ann", Money.Currency.Of(sale.Currency));
            var id = code == Chart.FanWallet ? -1 : -2;
            book.Load(AccountState.Loaded(key, id, version: 1, -5 * Money.Money.Limit, Life.Open));
        }

        return book;
    }

    private static BookInMemory Sold(Command rule, Command.Sale sale) => Funded(sale).Posted(rule).Posted(sale);

    private static (Event.Earned Sold, (AccountKey Account, long Amount)[] Legs) Last(BookInMemory book)
    {
        var (record, entries) = book.Journal[^1];
        var sold = Assert.IsType<Event.Earned>(EventFormat.Read(record.Type, record.Data.Span), exactMatch: false);
        return (sold, [.. entries.Select(entry => (entry.Account, entry.Amount))]);
    }

    /// <summary>The legs as they can be read from the event alone.</summary>
    private static IEnumerable<(string, long)> Expected(Event.Earned sold)
    {
        var legs = new List<(string Account, long Amount)>
        {
            (sold.Funding switch
            {
                Funding.Card => "psp.receivable ", Funding.Wallet => "fan.wallet ann", _ => "fan.promo ann",
            }, sold.Paid),
        };
        if (sold.Affiliate is { BorneBy: Bearer.Platform } borne) legs.Add(("expense.affiliate ", borne.Amount));
        if (sold.Discount is { BorneBy: Bearer.Platform } discount) legs.Add(("expense.promo ", discount.Amount));
        foreach (var share in sold.Shares ?? [new CreatorShare(sold.Creator, sold.Pending, sold.Reserve)])
        {
            legs.Add(($"creator.pending {share.Creator}", -share.Pending));
            legs.Add(($"creator.reserve {share.Creator}", -share.Reserve));
        }

        if (sold.Affiliate is { } affiliate) legs.Add(($"affiliate.pending {affiliate.Affiliate}", -affiliate.Amount));
        var revenue = sold switch
        {
            Event.ContentUnlocked => "revenue.ppv ",
            Event.MessageUnlocked => "revenue.message ",
            Event.StreamEntered => "revenue.stream ",
            _ => "revenue.tip ",
        };
        legs.Add((revenue, -sold.Fee));
        foreach (var tax in sold.Taxes ?? [])
            legs.Add(($"{(tax.Kind == TaxKind.Vat ? "vat" : "salestax")}.payable {tax.Jurisdiction}", -tax.Amount));
        return legs.Where(leg => leg.Amount != 0);
    }

    /// <summary>A sale as it is decided at a moment, told as text; with its holds counted from a day.</summary>
    private static string Decided(BookInMemory book, Command.Sale sale, Moment moment, LocalDate? from = null)
    {
        var decision = book.Ask(known => Decider.Decide(sale, known, null, moment));
        var draft = Assert.IsType<Decision.Accepted>(decision).Drafts.Single().Draft;
        var days = from is { } day ? Period.DaysBetween(day, moment.Today) : 0;
        var sold = (Event.Earned)draft.Event;
        var legs = draft.Posting!.Legs.Select(leg =>
            $"{leg.Account with { Cohort = leg.Account.Cohort?.PlusDays(-days) }} {leg.Amount}");
        return $"{sold.RuleVersion} {sold.Fee} {sold.Pending} {sold.Reserve}\n{string.Join('\n', legs)}";
    }
}
