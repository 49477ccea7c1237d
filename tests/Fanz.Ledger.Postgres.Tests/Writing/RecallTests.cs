using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// What a decision is told of a book's past is what the journal says, whoever wrote it, and whether it was read,
/// remembered, decided a moment ago or taken back.
/// </summary>
public sealed class RecallTests : IAsyncLifetime
{
    private const string Mark = "the marked one";
    private const string Poison = "poison";
    private static readonly Currency Dollar = Currency.Of("USD");
    private static readonly LocalDate FirstDay = new(2026, 2, 1);

    private readonly TestDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public async Task DisposeAsync()
    {
        try
        {
            await LedgerAudit.Passes(database.SuperuserConnectionString);
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Everything_is_found_by_a_host_that_knows_nothing()
    {
        await using var host = Host();
        var book = await host.NewBook();
        var tip = await Begin(host, book);
        for (var i = 0; i < 3; i++) await Posted(host, book, Everything(tip, $"again {i}"));
        await host.Appended(book, known => Release(known, FirstDay));
        foreach (var recollected in All(tip))
        {
            await using var stranger = Host();
            await Holds(stranger, book, recollected);
        }

        await using var other = Host();
        await Holds(other, book, All(tip));
        await Holds(host, book, All(tip));
    }

    [Fact]
    public async Task What_was_never_written_is_nothing()
    {
        await using var host = Host();
        var book = await host.NewBook();
        await Begin(host, book);
        await Holds(host, book,
            new Recollected.Stream("never"), new Recollected.Last("not even once"), new Recollected.Transaction(99),
            new Recollected.Cohorts("nobody"), new Recollected.Spent(Wallet("nobody"), 0),
            new Recollected.Spent(Wallet("fan"), 99));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_batch_itself_has_decided_is_seen_by_its_later_decisions(bool isRemembered)
    {
        await using var host = Host();
        var book = await host.NewBook();
        var tip = await Begin(host, book);
        if (isRemembered) await Holds(host, book, All(tip));
        var questions = Questions(All(tip));
        await Posted(host, book, [
            .. Everything(tip, "once"), .. Everything(tip, "twice"), .. questions.Select(asked => asked.Question.Command),
        ]);
        var journal = await Read(host, book);
        foreach (var (recollected, question) in questions)
        {
            Assert.Equal(journal.Count, question.AsOf);
            IsTrue(recollected, question, journal);
        }
    }

    /// <summary>
    /// Read before or after the batch under way is committed, and of what was known before or is asked for only now.
    /// </summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_the_batch_under_way_has_decided_is_seen_by_the_next(bool isCommitted, bool isRemembered)
    {
        using var network = await Network();
        await using var host = Host(network);
        var book = await host.NewBook();
        var tip = await Begin(host, book);
        if (isRemembered) await Holds(host, book, All(tip));
        if (isCommitted) network.HoldAnswer(Mark);
        else network.HoldRequest(Mark);
        var posting = Posted(host, book, [.. Everything(tip, "under way"), .. Everything(tip, Mark)]);
        var line = await network.Meeting;
        if (isCommitted) await Eventually.True(() => Marked().Result > 0, "It is committed.");
        // The batch behind it is filled by and by: what it has decided itself cannot be read either.
        var first = new Question<string>(new Recollected.Last("last").Ask);
        var behind = Posted(host, book, [.. Everything(tip, "behind"), first.Command]);
        await first.Decided;
        var questions = Questions(All(tip));
        var asking = Posted(host, book, [.. questions.Select(asked => asked.Question.Command)]);
        await Task.WhenAll(questions.Select(asked => asked.Question.Decided));
        Assert.False(posting.IsCompleted, "It was answered while the batch before was under way.");
        line.Release();
        await Task.WhenAll(posting, behind, asking);
        var journal = await Read(host, book);
        foreach (var (recollected, question) in questions)
        {
            Assert.Equal(journal.Count, question.AsOf);
            IsTrue(recollected, question, journal);
        }
    }

    [Fact]
    public async Task A_transaction_that_only_the_batch_under_way_knows_is_waited_for()
    {
        using var network = await Network();
        await using var host = Host(network);
        var book = await host.NewBook();
        var tip = await Begin(host, book);
        network.HoldRequest(Mark);
        var posting = Posted(host, book, Everything(tip, Mark));
        var line = await network.Meeting;
        var next = new Recollected.Transaction((await Read(host, book)).Count + 1);
        var question = new Question<string>(next.Ask);
        var asking = Posted(host, book, question.Command);
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Assert.False(question.Decided.IsCompleted);
        line.Release();
        await posting;
        await asking;
        Assert.NotEmpty(question.Answer);
        IsTrue(next, question, await Read(host, book));
    }

    [Fact]
    public async Task What_another_host_wrote_is_known_before_the_next_decision()
    {
        await using var first = Host();
        await using var second = Host();
        var book = await first.NewBook();
        var tip = await Begin(first, book);
        for (var i = 0; i < 3; i++)
        {
            foreach (var (here, there) in new[] { (first, second), (second, first) })
            {
                await Holds(there, book, All(tip));
                await Posted(here, book, Everything(tip, $"by another {i}"));
                await Holds(there, book, All(tip));
                // A stream that grows without any movement, and an account's life.
                await here.Appended(book, known => Memo<Memos>(known, "stream", "nothing moves"));
                await here.Posted(book, TestHost.Freeze("frozen"), MadeUp.Key());
                await Holds(there, book, All(tip));
                await there.Posted(book, TestHost.Unfreeze("frozen"), MadeUp.Key());
            }
        }
    }

    [Fact]
    public async Task What_was_taken_back_was_never_decided()
    {
        await Forbid(Poison);
        await using var host = Host();
        var book = await host.NewBook();
        var tip = await Begin(host, book);
        foreach (var round in Enumerable.Range(0, 3))
        {
            // Known before in the first round, and in the others as it was left.
            await Holds(host, book, All(tip));
            // In one batch that the database refuses; all that is not poison is decided again.
            var replies = await PostAll(host, book, [
                .. Everything(tip, $"sound {round}"), .. Everything(tip, Poison), .. Everything(tip, "sound too"),
            ]);
            Assert.Equal(replies.Count / 3, replies.Count(reply => reply is Reply.Failed));
            await Holds(host, book, All(tip));
            // And alone.
            foreach (var command in Everything(tip, Poison))
                Assert.IsType<Reply.Failed>(await host.Post(book, command, MadeUp.Key()));
            await Holds(host, book, All(tip));
        }
    }

    [Fact]
    public async Task What_rested_on_a_batch_that_never_landed_is_taken_back_with_it()
    {
        await Forbid(Poison);
        using var network = await Network();
        await using var host = Host(network);
        var book = await host.NewBook();
        var tip = await Begin(host, book);
        await Holds(host, book, All(tip));
        network.HoldRequest($"{Poison} {Mark}");
        var failing = PostAll(host, book, Everything(tip, $"{Poison} {Mark}"));
        var line = await network.Meeting;
        var question = new Question<string>(new Recollected.Stream("stream").Ask);
        var behind = Posted(host, book, [.. Everything(tip, "behind"), question.Command, .. Everything(tip, "behind")]);
        await question.Decided;
        var before = question.Answer;
        line.Release();
        Assert.All(await failing, reply => Assert.IsType<Reply.Failed>(reply));
        await behind;
        Assert.Contains(Poison, before, StringComparison.Ordinal);
        Assert.DoesNotContain(Poison, question.Answer, StringComparison.Ordinal);
        await Holds(host, book, All(tip));
    }

    /// <summary>
    /// Several callers on two hosts, with few names so that everything collides, poison among it, and next to nothing
    /// kept in memory. Whatever was answered at a number is what the journal said up to that number.
    /// </summary>
    [Fact]
    public async Task Any_answer_is_what_the_journal_said_then()
    {
        await Forbid(Poison);
        var seed = Random.Shared.Next();
        var options = MadeUp.Options with { Lanes = 1, MaxKnownAccounts = 4 };
        await using var first = TestHost.Start(database, options);
        await using var second = TestHost.Start(database, options);
        var book = await first.NewBook();
        var last = await Begin(first, book);
        var asked = await Task.WhenAll(Enumerable.Range(0, 10).Select(caller => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, caller));
            var questions = new List<(Recollected Recollected, Question<string> Question)>();
            for (var i = 0; i < 120; i++)
            {
                // The second host comes by now and then only, so that the first also works ahead.
                var host = caller == 0 && i % 10 == 0 ? second : first;
                var number = random.NextInt64(1, Volatile.Read(ref last) + 1);
                var (creator, fan) = ($"eve-{random.Next(2)}", $"fan-{random.Next(2)}");
                if (random.Next(3) == 0)
                {
                    Recollected recollected = random.Next(5) switch
                    {
                        0 => new Recollected.Stream($"stream-{random.Next(3)}"),
                        1 => new Recollected.Last($"last-{random.Next(3)}"),
                        2 => new Recollected.Transaction(number),
                        3 => new Recollected.Cohorts(creator),
                        _ => new Recollected.Spent(Wallet(fan), number),
                    };
                    var question = new Question<string>(recollected.Ask);
                    Assert.IsType<Reply.Refused>(await host.Post(book, question.Command, MadeUp.Key()));
                    questions.Add((recollected, question));
                    continue;
                }

                var (memo, day) = (random.Next(40) == 0 ? Poison : $"{caller}-{i}", FirstDay.PlusDays(random.Next(4)));
                var reply = await host.Post(book, random.Next(8) switch
                {
                    0 => MadeUp.Append(known => Memo<Memos>(known, $"stream-{i % 3}", memo)),
                    1 => MadeUp.Append(known => Memo<LastMemo>(known, $"last-{i % 3}", memo)),
                    2 => MadeUp.Append(known => Note(known, number, memo)),
                    3 => MadeUp.Append(known => Hold(memo, creator, day)),
                    4 => MadeUp.Append(known => Release(known, day, creator)),
                    5 => TestHost.TopUp(fan, 50),
                    6 => TestHost.Tip(fan, creator, 20),
                    _ => new Command.Reverse(number, memo),
                }, MadeUp.Key());
                Assert.True(reply is Reply.Posted or Reply.Refused || memo == Poison, $"seed {seed}: {reply}");
                if (reply is Reply.Posted posted) Volatile.Write(ref last, posted.Receipt.Number);
            }

            return questions;
        })));
        var journal = await Read(first, book);
        Assert.Equal(journal.Count, journal[^1].Record.Number);
        foreach (var (recollected, question) in asked.SelectMany(questions => questions))
        {
            var then = journal.Take((int)question.AsOf).ToList();
            Assert.True(
                recollected.IsTrue(question.Answer, then),
                $"seed {seed}, at {question.AsOf}: {Difference(recollected, question, then)}");
        }
    }

    /// <summary>A book with something of everything, and a tip that things refer to.</summary>
    private static async Task<long> Begin(TestHost host, BookName book)
    {
        await host.Posted(book, TestHost.TopUp("fan", 100_000), "begin 1");
        await host.Posted(book, TestHost.TopUp("frozen", 1), "begin 2");
        var tip = await host.Posted(book, TestHost.Tip("fan", "eve", 1_000), "begin 3");
        await Posted(host, book, Everything(tip.Number, "begun"));
        return tip.Number;
    }

    /// <summary>Commands that change whatever can be asked for.</summary>
    private static Command[] Everything(long transaction, string memo) =>
        [
            MadeUp.Append(book => Memo<Memos>(book, "stream", memo)),
            MadeUp.Append(book => Memo<LastMemo>(book, "last", memo)),
            MadeUp.Append(book => Note(book, transaction, memo)),
            MadeUp.Append(_ => Hold(memo, "eve", FirstDay)),
            MadeUp.Append(_ => Hold(memo, "eve", FirstDay.PlusDays(memo.Length))),
            MadeUp.Append(book => new Draft(new Event.Transferred(memo), Posting.Draw()
                .Debit(Wallet("fan"), 7).Credit(Wallet("another"), 7).Build())),
        ];

    private static Recollected[] All(long transaction) =>
        [
            new Recollected.Stream("stream"), new Recollected.Last("last"), new Recollected.Transaction(transaction),
            new Recollected.Cohorts("eve"), new Recollected.Spent(Wallet("fan"), transaction),
            new Recollected.Spent(Wallet("fan"), 0), new Recollected.Spent(Pending("eve", FirstDay), transaction),
        ];

    private static Draft? Memo<T>(Book book, string stream, string memo)
        where T : Aggregate, new()
    {
        book.Recall<T>(stream);
        return new Draft(new Event.Transferred(memo), Aggregate: stream);
    }

    private static Draft? Note(Book book, long number, string memo) => book.Transaction(number) is null
        ? null
        : new Draft(
            new Event.Transferred(memo),
            memo.Length % 2 == 0 ? null : Posting.Draw().Debit(Bank, 3).Credit(Wallet("another"), 3).Build(),
            RefersTo: number);

    private static Draft Hold(string memo, string creator, LocalDate day) => new(
        new Event.Transferred(memo), Posting.Draw().Debit(Bank, 5).Credit(Pending(creator, day), 5).Build());

    /// <summary>Empties the cohorts of a creator up to a day.</summary>
    private static Draft? Release(Book book, LocalDate upTo, string creator = "eve")
    {
        var posting = Posting.Draw();
        var sum = 0L;
        foreach (var day in book.Cohorts(Chart.CreatorPending, creator, Dollar).Where(day => day <= upTo))
        {
            var held = -book.Account(Pending(creator, day)).Balance;
            posting.Debit(Pending(creator, day), held);
            sum += held;
        }

        var available = new AccountKey(Chart.CreatorAvailable, creator, Dollar);
        return sum == 0 ? null : new Draft(new Event.Transferred("released"), posting.Credit(available, sum).Build());
    }

    private static AccountKey Wallet(string fan) => new(Chart.FanWallet, fan, Dollar);

    private static AccountKey Pending(string creator, LocalDate day) => new(Chart.CreatorPending, creator, Dollar, day);

    private static AccountKey Bank => new(Chart.BankCash, "", Dollar);

    /// <summary>Posts all together; each is posted, or was a question.</summary>
    private static async Task Posted(TestHost host, BookName book, params Command[] commands)
    {
        var replies = await PostAll(host, book, commands);
        Assert.All(
            replies, reply => Assert.True(reply is Reply.Posted or Reply.Refused { Refusal.Code: "no" }, $"{reply}"));
    }

    private static Task<IReadOnlyList<Reply>> PostAll(TestHost host, BookName book, Command[] commands) =>
        host.Writer.PostAll(book, [.. commands.Select(command => (command, MadeUp.Key()))], TestHost.Checkout);

    private static List<(Recollected Recollected, Question<string> Question)> Questions(Recollected[] all) =>
        [.. all.Select(recollected => (recollected, new Question<string>(recollected.Ask)))];

    /// <summary>Whatever is asked for is what the journal says, as this host sees it now.</summary>
    private static async Task Holds(TestHost host, BookName book, params Recollected[] all)
    {
        var questions = Questions(all);
        await Posted(host, book, [.. questions.Select(asked => asked.Question.Command)]);
        var journal = await Read(host, book);
        foreach (var (recollected, question) in questions)
        {
            Assert.Equal(journal.Count, question.AsOf);
            IsTrue(recollected, question, journal);
        }
    }

    private static void IsTrue(Recollected recollected, Question<string> question, IReadOnlyList<Appended> journal) =>
        Assert.True(recollected.IsTrue(question.Answer, journal), Difference(recollected, question, journal));

    private static string Difference(
        Recollected recollected, Question<string> question, IReadOnlyList<Appended> journal) =>
        $"{recollected} was\n{question.Answer}\nand should be\n{recollected.Read(journal)}";

    private static async Task<IReadOnlyList<Appended>> Read(TestHost host, BookName name)
    {
        var book = (await host.Registry.Find(name, CancellationToken.None))!;
        var journal = new JournalReader(host.Database);
        return await journal.WithEntries(book, 0, long.MaxValue, CancellationToken.None).ToListAsync();
    }

    private TestHost Host() => TestHost.Start(database, MadeUp.Options);

    private TestHost Host(Proxy network) =>
        TestHost.Start(network.Through(database.HostConnectionString), MadeUp.Options);

    private async Task<Proxy> Network() => new(await TestDatabase.Scalar<int>(
        database.SuperuserConnectionString, "select current_setting('port')::int"));

    private Task Forbid(string text) => TestDatabase.Execute(
        database.SuperuserConnectionString,
        $"alter table ledger.journal add constraint no_poison check (data::text not like '%{text}%') not valid");

    private Task<long> Marked() => TestDatabase.Scalar<long>(
        database.SuperuserConnectionString, $"select count(*) from ledger.journal where data::text like '%{Mark}%'");
}
