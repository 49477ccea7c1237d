using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// Payouts that leave in files. Order of a file: all its payouts are submitted for it; the file is written where nobody
/// takes it from, which tells its hash; it is prepared, with that hash; it is put to where it is taken from; it is
/// released. What follows from the journal and the folder says how far that was, so each step is taken once.
/// </summary>
internal sealed class FileRail : PaymentRail
{
    private const string PreparedBefore = "payment_file_not_in_state";

    public override bool Serves(PaymentFormat format) => format != PaymentFormat.Provider;

    public override async Task Send(PaymentsToSend payments, RunWork work, CancellationToken token)
    {
        var sending = await Sending.Begin(payments, work, token);
        if (sending.Problems.Count > 0)
        {
            foreach (var problem in sending.Problems) work.Find(new RunFinding("rail_settings", Told(problem)));
            return;
        }

        if (payments.Batch is null) await sending.SendInstants(token);
        else await sending.SendBatch(token);
    }

    /// <summary>Puts a file where it is taken from that was prepared before, unless it was there already.</summary>
    public static Task Release(string file, RunWork work, CancellationToken token) =>
        new FileRelease(work).Finish(file, token);

    /// <summary>A finding names what it is about by an identifier.</summary>
    private static string Told(string problem) => problem.Length <= 128 ? problem : problem[..128];

    private sealed class Sending
    {
        private readonly PaymentsToSend payments;
        private readonly RunWork work;
        private readonly FileFormat format;
        private readonly FileHead head;
        private readonly PaymentFileContent content;
        private readonly PayoutSubmissions submissions;
        private readonly PastStreams streams;
        private readonly Instant createdAt;

        private Sending(
            PaymentsToSend payments, RunWork work, FileFormat format, FileHead head, Instant createdAt,
            PayeeAccounts accounts)
        {
            (this.payments, this.work, this.format) = (payments, work, format);
            (this.head, this.createdAt) = (head, createdAt);
            content = new PaymentFileContent(work.Scope.Source, accounts);
            submissions = new PayoutSubmissions(work, accounts);
            streams = new PastStreams(work.Scope.Source);
        }

        public IReadOnlyList<string> Problems => format.Problems(head);

        public static async Task<Sending> Begin(PaymentsToSend payments, RunWork work, CancellationToken token)
        {
            var scope = work.Scope;
            var format = FileFormat.Of(payments.Rail)!;
            var timetable = await new PastStreams(scope.Source)
                .Now(scope.Book, Timetable.Stream, new Timetable(), token);
            // The seconds of a file's time are all that its formats say.
            var createdAt = Instant.FromUnixTimeSeconds(scope.Now.ToUnixTimeSeconds());
            var head = new FileHead(
                PayoutNames.OfMessage(scope.Book.Name, payments.Name),
                createdAt.InZone(scope.Book.Settings.TimeZone).LocalDateTime,
                ExecuteOn(scope.Today, timetable.Calendar(format.Calendar), format.DaysAhead), payments.Currency, 0);
            return new Sending(
                payments, work, format, head, createdAt, new PayeeAccounts(scope.Source, scope.Paying!.Secrets!));
        }

        public async Task SendBatch(CancellationToken token)
        {
            var places = new FilePlaces(format.MostPayouts, format.MostSent);
            var (number, members) = (1, new List<ToSubmit>());
            await foreach (var row in payments.Members(token))
            {
                var place = places.Next(row.Sent);
                if (place.File != number) await SendMembers();
                number = place.File;
                if (row.IsFormed) members.Add(new ToSubmit(row, FileOf(number), place.Sequence));
            }

            await SendMembers();

            async Task SendMembers()
            {
                await SendFile(FileOf(number), members, keeping: null, token);
                members.Clear();
            }
        }

        /// <summary>
        /// They come when they come. What an earlier run has begun is finished first; then the first file of this run that
        /// is not prepared takes those that wait, in the order of the records that formed them.
        /// </summary>
        public async Task SendInstants(CancellationToken token)
        {
            var (waiting, broken) = (new List<PayoutRow>(), new SortedSet<string>(StringComparer.Ordinal));
            await foreach (var row in payments.Members(token))
            {
                if (row.IsFormed) waiting.Add(row);
                else if (row.File is { } named) broken.Add(named);
            }

            foreach (var named in broken) await SendFile(named, [], PreparedBefore, token);
            if (waiting.Count == 0) return;
            var number = 1;
            while (await Prepared(FileOf(number), token) is not null) number++;
            await SendFile(
                FileOf(number),
                [
                    .. waiting.Take((int)format.MostPayouts)
                        .Select(row => new ToSubmit(row, FileOf(number), row.FormedNumber)),
                ],
                PreparedBefore, token);
        }

        private async Task SendFile(
            string file, IReadOnlyList<ToSubmit> formed, string? keeping, CancellationToken token)
        {
            await submissions.Submit(formed, order => format.Problem(head, order), keeping, token);
            if (work.IsDry) return;
            if (await Prepared(file, token) is null && !await Prepare(file, token)) return;
            await new FileRelease(work).Finish(file, token);
        }

        /// <summary>False where nothing is in it.</summary>
        private async Task<bool> Prepare(string file, CancellationToken token)
        {
            await work.Follow(token);
            var (book, rail) = (work.Scope.Book, payments.Rail.Rail);
            var own = await content.Head(
                book, rail, PayoutNames.OfMessage(book.Name, file), createdAt, head.ExecuteOn, payments.Currency,
                long.MaxValue, token);
            if (await content.New(book, file, payments, format, own, token) is not { } made) return false;
            string hash;
            using (var outbox = await work.Scope.Paying!.Outbox.Enter(book.Name, token))
                hash = outbox.Write(FileRelease.NameOf(file, format), made.Write).Sha256;
            var prepare = new Command.PreparePaymentFile(
                file, rail, payments.Currency.Code, own.Message, createdAt, own.ExecuteOn, made.Orders.Count,
                made.Sent, hash, payments.Batch)
            {
                RailSetBy = payments.RailSetBy,
            };
            var outcome = (await work.Post([new RunItem($"prepare/{file}/{hash[..16]}", prepare)], token))[0];
            return outcome is not ItemOutcome.Skipped skipped || skipped.Code == PreparedBefore
                ? true
                : throw new RunBrokenOff($"The file {file} was not prepared: {skipped.Why ?? skipped.Code}");
        }

        private async Task<Event.PaymentFilePrepared?> Prepared(string file, CancellationToken token) =>
            (await streams.Now(work.Scope.Book, PaymentFile.StreamOf(file), new PaymentFile(), token)).Prepared;

        private string FileOf(int number) => PayoutNames.OfFile(payments.Name, number);

        private static LocalDate ExecuteOn(LocalDate today, BusinessCalendar calendar, int daysAhead)
        {
            var day = today;
            for (var left = daysAhead; left > 0 || !calendar.IsBusinessDay(day);)
            {
                day = day.PlusDays(1);
                if (left > 0 && calendar.IsBusinessDay(day)) left--;
            }

            return day;
        }
    }
}
