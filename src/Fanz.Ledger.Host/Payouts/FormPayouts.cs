using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>
/// Forms the payouts of a currency in a batch, which then waits for two people. Whoever has less than the minimum, has
/// paused or has not asked is left out and carried forward; whom the book refuses is skipped with its reason. Where all
/// is paid from another platform of the tenant, what is available goes there instead, to be formed by the run of that
/// book, which is set for later. Nothing due is no batch.
/// Order: the batch is opened, which any host that was stopped before has to be done with; the payouts, page by page;
/// what they come to is read from what was made of the journal; the batch is closed.
/// </summary>
internal sealed class FormPayouts : Job
{
    private const int Page = 1_999;

    public override string Name => StandingJobs.FormPayouts;

    public override IReadOnlyList<string> Followers =>
        [BalanceFollower.FollowerName, PayoutFollower.FollowerName];

    public override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        ["currency"] = "In which currency; otherwise the book's own.",
    };

    public override Counted? Count(Event happened) => happened switch
    {
        Event.PayoutFormed formed => new Counted(formed.Currency, formed.Amount),
        Event.TransferredToBook left => new Counted(left.Currency, left.Amount),
        _ => null,
    };

    public override async Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        if (await Forming.Begin(scope, token) is not { } forming) return plan;
        await foreach (var page in forming.Due(token))
            foreach (var due in page) plan.Add(new Counted(forming.Currency.Code, due.Available));
        return plan;
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        if (await Forming.Begin(work.Scope, token) is not { } forming)
        {
            work.Find(new RunFinding("no_payout_terms", CurrencyOf(work.Scope)));
            return;
        }

        if (forming.Terms.CombineInto is { } platform) await forming.Combine(platform, work, token);
        else await forming.Form(work, token);
    }

    private static string CurrencyOf(RunScope scope) =>
        scope.Options.GetValueOrDefault("currency") ?? scope.Book.Settings.ReportingCurrency.Code;

    /// <summary>The forming of one currency, by the terms of the day.</summary>
    private sealed class Forming
    {
        private readonly RunScope scope;
        private readonly PastStreams streams;
        private readonly PayoutReader payouts;
        private readonly string batch;

        private Forming(RunScope scope, Currency currency, PayoutTerms terms)
        {
            this.scope = scope;
            (Currency, Terms) = (currency, terms);
            (streams, payouts) = (new PastStreams(scope.Source), new PayoutReader(scope.Source));
            batch = PayoutNames.OfBatch(scope.Run.Schedule, scope.Run.On);
        }

        public Currency Currency { get; }

        public PayoutTerms Terms { get; }

        /// <summary>Null where nothing is set for payouts in the currency.</summary>
        public static async Task<Forming?> Begin(RunScope scope, CancellationToken token)
        {
            if (!Currency.TryOf(CurrencyOf(scope), out var currency) || currency.IsToken) return null;
            var terms = await new PastStreams(scope.Source).Now(
                scope.Book, PayoutTermsOverTime.StreamOf(currency), new PayoutTermsOverTime(), token);
            return terms.On(scope.Today) is { } set ? new Forming(scope, currency, set) : null;
        }

        /// <summary>Those who have enough and want it, with what each is to have.</summary>
        public async IAsyncEnumerable<IReadOnlyList<DuePayee>> Due(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            var least = Terms.CombineInto is null ? Terms.Minimum : 1;
            var all = new DuePayees(scope.Source).Pages(scope.Book, Currency, least, Page, token);
            await foreach (var page in all)
            {
                var payees = await streams.As(
                    scope.Book, [.. page.Select(one => (PayeeStanding.StreamOf(one.Creator), long.MaxValue))],
                    new PayeeStanding(), token);
                var due = page.Select((one, i) => Wanted(one, payees[i])).OfType<DuePayee>().ToArray();
                if (due.Length > 0) yield return due;
            }
        }

        public async Task Form(RunWork work, CancellationToken token)
        {
            var open = new RunItem($"{batch}/open", new Command.OpenBatch(batch, Currency.Code, scope.Run.On));
            var isOpen = !work.IsDry && await State(token) != BatchState.None;
            // One that was opened by a host that was stopped is opened again, and so comes after all that one has done.
            if (isOpen) await work.Post([open], token);
            await foreach (var page in Due(token))
            {
                var items = page.Select(Formed);
                if (work.IsDry) await work.Post([open, .. items], token);
                else
                {
                    if (!isOpen) await work.Post([open], token);
                    isOpen = true;
                    await work.Post([.. items], token);
                }
            }

            if (isOpen) await Close(work, token);
        }

        public async Task Combine(string platform, RunWork work, CancellationToken token)
        {
            await foreach (var page in Due(token))
            {
                await work.Post(
                    [
                        .. page.Select(due =>
                        {
                            var account = new AccountName(Chart.CreatorAvailable.Name, due.Creator, Currency.Code);
                            return new RunItem(
                                $"combine/{due.Creator}/{Currency}",
                                new Command.TransferToBook(
                                    platform, account, account, due.Available, Currency.Code, $"paid from {platform}")
                                {
                                    ForPayout = true,
                                },
                                Currency.Code, due.Available);
                        }),
                    ],
                    token);
            }
        }

        private DuePayee? Wanted(DuePayee payee, PayeeStanding standing)
        {
            var (preference, request) = (standing.Preference(Currency.Code), standing.Request(Currency.Code));
            var isWanted = preference.Mode switch
            {
                PayoutMode.Automatic => true,
                PayoutMode.OnRequest => request is not null,
                PayoutMode.Paused => false,
                _ => throw new InvariantBroken($"{preference.Mode} is no mode of payouts."),
            };
            if (!isWanted) return null;
            // Who asks for an amount gets that; who has asked at all does not wait for more.
            if (Terms.CombineInto is not null) return payee;
            if (request?.Amount is { } amount) return payee with { Available = Math.Min(amount, payee.Available) };
            return request is null && payee.Available < preference.Minimum ? null : payee;
        }

        private RunItem Formed(DuePayee due) => new(
            $"form/{due.Creator}/{Currency}",
            new Command.FormPayout(
                PayoutNames.OfPayout(scope.Book.Name, batch, due.Creator), due.Creator, Currency.Code, due.Available,
                Terms.Fee, batch),
            Currency.Code, due.Available);

        private async Task Close(RunWork work, CancellationToken token)
        {
            if (await State(token) != BatchState.Open) return;
            await work.Follow(token);
            using var members = new BatchMembers();
            await foreach (var row in payouts.Members(scope.Book, batch, token))
                members.Add(row.Payout, row.Creator, row.Sent);
            await work.Post(
                [
                    new RunItem($"{batch}/close", new Command.CloseBatch(
                        batch, members.Payouts, members.Sent, members.Members())),
                ],
                token);
            if (members.Payouts == 0)
                await work.Post([new RunItem($"{batch}/reject", new Command.RejectBatch(batch, "Nobody was paid."))], token);
        }

        private async Task<BatchState> State(CancellationToken token) =>
            (await streams.Now(scope.Book, PayoutBatch.StreamOf(batch), new PayoutBatch(), token)).State;
    }
}
