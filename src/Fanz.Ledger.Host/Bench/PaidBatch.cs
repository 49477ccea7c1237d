using System.Diagnostics;
using System.Globalization;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Nacha;
using Fanz.Ledger.Rails.Simulated;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// One batch from the money that is available to the bank's statement, as the runs, people and the bank of a platform
/// have it. What the bank does itself is not timed. Any end but that all of it is paid stops the benchmark.
/// </summary>
internal sealed class PaidBatch(
    BenchDatabase database, BookWriter writer, PaidBook paid, LaterClock clock, string folder,
    CancellationToken cancellation)
{
    private const int PaymentsAFile = 50_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly PayoutReader payouts = new(database.Source);
    private readonly Dictionary<string, TimeSpan> took = [];
    private string Outbox => Path.Combine(folder, "outbox");

    /// <summary>How long each step took.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Took => took;

    public TimeSpan Total => took.Values.Aggregate(TimeSpan.Zero, (sum, one) => sum + one);

    /// <param name="count">How many are to be paid.</param>
    /// <param name="isAlsoXml">Whether the same payments are written as a credit transfer too.</param>
    public async Task Pay(int count, bool isAlsoXml)
    {
        var batch = PayoutNames.OfBatch(Schedule.Main, clock.Today);
        await Timed("form", () => Do(StandingJobs.FormPayouts, count));
        await Timed("approve", async () =>
        {
            foreach (var person in new[] { PaidBook.FirstApprover, PaidBook.SecondApprover }) await Approve(batch, person);
        });
        await Timed("submit", () => Do(StandingJobs.SubmitPayouts, count));
        string[] files = Directory.GetFiles(
            Path.Combine(Outbox, paid.Book.Name.Tenant, paid.Book.Name.Platform), $"{batch}-*.ach");
        if (isAlsoXml) WriteXml(files);
        clock.PutForward(1);
        var statement = StateOfAll(files);
        await Timed("settle", () => Import(statement, count));
        await CheckSettled(batch, count);
    }

    private async Task Timed(string step, Func<Task> work)
    {
        cancellation.ThrowIfCancellationRequested();
        var watch = Stopwatch.StartNew();
        await work();
        took[step] = watch.Elapsed;
    }

    private async Task Do(string job, int count)
    {
        var engine = new RunEngine(database.Source, writer, new RunOptions
        {
            Clock = clock, Paying = new PayingTools(paid.Keys, new Outbox(Outbox)),
        });
        var run = new RunId(job, Schedule.Main, clock.Today);
        var report = await engine.Do(paid.Book, run, isByHand: true, cancellation);
        if (report.End != RunEnd.Finished || report.Done != count || report.Skipped > 0 || report.Findings is [_, ..])
            throw new InvalidOperationException($"The benchmark met {report}.");
    }

    /// <summary>Somebody who adds up what there is before they approve it, as the verb does.</summary>
    private async Task Approve(string batch, string person)
    {
        using var members = new BatchMembers();
        await foreach (var row in payouts.Members(paid.Book, batch, cancellation))
            members.Add(row.Payout, row.Creator, row.Sent);
        await paid.Post(
            [
                (new Command.ApproveBatch(batch, members.Payouts, members.Sent, members.Members(), person),
                    $"approve-{batch}-{person}"),
            ],
            new Actor("bench", person));
    }

    /// <summary>The same payments to accounts of another kind, in the files that those are paid by.</summary>
    private void WriteXml(string[] files)
    {
        var format = FileFormat.Of(new Event.RailSet(
            "sepa", PaymentFormat.CreditTransfer09,
            new Dictionary<string, string>
            {
                ["debtor"] = "Fanz", ["iban"] = IbanNumber.Of("DE", "500105175407324931"), ["country"] = "DE",
                ["town"] = "Berlin",
            },
            "ann", "ben"))!;
        var (number, euro) = (0, Currency.Of("EUR"));
        foreach (var some in Payments(files).Chunk(PaymentsAFile))
        {
            List<PaymentOrder> orders =
                [.. some.Select((one, i) => new PaymentOrder(NameOf(one), one.Amount, euro, AccountOf(i), i + 1))];
            var head = new FileHead(
                string.Create(CultureInfo.InvariantCulture, $"bench-{++number}"),
                clock.GetCurrentInstant().InUtc().LocalDateTime, clock.Today.PlusDays(1), euro, 0);
            var path = Path.Combine(folder, $"{head.Message}.{format.Extension}");
            var watch = Stopwatch.StartNew();
            using (var stream = File.Create(path)) new FileContent(format, head, orders).Write(stream);
            took["xml"] = took.GetValueOrDefault("xml") + watch.Elapsed;
            File.Delete(path);
        }
    }

    private static PayeeAccount.Iban AccountOf(int place) => new(
        $"Person {place}", IbanNumber.Of("DE", string.Create(CultureInfo.InvariantCulture, $"{place:000000000000000000}")),
        null, new PostalAddress("DE", "Berlin"));

    /// <summary>The bank pays what the files say, and nothing else, and books each payment for itself.</summary>
    private string StateOfAll(string[] files)
    {
        var (today, path) = (clock.Today, Path.Combine(folder, "statement.xml"));
        var sent = Payments(files).Sum(payment => payment.Amount);
        var entries = Payments(files).Select(payment => new SimulatedEntry(
            NameOf(payment), $"bank-{NameOf(payment)}", today, today, [new(-payment.Amount, NameOf(payment))]));
        using var stream = File.Create(path);
        CamtWriter.Write(
            new SimulatedStatement(
                CamtVersion.V08, $"message-{today:uuuuMMdd}", $"statement-{today:uuuuMMdd}",
                today.At(new LocalTime(17, 0)), PaidBook.Account, Currency.Of("USD"), today, today, sent, 0, entries),
            stream);
        return path;
    }

    private async Task Import(string statement, int count)
    {
        var answer = await new BankImport(database.Source, writer, paid.Book, PaidBook.Bank, "bench", cancellation)
            .Import(new BankFileReading(statement, null), format: null, isDry: false);
        if (answer.Problem is var (code, text))
            throw new InvalidOperationException($"The benchmark's statement met {code}: {text}");
        if (answer.Lines != count || answer.FindingCount > answer.Findings.Count(one => one.Finding == "gap"))
            throw new InvalidOperationException(
                $"The benchmark's statement had {answer.Lines} lines and {answer.FindingCount} findings.");
    }

    private async Task CheckSettled(string batch, int count)
    {
        var head = await new JournalReader(database.Source).PlaceAsOf(paid.Book, AsOf.Head, cancellation);
        await new Builds(database.Source).Reach(
            PayoutFollower.FollowerName, paid.Book, head.Number, Patience, cancellation);
        var states = await payouts.States(paid.Book, batch, cancellation);
        if (states is not [{ State: "settled" } all] || all.Payouts != count)
            throw new InvalidOperationException($"The benchmark met {string.Join(", ", states)}.");
    }

    private static IEnumerable<NachaPayment> Payments(string[] files) => files.SelectMany(file =>
    {
        using var stream = File.OpenRead(file);
        return NachaReader.Read(stream).Payments.ToList();
    });

    private static string NameOf(NachaPayment payment) => payment.Identification.Trim();
}
