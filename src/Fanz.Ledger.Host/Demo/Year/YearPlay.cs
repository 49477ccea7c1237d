using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>
/// Plays a year of one platform by a clock of its own, with everything that pays creators at work: in the night the
/// schedules do what is due; by day fans buy, things befall people, and two of them approve what is to be paid; at noon
/// files leave; in the afternoon the bank works by its own books, and in the evening its files come back. At the end of
/// each day what the ledger says of the bank's account must be what the bank says.
/// Broken off anywhere and played again, it goes on: all that it posts has a key that follows from its place, the bank
/// lives its year again from the files that were sent, and runs are finished once.
/// </summary>
internal sealed class YearPlay
{
    private static readonly Currency Dollar = Currency.Of("USD");
    private const int FeeBasisPoints = 290, LastBatches = 8, DaysToFindOut = 3;
    private const long BankFee = 25_00, Stranger = 77_00;

    private readonly YearDays days;
    private readonly YearScript script;
    private readonly YearCast cast;
    private readonly YearLife life;
    private readonly YearBank bank;
    private readonly YearPoster poster;
    private readonly NpgsqlDataSource source;
    private readonly BookWriter writer;
    private readonly PayingTools tools;
    private readonly RunEngine engine;
    private readonly OpenedBook book;
    private readonly string folder;
    private readonly CancellationToken token;
    private readonly List<string> differences = [];
    private LocalDate? foundOutOf;
    private readonly SortedDictionary<string, (long Runs, long Done, long Skipped, long Findings)> runs = [];

    private YearPlay(
        NpgsqlDataSource source, BookWriter writer, OpenedBook book, PayingTools tools, YearScript script, string folder,
        WriterOptions options, CancellationToken token)
    {
        (this.source, this.writer, this.book, this.tools) = (source, writer, book, tools);
        (this.script, this.folder, this.token) = (script, folder, token);
        cast = YearCast.Of(script);
        (life, bank, poster) = (new YearLife(script, cast), new YearBank(cast), new YearPoster(writer, token));
        engine = new RunEngine(source, writer, new RunOptions
        {
            Clock = options.Clock, Paying = tools, PooledByTransaction = options.PooledByTransaction,
        });
        days = (YearDays)options.Clock!;
    }

    /// <param name="folder">Where the bank's files are put for the ledger.</param>
    public static async Task<YearOutcome> Play(
        NpgsqlDataSource source, WriterOptions options, PayingTools tools, YearScript script, string folder,
        IProgress<string>? progress, CancellationToken token)
    {
        var days = new YearDays();
        var registry = new BookRegistry(source, days);
        var bell = new Bell();
        var landed = options with { Clock = days, Landed = (_, _) => bell.Ring() };
        await using var writer = new BookWriter(source, registry, landed);
        await using var followers = new FollowerRunner(source, Followers.All, bell, new FollowerOptions
        {
            LookEvery = TimeSpan.FromMilliseconds(20), Breath = TimeSpan.Zero,
            PooledByTransaction = options.PooledByTransaction,
        });
        await registry.Open(YearScript.Settings, "demo", token);
        var book = await registry.MustFind(YearScript.Platform, token);
        Directory.CreateDirectory(folder);
        var play = new YearPlay(source, writer, book, tools, script, folder, landed, token);
        await play.Play(progress);
        return await play.Outcome();
    }

    private async Task Play(IProgress<string>? progress)
    {
        days.Begin(YearScript.Eve);
        await poster.Post(YearScript.Eve, "script", new Command.TopUp("anna", 100_00, "USD", "the first of all")
        {
            Metadata = new Dictionary<string, string>
            {
                ["seed"] = $"{script.Seed}", ["creators"] = $"{script.Creators}", ["fans"] = $"{script.Fans}",
            },
        });
        await poster.Post(YearScript.Eve, YearOpening.Of(cast));
        foreach (var creator in cast.Creators.Where(creator => creator.Fate != Fate.NoAccount))
        {
            await GiveAccount(YearScript.Eve, creator.Name, creator.Account);
            await Verify(YearScript.Eve, creator.Name, version: 1);
        }

        for (var day = script.First; day <= script.Last; day = day.PlusDays(1))
        {
            progress?.Report($"playing {day:d MMMM}: {poster.Played.Commands:N0} commands so far");
            await Play(day);
        }
    }

    private async Task Play(LocalDate day)
    {
        days.Begin(day);
        await DoWhatIsDue();
        await poster.Post(day, YearEvents.On(day, cast));
        if (day == YearRare.HasAccount) await GiveAccount(day, YearRare.Rhea, YearCast.AccountOf(YearRare.Rhea, 900));
        await poster.Post(day, YearRare.On(day));
        if (day == YearRare.GivesBack) await GiveTaxBack(day);
        foreach (var creator in cast.Creators.Where(creator => YearEvents.IsNewAccount(creator, day)))
        {
            await GiveAccount(day, creator.Name, creator.OtherAccount);
            await Verify(day, creator.Name, version: 2);
        }

        await poster.Post(day, life.Due(day));
        await poster.Post(day, life.Of(day));
        days.GoOn(Duration.FromHours(2));
        await Approve(day);
        days.GoOn(Duration.FromHours(4));
        await DoWhatIsDue();
        if (day == YearRare.Doubts) await Doubt(day);
        days.GoOn(Duration.FromHours(2));
        if (bank.IsOpen(day)) await BankWorks(day);
        days.GoOn(Duration.FromMinutes(90));
        await DoWhatIsDue();
    }

    private async Task DoWhatIsDue()
    {
        foreach (var report in await engine.DoWhatIsDue(book, token))
        {
            if (report.End is not (RunEnd.Finished or RunEnd.WasFinished))
                throw new Mistake($"The run {report.Run} ended as {report.End}: {report.Why}");
            var (count, done, skipped, findings) = runs.GetValueOrDefault(report.Run.Job);
            runs[report.Run.Job] = (
                count + 1, done + report.Done, skipped + report.Skipped, findings + (report.Findings?.Count ?? 0));
        }
    }

    /// <summary>Seals where a creator is paid, as the address for it does.</summary>
    private async Task GiveAccount(LocalDate day, string creator, PayeeAccount account)
    {
        var secrets = tools.Secrets ?? throw new Mistake("The demonstration of a year needs a master key.");
        var (tenant, person) = (book.Name.Tenant, PersonKeys.OfCreator(creator));
        var details = await secrets.Seal(
            tenant, person, PersonKeys.PayoutDetails, PayeeAccountFormat.Write(account), token);
        await poster.Post(day, $"account-{creator}", new Command.AddPayoutMethod(
            creator, YearOpening.PayoutMethod, YearOpening.Rail, "USD", account.Country ?? "US", details,
            secrets.Fingerprint(tenant, PersonKeys.PayoutDetails, Encoding.UTF8.GetBytes(account.Identity)),
            account.Masked, creator, Opening.Approver));
    }

    private Task Verify(LocalDate day, string creator, int version) => poster.Post(
        day, $"verified-{creator}", new Command.VerifyPayoutMethod(
            creator, YearOpening.PayoutMethod, version, MethodProof.Provider, $"proof-{creator}-{version}"));

    /// <summary>Somebody's form turns out to have been there all the time: a part of what was withheld is theirs.</summary>
    private async Task GiveTaxBack(LocalDate day)
    {
        var creator = cast.With(Fate.NumberComesLate).Name;
        var stream = WithheldInYear.StreamOf(day.Year, creator);
        var held = await new PastStreams(source).Now(book, stream, new WithheldInYear(), token);
        if (held.Of(WithholdingKind.Backup, Dollar) < YearRare.TaxBack) return;
        await poster.Post(
            day, "tax-back", new Command.CorrectWithholding(
                creator, "USD", WithholdingKind.Backup, WithholdingCorrection.GiveBack, YearRare.TaxBack,
                "a form was on file", Opening.Proposer, Opening.Approver),
            "more_than_owed", "tax_deposited");
    }

    /// <summary>The answer to one payment is lost, or seems to be. The bank's statement tells what became of it.</summary>
    private async Task Doubt(LocalDate day)
    {
        await Follow();
        var sent = (await new PayoutReader(source).Batches(book, LastBatches, token)).FirstOrDefault(one => one.IsApproved);
        if (sent is null) return;
        await foreach (var row in new PayoutReader(source).Members(book, sent.Batch, token))
        {
            if (row.State != "submitted") continue;
            await poster.Post(
                day, "doubted", new Command.DoubtPayout(row.Payout, "the bank's door said nothing"),
                "payout_not_in_state");
            return;
        }
    }

    /// <summary>Two people look at what waits for them, each for themselves.</summary>
    private async Task Approve(LocalDate day)
    {
        await Follow();
        var payouts = new PayoutReader(source);
        foreach (var batch in (await payouts.Batches(book, LastBatches, token)).Where(batch => batch.State is "closed" or "half_approved"))
        {
            foreach (var person in new[] { YearOpening.FirstApprover, YearOpening.SecondApprover })
                await poster.Post(
                    day, $"approve-{batch.Batch}-{person}",
                    new Command.ApproveBatch(batch.Batch, batch.Payouts!.Value, batch.Sent!.Value, batch.Members!, person));
        }
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

    /// <summary>The processor pays, the bank takes the files of the day, closes its books, and says what happened.</summary>
    private async Task BankWorks(LocalDate day)
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
        var held = await BalanceOf(Chart.BankCash, YearBank.Bank);
        if (held != bank.Balance)
            differences.Add($"{day:uuuu-MM-dd}: the ledger has {held} at the bank, the bank {bank.Balance}");
    }

    private string Archive => Directory.CreateDirectory(
        Path.Combine(tools.Outbox.Folder, book.Name.Tenant, book.Name.Platform, "archive")).FullName;

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
            if (await BalanceOf(code, "") is not (> 0 and var owed)) continue;
            var reference = $"tax-{code.Name}-{YearBankFiles.NameOf(day)}";
            await poster.Post(day, $"deposit-{code.Name}", new Command.DepositTax(
                tax, owed, "USD", Bank: YearBank.Bank, Reference: reference));
            bank.Book(new BankEntry(day, -owed, reference, "tax"));
        }
    }

    /// <summary>As of the day's own time: a year that is played again sees what it saw then.</summary>
    private async Task<long> BalanceOf(AccountCode code, string owner)
    {
        var asOf = AsOf.Time(days.GetCurrentInstant() + Duration.FromMinutes(1));
        var found = await new AccountReader(source).Balance(book, new AccountKey(code, owner, Dollar), asOf, token);
        return code.InWords(found?.Balance ?? 0);
    }

    private async Task Import(string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllBytesAsync(path, content, token);
        var answer = await new BankImport(source, writer, book, YearBank.Bank, "demo", token)
            .Import(new BankFileReading(path, table: null), format: null, isDry: false);
        if (answer.Problem is { } problem) throw new Mistake($"The ledger did not take {name}: {problem.Text}");
    }

    private async Task Follow()
    {
        var head = await new JournalReader(source).PlaceAsOf(book, AsOf.Head, token);
        foreach (var follower in Followers.All)
            if (!await new Builds(source).Reach(follower.Name, book, head.Number, TimeSpan.FromMinutes(1), token))
                throw new Mistake($"The follower {follower.Name} has not come to record {head.Number}.");
    }

    private async Task<YearOutcome> Outcome()
    {
        await Follow();
        var states = await new PayoutReader(source).States(book, token);
        return new YearOutcome(
            script, poster.Played, runs, states, await BalanceOf(Chart.BankCash, YearBank.Bank), bank.Balance, bank.Paid,
            bank.CameBack, differences);
    }
}
