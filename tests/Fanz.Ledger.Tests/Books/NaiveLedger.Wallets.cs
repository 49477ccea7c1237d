using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Wallets, tokens, promotional credit and what is set aside.</summary>
internal sealed partial class NaiveLedger
{
    private const string TokenCurrency = "USD";

    private readonly Dictionary<(string Book, string Name), NaiveAuthorisation> authorisations = [];
    private readonly List<NaiveGrant> grants = [];

    private sealed class NaiveAuthorisation
    {
        public required Command.Authorise Command { get; init; }

        public required BigInteger Remains { get; set; }

        public bool IsOver { get; set; }
    }

    private sealed record NaiveGrant(string Book, long Number, Command.GrantPromo Command)
    {
        /// <summary>What has not expired of it, spent or not.</summary>
        public BigInteger Unexpired { get; set; } = Command.Amount;

        public LocalDate LastDay => Command.ExpiresOn ?? LocalDate.MaxIsoValue;
    }

    private Answer? OfWallets(Command command) => command switch
    {
        Command.TopUp c => TopUp(c),
        Command.PurchaseTokens c => Purchase(c),
        Command.WithdrawFromWallet c => Withdraw(c),
        Command.GrantPromo c => Grant(c),
        Command.ExpirePromo c => Expire(c),
        Command.Authorise c => Authorise(c),
        Command.VoidAuthorisation c => GiveBack(c.Authorisation, "authorisation_voided"),
        Command.ExpireAuthorisation c => GiveBack(c.Authorisation, "authorisation_expired"),
        _ => null,
    };

    private Answer TopUp(Command.TopUp c)
    {
        if (Standing(Role.Fan, c.Fan).Objection is { } objection) return Refused(objection);
        var debt = BigInteger.Min(Held($"fan.debt/{c.Currency}//{c.Fan}"), c.Amount);
        return Move(new NaiveDraft(
            here, "wallet_topped_up", ($"psp.receivable/{c.Currency}//{c.Processor}", c.Amount),
            ($"fan.debt/{c.Currency}//{c.Fan}", -debt), ($"fan.wallet/{c.Currency}//{c.Fan}", -(c.Amount - debt)))
        {
            About = c,
        });
    }

    private Answer Purchase(Command.PurchaseTokens c)
    {
        if (c.Currency != TokenCurrency) return Refused("wrong_token_currency");
        if (Standing(Role.Fan, c.Fan).Objection is { } objection) return Refused(objection);
        foreach (var tokens in new[] { c.Tokens, c.Bonus })
            if (ObjectionToWorth(tokens) is { } unclear) return Refused(unclear);
        if (c.Amount > Worth(c.Tokens)) return Refused("tokens_overpriced");
        var worth = Worth(c.Tokens + (BigInteger)c.Bonus);
        return Move(new NaiveDraft(
            here, "tokens_purchased",
            (c.Funding == Funding.Wallet ? $"fan.wallet/USD//{c.Fan}" : $"psp.receivable/USD//{c.Processor}", c.Amount),
            ("expense.promo/USD//", worth - c.Amount), ("token.liability/USD//", -worth),
            ("token.issued/TKN//", c.Tokens + (BigInteger)c.Bonus),
            ($"fan.tokens/TKN//{c.Fan}", -(c.Tokens + (BigInteger)c.Bonus)))
        {
            About = c,
        });
    }

    private BigInteger Worth(BigInteger tokens) => tokens * TokenPriceNow.Amount / TokenPriceNow.Tokens;

    private string? ObjectionToWorth(BigInteger tokens) =>
        tokens * TokenPriceNow.Amount % TokenPriceNow.Tokens != 0 ? "tokens_not_in_whole_money"
        : Worth(tokens) > Money.Money.Limit ? "balance_overflow"
        : null;

    private string? ObjectionToTokens(BigInteger paid, string currency) =>
        currency != TokenCurrency ? "wrong_token_currency"
        : paid * TokenPriceNow.Tokens % TokenPriceNow.Amount != 0 ? "not_in_whole_tokens"
        : paid * TokenPriceNow.Tokens / TokenPriceNow.Amount > long.MaxValue ? "balance_overflow"
        : null;

    private Answer Withdraw(Command.WithdrawFromWallet c)
    {
        // Who is closed may still take out what is theirs.
        if (Standing(Role.Fan, c.Fan).Sanctioned) return Refused("party_sanctioned");
        if (Held($"fan.debt/{c.Currency}//{c.Fan}") > 0) return Refused("fan_in_debt");
        return Move(
            "wallet_withdrawn", ($"fan.wallet/{c.Currency}//{c.Fan}", c.Amount),
            (c.To == WayOut.Bank ? $"cash.bank/{c.Currency}//" : $"psp.receivable/{c.Currency}//{c.Processor}",
                -c.Amount));
    }

    private Answer Grant(Command.GrantPromo c)
    {
        if (Standing(Role.Fan, c.Fan).Objection is { } objection) return Refused(objection);
        if (c.ExpiresOn < today) return Refused("expires_in_past");
        var answer = Move(new NaiveDraft(
            here, "promo_granted", ($"expense.promo/{c.Currency}//", c.Amount),
            ($"fan.promo/{c.Currency}//{c.Fan}", -c.Amount))
        {
            Stream = $"promo/{c.Currency}/{c.Fan}",
        });
        if (answer.Refusal is null) grants.Add(new NaiveGrant(here, last[here], c));
        return answer;
    }

    /// <summary>
    /// A fan spends what expires soonest first. What is left of a grant is therefore what they have beyond all that
    /// would be spent after it.
    /// </summary>
    private Answer Expire(Command.ExpirePromo c)
    {
        if (Past(c.Grant) is null) return Refused("transaction_unknown");
        if (grants.Find(one => one.Book == here && one.Number == c.Grant) is not { } grant)
            return Refused("not_a_promo_grant");
        if (grant.Command.ExpiresOn is not { } lastDay) return Refused("promo_never_expires");
        if (today <= lastDay) return Refused("promo_not_expired_yet");
        var (fan, currency) = (grant.Command.Fan, grant.Command.Currency);
        var later = grants
            .Where(other => (other.Book, other.Command.Fan, other.Command.Currency) == (here, fan, currency))
            .Where(other => other.LastDay > lastDay || (other.LastDay == lastDay && other.Number > grant.Number));
        var beyond = Owed($"fan.promo/{currency}//{fan}") - Sum(later.Select(other => other.Unexpired));
        var left = BigInteger.Max(0, BigInteger.Min(beyond, grant.Unexpired));
        if (left == 0) return Refused("nothing_left_of_promo");
        var answer = Move(new NaiveDraft(
            here, "promo_expired", ($"fan.promo/{currency}//{fan}", left), ($"expense.promo/{currency}//", -left))
        {
            RefersTo = c.Grant,
            Stream = $"promo/{currency}/{fan}",
        });
        if (answer.Refusal is null) grant.Unexpired -= left;
        return answer;
    }

    private Answer Authorise(Command.Authorise c)
    {
        if (Standing(Role.Fan, c.Fan).Objection is { } objection) return Refused(objection);
        if (authorisations.ContainsKey((here, c.Authorisation))) return Refused("authorisation_exists");
        if (c.ExpiresOn < today) return Refused("expires_in_past");
        if (ObjectionToSpending(c.Fan, c.Currency, kind: null, c.Amount) is { } limited) return Refused(limited);
        var drafts = new List<NaiveDraft>
        {
            new(
                here, "authorised", ($"fan.wallet/{c.Currency}//{c.Fan}", c.Amount),
                ($"fan.reserved/{c.Currency}//{c.Fan}", -c.Amount))
            {
                Stream = $"authorisation/{c.Authorisation}",
            },
        };
        if (IsCounted(c.Fan, c.Currency, kind: null)) drafts.Add(new NaiveDraft(here, "spending_counted"));
        var answer = Move([.. drafts]);
        if (answer.Refusal is not null) return answer;
        if (drafts.Count > 1) Count(c.Fan, c.Currency, c.Amount);
        authorisations.Add((here, c.Authorisation), new NaiveAuthorisation { Command = c, Remains = c.Amount });
        return answer;
    }

    private string? ObjectionToCapture(Command.Sale c, BigInteger paid)
    {
        if (!authorisations.TryGetValue((here, c.Authorisation!), out var found)) return "authorisation_unknown";
        if (found.IsOver) return "authorisation_over";
        if (found.Command.Fan != c.Fan) return "authorisation_of_another";
        if (found.Command.Currency != c.Currency) return "authorisation_in_other_currency";
        if (found.Command.ExpiresOn < today) return "authorisation_lapsed";
        return found.Remains < paid ? "authorisation_exceeded" : null;
    }

    private Answer GiveBack(string name, string type)
    {
        if (!authorisations.TryGetValue((here, name), out var found)) return Refused("authorisation_unknown");
        if (found.IsOver) return Refused("authorisation_over");
        var c = found.Command;
        if (type == "authorisation_expired" && today <= c.ExpiresOn) return Refused("authorisation_not_expired_yet");
        if (found.Remains == 0) return Refused("authorisation_used_up");
        var answer = Move(
            type, ($"fan.reserved/{c.Currency}//{c.Fan}", found.Remains),
            ($"fan.wallet/{c.Currency}//{c.Fan}", -found.Remains));
        if (answer.Refusal is null) (found.Remains, found.IsOver) = (0, true);
        return answer;
    }
}
