using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>A command of a day, under the name that makes its key, and what may be said against it.</summary>
internal sealed record YearStep(string Name, Command Command, Action<long>? Then = null, params string[] MayRefuse);

/// <summary>
/// What fans do on a day: they buy by card, top wallets up and pay from them, authorise and forget it; some of it is
/// given back, some is disputed, most of that after the creator was paid. What follows is noted for its day.
/// </summary>
internal sealed class YearLife(YearScript script, YearCast cast)
{
    private const long ChargebackFee = 15_00;
    private static readonly long[] Prices = [3_00, 4_99, 5_00, 9_99, 12_34, 15_00, 19_99, 25_00, 50_00, 120_00];

    private readonly SortedDictionary<LocalDate, List<YearStep>> agenda = [];

    public IEnumerable<YearStep> Of(LocalDate day)
    {
        // Each day has chances of its own, so that a day that is played again is the same one.
        var random = new Random(unchecked((script.Seed * 7919) + Period.DaysBetween(YearScript.Eve, day)));
        var buyers = cast.Fans.Count / 4;
        for (var i = 0; i < buyers; i++)
        {
            var (fan, creator) = (cast.Fans[random.Next(cast.Fans.Count)], AnyCreator(random));
            var (what, price, luck) = (random.Next(10), Prices[random.Next(Prices.Length)], random.Next(1_000));
            var later = day.PlusDays(random.Next(1, 12));
            var sale = Sale(what, fan, creator.Name, price, $"{i:000}");
            yield return new YearStep(
                $"sale-{i:000}", sale, number => Regret(day, later, luck, creator, sale, number), "party_sanctioned");
        }

        var saver = cast.Fans[random.Next(cast.Fans.Count)];
        yield return new YearStep("top-up", new Command.TopUp(saver, 60_00, "USD") { Processor = YearBank.Processor });
        yield return new YearStep(
            "authorise", new Command.Authorise($"auth-{day:yyyyMMdd}", saver, 20_00, "USD", day.PlusDays(2)));
        yield return new YearStep("promo", new Command.GrantPromo(saver, 5_00, "USD", "thanks", day.PlusDays(5)));
    }

    /// <summary>What was put off until a day.</summary>
    public IReadOnlyList<YearStep> Due(LocalDate day) => agenda.Remove(day, out var steps) ? steps : [];

    private static Command.Sale Sale(int what, string fan, string creator, long price, string mark)
    {
        Command.Sale sale = what switch
        {
            < 5 => new Command.SendTip(fan, creator, price, "USD", Funding.Card),
            < 7 => new Command.UnlockContent(fan, creator, price, "USD", Funding.Card) { Content = $"video-{mark}" },
            < 9 => new Command.UnlockMessage(fan, creator, price, "USD", Funding.Card) { Message = $"message-{mark}" },
            _ => new Command.EnterStream(fan, creator, price, "USD", Funding.Card) { Stream = $"show-{mark}" },
        };
        return sale with { Processor = YearBank.Processor, Country = "US" };
    }

    private void Regret(
        LocalDate day, LocalDate later, int luck, YearCreator creator, Command.Sale sale, long number)
    {
        // Long after the hold is over: the creator has been paid for it.
        var late = day.PlusDays(40);
        if (creator.Fate == Fate.Disputed && luck % 2 == 0) Dispute(late, number, isWon: luck % 4 == 0);
        else if (luck < 12) Refund(later, number, luck % 3 == 0 ? sale.Amount / 2 : null);
        else if (luck < 18) Dispute(luck % 2 == 0 ? later : late, number, isWon: luck % 3 == 0);
    }

    private void Refund(LocalDate day, long number, long? part)
    {
        Note(day, new YearStep(
            $"refund-{number}", new Command.RefundSale(number, "asked for by the fan", part),
            refund => Note(day.PlusDays(1), new YearStep($"refund-leaves-{number}", new Command.ExecuteRefund(refund)))));
    }

    private void Dispute(LocalDate day, long number, bool isWon)
    {
        var dispute = $"dispute-{number}";
        Note(day, new YearStep(
            $"{dispute}-opens", new Command.OpenDispute(dispute, number, ChargebackFee) { ReasonCode = "fraudulent" },
            _ => Note(day.PlusDays(9), new YearStep(
                $"{dispute}-ends", isWon ? new Command.WinDispute(dispute) : new Command.LoseDispute(dispute)))));
    }

    private void Note(LocalDate day, YearStep step)
    {
        if (!agenda.TryGetValue(day, out var steps)) agenda[day] = steps = [];
        steps.Add(step);
    }

    /// <summary>Half of everything goes to a quarter of them.</summary>
    private YearCreator AnyCreator(Random random)
    {
        var luck = random.NextDouble();
        return cast.Creators[(int)(luck * luck * cast.Creators.Count)];
    }
}
