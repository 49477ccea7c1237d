using Fanz.Ledger.Host.Demo;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Tests.OpenApi;

public class ReachTests
{
    /// <summary>What the demonstration shows being refused, by the real recipes.</summary>
    public static TheoryData<string, string> Refused
    {
        get
        {
            var steps = new[]
            {
                RareSales.Recipe, RareReturns.Recipe, RareFinance.Recipe, RareMovingIn.Recipe,
                RareClosing.Recipe,
            }.SelectMany(recipe => recipe).ToList();
            var scenery = new Scenery(Demonstration.Books[0], "mia", "GBP", []);
            // The commands are only looked at, so any numbers will do.
            var facts = new Facts(steps.ToDictionary(step => step.Name, _ => 1L), new Stage(scenery, fans: 0, seed: 1));
            var refused = new TheoryData<string, string>();
            foreach (var (command, code) in steps
                .Where(step => step.Refused is not null)
                .Select(step => (CommandFormat.NameOf(step.Command(facts)), step.Refused!)).Distinct())
                refused.Add(command, code);
            return refused;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_command_can_be_refused_by_the_codes_that_its_recipe_reaches(string command, string code) =>
        Assert.Contains(RefusalCodes.Of(CommandFormat.ShapeOf(command).Type), refusal => refusal.Code == code);

    [Fact]
    public void A_command_cannot_be_refused_for_what_it_has_nothing_to_do_with() => Assert.Equal(
        ["fan_registered"],
        RefusalCodes.Of(typeof(Command.RegisterFan)).Select(refusal => refusal.Code));

    [Fact]
    public void What_a_command_makes_of_itself_is_judged_too()
    {
        // A trial is judged as the subscription that it would be without the trial.
        Assert.Contains("not_for_subscriptions", Codes.OfBody(typeof(Command.StartTrial)));
        Assert.DoesNotContain("not_for_subscriptions", Codes.OfBody(typeof(Command.SendTip)));
        // And a list within is judged although nothing but an iterator calls what judges it.
        Assert.Contains("too_many_legs", Codes.OfBody(typeof(Command.Adjust)));
    }
}
