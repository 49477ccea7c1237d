using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Access;

public sealed class KeyGrantTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 1, 15, 12, 0);
    private static readonly KeyGrant Shop = new() { Tenant = "acme", Service = "shop", Scopes = [Scopes.Tips] };
    private static readonly KeyGrant App =
        Shop with { Owner = new Owner(Role.Fan, "ann"), Scopes = [Scopes.ReadLedger] };
    private static readonly KeyGrant House = Shop with { Tenant = "*", Scopes = [Scopes.Admin] };

    public static TheoryData<KeyGrant, string> Grants => new()
    {
        { Shop, "" },
        { Shop with { Platforms = ["main", "_"], Person = "carol", RateLimit = 1 }, "" },
        { Shop with { ExpiresAt = Now + Duration.FromSeconds(1) }, "" },
        { App, "" },
        { House, "" },
        { House with { Scopes = [.. Scopes.OfHouse] }, "" },
        { Shop with { Scopes = [.. Scopes.All] }, "" },
        { Shop with { Tenant = "" }, "tenant ill_formed" },
        { Shop with { Tenant = "Acme" }, "tenant ill_formed" },
        { Shop with { Tenant = "../x" }, "tenant ill_formed" },
        { Shop with { Service = "" }, "service ill_formed" },
        { Shop with { Service = "a/b" }, "service ill_formed" },
        { Shop with { Service = "schedules" }, "service reserved" },
        { Shop with { Service = "a\nb" }, "service ill_formed" },
        { Shop with { Service = new string('s', 129) }, "service ill_formed" },
        { Shop with { Person = "" }, "person ill_formed" },
        { Shop with { Person = "a\0b" }, "person ill_formed" },
        { Shop with { Platforms = [] }, "platforms ill_formed" },
        { Shop with { Platforms = ["main", "main"] }, "platforms ill_formed" },
        { Shop with { Platforms = ["Main"] }, "platforms ill_formed" },
        { Shop with { Scopes = [] }, "scopes ill_formed" },
        { Shop with { Scopes = [Scopes.Tips, Scopes.Tips] }, "scopes ill_formed" },
        { Shop with { Scopes = ["post:everything"] }, "scopes unknown_scope" },
        { Shop with { RateLimit = 0 }, "rate_limit out_of_range" },
        { Shop with { RateLimit = KeyGrant.HighestRate + 1 }, "rate_limit out_of_range" },
        { Shop with { ExpiresAt = Now }, "expires_at out_of_range" },
        { Shop with { ExpiresAt = Instant.FromUtc(3000, 1, 1, 0, 0) }, "expires_at out_of_range" },
        { App with { Scopes = [Scopes.ReadLedger, Scopes.Tips] }, "scopes scope_not_for_owners" },
        { App with { Scopes = [Scopes.Admin] }, "scopes scope_not_for_owners" },
        { App with { Owner = new Owner(Role.Fan, "") }, "owner ill_formed" },
        { House with { Scopes = [Scopes.Tips] }, "scopes scope_not_for_house" },
        { House with { Platforms = ["main"] }, "platforms ill_formed" },
        { House with { Owner = new Owner(Role.Fan, "ann"), Scopes = [Scopes.Admin] },
            "scopes scope_not_for_owners; owner ill_formed" },
        { Shop with { Person = "carol", Scopes = [Scopes.VouchForPeople] }, "scopes scope_not_for_people" },
    };

    [Theory]
    [MemberData(nameof(Grants))]
    public void Everything_that_is_wrong_with_a_grant_is_told_at_once(KeyGrant grant, string faults) =>
        Assert.Equal(faults, string.Join("; ", grant.Faults(Now).Select(fault => $"{fault.Field} {fault.Code}")));

    [Fact]
    public void Every_command_takes_a_scope_that_exists()
    {
        Assert.All(CommandFormat.Names, name => Assert.True(Scopes.All.Contains(Scopes.OfCommand(name)), name));
        Assert.All(Scopes.All.Where(scope => scope.StartsWith("post:", StringComparison.Ordinal)),
            scope => Assert.Contains(CommandFormat.Names, name => Scopes.OfCommand(name) == scope));
    }

    [Fact]
    public void A_key_that_is_not_written_exactly_so_is_none()
    {
        var (id, hash, text) = KeyText.Make();
        Assert.True(KeyText.TryRead(text, out var read, out var found));
        Assert.Equal(id, read);
        Assert.Equal(hash, found);
        foreach (var wrong in new[]
            {
                "", "fl_", text[1..], text + "0", text[..^1], text.ToUpperInvariant(), " " + text[1..],
                text.Replace("fl_", "xx_", StringComparison.Ordinal), text[..^1] + "g", text[..^1] + "\n",
                text.Remove(19, 1).Insert(19, "-"), "fl_" + new string('é', 16) + text[19..],
                new string('a', 100_000),
            })
            Assert.False(KeyText.TryRead(wrong, out _, out _), wrong);
    }

    [Fact]
    public void An_owner_holds_the_accounts_of_one_role()
    {
        var creator = Owner.Read("creator/mia/2")!;
        Assert.Equal(("mia/2", "creator/mia/2"), (creator.Id, creator.ToString()));
        Assert.True(creator.Holds(Chart.CreatorAvailable));
        Assert.False(creator.Holds(Chart.FanWallet));
        Assert.False(creator.Holds(Chart.BankCash));
        Assert.True(Owner.Read("fan/a")!.Holds(Chart.FanTokens));
        Assert.True(Owner.Read("affiliate/a")!.Holds(Chart.AffiliatePending));
        foreach (var wrong in new[] { "", "fan", "fan/", "/a", "Fan/a", "platform/a", "0/a" })
            Assert.Null(Owner.Read(wrong));
    }
}
