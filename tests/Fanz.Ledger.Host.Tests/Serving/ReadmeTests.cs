using System.Text;
using System.Text.RegularExpressions;
using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>The lines with which the README shows the service say what it says they do.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string Shown = "http://127.0.0.1:5480";

    private readonly HomeFolder home = new();
    private readonly HttpClient http = new();

    [Fact]
    public async Task The_five_lines_of_the_readme_print_what_it_says()
    {
        await using var host = await ServingLedger.Start(home.Settings);
        var key = (await host.Program.Says("  export LEDGER_KEY=")).Split('=')[1];
        var block = Lines();
        var variables = Variable().Matches(block[0]).ToDictionary(
            found => found.Groups[1].Value, found => found.Groups[2].Value.Trim('"').Replace("$LEDGER_KEY", key));
        var curls = block.Skip(1).Chunk(2).Where(pair => pair[0].StartsWith("curl ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, curls.Count);
        var number = "";
        foreach (var (line, expected) in curls.Select(pair => (pair[0], pair[1])))
        {
            var written = line.Replace("\"transaction\":N", $"\"transaction\":{number}", StringComparison.Ordinal);
            var answer = await Send(written, variables, host.Address);
            if (number.Length == 0) number = Number().Match(answer).Groups[1].Value;
            var pattern = Regex.Escape(expected.TrimStart('#', ' ')).Replace("…", ".*", StringComparison.Ordinal);
            pattern = WholeN().Replace(pattern, number);
            Assert.Matches(new Regex($"^{pattern}$", RegexOptions.Singleline), answer);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        home.Dispose();
    }

    /// <summary>The lines of the README's first block that has a curl in it, without those that are empty.</summary>
    private static string[] Lines()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fanz.Ledger.sln"))) folder = folder.Parent!;
        var text = File.ReadAllText(Path.Combine(folder.FullName, "README.md"));
        var block = Block().Matches(text).First(found => found.Value.Contains("curl ", StringComparison.Ordinal));
        return block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Does what curl would with the few options that the README uses.</summary>
    private async Task<string> Send(string line, Dictionary<string, string> variables, string address)
    {
        string Filled(string text)
        {
            foreach (var (name, value) in variables) text = text.Replace($"${name}", value, StringComparison.Ordinal);
            return text;
        }

        var words = Word().Matches(line.Split("   #")[0]).Select(found => found.Value).ToList();
        var url = Filled(words.Single(word => word.Trim('"').StartsWith("$L", StringComparison.Ordinal)).Trim('"'));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(url.Replace(Shown, address, StringComparison.Ordinal)));
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == "-d")
            {
                request.Method = HttpMethod.Post;
                request.Content = new StringContent(words[i + 1].Trim('\''), Encoding.UTF8);
            }
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] != "-H") continue;
            var header = Filled(words[i + 1].Trim('"')).Split(": ", 2);
            if (request.Content is null || !header[0].StartsWith("Content-", StringComparison.Ordinal))
            {
                request.Headers.TryAddWithoutValidation(header[0], header[1]);
                continue;
            }

            request.Content.Headers.Remove(header[0]);
            request.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return words.Contains("-si") ? $"{response.Headers}\n{body}" : body;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("""(\w+)=("[^"]*"|[^;\s]+)""")]
    private static partial Regex Variable();

    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"""number"":(\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\bN\b")]
    private static partial Regex WholeN();
}
