using Fanz.Ledger.Erasure;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Postgres.Erasure;

/// <summary>What became of the wish of a person to be forgotten.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <param name="Number">The record that says so.</param>
    /// <param name="KeyDestroyed">Whether there was a key, which is gone with this.</param>
    public sealed record Forgotten(long Number, bool KeyDestroyed) : Outcome;

    public sealed record NotAsked : Outcome;

    public sealed record Kept(IReadOnlyList<Obstacle> Obstacles) : Outcome;

    /// <summary>It could not be done now, and can be tried again.</summary>
    public sealed record NotNow(string Why) : Outcome;
}

/// <summary>
/// Forgets people who have asked for it, once nothing has to be kept of them in any book of their tenant: the journal says
/// so first, and then their key is destroyed. What breaks off in between is finished by the next attempt. That a hold is
/// placed in another book just then is found by the database, which refuses to end the key.
/// </summary>
public sealed class Forgetter(NpgsqlDataSource source, BookWriter writer)
{
    // All streams of people stand side by side in the index, and are few beside all records of a book: so the book is
    // compared in a way that no index helps with.
    internal const string AskedSql =
        """
        select distinct j.stream from ledger.journal j
        where j.stream >= 'person/' and j.stream < 'person0' and j.book_id + 0 = $1 and j.type = 'erasure_requested'
        order by j.stream
        """;

    /// <summary>
    /// Of those who asked: whoever the book has not forgotten, and whoever it has and whose key is there all the same.
    /// </summary>
    internal const string WaitingSql =
        """
        select distinct j.stream from ledger.journal j
        where j.stream >= 'person/' and j.stream < 'person0' and j.book_id + 0 = $1 and j.type = 'erasure_requested'
            and (not exists (
                    select from ledger.journal f
                    where f.stream = j.stream and f.book_id = $1 and f.type = 'person_forgotten')
                or exists (
                    select from ledger.person_keys k
                    where k.person = regexp_replace(substr(j.stream, 8), '/', ':') and k.tenant = $2
                        and k.wrapped is not null))
        order by j.stream
        """;

    /// <summary>Everybody who has asked in this book and with whom it is not at its end.</summary>
    public static async Task<IReadOnlyList<Person>> Waiting(
        NpgsqlDataSource source, OpenedBook book, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, WaitingSql, book.Id, book.Name.Tenant);
        await using var reader = await ByIndex.Read(batch, token);
        var people = new List<Person>();
        while (await reader.ReadAsync(token))
            if (Person.OfStream(reader.GetString(0)) is { } person) people.Add(person);
        return people;
    }

    /// <summary>Everybody in these books who ever asked, whatever became of it.</summary>
    public static async Task<IReadOnlyList<Person>> Asked(
        NpgsqlDataSource source, IReadOnlyList<OpenedBook> books, CancellationToken token)
    {
        var people = new HashSet<Person>();
        foreach (var book in books)
        {
            await using var batch = ByIndex.Query(source, AskedSql, book.Id);
            await using var reader = await ByIndex.Read(batch, token);
            while (await reader.ReadAsync(token))
                if (Person.OfStream(reader.GetString(0)) is { } person) people.Add(person);
        }

        return [.. people];
    }

    public async Task<Outcome> Forget(PersonLook look, Actor actor, CancellationToken token)
    {
        if (look.Forgotten is { } done) return await Finish(source, done.Book, look.Person, actor, token);
        if (look.Asked is not { } asked) return new Outcome.NotAsked();
        if (look.Obstacles.ToList() is { Count: > 0 } obstacles) return new Outcome.Kept(obstacles);
        var (book, person) = (asked.Book.Name, look.Person);
        // A refusal is an answer for ever, so each day asks anew.
        var key = $"forget/{person}/{asked.Record.Request}/{LocalDatePattern.Iso.Format(look.Today)}";
        switch (await writer.Post(book, new Command.ForgetPerson(person.Role, person.Id, look.Kept), actor, key, token))
        {
            case Reply.Posted posted:
                return await Destroy(source, asked.Book, person, posted.Receipt.Number, actor, token);
            case Reply.Refused { Refusal: var refusal }:
                return new Outcome.Kept([new Obstacle(asked.Book, refusal.Code, refusal.Message)]);
            case var other:
                return new Outcome.NotNow($"The record was not posted: {other}");
        }
    }

    /// <summary>Destroys the key of somebody of whom the book says that they are forgotten.</summary>
    public static async Task<Outcome> Finish(
        NpgsqlDataSource source, OpenedBook book, Person person, Actor actor, CancellationToken token)
    {
        await foreach (var (_, recorded) in new Payouts.PastStreams(source).Records(
            book, [(PersonRecord.StreamOf(person.Role, person.Id), long.MaxValue)], token))
        {
            if (recorded.Event is Event.PersonForgotten)
                return await Destroy(source, book, person, recorded.Number, actor, token);
        }

        throw new InvariantBroken($"{person} is forgotten without a record.");
    }

    private static async Task<Outcome> Destroy(
        NpgsqlDataSource source, OpenedBook book, Person person, long number, Actor actor, CancellationToken token)
    {
        try
        {
            return new Outcome.Forgotten(number, await PersonKeys.Destroy(
                source, book.Name.Tenant, person.ToString(), actor.ToString(), number, token));
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.RestrictViolation)
        {
            return new Outcome.NotNow($"The key was not destroyed: {refused.MessageText}.");
        }
    }
}
