using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class FormAndStateTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const long Most = Ledger.Money.Money.Limit;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => LedgerAudit.Passes(database.SuperuserConnectionString);

    [Fact]
    public async Task A_fault_of_form_is_told_and_stored_nowhere()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        foreach (var bad in new[] { "", "nul\0", "half \ud83d", "\udc00 half", "bell\a", "new\nline", new string('x', 129) })
        {
            Assert.IsType<Reply.Malformed>(await host.Post(book, TestHost.TopUp(bad, 1), "key"));
            if (bad.Length < 129)
                Assert.IsType<Reply.Malformed>(await host.Post(book, TestHost.TopUp("fan", 1), bad));
        }

        foreach (var bad in new[] { "nul\0", "half \ud83d" })
            Assert.IsType<Reply.Malformed>(await host.Post(book, TestHost.TopUp("fan", 1, bad), "key"));
        foreach (var amount in new[] { 0, -1, long.MinValue, Most + 1 })
            Assert.IsType<Reply.Malformed>(await host.Post(book, TestHost.TopUp("fan", amount), "key"));
        Assert.IsType<Reply.Malformed>(await host.Post(book with { Platform = "nobody" }, TestHost.TopUp("fan", 1), "key"));
        Assert.IsType<Reply.Malformed>(await host.Post(book, TestHost.Move(TestHost.Wallet("fan"), TestHost.Wallet("fan"), 1), "key"));
        Assert.IsType<Reply.Malformed>(await host.Post(
            book, new Command.Transfer([new NamedLeg(TestHost.Bank, 2), new NamedLeg(TestHost.Wallet("fan"), -1)], ""), "key"));
        Assert.IsType<Reply.Malformed>(await host.Post(book, TestHost.Send(book, "fan", "fan", 1), "key"));
        // The key is as good as new.
        Assert.Equal(2, (await host.Posted(book, TestHost.TopUp("fan", 1), "key")).Number);
    }

    [Fact]
    public async Task Names_that_look_alike_are_two_accounts()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        string[] names =
            [
                "café", "cafe\u0301", "Café", "café ", "\u0441afé", "\ufb01", "fi", "ß", "ss", "\u0130", "i", "\u00c5",
                "\u212b", "\ud835\udcd5",
            ];
        var receipts = new List<Receipt>();
        foreach (var name in names) receipts.Add(await host.Posted(book, TestHost.TopUp(name, 10), $"1 {name}"));
        Assert.Equal(names.Length, receipts.Select(receipt => receipt.Entries[1].AccountId).Distinct().Count());
        await using var other = TestHost.Start(database);
        for (var i = 0; i < names.Length; i++)
        {
            var entry = (await other.Posted(book, TestHost.TopUp(names[i], 5), $"2 {names[i]}")).Entries[1];
            Assert.Equal((receipts[i].Entries[1].AccountId, -15, 2), (entry.AccountId, entry.Balance, entry.Version));
        }
    }

    [Fact]
    public async Task Free_text_is_kept_byte_for_byte()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        const string text = "'; drop table \"x\"; -- \\ \\u0041 \\\\' 👩‍👩‍👧 \u2028\u2029 \u0001\u001f\u007f\t\r\n </script> $1 $$ {} \ufeff ﷽ e\u0301";
        foreach (var owner in new[] { "o'\"\\/👩‍👩‍👧\u2028", "{a,b}", "null", "NULL", "\\N" })
        {
            var receipt = await host.Posted(book, TestHost.TopUp(owner, 7, text), owner);
            var stored = await TestDatabase.Scalar<byte[]>(
                database.SuperuserConnectionString,
                $"""
                select convert_to(data::text, 'UTF8') from ledger.journal j join ledger.books b on b.id = j.book_id
                where b.platform = '{book.Platform}' and number = {receipt.Number}
                """);
            var written = new Event.WalletToppedUp(owner, 7, "USD", text);
            Assert.Equal(Encoding.UTF8.GetString(EventFormat.Write(written)), Encoding.UTF8.GetString(stored));
            Assert.Equal(written, EventFormat.Read("wallet_topped_up", stored));
            Assert.Equal(owner, receipt.Entries[1].Account.Owner);
            await using var other = TestHost.Start(database);
            Assert.Equal(
                TestHost.InFull(receipt), TestHost.InFull(await other.Posted(book, TestHost.TopUp(owner, 7, text), owner)));
            // A frozen account is found again by its name, whatever is in it.
            await other.Posted(book, TestHost.Freeze(owner), $"freeze {owner}");
            await using var third = TestHost.Start(database);
            await third.Refused(book, TestHost.TopUp(owner, 1), $"refused {owner}");
            await third.Posted(book, TestHost.Unfreeze(owner), $"unfreeze {owner}");
        }
    }

    [Fact]
    public async Task Ten_thousand_legs_are_one_transaction_and_can_be_reversed()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var legs = Enumerable.Range(0, 9_999).Select(i => new NamedLeg(TestHost.Wallet($"fan-{i}"), -1 - i)).ToList();
        legs.Add(new NamedLeg(TestHost.Bank, -legs.Sum(leg => leg.Amount)));
        var receipt = await host.Posted(book, new Command.Transfer(legs, "everyone"), "all");
        Assert.Equal(10_000, receipt.Entries.Length);
        await using var other = TestHost.Start(database);
        Assert.Equal(TestHost.InFull(receipt), TestHost.InFull(await other.Posted(book, new Command.Transfer(legs, "everyone"), "all")));
        var reversal = await other.Posted(book, new Command.Reverse(receipt.Number, "sorry"), "back");
        Assert.All(reversal.Entries, entry => Assert.Equal(0, entry.Balance));
        legs.Add(new NamedLeg(new AccountName("suspense", "", "USD"), 1));
        Assert.IsType<Reply.Malformed>(await host.Post(book, new Command.Transfer(legs, "one too many"), "more"));
    }

    [Fact]
    public async Task A_balance_never_overflows()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var most = (int)(long.MaxValue / Most);
        var commands = Enumerable.Range(0, most + 3).Select(i => (TestHost.TopUp("whale", Most), $"{i}")).ToList();
        var replies = await host.Writer.PostAll(book, commands, TestHost.Checkout);
        Assert.Equal(most, replies.OfType<Reply.Posted>().Count());
        Assert.All(replies.OfType<Reply.Refused>(), refused => Assert.Equal("balance_overflow", refused.Refusal.Code));
        Assert.Equal(3, replies.OfType<Reply.Refused>().Count());
        await host.Posted(book, TestHost.TopUp("whale", (long.MaxValue % Most) - 1), "to the brim");
        await host.Posted(book, TestHost.TopUp("whale", 1), "the last drop");
        await host.Refused(book, TestHost.TopUp("whale", 1), "over");
    }

    [Fact]
    public async Task A_frozen_account_keeps_still_and_a_closed_one_never_opens_again()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        var wallet = TestHost.Wallet("fan");
        Assert.Equal("account_unknown", (await host.Refused(book, TestHost.Freeze("fan"), "0")).Code);
        await host.Posted(book, TestHost.TopUp("fan", 100), "1");
        await host.Posted(book, TestHost.Freeze("fan", debitsOnly: true), "2");
        await host.Posted(book, TestHost.TopUp("fan", 100), "3");
        Assert.Equal("account_frozen", (await host.Refused(book, TestHost.Tip("fan", "eve", 1), "4")).Code);
        await host.Posted(book, TestHost.Freeze("fan"), "5");
        Assert.Equal("account_frozen", (await host.Refused(book, TestHost.TopUp("fan", 1), "6")).Code);
        Assert.Equal("account_frozen", (await host.Refused(book, new Command.CloseAccount(wallet, "bye"), "7")).Code);
        await host.Posted(book, TestHost.Unfreeze("fan"), "8");
        Assert.Equal("account_not_empty", (await host.Refused(book, new Command.CloseAccount(wallet, "bye"), "9")).Code);
        await host.Posted(book, TestHost.Move(wallet, TestHost.Bank, 200), "10");
        await host.Posted(book, new Command.CloseAccount(wallet, "bye"), "11");
        foreach (var after in new[] { host, TestHost.Start(database) })
        {
            Assert.Equal("account_closed", (await after.Refused(book, TestHost.TopUp("fan", 1), $"12 {after.GetHashCode()}")).Code);
            Assert.Equal("account_closed", (await after.Refused(book, TestHost.Unfreeze("fan"), $"13 {after.GetHashCode()}")).Code);
            await after.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_batch_of_life_changes_and_movements_is_decided_in_order()
    {
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        (Command, string)[] commands =
            [
                (TestHost.TopUp("fan", 100), "1"), (TestHost.Freeze("fan"), "2"), (TestHost.TopUp("fan", 1), "3"),
                (TestHost.Unfreeze("fan"), "4"), (TestHost.Tip("fan", "eve", 60), "5"), (TestHost.Tip("fan", "eve", 60), "6"),
                (new Command.Reverse(5, "of the tip before"), "7"), (TestHost.Tip("fan", "eve", 100), "8"),
                (new Command.Reverse(5, "again"), "9"), (new Command.Reverse(99, "of nothing"), "10"),
            ];
        var replies = await host.Writer.PostAll(book, commands, TestHost.Checkout);
        Assert.Equal(
            "posted posted account_frozen posted posted insufficient_funds posted posted already_reversed transaction_unknown",
            string.Join(' ', replies.Select(reply => reply is Reply.Refused refused ? refused.Refusal.Code : "posted")));
    }
}
