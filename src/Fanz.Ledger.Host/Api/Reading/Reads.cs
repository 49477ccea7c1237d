namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>Everything that can be read of a book.</summary>
internal static class Reads
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        ReadingAccounts.Map(routes);
        ReadingEntries.Map(routes);
        ReadingTransactions.Map(routes);
        ReadingStreams.Map(routes);
        FindingTransactions.Map(routes);
        ReadingJournal.Map(routes);
        StreamingJournal.Map(routes);
    }
}
