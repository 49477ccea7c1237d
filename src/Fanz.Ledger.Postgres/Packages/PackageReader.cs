using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>Where a package cannot be believed, or not be read any further.</summary>
internal sealed class PackageBroken(long line, string why) : Exception(why)
{
    public long Line { get; } = line;
}

/// <summary>
/// Reads a package from its first line to its last and holds it against what its last line says. It believes nothing
/// of the rows themselves.
/// </summary>
internal sealed class PackageReader(Stream file) : IDisposable
{
    private readonly GZipStream gzip = new(file, CompressionMode.Decompress, leaveOpen: true);
    private readonly PackageTally tally = new();
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private SealedBatch batch = new();
    private List<AccountRow> accounts = [];
    private byte[] buffer = new byte[1 << 20];
    private int start;
    private int end;
    private long line;

    public IEnumerable<PackagePart> Read()
    {
        PackagePart? last = null;
        while (ReadPart() is { } part)
        {
            if (last is PackagePart.Ended) throw new PackageBroken(line, "there is more after the last line");
            if ((part is PackagePart.Begun) != (line == 1)) throw new PackageBroken(line, "it is not the first line");
            if (!ReferenceEquals(part, Nothing)) yield return part;
            last = part;
        }

        if (last is not PackagePart.Ended)
            throw new PackageBroken(line, line == 0 ? "the file is empty" : "the file ends before its last line");
    }

    public void Dispose()
    {
        gzip.Dispose();
        hash.Dispose();
    }

    private static readonly PackagePart Nothing = new PackagePart.Checkpoint(0, []);

    private PackagePart? ReadPart()
    {
        if (!FindLine(out var length)) return null;
        var text = buffer.AsSpan(start, length);
        line++;
        PackagePart part;
        try
        {
            part = Parse(text);
        }
        catch (Exception exception) when (
            exception is JsonException or LineRefused or OverflowException or FormatException
                // What is no UTF-8 is met when a text is taken, and told so.
                or InvalidOperationException)
        {
            throw new PackageBroken(line, line == 1
                ? $"it is no audit package: its first line does not say `{PackageFormat.Name}`"
                : exception is LineRefused ? exception.Message : "it is not what its format says");
        }

        if (part is not PackagePart.Ended) hash.AppendData(buffer, start, length + 1);
        start += length + 1;
        return part;
    }

    private PackagePart Parse(ReadOnlySpan<byte> text)
    {
        var read = PackageLine.Open(text, out var word);
        switch (word)
        {
            case "format": return new PackagePart.Begun(line, Head(ref read));
            case "chart": return Chart(ref read);
            case "opening":
                tally.Openings++;
                return Opening(ref read);
            case "earlier":
                tally.Earlier++;
                var earlier = new List<EntryRow>();
                return new PackagePart.Earlier(line, Record(ref read, earlier), earlier);
            case "account":
                accounts.Add(Account(ref read, out _, out _));
                tally.Accounts++;
                return Nothing;
            case "record":
                var before = batch.Entries.Count;
                batch.Records.Add(Record(ref read, batch.Entries));
                tally.Records++;
                tally.Entries += batch.Entries.Count - before;
                return Nothing;
            case "answer":
                batch.Answers.Add(Answer(ref read));
                tally.Answers++;
                return Nothing;
            case "seal": return Seal(ref read);
            case "checkpoint":
                tally.Checkpoints++;
                return new PackagePart.Checkpoint(line, read.Raw(text));
            case "total":
                tally.Totals++;
                return Total(ref read);
            case "end": return End(ref read);
            default: throw new LineRefused($"`{word}` is not known");
        }
    }

    private static PackageHead Head(ref PackageLine read)
    {
        if (read.Text() != PackageFormat.Name) throw new LineRefused("another format");
        var (book, zone, calendar, currency) = ("", "", "", "");
        var (vocabulary, first, lastNumber, lastSequence, archivedUpTo) = (0, 0L, 0L, 0L, 0L);
        var whole = new List<string>();
        SealPlace? before = null;
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "book": book = read.Text(); break;
                case "time_zone": zone = read.Text(); break;
                case "calendar": calendar = read.Text(); break;
                case "reporting_currency": currency = read.Text(); break;
                case "vocabulary": vocabulary = checked((int)read.Number()); break;
                case "first_number": first = read.Number(); break;
                case "last_number": lastNumber = read.Number(); break;
                case "last_sequence": lastSequence = read.Number(); break;
                case "archived_up_to": archivedUpTo = read.Number(); break;
                case "before": before = Before(ref read); break;
                case "whole_streams":
                    while (read.Element()) whole.Add(read.Text());
                    break;
            }
        }

        if (book.Split('/') is not [var tenant, var platform]) throw new LineRefused("book is no name");
        var head = new PackageHead(
            tenant, platform, zone, calendar, currency, vocabulary, before, lastNumber, lastSequence, whole)
        {
            ArchivedUpTo = archivedUpTo,
        };
        return head.FirstNumber == first ? head : throw new LineRefused("first_number is not after what is before");
    }

    private static SealPlace Before(ref PackageLine read)
    {
        var (sequence, vocabulary, number, position, at) = (0L, 0L, 0L, 0L, 0L);
        byte[] hash = [];
        read.Enter();
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "sequence": sequence = read.Number(); break;
                case "vocabulary": vocabulary = read.Number(); break;
                case "last_number": number = read.Number(); break;
                case "last_position": position = read.Number(); break;
                case "at": at = read.Time(); break;
                case "hash": hash = read.Hex(); break;
            }
        }

        return new SealPlace(sequence, number, position, at, checked((int)vocabulary), hash);
    }

    private PackagePart.Charted Chart(ref PackageLine read)
    {
        var code = read.Text();
        var (side, below, cohort, tokens) = ("", false, false, false);
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "normal_side": side = read.Text(); break;
                case "may_go_below_zero": below = read.Flag(); break;
                case "has_cohort": cohort = read.Flag(); break;
                case "holds_tokens": tokens = read.Flag(); break;
            }
        }

        return new PackagePart.Charted(line, code, side, below, cohort, tokens);
    }

    private PackagePart.Opening Opening(ref PackageLine read)
    {
        var account = Account(ref read, out var version, out var balance);
        return new PackagePart.Opening(line, account, version, balance);
    }

    private static AccountRow Account(ref PackageLine read, out long version, out long balance)
    {
        var id = read.Number();
        (version, balance) = (0, 0);
        int? cohort = null;
        string? code = null, owner = null, currency = null;
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "code": code = read.Text(); break;
                case "owner": owner = read.Text(); break;
                case "currency": currency = read.Text(); break;
                case "cohort": cohort = read.Date(); break;
                case "version": version = read.Number(); break;
                case "balance": balance = read.Number(); break;
            }
        }

        return new AccountRow(0, id, cohort, Need(code, "code"), Need(owner, "owner"), Need(currency, "currency"));
    }

    private static JournalRow Record(ref PackageLine read, List<EntryRow> entries)
    {
        var number = read.Number();
        var (at, effectiveOn, lastPosition, refersTo) = (0L, 0, 0L, (long?)null);
        string? type = null, stream = null, actor = null;
        byte[]? data = null;
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "type": type = read.Text(); break;
                case "at": at = read.Time(); break;
                case "effective_on": effectiveOn = read.Date(); break;
                case "last_position": lastPosition = read.Number(); break;
                case "stream": stream = read.Text(); break;
                case "refers_to": refersTo = read.Number(); break;
                case "actor": actor = read.Text(); break;
                case "data": data = read.Bytes(); break;
                case "entries": read.Entries(number, entries); break;
            }
        }

        return new JournalRow(
            number, at, lastPosition, refersTo, effectiveOn, Need(type, "type"), stream, Need(actor, "actor"),
            Need(data, "data"));
    }

    private static AnswerRow Answer(ref PackageLine read)
    {
        if (!Guid.TryParseExact(read.Text(), "N", out var key)) throw new LineRefused("answer is no hash of a key");
        byte[]? request = null, refusal = null;
        long? number = null;
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "request": request = read.Hex(); break;
                case "number": number = read.Number(); break;
                case "refusal": refusal = read.Bytes(); break;
            }
        }

        return new AnswerRow(0, 0, number, key, Need(request, "request"), refusal);
    }

    private PackagePart.Sealed Seal(ref PackageLine read)
    {
        var sequence = read.Number();
        var (vocabulary, number, position, at) = (0L, 0L, 0L, 0L);
        byte[]? root = null, previous = null, sealHash = null, leaves = null;
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "vocabulary": vocabulary = read.Number(); break;
                case "last_number": number = read.Number(); break;
                case "last_position": position = read.Number(); break;
                case "at": at = read.Time(); break;
                case "root": root = read.Hex(); break;
                case "previous": previous = read.Hex(); break;
                case "hash": sealHash = read.Hex(); break;
                case "leaves": leaves = read.Base64(); break;
            }
        }

        // Everything under a seal is of its time; an answer does not say it again.
        for (var i = 0; i < batch.Answers.Count; i++) batch.Answers[i] = batch.Answers[i] with { At = at };
        var part = new PackagePart.Sealed(line, batch, accounts, new SealRow(
            sequence, number, position, at, checked((int)vocabulary), Need(root, "root"), Need(previous, "previous"),
            Need(sealHash, "hash"), Need(leaves, "leaves")));
        (batch, accounts) = (batch.Another(), []);
        tally.Seals++;
        return part;
    }

    private PackagePart.Total Total(ref PackageLine read)
    {
        var projection = read.Text();
        var (number, held) = (0L, 0L);
        string? code = null, currency = null, balance = null;
        while (read.Member(out var name))
        {
            switch (name)
            {
                case "number": number = read.Number(); break;
                case "code": code = read.Text(); break;
                case "currency": currency = read.Text(); break;
                case "accounts": held = read.Number(); break;
                case "balance": balance = read.Text(); break;
            }
        }

        return new PackagePart.Total(
            line, projection, number, Need(code, "code"), Need(currency, "currency"), held,
            Int128.Parse(Need(balance, "balance"), CultureInfo.InvariantCulture));
    }

    private PackagePart.Ended End(ref PackageLine read)
    {
        if (batch.Records.Count > 0 || batch.Answers.Count > 0 || accounts.Count > 0)
            throw new LineRefused("the last rows have no seal");
        var said = new Dictionary<string, long> { ["lines"] = read.Number() };
        var sum = "";
        while (read.Member(out var name))
        {
            if (name == "sha256") sum = read.Text();
            else said[name] = read.Number();
        }

        var found = new Dictionary<string, long>
        {
            ["lines"] = line - 1, ["records"] = tally.Records, ["entries"] = tally.Entries,
            ["accounts"] = tally.Accounts, ["answers"] = tally.Answers, ["seals"] = tally.Seals,
            ["openings"] = tally.Openings, ["earlier"] = tally.Earlier, ["checkpoints"] = tally.Checkpoints,
            ["totals"] = tally.Totals,
        };
        foreach (var (name, count) in found)
            if (said.GetValueOrDefault(name, -1) != count)
                throw new LineRefused($"there are {count} {name} in the file");
        return sum == Convert.ToHexStringLower(hash.GetHashAndReset())
            ? new PackagePart.Ended(line, tally.Counts)
            : throw new LineRefused("sha256 is not that of the lines before");
    }

    private bool FindLine(out int length)
    {
        var searched = 0;
        while (true)
        {
            length = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                return true;
            }

            searched = end - start;
            if (start > 0) buffer.AsSpan(start, searched).CopyTo(buffer);
            (start, end) = (0, searched);
            if (end == buffer.Length) Array.Resize(ref buffer, checked(buffer.Length * 2));
            var read = ReadSome();
            if (read == 0 && end > 0) throw new PackageBroken(line + 1, "the file ends within a line");
            if (read == 0) return false;
            end += read;
        }
    }

    private int ReadSome()
    {
        try
        {
            return gzip.Read(buffer, end, buffer.Length - end);
        }
        catch (InvalidDataException)
        {
            throw new PackageBroken(line + 1, line == 0
                ? "it is no audit package: the file is not compressed by gzip"
                : "from here on the file is damaged or ends early");
        }
    }

    private static T Need<T>(T? value, string name)
        where T : class => value ?? throw new LineRefused($"{name} is missing");
}
