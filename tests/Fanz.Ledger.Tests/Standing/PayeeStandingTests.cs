using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class PayeeStandingTests
{
    private static readonly LocalDate Today = Payee.Today;

    internal static readonly (string, Event)[] Events =
    [
        ("verification_recorded", new Event.VerificationRecorded(
            "bea", VerificationOutcome.Revoked, 0, "idcheck", "case-2")),
        ("verification_recorded.expires", new Event.VerificationRecorded(
            "bea", VerificationOutcome.Verified, 2, "idcheck", "case-1", Today)),
        ("screening_recorded", new Event.ScreeningRecorded(
            "bea", ScreeningOutcome.PossibleHit, "sdn 2026-01-01", "screener", "search-1", Today)),
        ("payout_method_added", new Event.PayoutMethodAdded(
            "bea", "bank", 1, "nacha", "USD", "US", "v1.c2VhbGVk", Payee.Fingerprint, "···6789", "bea", "olga")),
        ("payout_method_verified", new Event.PayoutMethodVerified(
            "bea", "bank", 1, MethodProof.MicroDeposit, "deposit-1")),
        ("payout_method_verification_failed", new Event.PayoutMethodVerificationFailed("bea", "bank", 1, 2, "try-2")),
        ("payout_method_disabled", new Event.PayoutMethodDisabled("bea", "bank", "R02 account closed")),
        ("payout_method_enabled", new Event.PayoutMethodEnabled("bea", "bank", "it is open", "olga", "pete")),
        ("payout_preference_set", new Event.PayoutPreferenceSet("bea", "USD", PayoutMode.Automatic)),
        ("payout_preference_set.full", new Event.PayoutPreferenceSet(
            "bea", "USD", PayoutMode.OnRequest, "bank", 50_00)),
        ("payout_requested", new Event.PayoutRequested("bea", "USD")),
        ("payout_requested.amount", new Event.PayoutRequested("bea", "USD", 100_00)),
        ("payout_request_withdrawn", new Event.PayoutRequestWithdrawn("bea", "USD", 7)),
        ("payout_request_taken", new Event.PayoutRequestTaken("bea", "USD", 7, "p1")),
        ("secret_read", new Event.SecretRead("bea", "payout_method/bank", "the bank called")),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.NotVerified("bea", 0, 2),
        Refusal.ScreeningHit("bea", "possible_hit", Today),
        Refusal.NoPayoutMethod("bea", Money.Currency.Of("USD"), "nacha"),
        Refusal.PayoutMethodUnverified("bea", "bank"),
        Refusal.PayoutMethodUnknown("bea", "bank"),
        Refusal.PayoutMethodChanged("bea", "bank", 1, 2),
        Refusal.PayoutMethodVerified("bea", "bank"),
        Refusal.PayoutMethodUnchanged("bea", "bank"),
        Refusal.TooManyPayoutMethods("bea", 10),
        Refusal.VerificationAttemptsUsedUp("bea", "bank", 3),
        Refusal.PayoutMethodDisabled("bea", "bank", "R02 account closed"),
        Refusal.PayoutMethodNotDisabled("bea", "bank"),
        Refusal.PayoutMethodInOtherCurrency("bea", "bank", "USD", "JPY"),
        Refusal.PayoutsPaused("bea", "USD"),
        Refusal.PayoutRequestOpen("bea", "USD", 7),
        Refusal.NoPayoutRequest("bea", "USD"),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Payee.Verify, "" },
        { Payee.Verify with { Level = 0 }, "level ill_formed" },
        { Payee.Verify with { Level = 4 }, "level ill_formed" },
        { Payee.Verify with { Outcome = VerificationOutcome.Revoked }, "level ill_formed; expires_on ill_formed" },
        { Payee.Verify with { Outcome = VerificationOutcome.Failed }, "expires_on ill_formed" },
        { new Command.RecordVerification("", (VerificationOutcome)9, 1, null!, "\0", new LocalDate(3000, 1, 1)),
            "creator ill_formed; outcome ill_formed; provider ill_formed; reference ill_formed; "
            + "expires_on date_out_of_range; expires_on ill_formed" },
        { Payee.Screen, "" },
        { new Command.RecordScreening(null!, (ScreeningOutcome)9, "", "", "", new LocalDate(1, 1, 1)),
            "creator ill_formed; outcome ill_formed; list ill_formed; provider ill_formed; reference ill_formed; "
            + "on date_out_of_range" },
        { Payee.Add, "" },
        { Payee.Add with { Details = "021000021/123456789" }, "details not_sealed" },
        { Payee.Add with { Details = "v1." }, "details not_sealed" },
        { Payee.Add with { Details = "v1.c2VhbGVk==" }, "details not_sealed" },
        { Payee.Add with { Details = "v1." + new string('a', 15_998) }, "details not_sealed" },
        { Payee.Add with { Masked = "123456789" }, "masked ill_formed" },
        { Payee.Add with { Masked = "···56789" }, "masked ill_formed" },
        { Payee.Add with { Masked = "···" }, "" },
        { Payee.Add with { Fingerprint = Payee.Fingerprint.ToUpperInvariant() }, "fingerprint ill_formed" },
        { Payee.Add with { ApprovedBy = "bea" }, "approved_by same_person" },
        { new Command.AddPayoutMethod("", "", "", "TKN", null!, null!, null!, null!, "", ""),
            "creator ill_formed; method ill_formed; rail ill_formed; currency wrong_currency; country ill_formed; "
            + "details not_sealed; fingerprint ill_formed; masked ill_formed; proposed_by ill_formed; "
            + "approved_by ill_formed; approved_by same_person" },
        { new Command.VerifyPayoutMethod("", "", 0, (MethodProof)9, ""),
            "creator ill_formed; method ill_formed; version ill_formed; by ill_formed; reference ill_formed" },
        { new Command.FailPayoutMethodVerification("", "", 0, ""),
            "creator ill_formed; method ill_formed; version ill_formed; reference ill_formed" },
        { new Command.DisablePayoutMethod("", "", ""),
            "creator ill_formed; method ill_formed; reason ill_formed" },
        { new Command.EnablePayoutMethod("bea", "bank", " ", "olga", "olga"),
            "reason ill_formed; approved_by same_person" },
        { Payee.Prefer, "" },
        { new Command.SetPayoutPreference("", "XXX", (PayoutMode)9, "", 0),
            "creator ill_formed; currency unknown_currency; mode ill_formed; method ill_formed; "
            + "minimum amount_not_positive" },
        { Payee.Request with { Amount = null }, "" },
        { new Command.RequestPayout("", "", -1),
            "creator ill_formed; currency unknown_currency; amount amount_not_positive" },
        { new Command.WithdrawPayoutRequest("", "TKN"), "creator ill_formed; currency wrong_currency" },
        { new Command.RecordReading("", "", ""), "subject ill_formed; what ill_formed; reason ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void What_is_not_sealed_is_not_repeated()
    {
        var (_, faults) = Submission.Of(
            new("acme", "fans"), Payee.Add with { Details = "123456789" }, new Actor("shop"), "key");
        Assert.DoesNotContain("123456789", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_verification_holds_until_another_one_and_a_failed_one_takes_nothing_away()
    {
        var book = new BookInMemory().Posted(Payee.Verify)
            .Posted(new Command.RecordVerification("bea", VerificationOutcome.Failed, 3, "idcheck", "case-2"));
        Assert.Equal(new Verification(2, "idcheck", "case-1", new(2027, 6, 30)), Payee.Standing(book).Verification);
        var revoke = new Command.RecordVerification("bea", VerificationOutcome.Revoked, 0, "idcheck", "case-1");
        Assert.Null(Payee.Standing(book.Posted(revoke)).Verification);
        book.ShouldRefuse(revoke, "not_verified", ("creator", "bea"), ("level", "0"));
        book.ShouldRefuse(Payee.Verify with { ExpiresOn = Today.PlusDays(-1) }, "expires_in_past");
        book.Posted(Payee.Verify with { ExpiresOn = Today });
    }

    [Fact]
    public void The_newest_screening_counts_and_not_the_one_that_was_told_last()
    {
        var book = new BookInMemory().Posted(Payee.Screen)
            .Posted(Payee.Screen with { Outcome = ScreeningOutcome.Hit, On = Today.PlusDays(-1) });
        Assert.Equal(ScreeningOutcome.Clear, Payee.Standing(book).Screening!.Outcome);
        book.Posted(Payee.Screen with { Outcome = ScreeningOutcome.Hit });
        Assert.Equal(ScreeningOutcome.Hit, Payee.Standing(book).Screening!.Outcome);
        book.ShouldRefuse(Payee.Screen with { On = Today.PlusDays(1) }, "effective_in_future");
        // A hit is no sanction.
        Assert.Null(book.Ask(known => Standings.Objection(known, Role.Creator, "bea")));
    }

    [Fact]
    public void New_details_are_a_new_version_that_nobody_has_verified()
    {
        var book = Payee.Ready();
        book.ShouldRefuse(Payee.Add, "payout_method_unchanged");
        book.Wait(Duration.FromDays(9));
        book.Posted(Payee.Add with { Details = "v1.b3RoZXI", Masked = "···4321" });
        var method = Assert.Single(Payee.Standing(book).Methods);
        Assert.Equal((2, "···4321", PayoutMethodState.Unverified), (method.Version, method.Masked, method.State));
        Assert.Equal((Today, Today.PlusDays(9)), (method.AddedOn, method.ChangedOn));
        // Whoever looked at the old ones has not looked at these.
        book.ShouldRefuse(Payee.Prove, "payout_method_changed", ("version", "1"), ("current", "2"));
        book.Posted(Payee.Prove with { Version = 2 });
        book.ShouldRefuse(Payee.Prove with { Version = 2 }, "payout_method_verified");
        book.ShouldRefuse(Payee.Fail with { Version = 2 }, "payout_method_verified");
    }

    [Fact]
    public void After_three_wrong_guesses_amounts_prove_nothing_until_it_is_added_again()
    {
        var book = new BookInMemory().Posted(Payee.Add).Posted(Payee.Fail).Posted(Payee.Fail).Posted(Payee.Fail);
        book.ShouldRefuse(Payee.Fail, "verification_attempts_used_up", ("attempts", "3"));
        book.ShouldRefuse(Payee.Prove, "verification_attempts_used_up");
        Assert.Null(new BookInMemory().Posted(Payee.Add).Posted(Payee.Fail).Post(Payee.Prove));
        book.Posted(Payee.Add).Posted(Payee.Prove with { Version = 2 });

        var other = new BookInMemory().Posted(Payee.Add).Posted(Payee.Fail).Posted(Payee.Fail).Posted(Payee.Fail);
        other.Posted(Payee.Prove with { By = MethodProof.Provider });
        Assert.Equal(PayoutMethodState.Verified, Payee.Standing(other).Method("bank")!.State);
    }

    [Fact]
    public void A_disabled_method_stays_so_until_two_people_enable_it_or_it_changes()
    {
        var book = Payee.Ready();
        book.ShouldRefuse(Payee.Enable, "payout_method_not_disabled");
        book.Posted(Payee.Disable);
        book.ShouldRefuse(Payee.Disable, "payout_method_disabled", ("reason", "R02 account closed"));
        book.ShouldRefuse(Payee.Prove, "payout_method_disabled");
        book.ShouldRefuse(Payee.Add, "payout_method_unchanged");
        Assert.Equal(PayoutMethodState.Verified, Payee.Standing(book.Posted(Payee.Enable)).Method("bank")!.State);
        book.Posted(Payee.Disable).Posted(Payee.Add with { Details = "v1.b3RoZXI" });
        Assert.Equal(PayoutMethodState.Unverified, Payee.Standing(book).Method("bank")!.State);
    }

    [Fact]
    public void A_creator_has_ten_methods_at_most()
    {
        var book = new BookInMemory();
        for (var i = 0; i < 10; i++) book.Posted(Payee.Add with { Method = $"m{i}" });
        book.ShouldRefuse(Payee.Add, "too_many_payout_methods", ("most", "10"));
        book.Posted(Payee.Add with { Method = "m3", Details = "v1.b3RoZXI" });
        book.ShouldRefuse(Payee.Prove, "payout_method_unknown", ("method", "bank"));
        book.ShouldRefuse(Payee.Disable, "payout_method_unknown");
        book.ShouldRefuse(Payee.Enable, "payout_method_unknown");
    }

    [Fact]
    public void A_preference_names_a_method_that_there_is_in_its_currency()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(Payee.Prefer, "payout_method_unknown");
        book.Posted(Payee.Add).ShouldRefuse(
            Payee.Prefer with { Currency = "JPY" }, "payout_method_in_other_currency", ("kept", "USD"));
        Assert.Equal(PayoutPreference.None, Payee.Standing(book).Preference("USD"));
        Assert.Equal(
            new PayoutPreference(PayoutMode.OnRequest, "bank", 50_00), Payee.Standing(book.Posted(Payee.Prefer)).Preference("USD"));
        Assert.Equal(PayoutPreference.None, Payee.Standing(book).Preference("JPY"));
    }

    [Fact]
    public void A_request_is_open_until_it_is_withdrawn_or_a_payout_takes_it()
    {
        var book = Payee.Ready();
        book.ShouldRefuse(Payee.Withdraw, "no_payout_request");
        book.Posted(Payee.Request);
        Assert.Equal(100_00, Payee.Standing(book).Request("USD")!.Amount);
        book.ShouldRefuse(Payee.Request, "payout_request_open", ("request", $"{book.Book.LastNumber}"));
        book.Posted(Payee.Withdraw).Posted(Payee.Request with { Amount = null });

        book.Posted(new Command.Adjust(
            [new(new("rounding", "", "USD"), 500), new(new("creator.available", "bea", "USD"), -500)], "earned", "a", "b"));
        var asked = Payee.Standing(book).Request("USD")!.Number;
        book.Posted(new Command.FormPayout("p1", "bea", "USD", 400, 0));
        Assert.Null(Payee.Standing(book).Request("USD"));
        var taken = (Event.PayoutRequestTaken)EventFormat.Read(
            "payout_request_taken", book.Journal[^1].Record.Data.Span);
        Assert.Equal(new Event.PayoutRequestTaken("bea", "USD", asked, "p1"), taken);
        // The next one takes nothing: the request was answered, whatever becomes of the payout.
        book.Posted(new Command.FailPayout("p1", "lost")).Posted(new Command.FormPayout("p2", "bea", "USD", 400, 0));
        Assert.Equal("payout_formed", book.Journal[^1].Record.Type);
    }

    [Fact]
    public void Whoever_cannot_be_paid_whatever_the_terms_is_told_when_they_ask()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(Payee.Request, "no_payout_method", ("rail", "any rail"));
        book.Posted(Payee.Add).ShouldRefuse(Payee.Request, "payout_method_unverified");
        book.Posted(Payee.Prove).Posted(Payee.Screen with { Outcome = ScreeningOutcome.PossibleHit });
        book.ShouldRefuse(Payee.Request, "screening_hit", ("outcome", "possible_hit"));
        book.Posted(Payee.Screen).Posted(Payee.Prefer with { Mode = PayoutMode.Paused });
        book.ShouldRefuse(Payee.Request, "payouts_paused");
        book.Posted(Payee.Prefer).Posted(new Command.HoldCreator("bea", "police"));
        book.ShouldRefuse(Payee.Request, "creator_held");
        book.Posted(new Command.UnholdCreator("bea", "fine", "pat", "sam")).Posted(Payee.Request);
    }

    [Fact]
    public void Every_reading_is_a_record_of_its_own()
    {
        var book = new BookInMemory().Posted(Payee.Read).Posted(Payee.Read);
        Assert.Equal(2, book.Journal.Count(one => one.Record is { Type: "secret_read", Stream: "readings/bea" }));
        Assert.Equal(book.Book.LastNumber, book.Ask(known => known.Recall<Readings>("readings/bea")).Last);
    }

    [Fact]
    public void A_method_prints_nothing_that_is_sealed()
    {
        var method = Payee.Standing(Payee.Ready()).Method("bank")!;
        Assert.Equal("bank ···6789", $"{method}");
    }
}
