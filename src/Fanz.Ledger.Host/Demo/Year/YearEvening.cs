using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>
/// The afternoon of a business day: the processor settles, taxes are deposited, the bank takes the day's files and
/// closes its books, and what it says is brought into the ledger. Then both must have the same.
/// </summary>
internal sealed class YearEvening(
    NpgsqlDataSource source, BookWriter writer, OpenedBook book, Outbox outbox, YearBank bank, YearPoster poster,
    IClock clock, string folder, Action<string>? wrote, CancellationToken token)
{
    private const int FeeBasisPoints = 290, DaysToFindOut = 3;
    private const long BankFee = 25_00, Stranger = 77_00;

    /// <summary>So long around the time of day nothing else is posted.</summary>
    public static readonly Duration Moment = Duration.FromMinutes(1);

    private readonly List<string> differences = [];
    private LocalDate? foundOutOf;

    /// <summary>The days at whose end the two did not have the same.</summary>
    public IReadOnlyList<string> Differences => differences;

    /// <summary>The processor pays, the bank takes the files of the day, closes its books, and says what happened.</summary>
    public async Task Work(LocalDate day)
    {
        await Settle(day);
        if (day.Day is >= 15 and <= 21 && day.DayOfWeek == IsoDayOfWeek.Wednesday) await DepositTaxes(day);
        if (day.DayOfWeek == IsoDayOfWeek.Tuesday && day.Day <= 7)
        {
            bank.Book(new BankEntry(day, -BankFee, $"fee-{YearBankFiles.NameOf(day)}", "fee of the bank"));
            bank.Book(new BankEntry(day, Stranger, $"gift-{YearBankFiles.NameOf(day)}", "from a stranger"));
            foundOutOf = day;
        }
        else if (foundOutOf is { } booked && day >= booked.PlusDays(DaysToFindOut))
        {
            foundOutOf = null;
            await FindOut(day, booked);
        }

        foreach (var path in Directory.EnumerateFiles(Archive, "*.ach").Order(StringComparer.Ordinal))
        {
            using var content = File.OpenRead(path);
            if (Rails.Nacha.NachaReader.Read(content).CreatedAt.Date != day) continue;
            content.Position = 0;
            bank.Take(day, Path.GetFileNameWithoutExtension(path), content);
        }

        var closed = bank.Close(day);
        if (YearBankFiles.Returns(closed) is { } returns) await Import($"returns-{YearBankFiles.NameOf(day)}.ach", returns);
        await Import($"statement-{YearBankFiles.NameOf(day)}.xml", YearBankFiles.Statement(closed));
        // Now and then a bank sends a statement twice.
        if (day.Day == 3) await Import($"statement-{YearBankFiles.NameOf(day)}-again.xml", YearBankFiles.Statement(closed));
        var held = await BalanceOf(Chart.BankCash, YearBank.Bank, Moment);
        if (held != bank.Balance)
            differences.Add($"{day:uuuu-MM-dd}: the ledger has {held} at the bank, the bank {bank.Balance}");
    }

    private string Archive => Directory.CreateDirectory(
        Path.Combine(outbox.Folder, book.Name.Tenant, book.Name.Platform, "archive")).FullName;

    private async Task Settle(LocalDate day)
    {
        var gross = poster.Receivable;
        if (gross == 0) return;
        var fees = gross > 0 ? Allocation.Share(gross, FeeBasisPoints).Share : 0;
        var reference = $"northpay-{YearBankFiles.NameOf(day)}";
        var (taken, refunds, chargebacks) = poster.TakeSinceSettled();
        await poster.Post(day, "settled", new Command.SettleProcessor(
            "USD", gross, fees, Kept: 0, YearBank.Processor, YearBank.Bank, reference));
        await poster.Post(day, "reported", new Command.RecordProcessorReport(
            "USD", day, taken, refunds, chargebacks, fees, Reserve: 0, gross - fees, HashOf(reference),
            YearBank.Processor));
        bank.Book(new BankEntry(day, gross - fees, reference, YearBank.Processor));
    }

    private static string HashOf(string report) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(report)));

    private async Task DepositTaxes(LocalDate day)
    {
        foreach (var (tax, code) in new[]
        {
            (DepositedTax.Backup, Chart.BackupWithholding), (DepositedTax.NonResident, Chart.NonResidentWithholding),
        })
        {
            if (await BalanceOf(code, "", -Moment) is not (> 0 and var owed)) continue;
            var reference = $"tax-{code.Name}-{YearBankFiles.NameOf(day)}";
            await poster.Post(day, $"deposit-{code.Name}", new Command.DepositTax(
                tax, owed, "USD", Bank: YearBank.Bank, Reference: reference));
            bank.Book(new BankEntry(day, -owed, reference, "tax"));
        }
    }

    /// <summary>As of the day's own time: a year that is played again sees what it saw then.</summary>
    public async Task<long> BalanceOf(AccountCode code, string owner, Duration after)
    {
        var asOf = AsOf.Time(clock.GetCurrentInstant() + after);
        var found = await new AccountReader(source).Balance(book, new AccountKey(code, owner, Currency.Of("USD")), asOf, token);
        return code.InWords(found?.Balance ?? 0);
    }

    private async Task Import(string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllBytesAsync(path, content, token);
        var import = new BankImport(source, writer, book, YearBank.Bank, "demo", token)
        {
            Interrupt = wrote ?? (_ => { }),
        };
        var answer = await import.Import(new BankFileReading(path, table: null), format: null, isDry: false);
        if (answer.Problem is { } problem) throw new Mistake($"The ledger did not take {name}: {problem.Text}");
    }

    /// <summary>
    /// What the bank took as its fee, and what a stranger sent, waits in suspense until somebody has found out: a few
    /// days later two people say that the one is an expense, and that the other goes back.
    /// </summary>
    private async Task FindOut(LocalDate day, LocalDate booked)
    {
        var name = YearBankFiles.NameOf(booked);
        var (fee, gift) = (await LineOf("payment", $"fee-{name}"), await LineOf("receipt", $"gift-{name}"));
        await poster.Post(day, "fee-found-out", new Command.AssignPayment(
            fee, new AccountName(Chart.ProcessorFeeExpense.Name, "", "USD"), BankFee, "fee of the bank",
            Opening.Proposer, Opening.Approver));
        await poster.Post(day, "gift-found-out", new Command.AssignReceipt(
            gift, new AccountName(Chart.BankCash.Name, YearBank.Bank, "USD"), Stranger, "sent back"));
        bank.Book(new BankEntry(day, -Stranger, $"gift-back-{name}", "sent back"));
    }

    private async Task<long> LineOf(string kind, string reference)
    {
        var stream = Settlement.StatementLine.StreamOf(kind, YearBank.Bank, reference)!;
        var line = await new PastStreams(source).Now(book, stream, new Settlement.StatementLine(), token);
        return line.RecordedBy ?? throw new Mistake($"The bank's line {reference} is not in the ledger.");
    }
}
