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
        if (look.Forgotten is { } done) return await Destroy(look, done, actor, token);
        if (look.Asked is not { } asked) return new Outcome.NotAsked();
        if (look.Obstacles.ToList() is { Count: > 0 } obstacles) return new Outcome.Kept(obstacles);
        var (book, person) = (asked.Book.Name, look.Person);
        // A refusal is an answer for ever, so each day asks anew.
        var key = $"forget/{person}/{asked.Record.Request}/{LocalDatePattern.Iso.Format(look.Today)}";
        switch (await writer.Post(book, new Command.ForgetPerson(person.Role, person.Id, look.Kept), actor, key, token))
        {
            case Reply.Posted posted:
                return await Destroy(look, asked.Book, posted.Receipt.Number, actor, token);
            case Reply.Refused { Refusal: var refusal }:
                return new Outcome.Kept([new Obstacle(asked.Book, refusal.Code, refusal.Message)]);
            case var other:
                return new Outcome.NotNow($"The record was not posted: {other}");
        }
    }

    private async Task<Outcome> Destroy(PersonLook look, PersonInBook done, Actor actor, CancellationToken token)
    {
        await foreach (var (_, recorded) in new Payouts.PastStreams(source).Records(
            done.Book, [(PersonRecord.StreamOf(look.Person.Role, look.Person.Id), long.MaxValue)], token))
        {
            if (recorded.Event is Event.PersonForgotten)
                return await Destroy(look, done.Book, recorded.Number, actor, token);
        }

        throw new InvariantBroken($"{look.Person} is forgotten without a record.");
    }

    private async Task<Outcome> Destroy(
        PersonLook look, OpenedBook book, long number, Actor actor, CancellationToken token)
    {
        try
        {
            return new Outcome.Forgotten(number, await PersonKeys.Destroy(
                source, book.Name.Tenant, look.Person.ToString(), actor.ToString(), number, token));
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.RestrictViolation)
        {
            return new Outcome.NotNow($"The key was not destroyed: {refused.MessageText}.");
        }
    }
}
