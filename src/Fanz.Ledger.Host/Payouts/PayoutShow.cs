using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Payouts;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>Shows batches, files and payouts as they stand.</summary>
internal static class PayoutShow
{
    private const int Most = 100;

    public static async Task<int> List(BookName book, bool areFiles, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        if (areFiles) Tell(await desk.Payouts.Files(desk.Book, Most, token), asJson);
        else Tell(await desk.Payouts.Batches(desk.Book, Most, token), asJson);
        return CommandLine.Done;
    }

    /// <summary>A batch with how its payouts stand, or a payout with its records.</summary>
    public static async Task<int> One(BookName book, string name, bool asJson, CancellationToken token)
    {
        await using var desk = await PayoutDesk.Open(book, token);
        if (await desk.Payouts.Batch(desk.Book, name, token) is { } batch)
        {
            var states = await desk.Payouts.States(desk.Book, name, token);
            if (asJson) Answer.Json(new { Kind = "batch", Batch = Json(batch), States = states });
            else Tell(batch, states);
            return CommandLine.Done;
        }

        var payout = await desk.Payouts.Find(desk.Book, name, token)
            ?? throw new Mistake($"{book} has neither a batch nor a payout {name}.");
        var records = await new JournalReader(desk.Source)
            .Stream(desk.Book, Payout.StreamOf(name), 0, long.MaxValue, token);
        if (asJson)
        {
            Answer.Json(new
            {
                Kind = "payout",
                Payout = payout,
                Records = records.Select(record => new
                {
                    record.Number, record.Type, At = InstantPattern.ExtendedIso.Format(record.At), record.Actor,
                }),
            });
            return CommandLine.Done;
        }

        Answer.Table(
            $"{payout.Payout}: {payout.Creator} gets {Money(payout.Sent, payout.Currency)} of "
            + $"{Money(payout.Amount, payout.Currency)}; {payout.State}"
            + (payout.Batch is null ? "" : $", batch {payout.Batch}")
            + (payout.File is null ? "" : $", file {payout.File}")
            + (payout.Reason is null ? "." : $". {payout.Reason}"),
            [new("number", IsNumber: true), "what", "at", "by"],
            records.Select(record => (IReadOnlyList<string>)
                [Whole(record.Number), record.Type, InstantPattern.ExtendedIso.Format(record.At), record.Actor]));
        return CommandLine.Done;
    }

    public static void Tell(BatchRow batch, IReadOnlyList<StateCount> states) => Answer.Table(
        $"{batch.Batch}, {batch.Currency} by {batch.Rail}, {batch.State}"
        + (batch.Sent is { } sent ? $": {batch.Payouts} payouts of {Money(sent, batch.Currency)}" : "")
        + (batch.FirstApprover is { } first ? $", approved by {first}" : "")
        + (batch.SecondApprover is { } second ? $" and {second}" : ""),
        ["payouts that are", new("payouts", IsNumber: true), new("sent", IsNumber: true)],
        states.Select(state => (IReadOnlyList<string>)
            [state.State, Whole(state.Payouts), Money(state.Sent, batch.Currency)]));

    private static void Tell(List<BatchRow> batches, bool asJson)
    {
        if (asJson) Answer.Json(new { Batches = batches.Select(Json) });
        else
        {
            Answer.Table(
                title: null,
                [
                    "batch", "on", "rail", "state", new("payouts", IsNumber: true), new("sent", IsNumber: true),
                    "approved by",
                ],
                batches.Select(one => (IReadOnlyList<string>)
                    [
                        one.Batch, LocalDatePattern.Iso.Format(one.On), one.Rail, one.State, Whole(one.Payouts),
                        one.Sent is { } sent ? Money(sent, one.Currency) : "",
                        string.Join(", ", new[] { one.FirstApprover, one.SecondApprover }.OfType<string>()),
                    ]));
        }
    }

    private static void Tell(List<FileRow> files, bool asJson)
    {
        if (asJson)
        {
            Answer.Json(new
            {
                Files = files.Select(one => new
                {
                    one.File, one.Rail, one.Batch, one.Currency, one.Payouts, one.Sent, one.State,
                    CreatedAt = InstantPattern.ExtendedIso.Format(one.CreatedAt),
                }),
            });
            return;
        }

        Answer.Table(
            title: null,
            ["file", "rail", "batch", "state", new("payouts", IsNumber: true), new("sent", IsNumber: true), "created"],
            files.Select(one => (IReadOnlyList<string>)
                [
                    one.File, one.Rail, one.Batch ?? "", one.State, Whole(one.Payouts), Money(one.Sent, one.Currency),
                    InstantPattern.ExtendedIso.Format(one.CreatedAt),
                ]));
    }

    private static object Json(BatchRow batch) => new
    {
        batch.Batch, batch.Currency, batch.Rail, On = LocalDatePattern.Iso.Format(batch.On), batch.State, batch.Payouts,
        batch.Sent, batch.Members, batch.FirstApprover, batch.SecondApprover,
    };

    private static string Money(long amount, string currency) => PayoutDecisions.InWords(amount, currency);

    private static string Whole(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
