using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts;

/// <summary>From what creators have available to the file that the bank takes, over a real database.</summary>
public sealed class PayingTests(Home home) : IClassFixture<Home>
{
    private const string Form = StandingJobs.FormPayouts;
    private const string Submit = StandingJobs.SubmitPayouts;

    [Fact]
    public async Task Payouts_are_formed_approved_by_two_and_sent_in_files_that_can_be_made_again()
    {
        await using var paying = await PayingLedger.Start(home, creators: 5, filePayouts: 2);
        await paying.Add("poor", PayingLedger.Minimum - 1);
        await paying.Add("paused", 50_00);
        await paying.Ledger.Post(paying.Book, new Command.SetPayoutPreference("paused", "USD", PayoutMode.Paused));
        await paying.Add("held", 50_00);
        await paying.Ledger.Post(paying.Book, new Command.HoldCreator("held", "a person looks"));
        await paying.Give(paying.Book, "nowhere", 50_00);

        var dry = await paying.Engine().Preview(paying.Book, paying.Run(Form), CancellationToken.None);
        Assert.Equal((7, 5, 2), (dry.Planned, dry.Done, dry.Skipped));
        var formed = await paying.Do(Form);
        Assert.Equal((RunEnd.Finished, 5, 2), (formed.End, formed.Done, formed.Skipped));
        Assert.Equal(dry.Amounts, formed.Amounts);
        Assert.Equal(["creator_held", "no_payout_method"], formed.SkippedFor!.Select(one => one.Code).Order());
        Assert.Equal(0, (await paying.Do(Submit)).Done);

        await paying.Approve(paying.Batch);
        paying.Ledger.Clock.Advance(Duration.FromDays(1));
        var planned = await paying.Engine().Preview(paying.Book, paying.Run(Submit), CancellationToken.None);
        Assert.Equal((5, 5), (planned.Planned, planned.Done));
        Assert.Empty(paying.Files);
        var sent = await paying.Do(Submit);
        Assert.Equal((RunEnd.Finished, 5, 0), (sent.End, sent.Done, sent.Skipped));
        Assert.Equal(3, paying.Files.Count);
        await paying.Check(5);

        // There is nothing more: no batch, and no file.
        paying.Ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal(2, (await paying.Do(Form)).Skipped);
        Assert.Single(await paying.Happened<Event.BatchRejected>());
        Assert.Equal(0, (await paying.Do(Submit)).Done);
        Assert.Equal(3, paying.Files.Count);
    }

    [Fact]
    public async Task Where_nobody_is_due_there_is_no_batch()
    {
        await using var paying = await PayingLedger.Start(home, creators: 0);
        var report = await paying.Do(Form);
        Assert.Equal((RunEnd.Finished, 0, 0), (report.End, report.Done, report.Skipped));
        Assert.Empty(await paying.Happened<Event.BatchOpened>());
    }

    [Fact]
    public async Task What_came_between_forming_and_sending_gives_the_money_back_and_says_why()
    {
        await using var paying = await PayingLedger.Start(home, creators: 6);
        await paying.Do(Form);
        await paying.Approve(paying.Batch);
        await paying.Ledger.Post(paying.Book, new Command.SanctionParty(Role.Creator, "creator-0", "on a list"));
        await paying.AddMethod("creator-1", "other", "777");
        await paying.Ledger.Post(
            paying.Book, new Command.SetPayoutPreference("creator-1", "USD", PayoutMode.Automatic, "other"));
        await paying.Ledger.Post(
            paying.Book, new Command.DisablePayoutMethod("creator-2", "main", "the bank says it is closed"));
        await Destroy(paying, "creator-3");

        var report = await paying.Do(Submit);
        Assert.Equal((RunEnd.Finished, 2, 4), (report.End, report.Done, report.Skipped));
        Assert.Equal(2, paying.InFiles().Count);
        var cancelled = (await paying.Happened<Event.PayoutCancelled>()).ToDictionary(one => one.Creator);
        Assert.Equal(["creator-0", "creator-1", "creator-2", "creator-3"], cancelled.Keys.Order());
        Assert.Contains("destroyed", cancelled["creator-3"].Reason, StringComparison.Ordinal);
        Assert.Contains("'other'", cancelled["creator-1"].Reason, StringComparison.Ordinal);
        await paying.CheckFiles();

        // Where it was put right, the next batch pays.
        paying.Ledger.Clock.Advance(Duration.FromDays(1));
        await paying.Do(Form);
        await paying.Approve(paying.Batch);
        Assert.Equal(1, (await paying.Do(Submit)).Done);
        Assert.Equal("777", Assert.Single(paying.InFiles(), one => one.Account == "777").Account);
    }

    [Fact]
    public async Task Another_master_key_sends_nothing_and_says_so()
    {
        await using var paying = await PayingLedger.Start(home, creators: 2);
        await paying.Do(Form);
        await paying.Approve(paying.Batch);
        var wrong = await paying.Do(Submit, paying.Engine(new byte[32]));
        Assert.Equal(RunEnd.BrokenOff, wrong.End);
        Assert.Contains("master key", wrong.Why, StringComparison.Ordinal);
        Assert.Empty(await paying.Happened<Event.PayoutSubmitted>());
        Assert.Equal(2, (await paying.Do(Submit)).Done);
        await paying.Check(2);
    }

    [Fact]
    public async Task A_rejected_batch_gives_everything_back_and_one_with_other_payouts_is_not_touched()
    {
        await using var paying = await PayingLedger.Start(home, creators: 3);
        await paying.Do(Form);
        await paying.Ledger.Post(paying.Book, new Command.RejectBatch(paying.Batch, "too early"));
        await paying.Do(Submit);
        Assert.Equal(3, (await paying.Happened<Event.PayoutCancelled>()).Count);

        // A batch of somebody who told its content wrongly, approved as it was told.
        paying.Ledger.Clock.Advance(Duration.FromDays(1));
        var (batch, members) = ("by-hand", new string('0', 64));
        await paying.Ledger.Post(paying.Book, new Command.OpenBatch(batch, "USD", paying.Run(Form).On));
        await paying.Ledger.Post(
            paying.Book, new Command.FormPayout("p1", "creator-1", "USD", 11_00, PayingLedger.Fee, batch));
        await paying.Ledger.Post(paying.Book, new Command.CloseBatch(batch, 1, 1_00, members));
        foreach (var person in new[] { "carla", "dan" })
            await paying.Ledger.Post(paying.Book, new Command.ApproveBatch(batch, 1, 1_00, members, person));
        var report = await paying.Do(Submit);
        Assert.Equal("batch_differs", Assert.Single(report.Findings!).Check);
        Assert.Empty(await paying.Happened<Event.PayoutSubmitted>());
        Assert.Empty(paying.Files);
    }

    [Fact]
    public async Task Instant_payouts_leave_in_a_small_file_of_their_own()
    {
        await using var paying = await PayingLedger.Start(home, creators: 2);
        await paying.Do(Form);
        await paying.Approve(paying.Batch);
        await paying.Add("hasty", 90_00);
        await paying.Ledger.Post(
            paying.Book, new Command.FormPayout("i1", "hasty", "USD", 90_00, 1_00, Instant: true));
        Assert.Equal(3, (await paying.Do(Submit)).Done);
        Assert.Equal(2, paying.Files.Count);
        Assert.StartsWith("instant-", Path.GetFileName(paying.Files[0]), StringComparison.Ordinal);
        Assert.Contains(paying.InFiles(), one => one is { Payout: "i1", Amount: 89_00 });
        await paying.Check(3);
    }

    [Fact]
    public async Task What_is_available_on_another_platform_is_paid_from_where_its_terms_say()
    {
        await using var paying = await PayingLedger.Start(home, creators: 1);
        var side = await paying.Ledger.Open("side");
        await paying.Set(side, combineInto: paying.Book.Name.Platform);
        await paying.Give(side, "creator-0", 3_00);
        await paying.Give(side, "creator-9", 4_00);
        await paying.Ledger.Post(side, new Command.SanctionParty(Role.Creator, "creator-9", "on a list"));
        var moved = await paying.Engine().Do(side, paying.Run(Form), isByHand: true, CancellationToken.None);
        Assert.Equal((RunEnd.Finished, 1, 1), (moved.End, moved.Done, moved.Skipped));
        await paying.Do(Form);
        Assert.Equal(PayingLedger.Minimum + 3_00, Assert.Single(await paying.Happened<Event.PayoutFormed>()).Amount);
    }

    private Task Destroy(PayingLedger paying, string creator) => home.Tamper(
        $"""
        alter table ledger.person_keys disable trigger only_ended;
        update ledger.person_keys set wrapped = null, destroyed_at = now()
        where person = '{PersonKeys.OfCreator(creator)}' and tenant = '{paying.Book.Name.Tenant}';
        alter table ledger.person_keys enable always trigger only_ended
        """);
}
