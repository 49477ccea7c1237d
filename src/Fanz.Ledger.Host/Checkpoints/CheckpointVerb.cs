using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Checkpoints;
using NodaTime;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// `ledger audit checkpoint`: signs how far all books have come, now, and carries what was signed to the folder. It
/// ends with 1 when another key signs for a tenant.
/// </summary>
internal static class CheckpointVerb
{
    public static System.CommandLine.Command Words()
    {
        var tenant = CheckpointWords.Tenant("One tenant; otherwise all of them.");
        var json = Answer.JsonOption();
        var verb = new System.CommandLine.Command("checkpoint", "Sign how far every book has come.") { tenant, json };
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
        if (only is not null && !tenants.Contains(only)) throw new Mistake($"There is no book of {only}.");
        var carrying = new CheckpointCarrying(source, new CheckpointFolder(HostSettings.CheckpointFolder));
        var isDone = true;
        foreach (var tenant in only is null ? tenants : [only])
        {
            var made = await maker.Make(tenant, key, Duration.Zero, token);
            var carried = await carrying.Carry(tenant, token);
            isDone &= made is not CheckpointMade.OtherKey;
            if (asJson) AnswerJson(tenant, made, carried);
            else Answer.Line(InWords(tenant, made, carried));
        }

        if (!asJson && tenants.Count == 0) Answer.Line("There is no book.");
        return isDone ? CommandLine.Done : CommandLine.AnswerIsNo;
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
            Carried = carried,
            SignedBy = (made as CheckpointMade.OtherKey)?.Expected,
        });
    }

    private static string InWords(string tenant, CheckpointMade made, int carried) => made switch
    {
        CheckpointMade.Made { Signed.Statement: var statement, Moved: var moved } => string.Create(
            CultureInfo.InvariantCulture,
            $"Checkpoint {statement.Sequence} of {tenant}: {statement.Books} books, of which {moved} had moved; "
            + $"{carried} carried to {HostSettings.CheckpointFolder}."),
        CheckpointMade.Standing { Last: { } last } =>
            $"Checkpoint {last.Statement.Sequence} of {tenant} stands: no book has moved since.",
        CheckpointMade.Standing => $"{tenant} has no book that could be signed.",
        CheckpointMade.OtherKey { Expected: var id } =>
            $"{tenant} is signed for by another key, {id}: name it in LEDGER_CHECKPOINT_KEY.",
        _ => throw new InvariantBroken("Nothing else becomes of a checkpoint."),
    };
}
