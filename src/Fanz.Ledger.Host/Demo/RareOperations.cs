using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Host.Demo;

/// <summary>
/// A step with a name, on a day of January (the eve is day 0). Its command may need what is known by then; a step that
/// is to be refused says with which code.
/// </summary>
internal sealed record Rare(int Day, string Name, Func<Facts, Command> Command, string? Refused = null)
{
    public BookName Book { get; init; } = Demonstration.BestFans;

    public static Rare On(int day, string name, Command command, string? refused = null) =>
        new(day, name, _ => command, refused);

    public static Rare On(int day, string name, Func<Facts, Command> command, string? refused = null) =>
        new(day, name, command, refused);
}

/// <summary>What a step may look up: the numbers of earlier ones by their names, and what accounts hold.</summary>
internal sealed class Facts(IReadOnlyDictionary<string, long> numbers, Stage stage)
{
    public long Number(string name) =>
        numbers.TryGetValue(name, out var number) ? number : throw new InvariantBroken($"There is no step {name} yet.");

    /// <summary>Positive on the account's normal side.</summary>
    public long Balance(AccountCode code, string owner = "", string? currency = null) =>
        stage.Balance(code, owner, currency);
}

/// <summary>
/// The things that happen rarely, each at least once, to a few people with names. They are posted one by one, between
/// the purchases of the day and its evening.
/// </summary>
internal sealed class RareOperations(IReadOnlyList<Stage> stages, Player player)
{
    private static readonly ILookup<int, Rare> ByDay =
        new[] { RareMovingIn.Recipe, RareSales.Recipe, RareReturns.Recipe, RareFinance.Recipe, RareClosing.Recipe }
            .SelectMany(recipe => recipe)
            .ToLookup(step => step.Day);

    private readonly Dictionary<string, long> numbers = [];

    public async Task<Played> Of(LocalDate today)
    {
        var played = Played.Nothing;
        foreach (var step in ByDay[Period.DaysBetween(Demonstration.Eve, today)])
        {
            var stage = stages.Single(one => one.Book == step.Book);
            var (answered, number) = await player.Post(
                stage, step.Name, step.Command(new Facts(numbers, stage)), step.Refused);
            played += answered;
            if (number is { } known) numbers[step.Name] = known;
        }

        return played;
    }
}
