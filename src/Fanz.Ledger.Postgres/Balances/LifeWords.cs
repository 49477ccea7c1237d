using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>How projected.balances says the life of an account.</summary>
internal static class LifeWords
{
    public static readonly string[] All = ["open", "frozen_for_debits", "frozen", "closed"];

    public static string Of(Life life) => life switch
    {
        Life.Open => "open",
        Life.FrozenForDebits => "frozen_for_debits",
        Life.Frozen => "frozen",
        Life.Closed => "closed",
        _ => throw new InvariantBroken($"{life} is no life of an account."),
    };
}
