using Fanz.Ledger.Erasure;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Payouts;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Erasure;

/// <summary>What keeps a person from being forgotten now.</summary>
/// <param name="Code">The code that the refusal has.</param>
/// <param name="Through">The last day on which it does, where a day says so.</param>
public sealed record Obstacle(OpenedBook Book, string Code, string Why, LocalDate? Through = null);

/// <summary>What one book has on record of a person.</summary>
public sealed record PersonInBook(OpenedBook Book, PersonRecord Record, Retention Retention, PersonFacts Facts);

/// <summary>A person, as all the books of a tenant know them.</summary>
public sealed record PersonLook(Person Person, IReadOnlyList<PersonInBook> Books, LocalDate Today)
{
    /// <summary>Where they have asked to be forgotten, if they have.</summary>
    public PersonInBook? Asked => Books.FirstOrDefault(one => one.Record.Request is not null);

    public PersonInBook? Forgotten => Books.FirstOrDefault(one => one.Record.IsForgotten);

    /// <summary>Of each class the last record on any platform.</summary>
    public IReadOnlyList<KeptRecords> Kept =>
        [
            .. Books.SelectMany(one => one.Facts.Kept).GroupBy(kept => kept.Class)
                .Select(kind => new KeptRecords(kind.Key, kind.Max(kept => kept.LastOn))).OrderBy(kept => kept.Class),
        ];

    /// <summary>Everything that stands against it now, in the order of the books.</summary>
    public IEnumerable<Obstacle> Obstacles => Books.SelectMany(In);

    public static async Task<PersonLook> At(
        NpgsqlDataSource source, IReadOnlyList<OpenedBook> books, Person person, Instant now, CancellationToken token)
    {
        var (streams, found) = (new PastStreams(source), new List<PersonInBook>());
        foreach (var book in books)
        {
            found.Add(new PersonInBook(
                book,
                await streams.Now(book, PersonRecord.StreamOf(person.Role, person.Id), new PersonRecord(), token),
                await streams.Now(book, Retention.Stream, new Retention(), token),
                await PersonFacts.Of(source, book, person, token)));
        }

        // The day begins where it begins last: nobody is forgotten a few hours too early somewhere.
        var today = books.Min(book => now.InZone(book.Settings.TimeZone).Date);
        return new PersonLook(person, found, today);
    }

    private IEnumerable<Obstacle> In(PersonInBook one)
    {
        foreach (var hold in one.Record.Holds)
            yield return new Obstacle(one.Book, "legal_hold", $"the legal hold {hold}");
        if (one.Facts.IsSanctioned) yield return new Obstacle(one.Book, "party_sanctioned", "a sanction");
        if (one.Facts.HasMoney) yield return new Obstacle(one.Book, "money_left", "money on an account of theirs");
        foreach (var kept in one.Facts.Kept)
        {
            var through = one.Retention.KeptThrough(kept, Today);
            if (Today <= through)
            {
                yield return new Obstacle(
                    one.Book, "retention_not_over",
                    $"records of the class {Retention.WordOf(kept.Class)}, the last of {kept.LastOn:uuuu-MM-dd}", through);
            }
        }
    }
}
