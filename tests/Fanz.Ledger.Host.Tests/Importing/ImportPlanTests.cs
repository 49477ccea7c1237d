using System.Text;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Tests.Importing;

/// <summary>Bad files. Each line of a table is what a file has, and everything that is told of it.</summary>
public class ImportPlanTests
{
    private const string Subscription =
        "s-1,anna,mia,12000,USD,yearly,active,2025-10-15,2026-10-15,,,,old-1,card,10,2000,8000,1000,7,90,";

    /// <summary>With these and the rows of a table the files come to nothing in every currency.</summary>
    public static TheoryData<string, string, string> OfRows => new()
    {
        { "balances", "fan.purse,anna,USD,-5", "2: code (unknown_account_code) The chart has no account 'fan.purse'." },
        { "balances", "fan.wallet,,USD,-5", "2: owner (ill_formed) owner is missing" },
        { "balances", "fan.wallet,anna,usd,-5", "2: currency (unknown_currency) 'usd' is not a known currency." },
        { "balances", "fan.wallet,anna,TKN,-5", "2: currency (wrong_currency) fan.wallet does not hold TKN." },
        { "balances", "fan.wallet,anna,USD,5", "2: amount is 5, debits positive, and fan.wallet cannot stand so." },
        { "balances", "fan.wallet,anna,USD,-5.00", "2: amount is '-5.00', not a whole number in minor units." },
        { "balances", "fan.wallet,anna,USD,-5e2", "2: amount is '-5e2', not a whole number in minor units." },
        { "balances", "fan.wallet,anna,USD,-005", "2: amount is '-005', not a whole number in minor units." },
        { "balances", "cash.bank,,USD,+5", "2: amount is '+5', not a whole number in minor units." },
        { "balances", "cash.bank,,USD,-0", "2: amount is '-0', not a whole number in minor units." },
        { "balances", "cash.bank,,USD, 5", "2: amount is ' 5', not a whole number in minor units." },
        { "balances", "cash.bank,,USD,٥", "2: amount is '٥', not a whole number in minor units." },
        { "balances", "cash.bank,,USD,", "2: amount is nothing, not a whole number in minor units." },
        { "balances", "cash.bank,,USD,9223372036854775808",
            "2: amount is '9223372036854775808', not a whole number in minor units." },
        { "balances", "cash.bank,,USD,100000000000000001",
            "2: amount (amount_over_limit) 100000000000000001 is not an amount to move." },
        { "balances", "token.issued,,TKN,5", "2: code (reserved) is posted by the import itself" },
        { "balances", "suspense,import/x,USD,5", "2: code (reserved) is posted by the import itself" },
        { "balances", "creator.pending,mia,USD,-5", "2: code is creator.pending, which belongs in cohorts.csv." },
        { "balances", "fan.debt,anna,USD,5", "2: code is fan.debt, which belongs in debts.csv." },
        { "balances", "cash.bank,,USD,5\ncash.bank,,USD,-5", "3: owner names cash.bank of '' in USD once more." },
        { "balances", "cash.bank,,USD", "2: has 3 fields, not 4." },
        { "balances", "cash.bank,,USD,5,", "2: has 5 fields, not 4." },
        { "balances", "cash.bank,,USD,0\n\ncash.bank,b,USD,0", "3: has 1 fields, not 4." },
        { "balances", "cash.bank,a\"b,USD,0", "2: owner has a quote in its middle. Nothing after it was read." },
        { "balances", "cash.bank,\"ab,USD,0", "2: owner has a quote that is never closed. Nothing after it was read." },
        { "balances", "cash.bank,\"a\"b,USD,0",
            "2: owner goes on after its closing quote, or ends in a bare CR. Nothing after it was read." },
        { "balances", "cash.bank,a,USD,0\rcash.bank,b,USD,0",
            "2: amount goes on after its closing quote, or ends in a bare CR. Nothing after it was read." },
        { "balances", "cash.bank,\"a\nb\",USD,5\ncash.bank,c,USD,x",
            "2: owner (ill_formed) owner has a control character|"
            + "balances.csv:4: amount is 'x', not a whole number in minor units." },
        { "cohorts", "fan.wallet,anna,USD,2026-01-08,-5", "2: code is fan.wallet, which belongs in balances.csv." },
        { "cohorts", "creator.pending,mia,USD,8.1.2026,-5", "2: cohort is '8.1.2026', not a date as 2026-01-31." },
        { "cohorts", "creator.pending,mia,USD,2026-02-30,-5", "2: cohort is '2026-02-30', not a date as 2026-01-31." },
        { "cohorts", "creator.pending,mia,USD,,-5", "2: cohort is '', not a date as 2026-01-31." },
        { "cohorts", "creator.pending,mia,USD,1066-10-14,-5",
            "2: cohort (date_out_of_range) A date is from 1900-01-01 to 2999-12-31." },
        { "debts", "creator.available,mia,USD,-5",
            "2: code is creator.available, which belongs in balances.csv." },
        { "debts", "creator.debt,mia,USD,-5",
            "2: amount is -5, debits positive, and creator.debt cannot stand so." },
        { "subscriptions", Subscription.Replace("yearly", "weekly", StringComparison.Ordinal),
            "2: period The choice is monthly or yearly or lifetime." },
        { "subscriptions", Subscription.Replace("2026-10-15", "2026-10-16", StringComparison.Ordinal),
            "2: period_end (not_on_anchor) Counted from 2025-10-15 the period does not end then." },
        { "subscriptions", Subscription.Replace("8000", "zoe:8000", StringComparison.Ordinal),
            "2: unearned (ill_formed) Who earns it shares it." },
        { "subscriptions", Subscription.Replace("8000", "zoe:", StringComparison.Ordinal),
            "2: unearned has 'zoe:', not as mia:60;zoe:40." },
        { "subscriptions", Subscription.Replace(",7,90", ",,90", StringComparison.Ordinal),
            "2: hold_days (ill_formed) It is said where creators are to earn, and else not." },
        { "subscriptions", $"{Subscription}\n{Subscription}", "3: subscription is 's-1' once more." },
        { "subscriptions", Subscription.Replace("12000", "", StringComparison.Ordinal),
            "2: price is nothing, not a whole number in minor units." },
        { "trial_balance", "cash.bank,USD,5", ": its lines in USD sum to 5, not to zero." },
        { "trial_balance", "cash.bank,USD,0\ncash.bank,USD,0", "3: code is cash.bank in USD once more." },
        { "trial_balance", "fan.wallet,USD,5\ncash.bank,USD,-5",
            "2: amount (wrong_side) fan.wallet cannot stand at 5." },
        { "trial_balance", "cash.bank,USD,5\nrounding,USD,-5",
            ": cash.bank in USD is 5 there, and the other files come to 0.|"
            + "trial_balance.csv: rounding in USD is -5 there, and the other files come to 0." },
    };

    [Theory]
    [MemberData(nameof(OfRows))]
    public void What_is_wrong_with_a_row_is_told_with_its_file_line_and_column(string file, string rows, string told)
    {
        using var files = new Files((file, $"{rows}\n"));
        var start = told[0] == ':' ? $"{file}.csv" : $"{file}.csv:";
        Assert.Equal((start + told).Split('|'), Read(files).Problems.Told);
    }

    [Fact]
    public void Balances_that_do_not_come_to_the_trial_balance_are_told_by_line_of_the_chart()
    {
        using var files = Files.Small;
        files.Append("balances", "fan.wallet,bert,USD,-1\nexpense.promo,,EUR,1\n");
        Assert.Equal(
            [
                "trial_balance.csv: expense.promo in EUR is 0 there, and the other files come to 1.",
                "trial_balance.csv: fan.wallet in USD is -500 there, and the other files come to -501.",
            ],
            Read(files).Problems.Told);
    }

    [Theory]
    [InlineData("code,owner,currency\n", "balances.csv:1: amount is missing; the first line names the columns.")]
    [InlineData("code,owner,currency,amount,note\n",
        "balances.csv:1: note is no column of it; there are code,owner,currency,amount.")]
    [InlineData("code,owner,currency,amount,amount\n", "balances.csv:1: amount is named twice.")]
    [InlineData("", "balances.csv:1: is empty; the first line names the columns.")]
    public void The_first_line_names_every_column_once(string text, string told)
    {
        using var files = Files.Small;
        files.Write("balances", text);
        Assert.Equal(told, Read(files).Problems.Told.First());
    }

    [Fact]
    public void Text_that_is_not_utf_8_is_told_and_the_rest_is_read()
    {
        using var files = new Files();
        files.Write("balances", [
            .. "code,owner,currency,amount\ncash.bank,"u8, 0xE9, .. ",USD,5\ncash.bank,b,USD,x\n"u8,
        ]);
        Assert.Equal(
            [
                "balances.csv:2: owner is not UTF-8.",
                "balances.csv:3: amount is 'x', not a whole number in minor units.",
            ],
            Read(files).Problems.Told);
        files.Write("balances", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("code")).ToArray());
        Assert.Equal("balances.csv:1: field 1 is not UTF-8.", Read(files).Problems.Told.First());
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_fields_in_quotes_with_a_mark_before_them_and_bare_ends()
    {
        using var files = new Files(("trial_balance", "cash.bank,USD,5\nfan.wallet,USD,-5"));
        files.Write("balances", [
            0xEF, 0xBB, 0xBF,
            .. "amount,\"owner\",code,currency\r\n5,\"\",cash.bank,USD\r\n-5,\"anna, \"\"é\"\"\",fan.wallet,USD"u8,
        ]);
        var plan = Read(files);
        Assert.Empty(plan.Problems.Told);
        var lines = Assert.IsType<Command.OpenBalances>(Assert.Single(plan.ReadParts())).Lines;
        Assert.Equal(["", "anna, \"é\""], lines.Select(line => line.Account.Owner));
    }

    [Fact]
    public void Of_very_many_problems_the_first_hundred_are_told()
    {
        using var files = new Files();
        for (var i = 0; i < 250; i++) files.Append("balances", "cash.bank,,USD,x\n");
        var problems = Read(files).Problems;
        Assert.Equal((250, 101), (problems.Count, problems.Told.Count()));
        Assert.Equal("… and 150 more.", problems.Told.Last());
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake()
    {
        using var files = Files.Small;
        files.Delete("debts");
        Assert.Contains("debts.csv", Assert.Throws<Mistake>(() => Read(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_have_their_size_and_never_move_more_than_a_command_may()
    {
        using var files = new Files();
        const long limit = Money.Money.Limit;
        files.Append("trial_balance", $"cash.bank,USD,{4 * limit + 3}\nfan.wallet,USD,{-(4 * limit) - 3}\n");
        for (var i = 0; i < 3; i++) files.Append("balances", $"cash.bank,b{i},USD,1\nfan.wallet,f{i},USD,-1\n");
        for (var i = 3; i < 7; i++)
            files.Append("balances", $"cash.bank,b{i},USD,{limit}\nfan.wallet,f{i},USD,{-limit}\n");
        var plan = Read(files, partSize: 4);
        Assert.Empty(plan.Problems.Told);
        var parts = plan.ReadParts().Cast<Command.OpenBalances>().ToList();
        Assert.Equal([4, 2, 1, 1, 1, 1, 1, 1, 1, 1], parts.Select(part => part.Lines.Count));
        Assert.Equal(Enumerable.Range(1, 10), parts.Select(part => part.Part));
        Assert.Equal(10, plan.Parts);
    }

    [Fact]
    public void Files_that_change_after_they_were_judged_are_not_posted()
    {
        using var files = Files.Small;
        var plan = Read(files);
        files.Write("balances", "code,owner,currency,amount\npsp.receivable,,USD,500\nfan.wallet,eve,USD,-500\n");
        var mistake = Assert.Throws<Mistake>(() => plan.ReadParts().Count());
        Assert.Contains("changed", mistake.Message, StringComparison.Ordinal);
        files.Write("balances", "code,owner,currency,amount\n");
        Assert.Throws<Mistake>(() => plan.ReadParts().Count());
    }

    private static ImportPlan Read(Files files, int partSize = 500) => ImportPlan.Of(
        files.Path, new ImportTerms("move", "olga", "pete", null), partSize, new Progress<string>());
}
