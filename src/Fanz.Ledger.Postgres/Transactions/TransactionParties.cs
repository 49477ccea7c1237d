using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Transactions;

/// <summary>What somebody is to a transaction; one may be several things.</summary>
[Flags]
internal enum PartyRoles
{
    None = 0,
    Fan = 1,
    Creator = 2,
    Affiliate = 4,
}

/// <summary>Who has to do with one transaction.</summary>
internal sealed class TransactionParties
{
    // Hardly ever more than three, so that looking through them is the fastest way.
    private readonly List<(string Party, PartyRoles Roles)> all = [];

    public IReadOnlyList<(string Party, PartyRoles Roles)> All => all;

    public void Clear() => all.Clear();

    /// <summary>Whose accounts it moved, and whom it names.</summary>
    public void Add(FollowedRecord followed)
    {
        foreach (var entry in followed.Entries) Add(entry.Account.Owner, RoleOf(entry.Account.Code));
        if (followed.Event is Event.Sale sale)
        {
            AddPayment(followed);
            foreach (var share in sale.Shares ?? []) Add(share.Creator, PartyRoles.Creator);
            Add(sale.Affiliate?.Affiliate, PartyRoles.Affiliate);
            return;
        }

        var said = SaidInRecord.Of(followed.Record);
        Add(said.Fan, PartyRoles.Fan);
        Add(said.Creator, PartyRoles.Creator);
        Add(said.Affiliate, PartyRoles.Affiliate);
        switch (followed.Event)
        {
            case Event.PartySanctioned one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.PartyCleared one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.PartyClosed one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.ErasureRequested one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.ErasureWithdrawn one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.LegalHoldPlaced one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.LegalHoldLifted one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.PersonForgotten one:
                Add(one.Party, RoleOf(one.Role));
                break;
            case Event.AccountFrozen one:
                Add(one.Account);
                break;
            case Event.AccountUnfrozen one:
                Add(one.Account);
                break;
            case Event.AccountClosed one:
                Add(one.Account);
                break;
        }
    }

    /// <summary>
    /// The fan and the creator of what a record is about: a dispute of a payment by card names neither, and moves no
    /// account of the fan's.
    /// </summary>
    public void AddPayment(FollowedRecord referred)
    {
        var (fan, creator) = referred.Event is Event.Sale sale
            ? (sale.Fan, sale.Creator)
            : (SaidInRecord.Of(referred.Record).Fan, SaidInRecord.Of(referred.Record).Creator);
        Add(fan, PartyRoles.Fan);
        Add(creator, PartyRoles.Creator);
    }

    private void Add(AccountName account) => Add(account.Owner, RoleOf(Chart.Find(account.Code)));

    private void Add(string? party, PartyRoles roles)
    {
        if (string.IsNullOrEmpty(party) || roles == PartyRoles.None) return;
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Party != party) continue;
            all[i] = (party, all[i].Roles | roles);
            return;
        }

        all.Add((party, roles));
    }

    private static PartyRoles RoleOf(AccountCode code) => code.Holder switch
    {
        Holder.Fan => PartyRoles.Fan,
        Holder.Creator => PartyRoles.Creator,
        Holder.Affiliate => PartyRoles.Affiliate,
        _ => PartyRoles.None,
    };

    private static PartyRoles RoleOf(Role role) => role switch
    {
        Role.Fan => PartyRoles.Fan,
        Role.Creator => PartyRoles.Creator,
        Role.Affiliate => PartyRoles.Affiliate,
        _ => throw new InvariantBroken($"{role} is no role."),
    };
}
