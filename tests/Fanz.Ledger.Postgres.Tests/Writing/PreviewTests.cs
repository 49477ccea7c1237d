using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>A preview says what posting would do, and does nothing.</summary>
public sealed class PreviewTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly Currency Dollar = Currency.Of("USD");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task What_is_previewed_is_what_is_posted()
    {
        await using var host = TestHost.Start(database);
        var (book, other) = (await host.NewBook(), await host.NewBook());
        await host.Posted(book, TestHost.TopUp("fan", 5_000), "top-up");
        var tip = await host.Posted(book, TestHost.Tip("fan", "eve", 1_000), "tip");
        Command[] commands =
            [
                TestHost.Tip("fan", "eve", 1_000), TestHost.Tip("fan", "somebody new", 7), TestHost.TopUp("new too", 3),
                TestHost.Move(TestHost.Wallet("fan"), TestHost.Bank, 5, "for nothing"),
                new Command.Transfer(
                    [new NamedLeg(TestHost.Bank, 1), new NamedLeg(TestHost.Wallet("fan"), -1)], "late",
                    new LocalDate(2020, 2, 29)),
                new Command.Reverse(tip.Number, "sorry"), TestHost.Send(other, "fan", "fan", 9), TestHost.Freeze("fan"),
                TestHost.Unfreeze("fan"),
            ];
        foreach (var command in commands)
        {
            var before = await Everything();
            var preview = Assert.IsType<Previewed.Posts>(await Of(host).Of(book, command, TestHost.Checkout));
            Assert.Equal(before, await Everything());
            var receipt = await host.Posted(book, command, MadeUp.Key());
            Assert.Equal(receipt.Entries.Select(Leg), preview.Records[0].Legs);
            foreach (var record in preview.Records) await IsTheLast(host, record);
            Assert.Equal(
                command is Command.TransferToBook ? [book, other] : [book],
                preview.Records.Select(record => record.Book));
        }
    }

    [Fact]
    public async Task What_would_be_refused_is_refused()
    {
        await using var host = TestHost.Start(database);
        var (book, other) = (await host.NewBook(), await host.NewBook());
        await host.Posted(book, TestHost.TopUp("fan", 100), "1");
        await host.Posted(other, TestHost.TopUp("frozen", 100), "2");
        await host.Posted(other, TestHost.Freeze("frozen"), "3");
        Command[] commands =
            [
                TestHost.Tip("fan", "eve", 101), TestHost.Send(other, "fan", "frozen", 1),
                new Command.Reverse(99, "what"), TestHost.Unfreeze("fan"),
            ];
        foreach (var command in commands)
        {
            var before = await Everything();
            var preview = Assert.IsType<Previewed.Refused>(await Of(host).Of(book, command, TestHost.Checkout));
            Assert.Equal(before, await Everything());
            Assert.Equal(
                TestHost.InFull(await host.Refused(book, command, MadeUp.Key())), TestHost.InFull(preview.Refusal));
        }
    }

    [Fact]
    public async Task What_is_ill_formed_is_told_fault_by_fault()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var nowhere = book with { Platform = "nowhere" };
        foreach (var (name, command, actor) in new (BookName, Command, Actor)[]
            {
                (book, TestHost.TopUp("", -1), TestHost.Checkout), (book, TestHost.TopUp("fan", 1), new Actor("")),
                (nowhere, TestHost.TopUp("fan", 1), TestHost.Checkout),
                (book, TestHost.Send(nowhere, "fan", "fan", 1), TestHost.Checkout),
            })
        {
            var preview = Assert.IsType<Previewed.Malformed>(await Of(host).Of(name, command, actor));
            var reply = Assert.IsType<Reply.Malformed>(await host.Post(name, command, "key", actor));
            Assert.Equal(reply.Faults, preview.Faults);
        }
    }

    [Fact]
    public async Task It_is_decided_with_all_that_a_decision_may_ask_for()
    {
        await using var host = TestHost.Start(database, MadeUp.Options);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1_000), "1");
        var tip = await host.Posted(book, TestHost.Tip("fan", "eve", 500), "2");
        foreach (var memo in new[] { "one", "two" })
        {
            await host.Appended(book, known =>
            {
                known.Recall<Memos>("stream");
                return known.Transaction(tip.Number) is null
                    ? null
                    : new Draft(new Event.Transferred(memo), Aggregate: "stream", RefersTo: tip.Number);
            });
        }

        var command = MadeUp.Append(known =>
        {
            // One after another, and each stumbles over what is not known yet.
            var since = known.Transaction(tip.Number)!.Since.Count;
            var memos = known.Recall<Memos>("stream").All;
            if (memos[since - 1].Length == 0) return null;
            var day = known.Cohorts(Chart.CreatorPending, "eve", Dollar).First();
            var pending = new AccountKey(Chart.CreatorPending, "eve", Dollar, day);
            var spent = known.Spent(new AccountKey(Chart.FanWallet, "fan", Dollar), 1);
            var posting = Posting.Draw()
                .Debit(pending, -known.Account(pending).Balance)
                .Credit(new AccountKey(Chart.CreatorAvailable, "eve", Dollar), -known.Account(pending).Balance);
            return new Draft(
                new Event.Transferred($"{since} {memos.Count} {string.Join(',', spent)}"), posting.Build(),
                RefersTo: tip.Number, Aggregate: "stream");
        });
        var preview = Assert.IsType<Previewed.Posts>(await Of(host).Of(book, command, TestHost.Checkout));
        Assert.Equal("""{"memo":"2 2 3"}""", Encoding.UTF8.GetString(preview.Records[0].Data.Span));
        Assert.Equal(0, preview.Records[0].Legs[0].BalanceAfter);
        await host.Posted(book, command, "3");
        await IsTheLast(host, preview.Records[0]);
    }

    [Fact]
    public async Task A_fault_of_the_program_is_told_and_harms_nobody()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var rounds = 0;
        Func<Book, Decision>[] faulty =
            [
                _ => throw new InvalidOperationException("A bug."),
                known =>
                {
                    known.Recall<Memos>($"stream {rounds++}");
                    return MadeUp.No;
                },
                known => Decision.Of(known, new Draft(
                    new Event.Transferred(""), Posting.Draw()
                        .Debit(new AccountKey(Chart.FanWallet, "poor", Dollar), 1)
                        .Credit(new AccountKey(Chart.BankCash, "", Dollar), 1).Build())),
            ];
        foreach (var decide in faulty)
            Assert.IsType<Previewed.Failed>(await Of(host).Of(book, MadeUp.Command(decide), TestHost.Checkout));
        Assert.Equal(2, (await host.Posted(book, TestHost.TopUp("fan", 1), "key")).Number);
        Assert.IsType<Previewed.Posts>(await Of(host).Of(book, TestHost.TopUp("fan", 1), TestHost.Checkout));
    }

    [Fact]
    public async Task A_copy_that_may_only_be_read_can_preview()
    {
        await using var server = await PrivateServer.Start();
        BookName book;
        await using (var host = TestHost.Start(server.Server.HostConnectionString()))
        {
            book = await host.NewBook();
            await host.Posted(book, TestHost.TopUp("fan", 100), "1");
        }

        await server.Server.Stop();
        await File.WriteAllTextAsync(Path.Combine(server.Server.DataDirectory, "standby.signal"), "");
        await server.Server.Restart(CancellationToken.None);
        await using var standby = TestHost.Start(server.Server.HostConnectionString());
        Assert.True(await TestDatabase.Scalar<bool>(
            server.Server.HostConnectionString(), "select pg_is_in_recovery()"));
        var preview = await Of(standby).Of(book, TestHost.Tip("fan", "eve", 100), TestHost.Checkout);
        Assert.Equal(0, Assert.IsType<Previewed.Posts>(preview).Records[0].Legs[0].BalanceAfter);
        preview = await Of(standby).Of(book, TestHost.Tip("fan", "eve", 101), TestHost.Checkout);
        Assert.IsType<Previewed.Refused>(preview);
        Assert.IsType<Reply.Unavailable>(await standby.Post(book, TestHost.Tip("fan", "eve", 100), "key"));
    }

    [Fact]
    public async Task A_book_written_by_a_newer_version_is_not_previewed()
    {
        await using var server = await PrivateServer.Start();
        await using var host = TestHost.Start(server.Server.HostConnectionString());
        var book = await host.NewBook();
        await Forged.Seal(
            server.Server.SuperuserConnectionString(), book, vocabulary: 99, later: Duration.FromSeconds(1));
        var preview = await Of(host).Of(book, TestHost.TopUp("fan", 1), TestHost.Checkout);
        Assert.Contains("vocabulary 99", Assert.IsType<Previewed.Unavailable>(preview).Why, StringComparison.Ordinal);
    }

    private static Preview Of(TestHost host) => new(host.Database, host.Registry) { Decide = MadeUp.Decide };

    /// <summary>The last record of its book is the one that was previewed.</summary>
    private static async Task IsTheLast(TestHost host, PreviewedRecord preview)
    {
        var book = (await host.Registry.Find(preview.Book, CancellationToken.None))!;
        var journal = new JournalReader(host.Database);
        var head = await journal.PlaceAsOf(book, AsOf.Head, CancellationToken.None);
        var (record, entries) = (await journal.Find(book, head.Number, CancellationToken.None))!;
        Assert.Equal((record.Type, record.RefersTo), (preview.Type, preview.RefersTo));
        Assert.Equal(Encoding.UTF8.GetString(record.Data.Span), Encoding.UTF8.GetString(preview.Data.Span));
        Assert.Equal(record.EffectiveOn, preview.EffectiveOn);
        Assert.Equal(entries.Select(Leg), preview.Legs);
    }

    private static PreviewedLeg Leg(Entry entry) =>
        new(entry.Account, entry.Amount, entry.BalanceBefore, entry.Balance);

    /// <summary>How much there is of whatever posting writes.</summary>
    private Task<string> Everything() => TestDatabase.Scalar<string>(
        database.SuperuserConnectionString,
        """
        select concat_ws(' ', (select count(*) from ledger.journal), (select count(*) from ledger.entries),
            (select count(*) from ledger.accounts), (select count(*) from ledger.answers),
            (select count(*) from ledger.seals), (select last_value from ledger.account_ids))
        """);
}
