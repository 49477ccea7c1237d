using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Who has asked to be forgotten, what keeps them, and who is.</summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, Role Role, string Party), NaivePerson> people = [];
    private readonly List<(string Book, LocalDate From, Command.SetRetention Terms)> retention = [];

    private sealed class NaivePerson
    {
        public bool Asked { get; set; }

        public bool Forgotten { get; set; }

        public Dictionary<string, bool> Holds { get; } = [];
    }

    private Answer? OfErasure(Command command)
    {
        switch (command)
        {
            case Command.RequestErasure c:
                if (Person(c.Role, c.Party).Forgotten) return Refused("person_forgotten");
                if (Person(c.Role, c.Party).Asked) return Refused("erasure_open");
                Person(c.Role, c.Party).Asked = true;
                return Move("erasure_requested");
            case Command.WithdrawErasure c:
                if (!Person(c.Role, c.Party).Asked) return Refused("no_erasure_request");
                Person(c.Role, c.Party).Asked = false;
                return Move("erasure_withdrawn");
            case Command.PlaceLegalHold c:
                if (Person(c.Role, c.Party).Forgotten) return Refused("person_forgotten");
                return Person(c.Role, c.Party).Holds.TryAdd(c.Hold, true)
                    ? Move("legal_hold_placed")
                    : Refused("legal_hold_exists");
            case Command.LiftLegalHold c:
                if (!Person(c.Role, c.Party).Holds.GetValueOrDefault(c.Hold)) return Refused("legal_hold_unknown");
                Person(c.Role, c.Party).Holds[c.Hold] = false;
                return Move("legal_hold_lifted");
            case Command.SetRetention c:
                if (c.EffectiveOn < today) return Refused("effective_in_past");
                retention.Add((here, c.EffectiveOn ?? today, c));
                return Move("retention_set");
            case Command.ForgetPerson c: return Forget(c, Person(c.Role, c.Party));
            default: return null;
        }
    }

    private NaivePerson Person(Role role, string party)
    {
        if (!people.TryGetValue((here, role, party), out var person))
            people[(here, role, party)] = person = new NaivePerson();
        return person;
    }

    private Answer Forget(Command.ForgetPerson c, NaivePerson person)
    {
        if (person.Forgotten) return Refused("person_forgotten");
        if (!person.Asked) return Refused("no_erasure_request");
        if (person.Holds.ContainsValue(true)) return Refused("legal_hold");
        if (Standing(c.Role, c.Party).Sanctioned) return Refused("party_sanctioned");
        if (c.Records.Any(kept => today.Year <= kept.LastOn.Year + YearsOf(kept.Class))) return Refused("retention_not_over");
        (person.Asked, person.Forgotten) = (false, true);
        return Move("person_forgotten");
    }

    /// <summary>Of what was said for the latest day that has come, what was said last.</summary>
    private int YearsOf(RetentionClass kind) => retention
        .Where(set => set.Book == here && set.Terms.Class == kind && set.From <= today)
        .OrderBy(set => set.From).LastOrDefault().Terms?.Years ?? (kind == RetentionClass.Ledger ? 7 : 10);
}
