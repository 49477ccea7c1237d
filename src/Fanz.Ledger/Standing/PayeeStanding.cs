using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Standing;

/// <summary>What came of the last look at who a creator is.</summary>
/// <param name="ExpiresOn">The last day on which it counts, if there is one.</param>
public sealed record Verification(int Level, string Provider, string Reference, LocalDate? ExpiresOn);

/// <summary>What the newest look at sanctions lists found.</summary>
public sealed record Screening(
    ScreeningOutcome Outcome, string List, string Provider, string Reference, LocalDate On);

/// <summary>
/// What a creator needs for being paid: who they are, whether a list names them, where their money goes to, and how
/// they wish to have it. It is asked for with every payout and changes rarely, so it is a stream of its own.
/// </summary>
public sealed record PayeeStanding : Aggregate
{
    /// <summary>Null while they were never verified, or no longer are.</summary>
    public Verification? Verification { get; private init; }

    public Screening? Screening { get; private init; }

    /// <summary>In the order in which they were added.</summary>
    public ImmutableArray<PayoutMethod> Methods { get; private init; } = [];

    private ImmutableDictionary<string, PayoutPreference> Preferences { get; init; } =
        ImmutableDictionary.Create<string, PayoutPreference>(StringComparer.Ordinal);

    private ImmutableDictionary<string, PayoutRequest> Requests { get; init; } =
        ImmutableDictionary.Create<string, PayoutRequest>(StringComparer.Ordinal);

    public int VerificationLevel => Verification?.Level ?? 0;

    public static string StreamOf(string creator) => $"payee/{creator}";

    public static PayeeStanding Of(Book book, string creator) => book.Recall<PayeeStanding>(StreamOf(creator));

    public PayoutMethod? Method(string id)
    {
        foreach (var method in Methods)
            if (method.Id == id) return method;
        return null;
    }

    public PayoutPreference Preference(string currency) =>
        Preferences.GetValueOrDefault(currency, PayoutPreference.None);

    /// <summary>What they have asked for in a currency and not had yet.</summary>
    public PayoutRequest? Request(string currency) => Requests.GetValueOrDefault(currency);

    public override PayeeStanding After(Recorded recorded) => recorded.Event switch
    {
        Event.VerificationRecorded e => this with { Verification = After(e) },
        Event.ScreeningRecorded e => this with { Screening = After(e) },
        Event.PayoutMethodAdded e => Added(e, recorded),
        Event.PayoutMethodVerified e => With(recorded, e.Method, method => method with { VerifiedBy = e.By }),
        Event.PayoutMethodVerificationFailed e =>
            With(recorded, e.Method, method => method with { FailedAttempts = e.Attempts }),
        Event.PayoutMethodDisabled e => With(recorded, e.Method, method => method with { DisabledFor = e.Reason }),
        Event.PayoutMethodEnabled e => With(recorded, e.Method, method => method with { DisabledFor = null }),
        Event.PayoutPreferenceSet e => this with
        {
            Preferences = Preferences.SetItem(e.Currency, new PayoutPreference(e.Mode, e.Method, e.Minimum)),
        },
        Event.PayoutRequested e when Request(e.Currency) is null => this with
        {
            Requests = Requests.SetItem(e.Currency, new PayoutRequest(recorded.Number, e.Amount)),
        },
        Event.PayoutRequestWithdrawn e => Over(recorded, e.Currency, e.Request),
        Event.PayoutRequestTaken e => Over(recorded, e.Currency, e.Request),
        _ => throw Impossible(recorded),
    };

    internal static Decision Changed(Book book, string creator, Event @event) =>
        Decision.Of(book, new Draft(@event, Aggregate: StreamOf(creator)));

    private Verification? After(Event.VerificationRecorded e) => e.Outcome switch
    {
        VerificationOutcome.Verified => new Verification(e.Level, e.Provider, e.Reference, e.ExpiresOn),
        VerificationOutcome.Failed => Verification,
        VerificationOutcome.Revoked => null,
        _ => throw new InvariantBroken($"{e.Outcome} is no outcome of a verification."),
    };

    /// <summary>One that was told late, and is of an earlier day, says nothing about today.</summary>
    private Screening After(Event.ScreeningRecorded e) => Screening is { } known && known.On > e.On
        ? known
        : new Screening(e.Outcome, e.List, e.Provider, e.Reference, e.On);

    private PayeeStanding Added(Event.PayoutMethodAdded e, Recorded recorded)
    {
        var known = Method(e.Method);
        if (e.Version != (known?.Version ?? 0) + 1) throw Impossible(recorded);
        var method = new PayoutMethod(
            e.Method, e.Version, e.Rail, e.Currency, e.Country, e.Details, e.Fingerprint, e.Masked,
            known?.AddedOn ?? recorded.EffectiveOn, recorded.At, recorded.EffectiveOn);
        return this with { Methods = known is null ? Methods.Add(method) : Methods.Replace(known, method) };
    }

    private PayeeStanding With(Recorded recorded, string id, Func<PayoutMethod, PayoutMethod> change) =>
        Method(id) is { } method
            ? this with { Methods = Methods.Replace(method, change(method)) }
            : throw Impossible(recorded);

    private PayeeStanding Over(Recorded recorded, string currency, long request) =>
        Request(currency)?.Number == request
            ? this with { Requests = Requests.Remove(currency) }
            : throw Impossible(recorded);
}
