using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Standing;
using Npgsql;

namespace Fanz.Ledger.Postgres.Standing;

/// <summary>What a creator's stream as a payee has come to, read from the journal itself in one round trip.</summary>
public sealed class PayeeReader(NpgsqlDataSource source)
{
    private readonly JournalReader journal = new(source);

    /// <summary>As of a number; of a creator of whom nothing was said, what everybody begins as.</summary>
    public async Task<PayeeStanding> Read(OpenedBook book, string creator, long upTo, CancellationToken token)
    {
        var records = await journal.Stream(book, PayeeStanding.StreamOf(creator), 0, upTo, token);
        return records.Aggregate(new PayeeStanding(), (standing, record) => standing.After(new Recorded(
            record.Number, record.At, record.EffectiveOn, EventFormat.Read(record.Type, record.Data.Span))));
    }
}
