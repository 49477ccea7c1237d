using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class AccountLifeTests
{
    private static readonly AccountName Wallet = new("fan.wallet", "ann", "USD");
    private static readonly Event Frozen = new Event.AccountFrozen(Wallet, "why", DebitsOnly: false);
    private static readonly Event FrozenForDebits = new Event.AccountFrozen(Wallet, "why", DebitsOnly: true);
    private static readonly Event Unfrozen = new Event.AccountUnfrozen(Wallet, "why");
    private static readonly Event Closed = new Event.AccountClosed(Wallet, "why");

    [Fact]
    public void A_life_allows_what_it_allows_and_every_other_event_is_impossible()
    {
        var lives = new Dictionary<(Life, Event), Life>
        {
            [(Life.Open, Frozen)] = Life.Frozen,
            [(Life.Open, FrozenForDebits)] = Life.FrozenForDebits,
            [(Life.Open, Closed)] = Life.Closed,
            [(Life.Frozen, Frozen)] = Life.Frozen,
            [(Life.Frozen, FrozenForDebits)] = Life.FrozenForDebits,
            [(Life.Frozen, Unfrozen)] = Life.Open,
            [(Life.FrozenForDebits, Frozen)] = Life.Frozen,
            [(Life.FrozenForDebits, FrozenForDebits)] = Life.FrozenForDebits,
            [(Life.FrozenForDebits, Unfrozen)] = Life.Open,
        };
        foreach (var life in Enum.GetValues<Life>())
        {
            foreach (var @event in new[] { Frozen, FrozenForDebits, Unfrozen, Closed, new Event.Transferred("") })
            {
                if (lives.TryGetValue((life, @event), out var next))
                {
                    Assert.Equal(next, AccountLife.Evolve(life, @event));
                    Assert.Equal(next, AccountLife.After(@event));
                }
                else
                {
                    Assert.Throws<InvariantBroken>(() => AccountLife.Evolve(life, @event));
                }
            }
        }
    }

    [Fact]
    public void An_account_without_life_events_is_open()
    {
        Assert.Equal(Life.Open, AccountLife.After(null));
        Assert.Throws<InvariantBroken>(() => AccountLife.After(new Event.Transferred("")));
    }

    [Fact]
    public void The_stream_of_an_account_says_which_account_it_is() => Properties.Hold(Names.Account, account =>
    {
        Assert.True(AccountLife.TryReadStream(AccountLife.StreamOf(account), out var read));
        Assert.Equal(account, read);
        Assert.False(AccountLife.TryReadStream(account.ToString(), out _));
    });
}
