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
using Fanz.Ledger.Postgres.Tax;
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
    private const int LastBatches = 8;

    private const string DoubtedSql =
        "select exists (select from ledger.journal where book_id = $1 and type = 'payout_doubted')";

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
    private readonly YearEvening evening;
    private readonly CancellationToken token;
    private readonly SortedDictionary<string, (long Runs, long Done, long Skipped, long Findings)> runs = [];

    private YearPlay(
        NpgsqlDataSource source, BookWriter writer, OpenedBook book, PayingTools tools, YearScript script, string folder,
        WriterOptions options, Action<string>? wrote, CancellationToken token)
    {
        (this.source, this.writer, this.book, this.tools) = (source, writer, book, tools);
        (this.script, this.token, days) = (script, token, (YearDays)options.Clock!);
        cast = YearCast.Of(script);
        (life, bank, poster) = (new YearLife(script, cast), new YearBank(cast), new YearPoster(writer, token));
        engine = new RunEngine(source, writer, new RunOptions
        {
            Clock = options.Clock, Paying = tools, PooledByTransaction = options.PooledByTransaction, Wrote = wrote,
            ChecksThoroughly = false,
        });
        evening = new YearEvening(source, writer, book, tools.Outbox, bank, poster, days, folder, wrote, token);
    }

    /// <param name="folder">Where the bank's files are put for the ledger.</param>
    /// <param name="wrote">Told after each write of a run, and before each of an import; tests break off there.</param>
    public static async Task<YearOutcome> Play(
        NpgsqlDataSource source, WriterOptions options, PayingTools tools, YearScript script, string folder,
        IProgress<string>? progress, CancellationToken token, Action<string>? wrote = null)
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
        var play = new YearPlay(source, writer, book, tools, script, folder, landed, wrote, token);
        await play.Play(progress);
        return await play.Outcome();
    }

    private async Task Play(IProgress<string>? progress)
    {
        days.Begin(YearScript.Eve);
        await poster.Post(YearScript.Eve, "script", new Command.TopUp("anna", 100_00, "USD", "the first of all")
        {
            Processor = YearBank.Processor,
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

        await FileForms(YearScript.Eve);
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
        await FileForms(day);
        if (day == YearRare.HasAccount)
        {
            await GiveAccount(day, YearRare.Rhea, YearCast.AccountOf(YearRare.Rhea, 900));
            await File(day, YearRare.HasForm, number: 900);
        }

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
        if (bank.IsOpen(day)) await evening.Work(day);
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
            (await secrets.Fingerprints(token)).Of(
                tenant, PersonKeys.PayoutDetails, Encoding.UTF8.GetBytes(account.Identity)),
            account.Masked, creator, Opening.Approver));
    }

    private async Task FileForms(LocalDate day)
    {
        foreach (var creator in cast.Creators)
            if (YearEvents.FormOf(creator, day) is { } form) await File(day, form, creator.Number);
    }

    /// <summary>Seals what a form says of a person, as the address for it does.</summary>
    private async Task File(LocalDate day, Command.FileTaxForm form, int number)
    {
        var secrets = tools.Secrets ?? throw new Mistake("The demonstration of a year needs a master key.");
        var (tenant, person) = (book.Name.Tenant, PersonKeys.OfCreator(form.Creator));
        var identity = YearCast.IdentityOf(form, number);
        await poster.Post(day, $"form-{form.Form}", form with
        {
            Sealed = await secrets.Seal(
                tenant, person, TaxPapers.IdentityPurpose, TaxIdentityFormat.Write(identity), token),
            Fingerprint = (await secrets.Fingerprints(token)).Of(
                tenant, TaxPapers.IdentityPurpose, Encoding.UTF8.GetBytes(identity.Sameness!)),
            Masked = identity.Masked,
            NumberKind = identity.NumberKind,
        });
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
        // Which payment it is depends on how all stood on that day: a year that is played again has it already.
        await using var doubted = source.CreateCommand(DoubtedSql);
        doubted.Parameters.Add(new() { Value = book.Id });
        if (await doubted.ExecuteScalarAsync(token) is true) return;
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
            script, poster.Played, runs, states, await evening.BalanceOf(Chart.BankCash, YearBank.Bank, YearEvening.Moment), bank.Balance, bank.Paid,
            bank.CameBack, evening.Differences);
    }
}
