using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>
/// Writes down that somebody is about to be given all that is known of a person: a record, with why, in each book that
/// has something sealed of them, and a line of the trail for each; one line where no book has.
/// </summary>
internal static class SubjectReading
{
    private const string Everything = "everything";

    /// <summary>The first reply that is no record, or null when all of it is written.</summary>
    public static async Task<Reply?> WriteDown(
        NpgsqlDataSource source, BookWriter writer, IReadOnlyList<OpenedBook> books, Person person, TrailNote by,
        Actor actor, string reason, CancellationToken token)
    {
        var (reader, notes, tenant) = (new SubjectReader(source), new List<TrailNote>(), books[0].Name.Tenant);
        foreach (var book in books)
        {
            if ((await reader.Records(book, person, token)).All(record => record.Secret is null)) continue;
            // Each time that it is shown is a reading of its own, also when somebody asks again: no key repeats.
            var reply = await writer.Post(
                book.Name, new Command.RecordReading(person.Id, Everything, reason), actor,
                $"reading/{Guid.NewGuid():n}", token);
            if (reply is not Reply.Posted posted) return reply;
            notes.Add(by with { Platform = book.Name.Platform, Number = posted.Receipt.Number });
        }

        if (notes.Count == 0) notes.Add(by);
        await new AccessTrail(source).Write(
            tenant, [.. notes.Select(note => note with { Subject = person.ToString(), Item = Everything })], token);
        return null;
    }
}
