using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Escrow;

/// <summary>
/// Who may come by money that is theirs already. Nobody who is sanctioned and no creator who is held: theirs stays
/// where it is and is not lost. A closed party may: what it is owed, it is owed.
/// </summary>
internal static class Payees
{
    internal static Refusal? Objection(Book book, Role role, string party) =>
        Standings.Of(book, role, party) switch
        {
            { IsSanctioned: true } => Refusal.PartySanctioned(role, party),
            { IsHeld: true } => Refusal.CreatorHeld(party),
            _ => null,
        };

    internal static Refusal? Objection(Book book, string? creator, string? fan) =>
        creator is not null ? Objection(book, Role.Creator, creator) : Objection(book, Role.Fan, fan!);
}
