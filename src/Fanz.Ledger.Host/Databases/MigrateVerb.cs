using System.CommandLine;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres;

namespace Fanz.Ledger.Host.Databases;

/// <summary>`ledger migrate`: brings a database to the schema of this program, as the owner of its tables.</summary>
internal static class MigrateVerb
{
    public static Command Words()
    {
        var json = Answer.JsonOption();
        var verb = new Command(
            "migrate",
            $"Bring the database to the schema of this program, through {HostSettings.OwnerDatabase}.") { json };
        verb.SetAction((words, token) => Run(words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(bool asJson, CancellationToken token)
    {
        var applied = new Applied(isTold: !asJson);
        await using var owner = await OwnerDatabase.Open("Migrating", token);
        await Schema.Migrate(owner.ConnectionString, applied, token);

        var at = Migration.Embedded.Count;
        if (asJson) Answer.Json(new { Applied = applied.Steps, At = at });
        else if (applied.Steps.Count == 0) Answer.Line($"Nothing to apply: the database is at migration {at}.");
        return CommandLine.Done;
    }

    private sealed class Applied(bool isTold) : IProgress<string>
    {
        public List<string> Steps { get; } = [];

        public void Report(string value)
        {
            Steps.Add(value.Split(' ')[^1]);
            if (isTold) Answer.Line(value);
        }
    }
}
