using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Tests;

/// <summary>Wallets, tokens, promotional credit and authorisations.</summary>
internal static partial class HistorySteps
{
    // Few, so that several grants meet in one balance.
    private static readonly string[] PromoFans = ["ann", "é"];

    private static Family Wallets() => new(
        "wallets",
        [
            (5, (step, _, _) => new Command.TopUp(
                Step.Pick(Fans, step.A), Math.Min(Money.Money.Limit, step.Amount * (1 + (step.C % 6))),
                Step.Pick(Currencies, step.B))
            {
                Processor = step.C % 4 == 0 ? "p-1" : null,
            }),
            (3, (step, _, _) => new Command.PurchaseTokens(
                Step.Pick(Fans, step.A), step.C % 3 == 0 ? step.Amount : ((step.Amount % 900) + 1) * 10,
                Math.Max(1, (step.Amount % 900) + 1 - (step.B % 20)) + (step.C % 7 == 0 ? 5_000 : 0),
                step.C % 9 == 0 ? "JPY" : "USD",
                step.B % 3 == 0 ? Funding.Wallet : Funding.Card, Bonus: step.B % 5 * 10)),
            (2, (step, book, _) => AllTokens(step, book)),
            (1, (step, book, _) => ATokenSale(step, book) is not { } sale ? null
                : step.B % 2 == 0 ? new Command.Reverse(sale, "mistake") : new Command.RefundSale(sale, "asked")),
            (1, (step, _, _) => new Command.WithdrawFromWallet(
                Step.Pick(Fans, step.A), step.Amount, Step.Pick(Currencies, step.B),
                step.C % 2 == 0 ? WayOut.Card : WayOut.Bank)),
            (3, (step, book, _) => new Command.GrantPromo(
                Step.Pick(PromoFans, step.A), step.Small, step.C % 5 == 0 ? "JPY" : "USD", "spring",
                step.B % 5 == 0 ? null : book.Now.Today.PlusDays((step.B % 9) - 1))),
            (3, (step, book, _) => SpendPromo(step, book)),
            (3, (step, book, _) => new Command.ExpirePromo(
                step.B % 9 == 0 ? step.A + 1 : AGrant(step, book) ?? Record(book, step.A, "promo_granted"))),
            (2, (step, book, _) => new Command.Authorise(
                $"a-{step.B % 40}", Step.Pick(Fans, step.A), step.Amount, Step.Pick(Currencies, step.C),
                book.Now.Today.PlusDays((step.A / 4 % 9) - 1))),
            (2, (step, book, _) => Capture(step, book)),
            (1, (step, book, _) => new Command.VoidAuthorisation(AnAuthorisation(step, book))),
            (2, (step, book, _) => new Command.ExpireAuthorisation(AnAuthorisation(step, book))),
            (2, (step, _, _) => new Command.SetPolicy("pat", "sam")
            {
                TokenValue = Step.Pick<Policies.TokenPrice>([new(100, 100), new(1, 5), new(10, 7)], step.A),
            }),
        ],
        [
            "wallet_topped_up", "tokens_purchased", "wallet_withdrawn", "promo_granted", "promo_expired", "authorised",
            "authorised spending_counted", "authorisation_voided", "authorisation_expired", "refused: fan_in_debt",
            "refused: wrong_token_currency", "refused: not_in_whole_tokens", "refused: tokens_not_in_whole_money",
            "refused: tokens_overpriced", "refused: token_value_in_use", "refused: token_value_changed",
            "refused: expires_in_past", "refused: not_a_promo_grant", "refused: promo_never_expires",
            "refused: promo_not_expired_yet", "refused: nothing_left_of_promo", "refused: authorisation_exists",
            "refused: authorisation_unknown", "refused: authorisation_over", "refused: authorisation_of_another",
            "refused: authorisation_in_other_currency", "refused: authorisation_lapsed",
            "refused: authorisation_exceeded", "refused: authorisation_not_expired_yet", "refused: authorisation_used_up",
        ]);

    /// <summary>Someone spends all their tokens, so that the value of tokens can change.</summary>
    private static Command? AllTokens(Step step, BookInMemory book)
    {
        var held = book.Accounts
            .Where(state => state.Key.Code == Accounts.Chart.FanTokens && state.Balance != 0).ToList();
        if (held.Count == 0) return null;
        var one = Step.Pick(held, step.A);
        var issued = book.State("token.issued/TKN//").Balance;
        var worth = (long)((Int128)(-one.Balance) * -book.State("token.liability/USD//").Balance / issued);
        return new Command.SendTip(one.Key.Owner, "cy", Math.Clamp(worth, 1, Money.Money.Limit), "USD", Funding.Tokens);
    }

    private static long? ATokenSale(Step step, BookInMemory book)
    {
        var all = book.Journal
            .Where(appended => Sold.Contains(appended.Record.Type))
            .Where(appended => appended.Entries.Any(entry => entry.Account.Code == Accounts.Chart.FanTokens)).ToList();
        return all.Count > 0 ? Step.Pick(all, step.A).Record.Number : null;
    }

    private static Command.SendTip SpendPromo(Step step, BookInMemory book)
    {
        var fan = Step.Pick(PromoFans, step.A);
        var balance = -book.State($"fan.promo/USD//{fan}").Balance;
        return new Command.SendTip(fan, "cy", Math.Max(1, balance / (1 + (step.B % 4))), "USD", Funding.Promo);
    }

    /// <summary>A grant whose last day is over, mostly.</summary>
    private static long? AGrant(Step step, BookInMemory book)
    {
        var over = book.Journal.Select(appended => appended.Record)
            .Where(record => record.Type == "promo_granted")
            .Where(record => EventFormat.Read(record.Type, record.Data.Span)
                is Event.PromoGranted { ExpiresOn: { } day } && day < book.Now.Today)
            .ToList();
        return over.Count > 0 && step.C % 4 != 0 ? Step.Pick(over, step.A).Number : null;
    }

    /// <summary>A capture that mostly fits some authorisation: in part, or all that it was made for.</summary>
    private static Command? Capture(Step step, BookInMemory book)
    {
        if (Authorised(step, book) is not { } authorised) return null;
        var amount = step.B % 3 == 0 ? authorised.Amount : Math.Max(1, authorised.Amount / (1 + (step.B % 4)));
        return new Command.SendTip(
            step.C % 5 == 1 ? "bo" : authorised.Fan, Step.Pick(Creators, step.B), amount,
            step.C % 6 == 0 ? Currencies.First(other => other != authorised.Currency) : authorised.Currency,
            Funding.Authorisation)
        {
            Authorisation = step.C % 11 == 0 ? "a-none" : authorised.Authorisation,
        };
    }

    private static string AnAuthorisation(Step step, BookInMemory book) =>
        step.B % 9 == 0 ? $"a-{step.C % 40}" : Authorised(step, book)?.Authorisation ?? "a-none";

    private static Event.Authorised? Authorised(Step step, BookInMemory book)
    {
        var all = book.Journal.Select(appended => appended.Record)
            .Where(record => record.Type == "authorised").ToList();
        if (all.Count == 0) return null;
        var made = Step.Pick(all, step.A);
        return (Event.Authorised)EventFormat.Read(made.Type, made.Data.Span);
    }
}
