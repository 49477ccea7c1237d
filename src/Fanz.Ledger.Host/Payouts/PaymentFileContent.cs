using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Rails;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>A file cannot be made, or not as it was; the message says what is in the way.</summary>
internal sealed class FileNotMade(string message) : Exception(message);

/// <summary>A file as it is to be written: its head and its payments, in their order.</summary>
internal sealed record FileContent(FileFormat Format, FileHead Head, IReadOnlyList<PaymentOrder> Orders)
{
    public long Sent => Orders.Aggregate(0L, (sum, order) => checked(sum + order.Amount));

    public PaymentFileManifest Write(Stream stream)
    {
        try
        {
            return Format.Write(Head, Orders, stream);
        }
        catch (PaymentFileRefused refused)
        {
            throw new FileNotMade($"{Head.Message} cannot be written: {refused.Message}");
        }
    }
}

/// <summary>
/// Makes files of what the journal says: the payouts that were submitted in them, the rail as it was set, the accounts
/// as they stood when each was submitted, and when it was prepared the times that it states. So a file is made for the
/// first time and ever again in one way. Round trips a page: the places, the submissions, the accounts.
/// </summary>
internal sealed class PaymentFileContent(NpgsqlDataSource source, PayeeAccounts accounts)
{
    private const int Page = 2_000;

    private readonly PayoutReader payouts = new(source);
    private readonly PastStreams streams = new(source);

    /// <summary>What a file of these payouts is to be, while it was not prepared; null when nothing is in it.</summary>
    public async Task<FileContent?> New(
        OpenedBook book, string file, PaymentsToSend payments, FileFormat format, FileHead head,
        CancellationToken token)
    {
        var orders = await Orders(book, file, payments.Currency, format, head, long.MaxValue, token);
        return orders.Count == 0 ? null : new FileContent(format, head, orders);
    }

    /// <summary>A file as it was prepared by a record.</summary>
    public async Task<FileContent> Again(
        OpenedBook book, long number, Event.PaymentFilePrepared prepared, CancellationToken token)
    {
        var rail = await RailAsOf(book, prepared.Rail, prepared.RailSetBy, token);
        var format = FileFormat.Of(rail.Settings!)
            ?? throw new FileNotMade($"The rail {prepared.Rail} had no files when {prepared.File} was prepared.");
        var head = await Head(
            book, prepared.Rail, prepared.Message, prepared.CreatedAt, prepared.ExecuteOn,
            Currency.Of(prepared.Currency), number, token);
        return new FileContent(
            format, head, await Orders(book, prepared.File, head.Currency, format, head, number, token));
    }

    public Task<Rail> RailAsOf(OpenedBook book, string rail, long number, CancellationToken token) =>
        streams.As(book, Rail.StreamOf(rail), number, new Rail(), token);

    /// <param name="before">The record that prepares it; those of the day before that one count.</param>
    public async Task<FileHead> Head(
        OpenedBook book, string rail, string message, Instant createdAt, LocalDate executeOn, Currency currency,
        long before, CancellationToken token)
    {
        var zone = book.Settings.TimeZone;
        var local = createdAt.InZone(zone).LocalDateTime;
        var ofDay = await payouts.Earlier(
            book, rail, zone.AtStartOfDay(local.Date).ToInstant(), zone.AtStartOfDay(local.Date.PlusDays(1)).ToInstant(),
            before, token);
        return new FileHead(message, local, executeOn, currency, ofDay);
    }

    private async Task<List<PaymentOrder>> Orders(
        OpenedBook book, string file, Currency currency, FileFormat format, FileHead head, long prepared,
        CancellationToken token)
    {
        var orders = new List<PaymentOrder>();
        var page = new List<PayoutRow>(Page);
        await foreach (var row in payouts.OfFile(book, file, token))
        {
            if (row.IsOutOf(prepared)) continue;
            page.Add(row);
            if (page.Count < Page) continue;
            await Add();
            page.Clear();
        }

        await Add();
        return orders;

        async Task Add()
        {
            var submitted = await Submitted(book, page, token);
            var opened = await accounts.Open(
                book,
                [
                    .. submitted.Select(one => new PayeeAsked(
                        one.Event.Payout, one.Event.Creator, one.Event.Method, one.Number)),
                ],
                token);
            for (var i = 0; i < submitted.Length; i++)
            {
                var (_, happened) = submitted[i];
                var account = opened[i].Account ?? throw new FileNotMade(
                    $"The payout {happened.Payout} of the file {file} cannot be written: {opened[i].Problem} It was "
                    + "submitted, so it is not sent otherwise: reject it, and the file is made without it.");
                orders.Add(new PaymentOrder(
                    happened.Payout, happened.Amount, currency, account, format.SequenceOf(head, orders.Count + 1)));
            }
        }
    }

    /// <summary>What the journal itself says of their submission.</summary>
    private async Task<(long Number, Event.PayoutSubmitted Event)[]> Submitted(
        OpenedBook book, List<PayoutRow> rows, CancellationToken token)
    {
        var submitted = new (long, Event.PayoutSubmitted)[rows.Count];
        var asked = rows.Select(row => (Payout.StreamOf(row.Payout), long.MaxValue)).ToArray();
        await foreach (var (place, recorded) in streams.Records(book, asked, token))
            if (recorded.Event is Event.PayoutSubmitted happened) submitted[place] = (recorded.Number, happened);
        return submitted;
    }
}
