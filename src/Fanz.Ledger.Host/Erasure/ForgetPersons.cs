using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>
/// Forgets, every day, whoever has asked for it and nothing keeps any more: what `ledger subject forget` does for a
/// tenant. A person is the tenant's, so all of its books are looked at; it is the run of the book in which they asked
/// that posts the record, and then destroys the key. A run that was killed in between is gone on with: the key is still
/// there, and the record says that it should not be. Who is kept is left alone without a word, for they are asked about
/// every day for years, and `subject show` says why; the plan of a run is who is not kept.
/// </summary>
internal sealed class ForgetPersons : Job
{
    private const string NotDestroyed = "key_not_destroyed";
    private const int PeopleAtATime = 500;

    public override string Name => StandingJobs.ForgetPersons;

    public override async Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        await foreach (var look in Due(scope, token))
            if (look.Forgotten is null) plan.Add(Item(look));
        return plan;
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var due = new List<PersonLook>();
        await foreach (var look in Due(work.Scope, token))
        {
            due.Add(look);
            if (due.Count < PeopleAtATime) continue;
            await Forget(work, due, token);
            due.Clear();
        }

        if (due.Count > 0) await Forget(work, due, token);
    }

    public override Counted? Count(Event happened) => happened is Event.PersonForgotten ? new Counted() : null;

    /// <summary>Who is to be forgotten by this book now, or was and still has a key.</summary>
    private static async IAsyncEnumerable<PersonLook> Due(
        RunScope scope, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        var waiting = await Forgetter.Waiting(scope.Source, scope.Book, token);
        if (waiting.Count == 0) yield break;
        var books = await new BookRegistry(scope.Source).List(scope.Book.Name.Tenant, token);
        foreach (var person in waiting)
        {
            var look = await PersonLook.At(scope.Source, books, person, scope.Now, token);
            var at = look.Forgotten ?? (look.Obstacles.Any() ? null : look.Asked);
            if (at?.Book.Id == scope.Book.Id) yield return look;
        }
    }

    private static async Task Forget(RunWork work, IReadOnlyList<PersonLook> due, CancellationToken token)
    {
        var asked = due.Where(look => look.Forgotten is null).ToList();
        var outcomes = await work.Post([.. asked.Select(Item)], token);
        if (work.IsDry) return;
        var forgotten = asked.Zip(outcomes).Where(one => one.Second is ItemOutcome.Done).Select(one => one.First);
        var (scope, actor) = (work.Scope, work.Scope.Run.Actor);
        foreach (var look in due.Where(look => look.Forgotten is not null).Concat(forgotten))
        {
            if (await Forgetter.Finish(scope.Source, scope.Book, look.Person, actor, token) is Outcome.NotNow failed)
                work.Tell(NotDestroyed, look.Person.ToString(), failed.Why);
        }
    }

    private static RunItem Item(PersonLook look) =>
        new(look.Person.ToString(), new Command.ForgetPerson(look.Person.Role, look.Person.Id, look.Kept));
}
