using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Checkpoints;
using NodaTime;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// `ledger audit checkpoint`: signs how far all books and trails have come, now, and carries what was signed to the
/// folder. It ends with 1 when another key signs for a tenant, or what was signed of it is not there any more.
/// </summary>
internal static class CheckpointVerb
{
    public static System.CommandLine.Command Words()
    {
        var tenant = CheckpointWords.Tenant("One tenant, or * for the house; otherwise all of them.", mayBeHouse: true);
        var json = Answer.JsonOption();
        var verb = new System.CommandLine.Command("checkpoint", "Sign how far every book and trail has come.")
        {
            tenant, json,
        };
        verb.SetAction((words, token) => Run(words.GetValue(tenant), words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(string? only, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        using var key = await CheckpointKeys.Find(token);
        var maker = new CheckpointMaker(source);
        var tenants = await maker.Tenants(token);
        if (only is not null && !tenants.Contains(only)) throw new Mistake($"There is no book and no trail of {only}.");
        var carrying = new CheckpointCarrying(source, new CheckpointFolder(HostSettings.CheckpointFolder));
        var isDone = true;
        foreach (var tenant in only is null ? tenants : [only])
        {
            if (await Made(maker, tenant, key, token) is not { } made)
            {
                isDone = false;
                continue;
            }

            var carried = await carrying.Carry(tenant, token);
            isDone &= made is not CheckpointMade.OtherKey;
            if (asJson) AnswerJson(tenant, made, carried);
            else Answer.Line(InWords(tenant, made, carried));
        }

        return isDone ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    /// <summary>What was cut off or made anew of one tenant leaves none of the others unsigned.</summary>
    private static async Task<CheckpointMade?> Made(
        CheckpointMaker maker, string tenant, CheckpointKey key, CancellationToken token)
    {
        try
        {
            return await maker.Make(tenant, key, Duration.Zero, token);
        }
        catch (CheckpointsBroken broken)
        {
            CommandLine.Say(broken.Message);
            return null;
        }
    }

    private static void AnswerJson(string tenant, CheckpointMade made, int carried)
    {
        var signed = made switch
        {
            CheckpointMade.Made it => it.Signed,
            CheckpointMade.Standing { Last: var last } => last,
            CheckpointMade.OtherKey it => it.Last,
            _ => null,
        };
        Answer.Json(new
        {
            Tenant = tenant,
            IsNew = made is CheckpointMade.Made,
            signed?.Statement.Sequence,
            Hash = signed is null ? null : Convert.ToHexStringLower(signed.Statement.Hash()),
            Books = signed?.Statement.Books ?? 0,
            Moved = (made as CheckpointMade.Made)?.Moved ?? 0,
            TrailLines = (made as CheckpointMade.Made)?.Trail?.Sequence,
            Carried = carried,
            SignedBy = (made as CheckpointMade.OtherKey)?.Expected,
        });
    }

    private static string InWords(string tenant, CheckpointMade made, int carried) => made switch
    {
        CheckpointMade.Made { Signed.Statement: var statement, Moved: var moved, Trail: var trail } => string.Create(
            CultureInfo.InvariantCulture,
            $"Checkpoint {statement.Sequence} of {tenant}: {statement.Books} books, of which {moved} had moved, and "
            + $"{trail?.Sequence ?? 0:N0} lines of the trail; {carried} carried to {HostSettings.CheckpointFolder}."),
        CheckpointMade.Standing { Last: { } last } =>
            $"Checkpoint {last.Statement.Sequence} of {tenant} stands: nothing has moved since.",
        CheckpointMade.Standing => $"{tenant} has nothing that could be signed.",
        CheckpointMade.OtherKey { Expected: var id } =>
            $"{tenant} is signed for by another key, {id}: name it in LEDGER_CHECKPOINT_KEY.",
        _ => throw new InvariantBroken("Nothing else becomes of a checkpoint."),
    };
}
