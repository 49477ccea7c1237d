using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Wallets;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Hundreds of commands of wallets in any order; what must always hold is checked after every one.</summary>
public class WalletHistoryTests
{
    private static readonly string[] Fans = ["ann", "bob"];
    private static readonly (int Tokens, int Amount)[] Prices = [(100, 100), (1, 5), (10, 7)];

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Choose(0, 17)
        from a in Gen.Choose(0, 1_000)
        from b in Gen.Choose(0, 1_000)
        from amount in Gen.Choose(1, 60)
        select new Step(kind, a, b, amount * 10);

    private sealed record Step(int Kind, int A, int B, long Amount);

    [Fact]
    public void Nobody_is_below_zero_tokens_are_owed_at_their_value_and_authorisations_add_up()
    {
        var seen = new Dictionary<string, int>();
        Properties.Hold(AnyStep.ArrayOf(250), steps =>
        {
            var book = new BookInMemory();
            foreach (var step in steps)
            {
                var before = book.Snapshot();
                var refusal = Command(step, book) is { } command ? book.Post(command) : null;
                var what = refusal?.Code ?? book.Journal[^1].Record.Type;
                seen[what] = seen.GetValueOrDefault(what) + 1;
                if (refusal is not null) Assert.Equal(before, book.Snapshot());
                Check(book);
            }
        }, times: 30);
        Properties.ShouldHaveMet(new[]
        {
            "wallet_topped_up", "tokens_purchased", "promo_granted", "promo_expired", "wallet_withdrawn", "authorised",
            "authorisation_voided", "authorisation_expired", "tip_sent", "reversed", "policy_set", "fan_in_debt",
            "insufficient_funds", "not_in_whole_tokens", "tokens_not_in_whole_money", "tokens_overpriced",
            "token_value_in_use", "token_value_changed", "authorisation_exists", "authorisation_over",
            "authorisation_exceeded", "authorisation_lapsed", "authorisation_of_another", "nothing_left_of_promo",
        }, seen);
    }

    private static Command? Command(Step step, BookInMemory book)
    {
        var (fan, a, amount) = (Fans[step.A % 2], step.A, step.Amount);
        var today = book.Now.Today;
        var authorisation = $"a-{step.B % 12}";
        switch (step.Kind)
        {
            case 0 or 1: return new Command.TopUp(fan, amount * 3, "USD");
            case 2: return new Command.PurchaseTokens(
                a % 8 == 0 ? "bob" : "ann", amount + (step.B % 2), amount - (a % 3), "USD",
                a % 4 == 0 ? Funding.Wallet : Funding.Card, Bonus: a % 3 * 10);
            case 3 or 4: return Tip(fan, amount, Funding.Tokens);
            case 5: return AllTokens(book);
            case 6: return new Command.GrantPromo(fan, amount, "USD", "spring", today.PlusDays(a % 5));
            case 7: return Tip(fan, amount, Funding.Promo);
            case 8: return Grant(step, book) is { } grant ? new Command.ExpirePromo(grant) : null;
            case 9: return new Command.WithdrawFromWallet(fan, amount, "USD", a % 3 == 0 ? WayOut.Card : WayOut.Bank);
            case 10: return new Command.Authorise(authorisation, fan, amount, "USD", today.PlusDays(a % 5));
            case 11 or 12: return Tip(fan, amount / 2, Funding.Authorisation) with { Authorisation = authorisation };
            case 13: return a % 2 == 0
                ? new Command.VoidAuthorisation(authorisation)
                : new Command.ExpireAuthorisation(authorisation);
            case 14 when a % 3 == 0: return TopUpTests.Debt(amount, fan);
            case 14: return new Command.Reverse(
                a % 3 == 1 ? 2 + (step.B % book.Book.LastNumber) : TokenTip(step, book), "given back");
            case 15 or 16:
                var (tokens, worth) = Prices[a % Prices.Length];
                return TokenValueTests.Set(tokens, worth);
            default:
                book.Wait(Duration.FromDays(step.B % 3));
                return null;
        }
    }

    private static void Check(BookInMemory book)
    {
        var held = Fans.Sum(fan => -book.State($"fan.tokens/TKN//{fan}").Balance);
        Assert.Equal(book.State("token.issued/TKN//").Balance, held);
        var price = book.Ask(known => Policy.Of(known, book.Now.Today)).TokenValue;
        Assert.Equal(held * price.Amount, -book.State("token.liability/USD//").Balance * price.Tokens);
        foreach (var state in book.Accounts)
            Assert.True(state.Key.Code.MayGoBelowZero || state.Key.Code.InWords(state.Balance) >= 0, $"{state.Key}");
        CheckAuthorisations(book);
    }

    private static void CheckAuthorisations(BookInMemory book)
    {
        var left = Fans.ToDictionary(fan => fan, _ => 0L);
        var records = book.Journal.Where(appended => appended.Record.Stream?.StartsWith("authorisation/") == true);
        foreach (var stream in records.GroupBy(appended => appended.Record.Stream!))
        {
            // What the journal moved, not what the events say.
            var moved = stream.Select(appended => appended.Entries
                .Single(entry => entry.Account.Code == Chart.FanReserved).Amount).ToArray();
            var authorised = -moved[0];
            var remains = book.Ask(known => known.Recall<Authorisation>(stream.Key)).Remains;
            Assert.InRange(remains, 0, authorised);
            Assert.Equal(authorised, moved.Skip(1).Sum() + remains);
            left[stream.First().Entries[0].Account.Owner] += remains;
        }

        Assert.All(left, fan => Assert.Equal(fan.Value, -book.State($"fan.reserved/USD//{fan.Key}").Balance));
    }

    /// <summary>Someone spends the last token, so that their value can change.</summary>
    private static Command.SendTip AllTokens(BookInMemory book)
    {
        var price = book.Ask(known => Policy.Of(known, book.Now.Today)).TokenValue;
        var (fan, tokens) = Fans
            .Select(fan => (Fan: fan, Tokens: -book.State($"fan.tokens/TKN//{fan}").Balance))
            .MaxBy(one => one.Tokens);
        return Tip(fan, Math.Max(1, tokens * price.Amount / price.Tokens), Funding.Tokens);
    }

    private static long TokenTip(Step step, BookInMemory book)
    {
        var tips = book.Journal
            .Where(appended => appended.Record.Type == "tip_sent")
            .Where(appended => appended.Entries.Any(entry => entry.Account.Code == Chart.FanTokens))
            .ToArray();
        return tips.Length > 0 ? tips[step.B % tips.Length].Record.Number : 1;
    }

    private static long? Grant(Step step, BookInMemory book)
    {
        var grants = book.Journal.Where(appended => appended.Record.Type == "promo_granted").ToArray();
        return grants.Length > 0 ? grants[step.B % grants.Length].Record.Number : null;
    }

    private static Command.SendTip Tip(string fan, long amount, Funding funding) =>
        new(fan, "bea", amount, "USD", funding);
}
