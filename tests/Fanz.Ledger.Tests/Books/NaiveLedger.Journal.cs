using System.Numerics;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Transfers, reversals and the lives of accounts.</summary>
internal sealed partial class NaiveLedger
{
    private static readonly string[] Reversible =
    [
        "transferred", "wallet_topped_up", "tip_sent", "content_unlocked", "message_unlocked", "stream_entered",
        "gift_sent",
    ];

    private Answer? OfJournal(Command command) => command switch
    {
        Command.Transfer c => Move(
            new NaiveDraft(
                here, "transferred", [.. c.Legs.Select(leg => (Text(leg.Account), (BigInteger)leg.Amount))])
            {
                On = c.EffectiveOn,
            }),
        Command.TransferToBook c => Move(
            new NaiveDraft(
                here, "transferred_to_book", (Text(c.From), c.Amount), ($"due.to/{c.Currency}//{there}", -c.Amount)),
            new NaiveDraft(
                there, "transferred_from_book", ($"due.from/{c.Currency}//{here}", c.Amount), (Text(c.To), -c.Amount))),
        Command.Reverse c => Reverse(c.Transaction),
        Command.FreezeAccount c => Freeze(Text(c.Account), c.DebitsOnly ? "frozen for debits" : "frozen"),
        Command.UnfreezeAccount c => Unfreeze(Text(c.Account)),
        Command.CloseAccount c => Close(Text(c.Account)),
        _ => null,
    };

    private Answer Reverse(long number)
    {
        if (Past(number) is not { } record) return Refused("transaction_unknown");
        if (record.IsReversed) return Refused("already_reversed");
        // What has its own way back, what something has been done about since, and what a stream has counted already.
        if (!Reversible.Contains(record.Type) || record.Since.Count > 0 || record.Draft.Stream is not null)
            return Refused("not_reversible");
        // Tokens that were redeemed at another value do not come back.
        if (record.Draft.About is NaiveSale { Tokens: var tokens } sale && tokens > 0
            && tokens * TokenPriceNow.Amount != sale.Paid * TokenPriceNow.Tokens)
            return Refused("token_value_changed");
        return Move(new NaiveDraft(here, "reversed", [.. record.Legs.Select(leg => (leg.Account, -leg.Amount))])
        {
            RefersTo = number,
        });
    }

    private Answer Freeze(string account, string life)
    {
        var state = Account(here, account);
        if (state.Version == 0) return Refused("account_unknown");
        if (state.Life == "closed") return Refused("account_closed");
        state.Life = life;
        return Move("account_frozen");
    }

    private Answer Unfreeze(string account)
    {
        var state = Account(here, account);
        if (state.Version == 0) return Refused("account_unknown");
        if (state.Life == "closed") return Refused("account_closed");
        if (state.Life == "open") return Refused("account_not_frozen");
        state.Life = "open";
        return Move("account_unfrozen");
    }

    private Answer Close(string account)
    {
        var state = Account(here, account);
        if (state.Version == 0) return Refused("account_unknown");
        if (state.Life == "closed") return Refused("account_closed");
        if (state.Life != "open") return Refused("account_frozen");
        if (state.Balance != 0) return Refused("account_not_empty");
        state.Life = "closed";
        return Move("account_closed");
    }
}
