using System.CommandLine;
using System.Globalization;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Secrets;

namespace Fanz.Ledger.Host.Secrets;

/// <summary>
/// `ledger secrets status` and `rotate`: under which master key the keys of people and the secrets of webhooks are, and
/// all of them brought under the one that is set. Hosts that have both keys serve throughout; it takes the owner's
/// connection, for a host has no right to wrap a key anew. Broken off, it is run again.
/// </summary>
internal static class SecretsVerbs
{
    public static Command Words() => new("secrets", "Exchange the master key that secrets are kept under.")
    {
        StatusWords(), RotateWords(),
    };

    private static Command StatusWords()
    {
        var json = Answer.JsonOption();
        var verb = new Command("status", "Tell how many secrets are under which master key.") { json };
        verb.SetAction((words, token) => Status(words.GetValue(json), token));
        return verb;
    }

    private static Command RotateWords()
    {
        var json = Answer.JsonOption();
        var verb = new Command(
            "rotate", "Bring every secret under LEDGER_MASTER_KEY; LEDGER_MASTER_KEYS_OLD has those before it.") { json };
        verb.SetAction((words, token) => Rotate(words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Status(bool asJson, CancellationToken token)
    {
        await using var owner = await OwnerDatabase.Open("Looking at keys", token);
        await owner.Prepare(token);
        await using var source = owner.Connect();
        var found = await new SecretsRotation(source, await Masters(owner, token)).Status(token);
        if (asJson) Answer.Json(found);
        else Tell(found);
        return found.IsKnown ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static async Task<int> Rotate(bool asJson, CancellationToken token)
    {
        await using var owner = await OwnerDatabase.Open("Rotating the master key", token);
        await owner.Prepare(token);
        await using var source = owner.Connect();
        var rotation = new SecretsRotation(source, await Masters(owner, token));
        long wrapped, webhooks;
        try
        {
            using var progress = new ProgressLine();
            (wrapped, webhooks) = await rotation.Run(KeyVerbs.Us, new Told(progress), token);
        }
        catch (WrongMasterKey wrong)
        {
            throw new Mistake(wrong.Message);
        }

        var left = await rotation.Status(token);
        if (asJson) Answer.Json(new { Wrapped = wrapped, Resealed = webhooks, left.Masters, left.Webhooks });
        else
        {
            Answer.Line(string.Create(
                CultureInfo.InvariantCulture, $"{wrapped:N0} keys and {webhooks:N0} secrets of webhooks were wrapped anew."));
            Tell(left);
        }

        return left.IsCurrent ? CommandLine.Done : CommandLine.AnswerIsNo;
    }

    private static async Task<MasterKeys> Masters(OwnerDatabase owner, CancellationToken token) =>
        await owner.MasterKey(token) ?? throw new Mistake("There is no master key: LEDGER_MASTER_KEY is not set.");

    private static void Tell(SecretsStanding found)
    {
        Answer.Table(
            title: null, ["master key", "which", new("keys", IsNumber: true)],
            found.Masters.Select(one => (IReadOnlyList<string>)
                [
                    one.Master,
                    one.IsCurrent ? "LEDGER_MASTER_KEY" : one.IsKnown ? "LEDGER_MASTER_KEYS_OLD" : "not known here",
                    one.Keys.ToString("N0", CultureInfo.InvariantCulture),
                ]));
        Answer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Secrets of webhooks: {found.Webhooks.Current:N0} under LEDGER_MASTER_KEY, {found.Webhooks.Old:N0} under "
            + $"LEDGER_MASTER_KEYS_OLD, {found.Webhooks.Unknown:N0} under none that is known here."));
    }

    private sealed class Told(ProgressLine line) : IProgress<long>
    {
        public void Report(long value) =>
            line.Report(string.Create(CultureInfo.InvariantCulture, $"{value:N0} keys were wrapped anew"));
    }
}
