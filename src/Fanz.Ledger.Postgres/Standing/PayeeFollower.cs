using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Standing;

/// <summary>
/// Keeps who can be paid, where, and how they wish it: projected.payees, payout_methods and payout_wishes. A page is
/// folded into what it says last of each, and that is written over what was there; nothing is read.
/// </summary>
public sealed partial class PayeeFollower() : Follower(FollowerName)
{
    public const string FollowerName = "payees";

    private readonly record struct WishChange(
        Event.PayoutPreferenceSet? Preference, bool IsAboutRequest, long? Request, long? Amount);

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [
            new("projected.payees", "creator, level, expires_on, screening, screened_on, list", NaivePayees),
            new(
                "projected.payout_methods",
                "creator, method, version, rail, currency, country, masked, fingerprint, added_on, changed_at, "
                + "changed_on, verified_by, failed_attempts, disabled_for",
                NaiveMethods),
            new(
                "projected.payout_wishes", "creator, currency, mode, method, minimum, request, requested", NaiveWishes),
        ];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var creators = new SortedSet<string>(StringComparer.Ordinal);
        var verified = new Dictionary<string, Event.VerificationRecorded>(StringComparer.Ordinal);
        var screened = new Dictionary<string, Event.ScreeningRecorded>(StringComparer.Ordinal);
        var methods = new Dictionary<(string Creator, string Method), MethodChange>();
        var wishes = new Dictionary<(string Creator, string Currency), WishChange>();
        foreach (var followed in page.Records)
        {
            switch (followed.Event)
            {
                case Event.VerificationRecorded e:
                    creators.Add(e.Creator);
                    if (e.Outcome != VerificationOutcome.Failed) verified[e.Creator] = e;
                    break;
                case Event.ScreeningRecorded e:
                    creators.Add(e.Creator);
                    if (!screened.TryGetValue(e.Creator, out var known) || known.On <= e.On) screened[e.Creator] = e;
                    break;
                case Event.PayoutMethodAdded e:
                    creators.Add(e.Creator);
                    methods[(e.Creator, e.Method)] = Of(e.Creator, e.Method).With(followed, e);
                    break;
                case Event.PayoutMethodVerified e: Of(e.Creator, e.Method).VerifiedBy = e.By; break;
                case Event.PayoutMethodVerificationFailed e:
                    Of(e.Creator, e.Method).FailedAttempts = e.Attempts;
                    break;
                case Event.PayoutMethodDisabled e: Of(e.Creator, e.Method).Switch(e.Reason); break;
                case Event.PayoutMethodEnabled e: Of(e.Creator, e.Method).Switch(null); break;
                case Event.PayoutPreferenceSet e:
                    creators.Add(e.Creator);
                    wishes[(e.Creator, e.Currency)] = Wish(e.Creator, e.Currency) with { Preference = e };
                    break;
                case Event.PayoutRequested e: Ask(e.Creator, e.Currency, followed.Number, e.Amount); break;
                case Event.PayoutRequestWithdrawn e: Ask(e.Creator, e.Currency, null, null); break;
                case Event.PayoutRequestTaken e: Ask(e.Creator, e.Currency, null, null); break;
            }
        }

        WritePayees(creators, verified, screened, writes);
        WriteMethods(methods, writes);
        WriteWishes(wishes, writes);
        return ValueTask.CompletedTask;

        MethodChange Of(string creator, string method) => methods.TryGetValue((creator, method), out var change)
            ? change
            : methods[(creator, method)] = new MethodChange();

        WishChange Wish(string creator, string currency) => wishes.GetValueOrDefault((creator, currency));

        void Ask(string creator, string currency, long? request, long? amount) =>
            wishes[(creator, currency)] = Wish(creator, currency) with
            {
                IsAboutRequest = true, Request = request, Amount = amount,
            };
    }

    private static void WritePayees(
        SortedSet<string> creators, Dictionary<string, Event.VerificationRecorded> verified,
        Dictionary<string, Event.ScreeningRecorded> screened, BuildWrites writes)
    {
        if (creators.Count > 0) writes.Add(KnownSql, (object)creators.ToArray());
        if (verified.Count > 0)
        {
            var all = verified.Values.OrderBy(one => one.Creator, StringComparer.Ordinal).ToArray();
            writes.Add(
                VerifiedSql, all.Select(one => one.Creator).ToArray(), all.Select(one => one.Level).ToArray(),
                all.Select(one => one.ExpiresOn?.ToDateOnly()).ToArray());
        }

        if (screened.Count > 0)
        {
            var all = screened.Values.OrderBy(one => one.Creator, StringComparer.Ordinal).ToArray();
            writes.Add(
                ScreenedSql, all.Select(one => one.Creator).ToArray(), all.Select(one => InWords(one.Outcome)).ToArray(),
                all.Select(one => one.On.ToDateOnly()).ToArray(), all.Select(one => one.List).ToArray());
        }
    }

    private static void WriteMethods(
        Dictionary<(string Creator, string Method), MethodChange> methods, BuildWrites writes)
    {
        var added = methods.Values.Where(change => change.Added is not null).ToArray();
        if (added.Length > 0)
        {
            T[] Event<T>(Func<Event.PayoutMethodAdded, T> value) =>
                [.. added.Select(change => value(change.Added!.Value.Event))];
            writes.Add(
                AddedSql, Event(e => e.Creator), Event(e => e.Method), Event(e => e.Version), Event(e => e.Rail),
                Event(e => e.Currency), Event(e => e.Country), Event(e => e.Masked), Event(e => e.Fingerprint),
                added.Select(change => change.FirstOn!.Value.ToDateOnly()).ToArray(),
                added.Select(change => change.Added!.Value.Record.Record.At.ToDateTimeUtc()).ToArray(),
                added.Select(change => change.Added!.Value.Record.Record.EffectiveOn.ToDateOnly()).ToArray());
        }

        var changed = methods
            .Where(one => one.Value is { VerifiedBy: not null } or { FailedAttempts: not null } or { IsSwitched: true })
            .ToArray();
        if (changed.Length == 0) return;
        writes.Add(
            ChangedSql, changed.Select(one => one.Key.Creator).ToArray(), changed.Select(one => one.Key.Method).ToArray(),
            changed.Select(one => one.Value.ProofInWords).ToArray(),
            changed.Select(one => one.Value.FailedAttempts).ToArray(),
            changed.Select(one => one.Value.IsSwitched).ToArray(),
            changed.Select(one => one.Value.DisabledFor).ToArray());
    }

    private static void WriteWishes(
        Dictionary<(string Creator, string Currency), WishChange> wishes, BuildWrites writes)
    {
        var set = wishes.Where(one => one.Value.Preference is not null).ToArray();
        if (set.Length > 0)
        {
            writes.Add(
                PreferredSql, set.Select(one => one.Key.Creator).ToArray(), set.Select(one => one.Key.Currency).ToArray(),
                set.Select(one => InWords(one.Value.Preference!.Mode)).ToArray(),
                set.Select(one => one.Value.Preference!.Method).ToArray(),
                set.Select(one => one.Value.Preference!.Minimum).ToArray());
        }

        var asked = wishes.Where(one => one.Value.IsAboutRequest).ToArray();
        if (asked.Length == 0) return;
        writes.Add(
            AskedSql, asked.Select(one => one.Key.Creator).ToArray(), asked.Select(one => one.Key.Currency).ToArray(),
            asked.Select(one => one.Value.Request).ToArray(), asked.Select(one => one.Value.Amount).ToArray());
    }

    private static string InWords(ScreeningOutcome outcome) => outcome switch
    {
        ScreeningOutcome.Clear => "clear",
        ScreeningOutcome.PossibleHit => "possible_hit",
        ScreeningOutcome.Hit => "hit",
        _ => throw new InvariantBroken($"{outcome} is no outcome of a screening."),
    };

    private static string InWords(PayoutMode mode) => mode switch
    {
        PayoutMode.Automatic => "automatic",
        PayoutMode.OnRequest => "on_request",
        PayoutMode.Paused => "paused",
        _ => throw new InvariantBroken($"{mode} is no mode of payouts."),
    };
}
