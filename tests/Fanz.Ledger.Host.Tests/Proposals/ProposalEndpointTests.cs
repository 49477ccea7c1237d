using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Proposals;

/// <summary>
/// Who may propose, and who may decide: rights are of the key, and people are believed about themselves.
/// </summary>
public sealed class ProposalEndpointTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>
{
    private const string Commands = "/v1/acme/main/commands/";

    [Fact]
    public async Task One_person_proposes_and_another_one_approves_each_with_a_key_of_their_own()
    {
        var (dan, carol) = (await Person("dan", Scopes.Proposals), await Person("carol", Scopes.ApproveProposals));
        Assert.Equal(201, (int)(await Post("propose", dan, Propose("p-1", "dan"))).Status);
        // A key that may approve may not propose, and the other way round; nobody is somebody else.
        Assert.Equal("scope_missing", (await Post("propose", carol, Propose("p-2", "carol"))).Code);
        Assert.Equal("scope_missing", (await Post("approve_proposal", dan, Approve("p-1", "dan"))).Code);
        Assert.Equal("not_that_person", (await Post("propose", dan, Propose("p-2", "carol"))).Code);
        Assert.Equal("not_the_approver", (await Post("approve_proposal", carol, Approve("p-1", "Carol"))).Code);
        Assert.Equal("not_that_person", (await Post(
            "reject_proposal", carol,
            """{"proposal":"p-1","command":"grant_goodwill","reason":"no","rejected_by":"dan"}""")).Code);
        // By two keys one person is still one.
        var twice = await Person("dan", Scopes.ApproveProposals);
        Assert.Equal("proposed_by_same", (await Post("approve_proposal", twice, Approve("p-1", "dan"))).Code);

        var approved = await Post("approve_proposal", carol, Approve("p-1", "carol"));
        Assert.Equal(201, (int)approved.Status);
        Assert.Equal("goodwill_granted", approved.Json.GetProperty("type").GetString());
        Assert.Equal("proposal_not_open", (await Post("approve_proposal", carol, Approve("p-1", "carol"))).Code);
    }

    [Fact]
    public async Task It_takes_the_right_to_what_is_proposed_as_well()
    {
        var key = await ledger.Key(grant => grant with { Person = "dan" }, Scopes.Proposals);
        var said = await Post("propose", $"Bearer {key.Text}", Propose("q-1", "dan"));
        Assert.Equal((403, "scope_missing"), ((int)said.Status, said.Code));
        Assert.Equal(Scopes.Adjustments, said.Json.GetProperty("facts").GetProperty("scope").GetString());
        // What it is has to be said as it is: the right was judged by that.
        var dan = await Person("dan", Scopes.Proposals);
        Assert.Equal(201, (int)(await Post("propose", dan, Propose("q-1", "dan"))).Status);
        var rules = await ledger.Key(
            grant => grant with { Person = "carol" }, Scopes.ApproveProposals, Scopes.Rules);
        Assert.Equal("proposal_of_another_command", (await Post(
            "approve_proposal", $"Bearer {rules.Text}",
            """{"proposal":"q-1","command":"set_rail","approved_by":"carol"}""")).Code);
    }

    [Fact]
    public async Task A_service_that_vouches_for_people_proposes_and_approves_for_them()
    {
        var office = await ledger.Bearer(
            Scopes.Proposals, Scopes.ApproveProposals, Scopes.Adjustments, Scopes.VouchForPeople);
        Assert.Equal(201, (int)(await Post("propose", office, Propose("r-1", "dan"))).Status);
        Assert.Equal("proposed_by_same", (await Post("approve_proposal", office, Approve("r-1", "dan"))).Code);
        Assert.Equal(201, (int)(await Post("approve_proposal", office, Approve("r-1", "carol"))).Status);
        var other = await ledger.Bearer(Scopes.Proposals, Scopes.Adjustments);
        Assert.Equal("not_that_person", (await Post("propose", other, Propose("r-2", "dan"))).Code);
    }

    [Fact]
    public async Task What_is_wrong_with_what_is_proposed_is_told_at_once()
    {
        var dan = await Person("dan", Scopes.Proposals);
        var good = Propose("s-1", "dan");
        foreach (var (bad, code) in new[]
        {
            (good.Replace("100", "-100", StringComparison.Ordinal), "amount_not_positive"),
            (good.Replace("grant_goodwill", "send_tip", StringComparison.Ordinal), "not_by_two_people"),
        }) Assert.Equal(code, (await Post("propose", dan, bad)).Code);
        Assert.Equal("proposal_unknown", (await Post(
            "withdraw_proposal", dan,
            """{"proposal":"s-1","command":"grant_goodwill","reason":"no","withdrawn_by":"dan"}""")).Code);
    }

    private Task<Said> Post(string command, string bearer, string body) =>
        ledger.Post($"{Commands}{command}", bearer, body);

    private async Task<string> Person(string person, string scope) =>
        $"Bearer {(await ledger.Key(grant => grant with { Person = person }, scope, Scopes.Adjustments)).Text}";

    private static string Propose(string name, string person) =>
        $$$"""
        {"proposal":"{{{name}}}","command":"grant_goodwill","reason":"she wrote to us","proposed_by":"{{{person}}}",
        "body":{"amount":100,"currency":"USD","reason":"sorry","fan":"ann"}}
        """;

    private static string Approve(string name, string person) =>
        $$"""{"proposal":"{{name}}","command":"grant_goodwill","approved_by":"{{person}}"}""";
}
