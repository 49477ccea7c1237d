using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Client.Tests.Sending;

namespace Fanz.Ledger.Client.Tests.Posting;

public class BatchTests
{
    [Fact]
    public async Task Many_commands_travel_a_thousand_at_a_time_in_their_order_and_are_answered_in_it()
    {
        using var server = new ScriptedServer((heard, _) => Answer(heard, _ => null));
        using var client = server.Client();
        var commands = Commands(2_500);
        var outcomes = await client.PostAll(Script.Book, commands);

        Assert.Equal([1_000, 1_000, 500], server.Heard.Select(heard => Keys(heard).Count));
        Assert.Equal(commands.Select(command => command.Key), server.Heard.SelectMany(Keys));
        Assert.Equal(
            Enumerable.Range(0, 2_500).Select(i => (long)i),
            outcomes.Select(outcome => Assert.IsType<Outcome.Posted>(outcome).Receipt.Number));
        Assert.All(server.Heard, heard => Assert.False(Root(heard).GetProperty("atomic").GetBoolean()));
    }

    [Fact]
    public async Task Commands_that_together_are_too_large_for_one_request_travel_in_several()
    {
        using var server = new ScriptedServer((heard, _) => Answer(heard, _ => null));
        using var client = server.Client();
        var large = new Journal.Command.TopUp("anna", 500, "USD", new string('x', 90_000));
        var outcomes = await client.PostAll(
            Script.Book, [.. Enumerable.Range(0, 100).Select(i => new KeyedCommand(large, Key(i)))]);
        Assert.Equal(2, server.Heard.Count);
        Assert.All(server.Heard, heard => Assert.True(heard.Body.Length < 10 << 20));
        Assert.Equal(100, outcomes.OfType<Outcome.Posted>().Count());
    }

    [Fact]
    public async Task A_batch_whose_answer_is_lost_is_sent_again_as_it_was()
    {
        using var server = new ScriptedServer((heard, number) =>
            number == 0 ? new Scene.Cuts() : Answer(heard, _ => null, isReplay: true));
        using var client = server.Client();
        var outcomes = await client.PostAll(Script.Book, Commands(3));
        Assert.Equal(2, server.Heard.Count);
        Assert.Equal(server.Heard[0].Body, server.Heard[1].Body);
        Assert.All(outcomes, outcome => Assert.True(Assert.IsType<Outcome.Posted>(outcome).Replayed));
    }

    [Fact]
    public async Task Only_what_is_open_is_sent_again_and_each_is_answered_in_its_place()
    {
        using var server = new ScriptedServer((heard, number) => Answer(heard, key => (key, number) switch
        {
            ("key-1", _) => Refusal,
            ("key-2", 0) => Script.ProblemText(503, "unavailable"),
            ("key-3", 0) => Script.ProblemText(503, "outcome_unknown"),
            ("key-4", _) => Script.ProblemText(403, "scope_missing"),
            ("key-5", _) => Script.ProblemText(422, "key_reused"),
            _ => null,
        }));
        using var client = server.Client();
        var outcomes = await client.PostAll(Script.Book, Commands(6));

        Assert.Equal(["key-2", "key-3"], Keys(server.Heard[1]));
        Assert.Equal(
            [
                typeof(Outcome.Posted), typeof(Outcome.Refused), typeof(Outcome.Posted), typeof(Outcome.Posted),
                typeof(Outcome.Denied), typeof(Outcome.KeyReused),
            ],
            outcomes.Select(outcome => outcome.GetType()));
        Assert.Equal(Enumerable.Range(0, 6).Select(Key), outcomes.Select(outcome => outcome.Key));
    }

    [Fact]
    public async Task Commands_that_are_posted_together_are_sent_again_together()
    {
        using var server = new ScriptedServer((heard, number) => Answer(heard, key =>
            number == 0 ? Script.ProblemText(503, "unavailable") : null));
        using var client = server.Client();
        var outcomes = await client.PostTogether(Script.Book, Commands(3));
        Assert.All(server.Heard, heard => Assert.True(Root(heard).GetProperty("atomic").GetBoolean()));
        Assert.Equal([3, 3], server.Heard.Select(heard => Keys(heard).Count));
        Assert.Equal(3, outcomes.OfType<Outcome.Posted>().Count());
    }

    [Fact]
    public async Task What_keeps_commands_from_being_posted_together_is_told_of_each()
    {
        using var server = new ScriptedServer((heard, _) => Answer(
            heard, key => key == "key-1" ? Refusal : Script.ProblemText(409, "set_aside")));
        using var client = server.Client();
        var outcomes = await client.PostTogether(Script.Book, Commands(3));
        Assert.IsType<Outcome.SetAside>(outcomes[0]);
        Assert.Equal("insufficient_funds", Assert.IsType<Outcome.Refused>(outcomes[1]).Refusal.Code);
        Assert.IsType<Outcome.SetAside>(outcomes[2]);
        Assert.Single(server.Heard);
        await Assert.ThrowsAsync<ArgumentException>(() => client.PostTogether(Script.Book, Commands(1_001)));
    }

    [Fact]
    public async Task What_is_wrong_with_a_whole_batch_is_wrong_with_each_of_it()
    {
        using var server = new ScriptedServer(Script.Problem(404, "book_unknown"));
        using var client = server.Client();
        var outcomes = await client.PostAll(Script.Book, Commands(2));
        Assert.All(
            outcomes, outcome => Assert.Equal("book_unknown", Assert.IsType<Outcome.Wrong>(outcome).Faults[0].Code));
        Assert.Single(server.Heard);
    }

    [Fact]
    public async Task When_patience_ends_what_is_known_is_told_and_the_rest_was_not_sent()
    {
        using var server = new ScriptedServer((heard, _) =>
            Keys(heard)[0] == "key-0"
                ? Answer(heard, _ => null)
                : Script.Problem(503, "unavailable", ("Retry-After", "1000")));
        using var client = server.Client();
        var unknown = await Assert.ThrowsAsync<OutcomeUnknown>(() => client.PostAll(Script.Book, Commands(2_500)));

        Assert.Equal(Enumerable.Range(1_000, 1_000).Select(Key), unknown.Keys);
        Assert.Equal(2_500, unknown.Outcomes.Count);
        Assert.All(unknown.Outcomes.Take(1_000), outcome => Assert.IsType<Outcome.Posted>(outcome));
        Assert.All(unknown.Outcomes.Skip(1_000), Assert.Null);
        Assert.DoesNotContain(server.Heard, heard => Keys(heard)[0] == Key(2_000));
    }

    private const string Refusal =
        """{"status":409,"code":"insufficient_funds","detail":"There is not enough.","facts":{"available":"200"}}""";

    private static KeyedCommand[] Commands(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new KeyedCommand(Script.Tip(i + 1), Key(i)))];

    private static string Key(int i) => string.Create(CultureInfo.InvariantCulture, $"key-{i}");

    private static List<string> Keys(Heard heard) =>
        [.. Root(heard).GetProperty("commands").EnumerateArray().Select(one => one.GetProperty("key").GetString()!)];

    private static JsonElement Root(Heard heard) => JsonDocument.Parse(heard.Body).RootElement;

    /// <summary>Posts each command under the number in its key, unless there is a problem with it.</summary>
    private static Scene.Says Answer(Heard heard, Func<string, string?> problemOf, bool isReplay = false)
    {
        var results = Keys(heard).Select(key =>
        {
            var replayed = isReplay ? "\"replayed\":true," : "";
            if (problemOf(key) is not { } problem)
            {
                var receipt = Script.Receipt(long.Parse(key[4..], CultureInfo.InvariantCulture));
                return $$"""{"key":"{{key}}","status":201,{{replayed}}"receipt":{{receipt}}}""";
            }

            var status = JsonDocument.Parse(problem).RootElement.GetProperty("status").GetInt32();
            return $$"""{"key":"{{key}}","status":{{status}},"problem":{{problem}}}""";
        });
        return new Scene.Says(200, $$"""{"results":[{{string.Join(',', results)}}]}""");
    }
}
