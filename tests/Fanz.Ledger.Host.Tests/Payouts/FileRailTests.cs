using System.Globalization;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Banking;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Rails.Csv;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts;

/// <summary>Every format that payouts leave in, from what creators have to what the bank says became of it.</summary>
public sealed class FileRailTests(Home home) : IClassFixture<Home>
{
    private const int Creators = 5;

    public static TheoryData<string> Rails => ["nacha", "credit transfer 09", "credit transfer 03", "table"];

    [Theory]
    [MemberData(nameof(Rails))]
    public async Task Payouts_leave_in_files_are_settled_from_a_statement_and_one_comes_back(string rail)
    {
        await using var paying = await PayingLedger.Start(home, Creators, filePayouts: 2, SetOf(rail));
        var formed = await paying.Do(StandingJobs.FormPayouts);
        Assert.Equal((RunEnd.Finished, Creators), (formed.End, formed.Done));
        await paying.Approve(paying.Batch);
        var sent = await paying.Do(StandingJobs.SubmitPayouts);
        Assert.Equal("", string.Join(' ', (sent.SkippedFor ?? []).Select(skipped => skipped.Code)));
        Assert.Equal((RunEnd.Finished, Creators, 0), (sent.End, sent.Done, sent.Skipped));
        Assert.Empty(sent.Findings ?? []);
        await paying.Check(Creators);
        Assert.Equal(3, paying.Files.Count);

        // Payouts of a table are booked by whoever keeps the wallets, who states them in a table of their own.
        var paid = paying.InFiles();
        var day = paying.Run("any").On.PlusDays(1);
        paying.Ledger.Clock.Advance(Duration.FromDays(1));
        var all = paid.Select(one => (one.Payout, -one.Amount, "")).ToArray();
        for (var times = 0; times < 2; times++) await Import(paying, "one", day, all);
        await Import(paying, "two", day.PlusDays(1), (paid[0].Payout, paid[0].Amount, "AC04"));
        Assert.Equal(
            paid.Select(one => one.Payout).Order(),
            (await paying.Happened<Event.PayoutSettled>()).Select(one => one.Payout).Order());
        var returned = Assert.Single(await paying.Happened<Event.PayoutReturned>());
        Assert.Equal((paid[0].Payout, paid[0].Amount), (returned.Payout, returned.Amount));
        Assert.Equal(-(paid.Sum(one => one.Amount) - paid[0].Amount), await BankOf(paying));
    }

    private static FileRailSet SetOf(string rail) => rail switch
    {
        "nacha" => FileRailSet.Nacha,
        "credit transfer 09" => FileRailSet.CreditTransfer09,
        "credit transfer 03" => FileRailSet.CreditTransfer03,
        _ => FileRailSet.Table,
    };

    /// <summary>Each line says what payment it is of, what of it came, and why it came back if it did.</summary>
    private static async Task Import(
        PayingLedger paying, string id, LocalDate day, params (string Payout, long Amount, string Code)[] lines)
    {
        var path = Path.Combine(paying.Outbox, $"{id}.statement");
        TableTerms? terms = null;
        if (paying.Rail == FileRailSet.Table)
        {
            var rows = lines.Select(line => string.Create(
                CultureInfo.InvariantCulture, $"{day:uuuu-MM-dd},{line.Amount / 100m:0.00},{line.Payout},{line.Code}\n"));
            await File.WriteAllTextAsync(path, $"day,amount,payment,why\n{string.Concat(rows)}");
            terms = new TableTerms(
                new CsvStatementMapping("day", "amount") { EndToEndId = "payment", ReturnCode = "why" },
                BankedLedger.Account, Currency.Of("USD"));
        }
        else
        {
            await File.WriteAllBytesAsync(path, BankWriting.Statement(id, day, 0,
                [
                    .. lines.Select(line => line.Code.Length > 0
                        ? BankWriting.CameBack($"b-{line.Payout}", day, line.Payout, line.Amount, line.Code)
                        : BankWriting.Paid($"r-{line.Payout}", day, line.Payout, -line.Amount)),
                ]));
        }

        var imported = await new BankImport(
            paying.Ledger.Source, paying.Ledger.Writer, paying.Book, null, "tests", CancellationToken.None)
            .Import(new BankFileReading(path, terms), null, isDry: false);
        Assert.Null(imported.Problem);
    }

    private static async Task<long> BankOf(PayingLedger paying)
    {
        Assert.True(AccountKey.TryParse("cash.bank/USD//", out var bank));
        var balance = await new AccountReader(paying.Ledger.Source).Balance(
            paying.Book, bank.Value, AsOf.Head, CancellationToken.None);
        return balance!.Balance;
    }
}
