using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Standing;
using Npgsql;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>Where a payout goes to, and since when that is asked: accounts change, and are changed in the journal.</summary>
internal readonly record struct PayeeAsked(string Payout, string Creator, string? Method, long AsOf);

/// <summary>An account, or why there is none to be had.</summary>
internal readonly record struct PayeeOpened(PayeeAccount? Account, string? Problem);

/// <summary>
/// Opens the accounts that payouts go to, as they stood with a record. Round trips a page: the creators' streams, and
/// the keys of those whose keys are not remembered. What is opened is in memory only, and in no message.
/// </summary>
internal sealed class PayeeAccounts(NpgsqlDataSource source, PersonKeys keys)
{
    private const int Page = 2_000;

    private readonly PastStreams streams = new(source);

    /// <summary>Each in its place. A wrong master key is an error of the host's, and throws.</summary>
    public async Task<IReadOnlyList<PayeeOpened>> Open(
        OpenedBook book, IReadOnlyList<PayeeAsked> asked, CancellationToken token)
    {
        var opened = new List<PayeeOpened>(asked.Count);
        foreach (var page in asked.Chunk(Page)) opened.AddRange(await OpenPage(book, page, token));
        return opened;
    }

    private async Task<PayeeOpened[]> OpenPage(OpenedBook book, PayeeAsked[] asked, CancellationToken token)
    {
        var standings = await streams.As(
            book, [.. asked.Select(one => (PayeeStanding.StreamOf(one.Creator), one.AsOf))], new PayeeStanding(), token);
        var opened = new PayeeOpened[asked.Length];
        var (places, sealedTexts) = (new List<int>(asked.Length), new List<SealedText>(asked.Length));
        for (var i = 0; i < asked.Length; i++)
        {
            if (asked[i].Method is not { } named || standings[i].Method(named) is not { } method)
            {
                opened[i] = new PayeeOpened(null, "It says no payout method that it could go to.");
                continue;
            }

            places.Add(i);
            sealedTexts.Add(new SealedText(
                PersonKeys.OfCreator(asked[i].Creator), PersonKeys.PayoutDetails, method.Details));
        }

        var clear = await keys.OpenMany(book.Name.Tenant, sealedTexts, token);
        for (var i = 0; i < places.Count; i++) opened[places[i]] = Read(clear[i]);
        return opened;
    }

    private static PayeeOpened Read(byte[]? clear)
    {
        if (clear is null)
        {
            return new PayeeOpened(
                null, "The details of the payout method cannot be opened: its key was destroyed, or they were changed.");
        }

        var (account, fault) = PayeeAccountFormat.Read(clear);
        return account is not null
            ? new PayeeOpened(account, null)
            : new PayeeOpened(null, $"The details of the payout method cannot be read: {fault!.Problem}");
    }
}
