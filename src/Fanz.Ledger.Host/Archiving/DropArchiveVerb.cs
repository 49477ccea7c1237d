using System.CommandLine;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>
/// `ledger archive drop`: frees the space of partitions that others have taken the place of. Before it does, every file
/// of a range that is away is verified once more: from then on the files are all that there is of it.
/// </summary>
internal static class DropArchiveVerb
{
    public static Command Words()
    {
        var (folder, key, json) = (ArchiveWords.Folder(), ArchiveWords.Key(), Answer.JsonOption());
        var verb = new Command("drop", "Free the space of what was taken out, once all files were verified once more.")
        {
            folder, key, json,
        };
        verb.SetAction(async (words, token) =>
        {
            using var trusted = await ArchiveWords.ReadKey(words.GetValue(key), token);
            await using var owner = await OwnerDatabase.Open("Dropping what is archived", token);
            await owner.Prepare(token);
            await using var source = owner.Connect();
            var files = new ArchiveFiles(source, trusted);
            foreach (var (book, range) in await Away.Of(source, only: null, token))
            {
                using var progress = new ProgressLine();
                var told = new ArchiveWords.Told(progress, $"reading {range.File}");
                await files.Verify(book, range, words.GetValue(folder)!, told, token);
            }

            var dropped = await new RetiredPartitions(source, KeyVerbs.Us).Drop(token);
            if (words.GetValue(json)) Answer.Json(new { Dropped = dropped });
            else if (dropped.Count == 0) Answer.Line("There is nothing to drop.");
            else foreach (var name in dropped) Answer.Line($"archive.{name} is gone.");
            return CommandLine.Done;
        });
        return verb;
    }
}
