using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fanz.Ledger.Postgres.Tests.Packages;

/// <summary>
/// A package as somebody changes it who knows its format: line by line, with the last line made to fit again.
/// </summary>
internal static class RepackedFile
{
    public static string[] Lines(byte[] package)
    {
        using var gzip = new GZipStream(new MemoryStream(package), CompressionMode.Decompress);
        using var text = new StreamReader(gzip, Encoding.UTF8);
        return text.ReadToEnd().Split('\n')[..^1];
    }

    /// <summary>Packs lines; the last one is made again from those before.</summary>
    public static byte[] Pack(IReadOnlyList<string> lines)
    {
        var body = lines.SkipLast(1).ToArray();
        var words = body.Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        var end = new JsonObject { ["end"] = body.Length };
        foreach (var (name, word) in new[]
        {
            ("records", "record"), ("accounts", "account"), ("answers", "answer"), ("seals", "seal"),
            ("openings", "opening"), ("earlier", "earlier"), ("checkpoints", "checkpoint"), ("totals", "total"),
        })
            end[name] = words.Count(line => line.First().Key == word);
        end["entries"] = words.Where(line => line.First().Key == "record")
            .Sum(line => line["entries"] is JsonArray entries ? entries.Count : 0);
        end["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Concat(body.Select(line => line + "\n")))));
        return Compress([.. body, end.ToJsonString()]);
    }

    public static byte[] Compress(IEnumerable<string> lines)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return file.ToArray();
    }
}
