using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanz.Ledger.Host.Bench;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>`ledger bench` on the command line.</summary>
internal static class BenchWords
{
    private const int UsualSeconds = 10;

    public static Command Words()
    {
        var measures = new Argument<string[]>("measure")
        {
            HelpName = "MEASURE",
            Description = $"What to measure; otherwise all: {string.Join(", ", BenchVerb.Names)}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        measures.Validators.Add(result =>
        {
            foreach (var unknown in result.Tokens.Select(token => token.Value).Except(BenchVerb.Names))
                result.AddError($"`{unknown}` is not a measure; there are {string.Join(", ", BenchVerb.Names)}.");
        });
        var seconds = new Option<int>("--seconds")
        {
            HelpName = "N",
            Description = "How long each load runs.",
            DefaultValueFactory = _ => UsualSeconds,
            CustomParser = ReadSeconds,
        };
        // Shows that it works, and measures nothing that anybody has promised.
        var part = new Option<int>("--payouts-part")
        {
            HelpName = "N", Description = "Pay one in N of the creators.", DefaultValueFactory = _ => 1, Hidden = true,
        };
        part.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1)
                result.AddError("--payouts-part is at least 1.");
        });
        var json = Answer.JsonOption();
        var verb = new Command("bench", "Measure the ledger on a database made for it and dropped afterwards.")
        {
            measures, seconds, part, json,
        };
        verb.SetAction((words, token) =>
            BenchVerb.Run(
                words.GetValue(measures) ?? [], words.GetValue(json), words.GetValue(seconds),
                PayoutsSize.Whole.Part(words.GetValue(part)), token));
        return verb;
    }

    private static int ReadSeconds(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 1 or > 3_600)
            result.AddError($"`{text}` is not a number of seconds from 1 to 3600.");
        return seconds;
    }
}
