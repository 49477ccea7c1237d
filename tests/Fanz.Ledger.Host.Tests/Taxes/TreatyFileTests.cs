using System.Text;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Taxes;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Taxes;

public sealed class TreatyFileTests
{
    private const string Header = "country,effective_on,income,rate_basis_points,article,source,status\n";

    [Fact]
    public void What_a_file_says_of_a_country_and_day_is_one_command()
    {
        var (commands, problems) = Read(Header + """
            FR,2010-01-01,royalties,0,12,the treaty,check
            DE,1990-01-01,royalties,0,12,"the treaty, as amended",
            DE,1990-01-01,services,500,14,"the treaty, as amended",
            DE,2030-02-28,royalties,500,12,the next,
            """);
        Assert.Empty(problems);
        Assert.Equal(
            ["DE 1990-01-01 2", "DE 2030-02-28 1", "FR 2010-01-01 1"],
            commands.Select(one => $"{one.Country} {one.EffectiveOn:uuuu-MM-dd} {one.Rates.Count}"));
        Assert.Equal(new TreatyRate(IncomeClass.Services, 500, "14"), commands[0].Rates[1]);
        Assert.Equal(("the treaty, as amended", "pia", "quentin"),
            (commands[0].Source, commands[0].ProposedBy, commands[0].ApprovedBy));
    }

    [Theory]
    [InlineData("de,1990-01-01,royalties,0,12,s,", "t.csv:2: country is not two capital letters of ISO 3166.")]
    [InlineData("DE,2026-02-29,royalties,0,12,s,", "t.csv:2: effective_on is not a date as 2026-01-31.")]
    [InlineData("DE,2024-02-29,royalty,0,12,s,", "t.csv:2: income is none of royalties, services, business_profits, other.")]
    [InlineData("DE,1990-01-01,royalties,10001,12,s,", "t.csv:2: rate_basis_points is not a number from 0 to 10000.")]
    [InlineData("DE,1990-01-01,royalties,0.5,12,s,", "t.csv:2: rate_basis_points is not a number from 0 to 10000.")]
    [InlineData("DE,1990-01-01,royalties,,12,s,", "t.csv:2: rate_basis_points is not a number from 0 to 10000.")]
    [InlineData("DE,1990-01-01,royalties,0,,,", "t.csv:2: article is missing.")]
    [InlineData("DE,1990-01-01,royalties,0,12", "t.csv:2: has 5 fields, not 7.")]
    [InlineData("", "t.csv:1: has no rates.")]
    [InlineData("DE,1990-01-01,royalties,0,12,s,\nDE,1990-01-01,royalties,5,12,s,", "t.csv:3: income is there twice for this country and day.")]
    [InlineData("DE,1990-01-01,royalties,0,12,s,\nDE,1990-01-01,services,5,12,other,", "t.csv:3: source differs from that of the same country and day.")]
    public void What_is_wrong_is_told_with_its_line(string text, string problem) =>
        Assert.Equal(problem, Read(Header + text).Problems[0]);

    [Fact]
    public void The_file_that_comes_with_the_program_can_be_read_and_has_no_holes()
    {
        using var stream = typeof(TreatyFile).Assembly.GetManifestResourceStream("data/treaties.csv")!;
        var problems = new Problems();
        var commands = TreatyFile.Read(stream, "treaties.csv", "pia", "quentin", problems);
        Assert.Empty(problems.Told);
        Assert.True(commands.Count >= 10);
        Assert.All(commands, one => Assert.Contains(one.Rates, rate => rate.Income == IncomeClass.Royalties));
        Assert.All(commands, one => Assert.Contains(one.Rates, rate => rate.Income == IncomeClass.Services));
    }

    [Fact]
    public void The_union_is_who_was_in_it_on_the_day()
    {
        var data = TaxData.Load();
        Assert.True(data.IsInUnion("GB", new LocalDate(2020, 12, 31)));
        Assert.False(data.IsInUnion("GB", new LocalDate(2021, 1, 1)));
        Assert.False(data.IsInUnion("HR", new LocalDate(2013, 6, 30)));
        Assert.True(data.IsInUnion("HR", new LocalDate(2013, 7, 1)));
        Assert.False(data.IsInUnion("US", new LocalDate(2026, 1, 1)));
    }

    private static (IReadOnlyList<Command.SetTreatyRates> Commands, IReadOnlyList<string> Problems) Read(string text)
    {
        var problems = new Problems();
        var commands = TreatyFile.Read(
            new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv", "pia", "quentin", problems);
        return (commands, [.. problems.Told]);
    }
}
