using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Access;

public sealed class CallerTests
{
    [Theory]
    [InlineData("creator/mia", "creator.available/USD//mia", true)]
    [InlineData("creator/mia", "creator.pending/USD/2026-01-22/mia", true)]
    [InlineData("creator/mia", "payout.transit/USD//mia", true)]
    [InlineData("creator/mia", "creator.available/USD//ben", false)]
    [InlineData("creator/mia", "creator.available/USD//Mia", false)]
    [InlineData("creator/mia", "fan.wallet/USD//mia", false)]
    [InlineData("fan/mia", "fan.wallet/USD//mia", true)]
    [InlineData("fan/mia", "fan.tokens/TKN//mia", true)]
    [InlineData("fan/mia", "creator.debt/USD//mia", false)]
    [InlineData("affiliate/mia", "affiliate.available/USD//mia", true)]
    [InlineData("fan/stripe", "psp.receivable/USD//stripe", false)]
    [InlineData("creator/DE", "vat.payable/USD//DE", false)]
    [InlineData("creator/acme/side", "due.to/USD//acme/side", false)]
    [InlineData("creator/mia", "revenue.tip/USD//", false)]
    [InlineData(null, "revenue.tip/USD//", true)]
    public void An_owners_app_sees_the_owners_accounts_in_that_role(string? owner, string account, bool isSeen)
    {
        var caller = Caller(owner is null ? null : Owner.Read(owner), Scopes.ReadLedger);
        Assert.True(AccountKey.TryParse(account, out var key), account);
        Assert.Equal(isSeen, caller.MaySee(key.Value));
    }

    [Fact]
    public void Every_command_that_names_an_approver_is_one_that_only_they_can_post()
    {
        var commands = typeof(Command).GetNestedTypes().Where(
            type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract).ToArray();
        Assert.Equal(CommandFormat.Names.Count(), commands.Length);
        var approved = commands.Where(type => type.GetProperty("ApprovedBy") is not null).ToArray();
        Assert.NotEmpty(approved);
        Assert.All(approved, type => Assert.True(type.IsAssignableTo(typeof(Command.IApproved)), type.Name));
        // And so is every other one in which somebody says something in their own name.
        var said = commands.Except(approved).Where(type => type.GetProperties().Any(
            property => property.PropertyType == typeof(string)
                && property.Name.EndsWith("edBy", StringComparison.Ordinal))
            || type.GetProperty("WithdrawnBy") is not null).ToArray();
        Assert.Equal(3, said.Length);
        Assert.All(said, type => Assert.True(type.IsAssignableTo(typeof(Command.ISaidBy)), type.Name));
    }

    private static Caller Caller(Owner? owner, params string[] scopes) => new(new Actor("shop"), "acme")
    {
        Scopes = scopes.ToHashSet(),
        Owner = owner,
        RateKey = "shop",
    };
}
