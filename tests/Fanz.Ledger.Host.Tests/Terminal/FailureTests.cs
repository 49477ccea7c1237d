using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Tests.Terminal;

public sealed class FailureTests(Home home) : IClassFixture<Home>
{
    private static readonly Dictionary<string, string> Nowhere =
        new() { ["LEDGER_DATABASE"] = "Host=127.0.0.1;Port=1;Username=ledger_host;Password=secret;Database=ledger" };

    [Theory]
    [InlineData("book list")]
    [InlineData("verify --json")]
    [InlineData("demo")]
    [InlineData("serve --urls http://127.0.0.1:0")]
    public async Task A_database_out_of_reach_is_one_line(string words)
    {
        var line = (await LedgerProgram.Run(Nowhere, words.Split(' '))).OneLine();
        Assert.StartsWith("The database does not answer", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("bok", "`bok`")]
    [InlineData("verify --book fanz", "TENANT/PLATFORM")]
    [InlineData("verify --book fanz/bestfans --from soon", "`soon`")]
    [InlineData("verify --from 3", "--book")]
    [InlineData("replay", "--book")]
    [InlineData("replay --book fanz/bestfans --as-of yesterday", "`yesterday`")]
    [InlineData("replay --book fanz/bestfans --account wallet", "CODE/CURRENCY/COHORT/OWNER")]
    [InlineData("book create fanz/x", "--time-zone")]
    [InlineData("book create fanz/x --time-zone Mars/Base --currency EUX", "'EUX'")]
    [InlineData("serve --urls nowhere", "`nowhere`")]
    [InlineData("bench speed", "`speed`")]
    [InlineData("bench tips --seconds soon", "`soon`")]
    [InlineData("demo --fresh", "--fresh")]
    public async Task Wrong_words_are_one_line_before_any_database_is_asked(string words, string named)
    {
        var ended = await LedgerProgram.Run(Nowhere, words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var line = ended.OneLine();
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LEDGER_DATABASE", "postgres://user:secret@host/ledger")]
    [InlineData("LEDGER_LANES", "none")]
    [InlineData("LEDGER_POOLED", "statement")]
    [InlineData("LEDGER_PATIENCE", "-1")]
    public async Task A_wrong_setting_is_one_line_that_names_it(string variable, string value)
    {
        var settings = new Dictionary<string, string>(Nowhere) { [variable] = value };
        var line = (await LedgerProgram.Run(settings, "demo")).OneLine();
        Assert.Contains(variable, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify --book fanz/nowhere")]
    [InlineData("replay --book fanz/nowhere")]
    public async Task An_unknown_book_is_one_line(string words)
    {
        var line = (await home.Run(words.Split(' '))).OneLine();
        Assert.Contains("There is no book fanz/nowhere", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_the_database_refuses_is_one_line()
    {
        var settings = new Dictionary<string, string>
        {
            ["LEDGER_DATABASE"] =
                $"Host=127.0.0.1;Port={home.Server.Port};Username=ledger_host;Password=wrong;Database=ledger",
        };
        var line = (await LedgerProgram.Run(settings, "book", "list")).OneLine();
        Assert.Contains("(28P01)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_PostgreSQL_is_one_line_that_says_what_to_do()
    {
        var line = Explanation.InOneLine(new PostgresNotFound("none was found"));
        Assert.Contains("install it", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("migrate")]
    [InlineData("book create")]
    [InlineData("book list")]
    [InlineData("demo")]
    [InlineData("verify")]
    [InlineData("replay")]
    [InlineData("bench")]
    public async Task Every_verb_explains_itself(string verb)
    {
        var help = await LedgerProgram.Run(Nowhere, [.. verb.Split(' '), "--help"]);
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.Contains($"ledger {verb}", help.Output, StringComparison.Ordinal);
    }
}
