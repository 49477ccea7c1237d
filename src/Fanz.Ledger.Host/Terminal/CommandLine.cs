using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Fanz.Ledger.Host.Telemetry;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>
/// Runs a verb. Whatever goes wrong is told in one line on standard error, so that standard output belongs to the
/// answer alone; LEDGER_TRACE=1 tells the rest.
/// </summary>
internal static class CommandLine
{
    public const int Done = 0;

    /// <summary>The verb did its work, and the answer is no: a book is broken.</summary>
    public const int AnswerIsNo = 1;

    /// <summary>The verb could not do its work.</summary>
    public const int NotDone = 2;

    /// <summary>What shells expect of a program that was interrupted.</summary>
    public const int Interrupted = 130;

    public static async Task<int> Run(RootCommand ledger, string[] words)
    {
        var parsed = ledger.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            Say(Faults(parsed));
            return NotDone;
        }

        var undisturbed = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        using var interruption = new Interruption();
        try
        {
            return await parsed.InvokeAsync(undisturbed, interruption.Token);
        }
        catch (Exception) when (interruption.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception exception)
        {
            Say(Environment.GetEnvironmentVariable("LEDGER_TRACE") == "1"
                ? exception.ToString()
                : Explanation.InOneLine(exception));
            return NotDone;
        }
    }

    /// <summary>Tells a person something; programs read standard output.</summary>
    public static void Say(string line) => Console.Error.WriteLine(LogLine.IsJson ? LogLine.Said(line) : line);

    private static string Faults(ParseResult parsed)
    {
        // A word that is no verb leaves the verb missing as well; the word is what there is to tell.
        var told = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens.Select(word => $"`{word}` is not understood.")
            : parsed.Errors.Select(error => error.Message).Distinct();
        var verbs = new Stack<string>();
        for (var verb = parsed.CommandResult; verb is not null; verb = verb.Parent as CommandResult)
            verbs.Push(verb.Command is RootCommand ? "ledger" : verb.Command.Name);
        return $"{string.Join(' ', told)} (`{string.Join(' ', verbs)} --help` says more.)".ReplaceLineEndings(" ");
    }
}
