using System.CommandLine;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Checkpoints;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>
/// `ledger audit key`: tells the public key, for whoever will check signatures, or hands over to another key. A
/// rotation that was broken off is gone on with by the same words: a tenant that was handed over stays so.
/// </summary>
internal static class CheckpointKeyVerb
{
    public static Command Words()
    {
        var rotate = new Option<bool>("--rotate")
        {
            Description = "Hand over to another key, by a checkpoint that the old one signs.",
        };
        var to = new Option<string?>("--to")
        {
            HelpName = "PRIVATE.pem",
            Description = "The key to hand over to; without it a new one is made in the old one's place.",
        };
        var verb = new Command("key", "Tell the public key that checkpoints are signed with, or change the key.")
        {
            rotate, to,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(to) is not null && !result.GetValue(rotate))
                result.AddError("--to goes with --rotate.");
        });
        verb.SetAction((words, token) =>
            words.GetValue(rotate) ? Rotate(words.GetValue(to), token) : Tell(token));
        return verb;
    }

    private static async Task<int> Tell(CancellationToken token)
    {
        using var key = await CheckpointKeys.Find(token);
        CommandLine.Say($"Key {key.Public.Id}, private in {CheckpointKeys.File}:");
        Answer.Line(key.Public.Pem.TrimEnd());
        return CommandLine.Done;
    }

    private static async Task<int> Rotate(string? to, CancellationToken token)
    {
        if (to is null && CheckpointKeys.IsNamed)
            throw new Mistake("LEDGER_CHECKPOINT_KEY names the key: name the one to hand over to with --to.");
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        using var key = await CheckpointKeys.Find(token);
        // The new key is safe on the disk before anything is handed over to it.
        var path = to ?? CheckpointKeys.File + ".next";
        if (to is null && !File.Exists(path)) await CheckpointKeys.Make(path, token);
        using var next = await CheckpointKeys.Read(path, token);
        if (next.Public.Id == key.Public.Id) throw new Mistake("That is the key in use.");
        var maker = new CheckpointMaker(source);
        var carrying = new CheckpointCarrying(source, new CheckpointFolder(HostSettings.CheckpointFolder));
        foreach (var tenant in await maker.Tenants(token))
        {
            var made = await maker.HandOver(tenant, key, next, token);
            if (made is CheckpointMade.OtherKey { Expected: var other } && other != next.Public.Id)
                throw new Mistake($"{tenant} is signed for by another key, {other}; nothing more was handed over.");
            await carrying.Carry(tenant, token);
            Answer.Line($"{tenant}: signed by {next.Public.Id} from now on.");
        }

        if (to is null)
        {
            File.Move(CheckpointKeys.File, $"{CheckpointKeys.File}.{key.Public.Id[..8]}", overwrite: true);
            File.Move(path, CheckpointKeys.File);
        }
        else
        {
            CommandLine.Say($"Name {to} in LEDGER_CHECKPOINT_KEY on every host, or put it in the old one's place.");
        }

        return CommandLine.Done;
    }
}
