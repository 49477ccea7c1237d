using Fanz.Ledger.Books;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A person who has asked for it is forgotten: with this record their key may be destroyed, and what was sealed
        /// with it is noise. Whoever posts it says what of them the law may want kept; how long that is, whether it is
        /// over and whether a legal hold stands against it is decided here.
        /// </summary>
        /// <param name="Records">Of each class the last record that there is of them, on any platform of the tenant.</param>
        public sealed record ForgetPerson(Role Role, string Party, IReadOnlyList<KeptRecords> Records) : Command
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    Enum.IsDefined(Role)
                        ? null
                        : new Fault("role", "ill_formed", "A role is fan, creator or affiliate."),
                    IdentifierFault("party", Party),
                    Records is null ? new Fault("records", "ill_formed", "records is missing") : null)
                .Concat((Records ?? []).SelectMany(FaultsOf));

            private IEnumerable<Fault> FaultsOf(KeptRecords? kept, int at) => kept is null
                ? [new Fault($"records[{at}]", "ill_formed", $"records[{at}] is missing")]
                : Found(
                    RetentionClassFault($"records[{at}].class", kept.Class),
                    Fault.OfDate($"records[{at}].last_on", kept.LastOn),
                    Records.Take(at).Any(earlier => earlier?.Class == kept.Class)
                        ? new Fault($"records[{at}].class", "repeated", "Each class of records is named once.")
                        : null);
        }
    }

    public abstract partial record Event
    {
        /// <param name="Request">The record by which they asked.</param>
        public sealed record PersonForgotten(
            Role Role, string Party, long Request, IReadOnlyList<KeptRecords> Records) : Event;
    }
}

namespace Fanz.Ledger.Erasure
{
    internal static class Forgetting
    {
        internal static Decision Decide(Command.ForgetPerson command, Book book, Moment now)
        {
            var (role, party) = (command.Role, command.Party);
            var person = PersonRecord.Of(book, role, party);
            var standing = Standings.Of(book, role, party);
            var retention = book.Recall<Retention>(Retention.Stream);
            if (person.IsForgotten) return Refusal.PersonForgotten(role, party);
            if (person.Request is not { } request) return Refusal.NoErasureRequest(role, party);
            if (!person.Holds.IsEmpty) return Refusal.LegalHold(role, party, person.Holds[0]);
            if (standing.IsSanctioned) return Refusal.PartySanctioned(role, party);
            foreach (var kept in command.Records)
            {
                var through = retention.KeptThrough(kept, now.Today);
                if (now.Today <= through)
                    return Refusal.RetentionNotOver(Retention.WordOf(kept.Class), kept.LastOn, through);
            }

            return PersonRecord.Changed(
                book, role, party, new Event.PersonForgotten(role, party, request, command.Records));
        }
    }
}
