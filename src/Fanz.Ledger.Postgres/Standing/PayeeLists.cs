using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Standing;

/// <summary>
/// Who can be paid, where to, and how they wish it. What a screening found is not for the creator to see, and neither is
/// who else has their account, so those lists are for nobody's own key.
/// </summary>
public static class PayeeLists
{
    private const string IsUsable = "m.verified_by is not null and m.disabled_for is null";

    private const string OthersHaveIt =
        """
        exists (
            select from projected.payout_methods o
            where o.fingerprint = m.fingerprint and o.build = m.build and o.creator <> m.creator)
        """;

    private const string UsableMethods =
        $"""
        (select count(*) from projected.payout_methods m
        where m.build = p.build and m.creator = p.creator and {IsUsable})
        """;

    public static Listing Payees { get; } = new(
        "payees", PayeeFollower.FollowerName, "Creators as payees: who they are known to be, and whether a list names them.",
        "projected.payees p", "p.build = @build",
        [
            new("creator", "p.creator", ValueKind.Text, "The creator."),
            new("level", "p.level::bigint", ValueKind.Whole, "To which level they are verified; 0 while they are not."),
            new("expires_on", "p.expires_on", ValueKind.Date, "The last day on which that counts, if there is one."),
            new("screening", "p.screening", ValueKind.Text, "What the newest screening found; none while there is none."),
            new("screened_on", "p.screened_on", ValueKind.Date, "The day of that screening."),
            new("list", "p.list", ValueKind.Text, "Which lists it looked at."),
            new("usable_methods", UsableMethods, ValueKind.Whole, "Payout methods that are verified and not disabled."),
        ],
        [
            new("creator", ValueKind.Text, "p.creator = @value", "This one."),
            new("level_below", ValueKind.Whole, "p.level < @value", "Not verified to this level."),
            new("expires_to", ValueKind.Date, "p.expires_on <= @value", "Whose verification counts no longer than this."),
            new("screening", ValueKind.Text, "p.screening = @value", "Whose newest screening found this.")
            {
                Words = ["clear", "possible_hit", "hit"],
            },
            new("unscreened", ValueKind.Flag, "(p.screening is null) = @value", "Who were never screened; or were."),
            new(
                "without_method", ValueKind.Flag, $"({UsableMethods} = 0) = @value",
                "Who have no usable payout method; or have one."),
        ],
        [
            new("creator", [new("p.creator", ValueKind.Text)]),
            new("creator_descending", [new("p.creator", ValueKind.Text)]) { IsDescending = true },
        ])
    {
        Text = "A creator of whom nothing was ever said is not in it, and cannot be paid. Every filter but that by "
            + "creator is looked up in each row.",
    };

    public static Listing Methods { get; } = new(
        "payout_methods", PayeeFollower.FollowerName, "Where creators are paid, masked, and who shares an account.",
        "projected.payout_methods m", "m.build = @build",
        [
            new("creator", "m.creator", ValueKind.Text, "Whose it is."),
            new("method", "m.method", ValueKind.Text, "What the platform calls it."),
            new("version", "m.version::bigint", ValueKind.Whole, "One more with each change."),
            new("rail", "m.rail", ValueKind.Text, "By what it is paid."),
            new("currency", "m.currency", ValueKind.Text, "Which currency it takes."),
            new("country", "m.country", ValueKind.Text, "Where the account is kept."),
            new("masked", "m.masked", ValueKind.Text, "As much of the account as anyone may see."),
            new(
                "state",
                "case when m.disabled_for is not null then 'disabled' when m.verified_by is null then 'unverified' "
                + "else 'verified' end",
                ValueKind.Text, "unverified, verified or disabled."),
            new("verified_by", "m.verified_by", ValueKind.Text, "How this version was verified, if it was."),
            new(
                "failed_attempts", "m.failed_attempts::bigint", ValueKind.Whole,
                "How often the amounts of micro-deposits were told wrongly; three are too often."),
            new("disabled_for", "m.disabled_for", ValueKind.Text, "Why it is not used, while it is not."),
            new("added_on", "m.added_on", ValueKind.Date, "Since when it is there at all."),
            new("changed_on", "m.changed_on", ValueKind.Date, "Since when it has these details: the cool-down counts from it."),
            new("changed_at", "m.changed_at", ValueKind.Time, "The same to the moment."),
            new("fingerprint", "m.fingerprint", ValueKind.Text, "The same for the same account, whoever has it."),
            new("shared", OthersHaveIt, ValueKind.Flag, "Whether another creator has the same account."),
        ],
        [
            new("creator", ValueKind.Text, "m.creator = @value", "Of this creator."),
            new("fingerprint", ValueKind.Text, "m.fingerprint = @value", "Who have this account."),
            new("rail", ValueKind.Text, "m.rail = @value", "Paid by this rail."),
            new("currency", ValueKind.Text, "m.currency = @value", "In this currency."),
            new("usable", ValueKind.Flag, $"({IsUsable}) = @value", "Verified and not disabled; or not so."),
            new("changed_from", ValueKind.Date, "m.changed_on >= @value", "Changed on this day or later."),
            new("shared", ValueKind.Flag, $"({OthersHaveIt}) = @value", "Whose account another creator has too; or nobody."),
        ],
        [
            new("creator", [new("m.creator", ValueKind.Text), new("m.method", ValueKind.Text)]),
            new("creator_descending", [new("m.creator", ValueKind.Text), new("m.method", ValueKind.Text)])
            {
                IsDescending = true,
            },
        ])
    {
        Text = "That two creators share an account is a finding and stops nothing: families do.",
    };

    public static Listing Wishes { get; } = new(
        "payout_wishes", PayeeFollower.FollowerName, "How creators wish to be paid, and what they have asked for.",
        "projected.payout_wishes w", "w.build = @build",
        [
            new("creator", "w.creator", ValueKind.Text, "Who."),
            new("currency", "w.currency", ValueKind.Text, "In which currency."),
            new("mode", "w.mode", ValueKind.Text, "automatic, on_request or paused."),
            new("method", "w.method", ValueKind.Text, "Where to, where they prefer one."),
            new("minimum", "w.minimum", ValueKind.Minor, "From how much on, where they said so."),
            new("request", "w.request", ValueKind.Whole, "The record by which they asked, while that is open."),
            new("requested", "w.requested", ValueKind.Minor, "How much they asked for; none where it is all there is."),
        ],
        [
            new("creator", ValueKind.Text, "w.creator = @value", "This one."),
            new("currency", ValueKind.Text, "w.currency = @value", "In this currency."),
            new("mode", ValueKind.Text, "w.mode = @value", "Paid so.") { Words = ["automatic", "on_request", "paused"] },
            new("open", ValueKind.Flag, "(w.request is not null) = @value", "Who have asked and were not paid yet; or not."),
        ],
        [
            new("creator", [new("w.creator", ValueKind.Text), new("w.currency", ValueKind.Text)]),
            new("creator_descending", [new("w.creator", ValueKind.Text), new("w.currency", ValueKind.Text)])
            {
                IsDescending = true,
            },
        ])
    {
        OwnerFilters = new Dictionary<Role, string> { [Role.Creator] = "creator" },
    };
}
