using System.CommandLine;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Packages;

namespace Fanz.Ledger.Host.Archiving;

/// <summary>
/// `ledger archive export`: writes what could be archived into a file a book, and reads each again from beginning to
/// end. Nothing in the database changes.
/// </summary>
internal static class ExportArchiveVerb
{
    public static Command Words()
    {
        var (book, before, early, json) =
            (ArchiveWords.Book(), ArchiveWords.Before(), ArchiveWords.Early(), Answer.JsonOption());
        var (folder, key) = (ArchiveWords.Folder(), ArchiveWords.Key());
        var verb = new Command("export", "Write what could be archived into files, and verify them.")
        {
            book, before, early, folder, key, json,
        };
        verb.SetAction(async (words, token) =>
        {
            await using var database = await Database.OpenPrepared(isFresh: false, token);
            await using var source = database.Connect();
            using var trusted = await ArchiveWords.ReadKey(words.GetValue(key), token);
            var planned = await ArchiveWords.Plan(
                source, words.GetValue(book), words.GetValue(before), words.GetValue(early), token);
            var files = new ArchiveFiles(source, trusted);
            foreach (var range in planned)
                Tell(await Export(files, range, words.GetValue(folder)!, token), words.GetValue(json));
            if (planned.Count == 0 && !words.GetValue(json))
                Answer.Line("Nothing is old enough, sealed and under a checkpoint.");
            return CommandLine.Done;
        });
        return verb;
    }

    private static async Task<VerifiedFile> Export(
        ArchiveFiles files, PlannedRange range, string folder, CancellationToken token)
    {
        try
        {
            using var progress = new ProgressLine();
            await files.Write(range, folder, new ArchiveWords.Told(progress, $"writing {range.File}"), token);
            return await files.Verify(range, folder, new ArchiveWords.Told(progress, $"reading {range.File}"), token);
        }
        catch (PackageRefused refused)
        {
            throw new Mistake(refused.Message);
        }
    }

    private static void Tell(VerifiedFile file, bool asJson)
    {
        if (asJson)
            Answer.Json(new
            {
                File = file.Path, Sha256 = Convert.ToHexStringLower(file.Hash), file.Result.Book,
                file.Result.FirstNumber, file.Result.LastNumber, file.Result.Counts,
            });
        else
            Answer.Line(
                $"{file.Path}: records {ArchiveWords.Count(file.Result.FirstNumber)} to " +
                $"{ArchiveWords.Count(file.Result.LastNumber)} of {file.Result.Book}, everything as it was sealed " +
                "and signed.");
    }
}
