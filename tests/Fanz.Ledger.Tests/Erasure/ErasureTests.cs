using Fanz.Ledger.Books;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class ErasureTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);

    private static readonly Command.RequestErasure Ask = new(Role.Creator, "bea", "asked in the app");
    private static readonly Command.WithdrawErasure Withdraw = new(Role.Creator, "bea", "another mind");

    private static readonly Command.PlaceLegalHold Hold =
        new(Role.Creator, "bea", "case-17", "a court asks", "olga", "pete");

    private static readonly Command.LiftLegalHold Lift =
        new(Role.Creator, "bea", "case-17", "it is over", "olga", "pete");

    private static readonly Command.SetRetention Terms = new(RetentionClass.Ledger, 5, "a new law", "olga", "pete");
    private static readonly Command.ForgetPerson Forget = new(Role.Creator, "bea", []);

    internal static readonly (string, Event)[] Events =
    [
        ("erasure_requested", new Event.ErasureRequested(Role.Fan, "ann", "asked in the app")),
        ("erasure_withdrawn", new Event.ErasureWithdrawn(Role.Fan, "ann", "another mind")),
        ("legal_hold_placed", new Event.LegalHoldPlaced(Role.Creator, "bea", "case-17", "a court asks", "olga", "pete")),
        ("legal_hold_lifted", new Event.LegalHoldLifted(Role.Creator, "bea", "case-17", "it is over", "olga", "pete")),
        ("retention_set", new Event.RetentionSet(
            RetentionClass.Vat, 10, "Directive 2006/112/EC", Today, "olga", "pete")),
        ("person_forgotten", new Event.PersonForgotten(Role.Affiliate, "aff", 12, [])),
        ("person_forgotten.kept", new Event.PersonForgotten(
            Role.Creator, "bea", 12,
            [new(RetentionClass.Ledger, new(2015, 3, 1)), new(RetentionClass.Sanctions, new(2014, 12, 31))])),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.ErasureOpen(Role.Creator, "bea", 12),
        Refusal.NoErasureRequest(Role.Fan, "ann"),
        Refusal.PersonForgotten(Role.Creator, "bea"),
        Refusal.LegalHold(Role.Creator, "bea", "case-17"),
        Refusal.LegalHoldExists("case-17"),
        Refusal.LegalHoldUnknown("case-17"),
        Refusal.RetentionNotOver("ledger", new(2020, 5, 1), new(2027, 12, 31)),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Ask, "" },
        { new Command.RequestErasure((Role)9, "", ""), "role ill_formed; party ill_formed; reason ill_formed" },
        { new Command.WithdrawErasure((Role)9, "", ""), "role ill_formed; party ill_formed; reason ill_formed" },
        { Hold with { Hold = "" }, "hold ill_formed" },
        { Hold with { ApprovedBy = "olga" }, "approved_by same_person" },
        { Lift with { Hold = "a\nb", ProposedBy = "" }, "hold ill_formed; proposed_by ill_formed" },
        { Terms, "" },
        { Terms with { Class = (RetentionClass)9, Years = 0, Source = " " },
            "class ill_formed; years ill_formed; source ill_formed" },
        { Terms with { Years = 101, EffectiveOn = new LocalDate(3000, 1, 1), ApprovedBy = "olga" },
            "years ill_formed; effective_on date_out_of_range; approved_by same_person" },
        { Forget, "" },
        { new Command.ForgetPerson((Role)9, "", null!), "role ill_formed; party ill_formed; records ill_formed" },
        { Forget with { Records = [Kept(RetentionClass.Vat, 2010), null!, Kept(RetentionClass.Vat, 2011)] },
            "records[1] ill_formed; records[2].class repeated" },
        { Forget with { Records = [new((RetentionClass)9, new LocalDate(1, 1, 1))] },
            "records[0].class ill_formed; records[0].last_on date_out_of_range" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Whoever_asks_is_forgotten_once_and_nothing_is_asked_or_held_afterwards()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(Forget, "no_erasure_request", ("role", "creator"), ("party", "bea"));
        book.ShouldRefuse(Withdraw, "no_erasure_request");
        book.Posted(Ask).ShouldRefuse(Ask, "erasure_open");
        book.Posted(Withdraw).ShouldRefuse(Forget, "no_erasure_request");
        book.Posted(Ask).Posted(Forget);
        foreach (var command in new Command[] { Ask, Hold, Forget }) book.ShouldRefuse(command, "person_forgotten");
        // Somebody else of the same id is not.
        book.Posted(Ask with { Role = Role.Fan });
    }

    [Fact]
    public void A_legal_hold_keeps_a_person_however_old_everything_is_until_two_people_lift_it()
    {
        var book = new BookInMemory().Posted(Ask).Posted(Hold);
        book.ShouldRefuse(Forget, "legal_hold", ("hold", "case-17"));
        book.ShouldRefuse(Hold, "legal_hold_exists", ("hold", "case-17"));
        book.ShouldRefuse(Lift with { Hold = "case-18" }, "legal_hold_unknown", ("hold", "case-18"));
        book.Posted(Hold with { Hold = "case-18" }).Posted(Lift).ShouldRefuse(Forget, "legal_hold", ("hold", "case-18"));
        book.Posted(Lift with { Hold = "case-18" }).ShouldRefuse(Lift, "legal_hold_unknown");
        book.ShouldRefuse(Hold, "legal_hold_exists");
        book.Posted(Forget);
    }

    [Fact]
    public void Whoever_is_sanctioned_is_not_forgotten()
    {
        var book = new BookInMemory().Posted(Ask).Posted(new Command.SanctionParty(Role.Creator, "bea", "a list"));
        book.ShouldRefuse(Forget, "party_sanctioned");
        book.Posted(new Command.ClearParty(Role.Creator, "bea", "another one")).Posted(Forget);
    }

    [Fact]
    public void Each_class_is_kept_from_the_end_of_the_year_of_its_last_record_for_its_years()
    {
        var cases =
            from kind in Gen.Elements(Enum.GetValues<RetentionClass>())
            from year in Gen.Choose(2010, 2026)
            from day in Gen.Choose(1, 365)
            select (kind, lastOn: new LocalDate(year, 1, 1).PlusDays(day - 1));
        Properties.Hold(cases, @case =>
        {
            var (kind, lastOn) = @case;
            var years = kind == RetentionClass.Ledger ? 7 : 10;
            var book = new BookInMemory().Posted(Ask);
            var command = Forget with { Records = [new KeptRecords(kind, lastOn)] };
            if (Today >= new LocalDate(lastOn.Year + years + 1, 1, 1)) book.Posted(command);
            else
                book.ShouldRefuse(
                    command, "retention_not_over", ("class", Retention.WordOf(kind)),
                    ("through", $"{lastOn.Year + years}-12-31"));
        }, times: 100);
    }

    [Fact]
    public void How_long_a_class_is_kept_is_set_from_a_day_on()
    {
        var book = new BookInMemory().Posted(Ask);
        var kept = Forget with { Records = [Kept(RetentionClass.Ledger, 2019)] };
        book.ShouldRefuse(kept, "retention_not_over", ("through", "2026-12-31"));
        book.ShouldRefuse(Terms with { EffectiveOn = Today.PlusDays(-1) }, "effective_in_past");
        book.Posted(Terms with { EffectiveOn = Today.PlusDays(1) }).ShouldRefuse(kept, "retention_not_over");
        book.Posted(Terms with { Class = RetentionClass.Vat }).ShouldRefuse(kept, "retention_not_over");
        book.Posted(Terms).Posted(kept);
    }

    [Fact]
    public void What_cannot_be_in_a_stream_is_never_passed_over()
    {
        foreach (var (aggregate, @event) in new (Aggregate, Event)[]
        {
            (new PersonRecord(), new Event.ErasureWithdrawn(Role.Fan, "ann", "why")),
            (new PersonRecord(), new Event.PersonForgotten(Role.Fan, "ann", 1, [])),
            (new PersonRecord(), new Event.LegalHoldLifted(Role.Fan, "ann", "case", "why", "olga", "pete")),
            (new PersonRecord(), new Event.Transferred("")),
            (new Retention(), new Event.Transferred("")),
        })
            Assert.Throws<InvariantBroken>(() => aggregate.After(
                new Recorded(2, Instant.FromUtc(2026, 1, 1, 12, 0), Today, @event)));
    }

    private static KeptRecords Kept(RetentionClass kind, int year) => new(kind, new LocalDate(year, 6, 1));
}
