// A stand-alone verifier of what the ledger gives to auditors. It is this one file, needs .NET 10 and nothing else: no
// database, no package, nothing of the ledger. Whoever does not trust it can write it again: what it checks is
// written in ops/audit-package.md, ops/proof.md and ops/decisions/canonical-bytes.md.
//
//   dotnet run Verify.cs PACKAGE.jsonl.gz [--key PUBLIC.pem]
//   dotnet run Verify.cs PROOF.json --key PUBLIC.pem
//
// It ends with 0 when everything is as it was sealed and signed, with 1 when something is not, with 2 when there was
// nothing that it could look at. Of a package it does not decide anything again; `ledger audit verify` does.

using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StandAlone;

#if !VERIFIER_IS_CALLED
internal static class Program
{
    private static int Main(string[] words) => Verifier.Run(words, Console.Out);
}

#endif
/// <summary>Something is not as it was sealed or signed.</summary>
internal sealed class Broken(string why) : Exception(why);

/// <summary>There is nothing to look at.</summary>
internal sealed class Unreadable(string why) : Exception(why);

internal static class Verifier
{
    public static int Run(string[] words, TextWriter output)
    {
        string? path = null, keyPath = null;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "--key" && i + 1 < words.Length) keyPath = words[++i];
            else if (path is null && !words[i].StartsWith("--", StringComparison.Ordinal)) path = words[i];
            else return Say(output, 2, $"`{words[i]}` is not understood.");
        }

        if (path is null) return Say(output, 2, "Usage: Verify FILE [--key PUBLIC.pem]");
        try
        {
            using var key = keyPath is null ? null : ReadKey(keyPath);
            return Say(output, 0, IsCompressed(path) ? new Package(key).Verify(path) : Proof.Verify(path, key));
        }
        catch (Broken broken)
        {
            return Say(output, 1, $"BROKEN: {broken.Message}");
        }
        catch (Exception exception) when (
            exception is Unreadable or IOException or UnauthorizedAccessException)
        {
            return Say(output, 2, exception.Message);
        }
    }

    private static int Say(TextWriter output, int code, string line)
    {
        output.WriteLine(line);
        return code;
    }

    private static ECDsa ReadKey(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new Unreadable($"{path} is no public key in PEM.");
        }
    }

    private static bool IsCompressed(string path)
    {
        using var file = File.OpenRead(path);
        return file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
    }
}

/// <summary>The bytes that are hashed: numbers big-endian, texts and bytes behind their length.</summary>
internal sealed class Block
{
    private static readonly DateOnly Epoch = new(1970, 1, 1);
    private readonly ArrayBufferWriter<byte> bytes = new();

    public Block(char kind, string tenant)
    {
        bytes.Write([(byte)kind]);
        Text(tenant);
    }

    public Block Number(long number)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(eight, number);
        bytes.Write(eight);
        return this;
    }

    public Block Bytes(ReadOnlySpan<byte> some)
    {
        Number(some.Length);
        bytes.Write(some);
        return this;
    }

    public Block Text(string? text) => text is null ? Number(-1) : Bytes(Encoding.UTF8.GetBytes(text));

    public Block Time(string text) => Number((TimeOf(text) - DateTime.UnixEpoch).Ticks / 10);

    public Block Date(string? text) => Number(text is null
        ? long.MinValue
        : (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new FormatException(text)).DayNumber - Epoch.DayNumber);

    public byte[] Hash() => SHA256.HashData(bytes.WrittenSpan);

    public byte[] Leaf() => SHA256.HashData([0, .. bytes.WrittenSpan]);

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    public static DateTime TimeOf(string text) => DateTime.ParseExact(
        text, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

internal static class Tree
{
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        SHA256.HashData([1, .. left, .. right]);

    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 0) return new byte[32];
        var level = leaves.ToList();
        while (level.Count > 1)
        {
            var above = new List<byte[]>((level.Count + 1) / 2);
            for (var i = 0; i < level.Count; i += 2)
                above.Add(i + 1 < level.Count ? Node(level[i], level[i + 1]) : level[i]);
            level = above;
        }

        return level[0];
    }

    /// <summary>Where a path leads from a leaf; null where it is no path.</summary>
    public static byte[]? Climb(byte[] leaf, long index, long size, IEnumerable<byte[]> path)
    {
        if (index < 0 || index >= size) return null;
        var (i, last, root) = (index, size - 1, leaf);
        foreach (var hash in path)
        {
            if (last == 0) return null;
            if (i % 2 == 1 || i == last)
            {
                root = Node(hash, root);
                while (i % 2 == 0 && i > 0) (i, last) = (i >> 1, last >> 1);
            }
            else
            {
                root = Node(root, hash);
            }

            (i, last) = (i >> 1, last >> 1);
        }

        return last == 0 ? root : null;
    }

    /// <summary>Whether the tree of m leaves is the beginning of that of n.</summary>
    public static bool GoesOn(long m, byte[] before, long n, byte[] after, IReadOnlyList<byte[]> path)
    {
        if (m < 1 || m > n) return false;
        if (m == n) return path.Count == 0 && Same(before, after);
        var hashes = BitOperations.IsPow2(m) ? [before, .. path] : path;
        if (hashes.Count == 0) return false;
        var (i, last) = (m - 1, n - 1);
        while (i % 2 == 1) (i, last) = (i >> 1, last >> 1);
        var (a, b) = (hashes[0], hashes[0]);
        foreach (var hash in hashes.Skip(1))
        {
            if (last == 0) return false;
            if (i % 2 == 1 || i == last)
            {
                (a, b) = (Node(hash, a), Node(hash, b));
                while (i % 2 == 0 && i > 0) (i, last) = (i >> 1, last >> 1);
            }
            else
            {
                b = Node(b, hash);
            }

            (i, last) = (i >> 1, last >> 1);
        }

        return last == 0 && Same(a, before) && Same(b, after);
    }

    public static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.SequenceEqual(other);
}

internal static class Reading
{
    public static long Number(this JsonElement json, string name) => json.GetProperty(name).GetInt64();

    public static string Text(this JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is missing");

    public static string? MaybeText(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static long? MaybeNumber(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetInt64() : null;

    public static byte[] Hex(this JsonElement json, string name) => Convert.FromHexString(json.Text(name));

    public static byte[] Base64(this JsonElement json, string name) => Convert.FromBase64String(json.Text(name));

    public static JsonElement Of(this JsonElement json, string name) => json.GetProperty(name);

    /// <summary>What the reader of a malformed document stumbles over.</summary>
    public static bool IsForm(Exception exception) => exception is JsonException or KeyNotFoundException
        or InvalidOperationException or FormatException or CryptographicException or OverflowException
        or IndexOutOfRangeException;
}

/// <summary>Statements, whose key is believed: a trusted one, or one that a believed statement hands over to.</summary>
internal sealed class Trust(ECDsa? key)
{
    private readonly HashSet<string> keys =
        key is null ? [] : [Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())];

    public bool IsKeyGiven { get; } = key is not null;

    public byte[] HeadLeaf(string tenant, JsonElement head) => new Block('H', tenant)
        .Text(head.Text("platform")).Number(head.Number("sequence")).Number(head.Number("last_number"))
        .Number(head.Number("last_position")).Bytes(head.Hex("seal")).Bytes(head.Hex("tree")).Leaf();

    /// <summary>How far the trail of who saw and did what had come; none of its lines is given to auditors.</summary>
    public static byte[] TrailLeaf(string tenant, JsonElement head) =>
        new Block('L', tenant).Number(head.Number("sequence")).Bytes(head.Hex("hash")).Leaf();

    /// <summary>Checks what a statement says of itself; says whether its key is believed.</summary>
    public bool Believes(string tenant, JsonElement statement)
    {
        if (statement.Text("tenant") != tenant) throw new Broken("a checkpoint is another tenant's");
        var block = new Block('C', tenant)
            .Number(-1).Number(statement.Number("sequence")).Time(statement.Text("at"))
            .Bytes(statement.Hex("previous")).Number(statement.Number("books")).Bytes(statement.Hex("heads_root"))
            .Bytes(statement.Base64("key"));
        var next = statement.MaybeText("next_key");
        if (next is null) block.Number(-1);
        else block.Bytes(Convert.FromBase64String(next));
        if (statement.TryGetProperty("trail", out _)) block.Bytes(statement.Hex("trail"));
        if (!Tree.Same(block.Hash(), statement.Hex("hash")))
            throw new Broken("a checkpoint's hash is not that of what it says");
        using var signer = ECDsa.Create();
        signer.ImportSubjectPublicKeyInfo(statement.Base64("key"), out _);
        if (!signer.VerifyData(
            block.ToArray(), statement.Base64("signature"), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence))
            throw new Broken("a checkpoint's signature does not fit its key");
        var isBelieved = keys.Contains(statement.Text("key"));
        if (isBelieved && next is not null)
        {
            keys.Remove(statement.Text("key"));
            keys.Add(next);
        }

        return isBelieved;
    }
}

/// <summary>A package: every row under its seal, the seals in their chain, balances, checkpoints, totals.</summary>
internal sealed class Package(ECDsa? key)
{
    private sealed record Account(string Code, string Owner, string Currency, string? Cohort)
    {
        public long Version { get; set; }

        public long Balance { get; set; }

        public Block Key(Block block) => block.Text(Code).Text(Owner).Text(Currency).Date(Cohort);
    }

    private readonly Trust trust = new(key);
    private readonly Dictionary<string, (bool IsDebit, bool MayGoBelow)> chart = [];
    private readonly Dictionary<long, Account> accounts = [];
    private readonly List<byte[]> leaves = [];
    private readonly List<byte[]> seals = [];
    private readonly List<(long Line, long Number, long Position, string At)> pending = [];
    private readonly Dictionary<string, long> counts = [];
    private string tenant = "", platform = "", at = "";
    private long line, firstSequence = 1, lastNumber, lastPosition, toNumber, toSequence, coveredUpTo, sealedNumber;
    private bool isAnyBelieved, isEnded;
    private byte[] previous = new byte[32];

    public string Verify(string path)
    {
        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new Lines(gzip);
        while (ReadLine(lines) is { } text)
        {
            line++;
            try
            {
                if (isEnded) throw new Broken("there is more after the last line");
                using var json = JsonDocument.Parse(text.AsMemory(0, text.Length - 1));
                Read(json.RootElement, sum);
            }
            catch (Broken broken)
            {
                throw new Broken($"line {line}: {broken.Message}");
            }
            catch (Exception exception) when (Reading.IsForm(exception))
            {
                if (line == 1) throw new Unreadable($"{path} is no audit package.");
                throw new Broken($"line {line}: it is not what its format says");
            }

            sum.AppendData(text);
        }

        if (!isEnded) throw new Broken($"line {line}: the file ends before its last line");
        return $"{tenant}/{platform}: {counts.GetValueOrDefault("record")} records, "
            + $"{counts.GetValueOrDefault("entry")} entries and {counts.GetValueOrDefault("seal")} seals "
            + "are as they were sealed"
            + (coveredUpTo > 0 ? $", and signed up to record {coveredUpTo}."
                : ". Without --key nobody vouches for the seals.");
    }

    private byte[]? ReadLine(Lines lines)
    {
        try
        {
            return lines.Next();
        }
        catch (InvalidDataException)
        {
            throw new Broken($"line {line + 1}: from here on the file is damaged or ends early");
        }
    }

    private void Read(JsonElement json, IncrementalHash sum)
    {
        var word = json.EnumerateObject().First().Name;
        if ((line == 1) != (word == "format")) throw new FormatException("The first line says what it is.");
        switch (word)
        {
            case "format": Head(json); break;
            case "chart":
                chart.Add(json.Text(word), (json.Text("normal_side") == "debit",
                    json.Of("may_go_below_zero").GetBoolean()));
                break;
            case "opening":
                var opening = Add(json, word);
                (opening.Version, opening.Balance) = (json.Number("version"), json.Number("balance"));
                break;
            case "account":
                var account = Add(json, word);
                leaves.Add(account.Key(Begin('K').Number(json.Number(word))).Leaf());
                break;
            case "record": Record(json); break;
            case "answer": Answer(json); break;
            case "seal": Seal(json); break;
            case "checkpoint": Checkpoint(json.Of(word)); break;
            case "total": Total(json); break;
            case "end": End(json, sum); break;
            case "earlier": break;
            default: throw new Broken($"`{word}` is not known");
        }

        counts[word] = counts.GetValueOrDefault(word) + 1;
    }

    private void Head(JsonElement json)
    {
        if (json.Text("format") != "fanz-ledger/package/1") throw new FormatException("Another format.");
        var name = json.Text("book").Split('/');
        (tenant, platform) = (name[0], name[1]);
        (toNumber, toSequence) = (json.Number("last_number"), json.Number("last_sequence"));
        if (!json.TryGetProperty("before", out var before)) return;
        firstSequence = before.Number("sequence") + 1;
        (lastNumber, lastPosition) = (before.Number("last_number"), before.Number("last_position"));
        (at, previous) = (before.Text("at"), before.Hex("hash"));
        sealedNumber = lastNumber;
    }

    private Account Add(JsonElement json, string word)
    {
        var account = new Account(
            json.Text("code"), json.Text("owner"), json.Text("currency"), json.MaybeText("cohort"));
        if (!chart.ContainsKey(account.Code)) throw new Broken($"{account.Code} is not in the chart");
        return accounts.TryAdd(json.Number(word), account)
            ? account
            : throw new Broken($"account {json.Number(word)} is there twice");
    }

    private void Record(JsonElement json)
    {
        var number = json.Number("record");
        if (number != lastNumber + 1) throw new Broken($"number {lastNumber + 1} is missing");
        lastNumber = number;
        var block = Begin('J').Number(number).Text(json.Text("type")).Time(json.Text("at"))
            .Date(json.Text("effective_on")).Number(json.Number("last_position")).Text(json.MaybeText("stream"))
            .Number(json.MaybeNumber("refers_to") ?? -1).Text(json.Text("actor")).Text(json.Text("data"));
        var entries = json.TryGetProperty("entries", out var all) ? all.EnumerateArray().ToArray() : [];
        block.Number(entries.Length);
        var sums = new Dictionary<string, BigInteger>();
        foreach (var entry in entries) Entry(number, entry, block, sums);
        if (lastPosition != json.Number("last_position"))
            throw new Broken($"record {number}: last_position is not that of its last entry");
        if (sums.Values.Any(total => total != 0)) throw new Broken($"record {number}: its entries do not sum to zero");
        leaves.Add(block.Leaf());
        pending.Add((line, number, lastPosition, json.Text("at")));
    }

    private void Entry(long number, JsonElement json, Block block, Dictionary<string, BigInteger> sums)
    {
        var (position, id) = (json[0].GetInt64(), json[1].GetInt64());
        var (version, amount, balance) = (json[2].GetInt64(), json[3].GetInt64(), json[4].GetInt64());
        if (position != lastPosition + 1) throw new Broken($"record {number}: position {lastPosition + 1} is missing");
        lastPosition = position;
        if (!accounts.TryGetValue(id, out var account)) throw new Broken($"record {number}: account {id} is unknown");
        if (version != account.Version + 1 || balance != (Int128)account.Balance + amount)
            throw new Broken($"entry {position}: its version or balance does not follow from the one before");
        var (isDebit, mayGoBelow) = chart[account.Code];
        if (!mayGoBelow && (isDebit ? balance < 0 : balance > 0))
            throw new Broken($"entry {position}: {account.Code} may not stand at {balance}");
        (account.Version, account.Balance) = (version, balance);
        sums[account.Currency] = sums.GetValueOrDefault(account.Currency) + amount;
        account.Key(block.Number(position).Number(id)).Number(version).Number(amount).Number(balance);
        counts["entry"] = counts.GetValueOrDefault("entry") + 1;
    }

    private void Answer(JsonElement json)
    {
        var block = Begin('A').Bytes(json.Hex("answer")).Bytes(json.Hex("request"))
            .Number(json.MaybeNumber("number") ?? -1);
        leaves.Add(block.Text(json.MaybeText("refusal")).Leaf());
    }

    private void Seal(JsonElement json)
    {
        var sequence = json.Number("seal");
        if (sequence != firstSequence + seals.Count) throw new Broken($"seal {firstSequence + seals.Count} is missing");
        var sealAt = json.Text("at");
        if (at.Length > 0 && string.CompareOrdinal(sealAt, at) <= 0)
            throw new Broken($"seal {sequence}: at is not later than that of the seal before");
        if (json.Number("last_number") != lastNumber || json.Number("last_position") != lastPosition)
            throw new Broken($"seal {sequence}: it does not end where its rows do");
        foreach (var record in pending)
            if (record.At != sealAt)
                throw new Broken($"line {record.Line}, record {record.Number}: at is not its seal's");
        pending.Clear();
        if (!Tree.Same(json.Hex("previous"), previous))
            throw new Broken($"seal {sequence}: previous is not the hash of the seal before");
        Leaves(sequence, json.Base64("leaves"));
        if (!Tree.Same(Tree.Root(leaves), json.Hex("root")))
            throw new Broken($"seal {sequence}: its rows, up to record {lastNumber}, are not what was sealed");
        var hash = Begin('S').Number(sequence).Number(json.Number("vocabulary")).Number(lastNumber)
            .Number(lastPosition).Time(sealAt).Bytes(json.Hex("root")).Bytes(previous).Hash();
        if (!Tree.Same(hash, json.Hex("hash"))) throw new Broken($"seal {sequence}: hash is not the hash of the seal");
        leaves.Clear();
        seals.Add(hash);
        (previous, at, sealedNumber) = (hash, sealAt, lastNumber);
    }

    /// <summary>Leaves are not needed, but they tell which line it is that does not fit.</summary>
    private void Leaves(long sequence, byte[] expected)
    {
        for (var i = 0; i < leaves.Count; i++)
        {
            if ((i + 1) * 32 > expected.Length || Tree.Same(leaves[i], expected.AsSpan(i * 32, 32))) continue;
            throw new Broken($"seal {sequence}: line {line - leaves.Count + i} is not what was sealed");
        }
    }

    private void Checkpoint(JsonElement document)
    {
        if (document.Text("format") is not ("fanz-ledger/checkpoint/1" or "fanz-ledger/checkpoint/2"))
            throw new FormatException("Another format.");
        var statement = document.Of("statement");
        var heads = document.Of("heads").EnumerateArray().ToArray();
        var isBelieved = trust.Believes(tenant, statement);
        isAnyBelieved |= isBelieved;
        var root = Tree.Root([.. heads.Select(head => trust.HeadLeaf(tenant, head))]);
        if (statement.Number("books") != heads.Length || !Tree.Same(root, statement.Hex("heads_root")))
            throw new Broken("the checkpoint was not signed over these heads");
        if (statement.TryGetProperty("trail", out _) != document.TryGetProperty("trail", out var trail)
            || (trail.ValueKind != JsonValueKind.Undefined
                && !Tree.Same(Trust.TrailLeaf(tenant, trail), statement.Hex("trail"))))
            throw new Broken("the checkpoint was not signed over this head of the trail");
        foreach (var head in heads.Where(head => head.Text("platform") == platform))
        {
            var index = head.Number("sequence") - firstSequence;
            if (index < 0) continue;
            if (index >= seals.Count) throw new Broken("the checkpoint is over seals that the package has not");
            if (!Tree.Same(seals[(int)index], head.Hex("seal")))
                throw new Broken($"seal {head.Number("sequence")} is not the one that the checkpoint was signed over");
            if (firstSequence == 1 && !Tree.Same(Tree.Root(seals[..((int)index + 1)]), head.Hex("tree")))
                throw new Broken("the checkpoint's tree is not that of the seals");
            if (isBelieved) coveredUpTo = Math.Max(coveredUpTo, head.Number("last_number"));
        }
    }

    private void Total(JsonElement json)
    {
        var those = accounts.Values
            .Where(one => one.Code == json.Text("code") && one.Currency == json.Text("currency")).ToList();
        var sum = those.Aggregate(BigInteger.Zero, (total, one) => total + one.Balance);
        if (json.Number("number") != lastNumber || those.Count != json.Number("accounts")
            || sum != BigInteger.Parse(json.Text("balance"), CultureInfo.InvariantCulture))
            throw new Broken($"{json.Text("code")} {json.Text("currency")}: the journal comes to {sum}");
    }

    private void End(JsonElement json, IncrementalHash sum)
    {
        if (leaves.Count > 0) throw new Broken("the last rows have no seal");
        foreach (var (name, word) in new[]
        {
            ("records", "record"), ("entries", "entry"), ("accounts", "account"), ("answers", "answer"),
            ("seals", "seal"), ("openings", "opening"), ("earlier", "earlier"), ("checkpoints", "checkpoint"),
            ("totals", "total"),
        })
            if (json.Number(name) != counts.GetValueOrDefault(word))
                throw new Broken($"{name} are not as many as it says");
        if (json.Number("end") != line - 1) throw new Broken("lines are not as many as it says");
        if (json.Text("sha256") != Convert.ToHexStringLower(sum.GetCurrentHash()))
            throw new Broken("sha256 is not that of the lines before");
        if ((sealedNumber, firstSequence + seals.Count - 1) != (toNumber, toSequence))
            throw new Broken("it does not end where its first line says");
        foreach (var currency in accounts.Values.GroupBy(account => account.Currency))
            if (currency.Aggregate(BigInteger.Zero, (total, one) => total + one.Balance) is var total && total != 0)
                throw new Broken($"the balances in {currency.Key} sum to {total}");
        if (trust.IsKeyGiven && !isAnyBelieved) throw new Broken("no checkpoint in it is signed with the trusted key");
        isEnded = true;
    }

    private Block Begin(char kind) => new Block(kind, tenant).Text(platform);
}

/// <summary>Lines as they are, each with its line end.</summary>
internal sealed class Lines(Stream source)
{
    private byte[] buffer = new byte[1 << 20];
    private int start;
    private int end;

    public byte[]? Next()
    {
        while (true)
        {
            var at = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var found = buffer[start..(start + at + 1)];
                start += at + 1;
                return found;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = source.Read(buffer, end, buffer.Length - end);
            if (read == 0) return end == 0 ? null : throw new InvalidDataException();
            end += read;
        }
    }
}

/// <summary>A proof: from one transaction to a checkpoint, or from one checkpoint to a later one.</summary>
internal static class Proof
{
    public static string Verify(string path, ECDsa? key)
    {
        if (key is null) throw new Unreadable("A proof is held against the key that signs checkpoints: --key.");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            var proof = json.RootElement;
            if (proof.Text("format") is not ("fanz-ledger/proof/1" or "fanz-ledger/proof/2"))
                throw new Unreadable($"{path} is of another format.");
            return proof.Text("kind") switch
            {
                "transaction" => Transaction(proof, new Trust(key)),
                "consistency" => Consistency(proof, new Trust(key)),
                var other => throw new Unreadable($"{path} is a proof of a kind that is not known, `{other}`."),
            };
        }
        catch (JsonException)
        {
            throw new Unreadable($"{path} is neither a package nor a proof.");
        }
        catch (Exception exception) when (Reading.IsForm(exception))
        {
            throw new Broken($"the proof is not what its format says: {exception.Message}");
        }
    }

    private static string Transaction(JsonElement proof, Trust trust)
    {
        var name = proof.Text("book").Split('/');
        var (tenant, platform) = (name[0], name[1]);
        var (record, seal, head) = (proof.Of("record"), proof.Of("seal"), proof.Of("head"));
        var block = new Block('J', tenant).Text(platform).Number(record.Number("number")).Text(record.Text("type"))
            .Time(record.Text("at")).Date(record.Text("effective_on")).Number(record.Number("last_position"))
            .Text(record.MaybeText("stream")).Number(record.MaybeNumber("refers_to") ?? -1)
            .Text(record.Text("actor")).Text(record.Text("data")).Number(record.Of("entries").GetArrayLength());
        foreach (var entry in record.Of("entries").EnumerateArray())
            block.Number(entry.Number("position")).Number(entry.Number("account_id")).Text(entry.Text("code"))
                .Text(entry.Text("owner")).Text(entry.Text("currency")).Date(entry.MaybeText("cohort"))
                .Number(entry.Number("version")).Number(entry.Number("amount")).Number(entry.Number("balance"));
        Leads(block.Leaf(), proof.Of("record_path"), seal.Hex("root"), "the record is not under the seal");
        if (record.Text("at") != seal.Text("at") || record.Number("number") > seal.Number("last_number")
            || record.Number("last_position") > seal.Number("last_position"))
            throw new Broken("the record is not of the seal's time or range");
        var hash = new Block('S', tenant).Text(platform)
            .Number(seal.Number("sequence")).Number(seal.Number("vocabulary"))
            .Number(seal.Number("last_number")).Number(seal.Number("last_position")).Time(seal.Text("at"))
            .Bytes(seal.Hex("root")).Bytes(seal.Hex("previous")).Hash();
        var path = proof.Of("seal_path");
        Leads(hash, path, head.Hex("tree"), "the seal is not under the checkpoint's head");
        if (path.Number("index") != seal.Number("sequence") - 1 || path.Number("size") != head.Number("sequence")
            || seal.Number("last_number") > head.Number("last_number")
            || seal.Number("last_position") > head.Number("last_position"))
            throw new Broken("the seal is not where its sequence says");
        if (head.Text("platform") != platform) throw new Broken("the head is another book's");
        var statement = proof.Of("statement");
        HasHead(trust, tenant, head, proof.Of("head_path"), statement);
        Handed(trust, tenant, proof, statement);
        if (!trust.Believes(tenant, statement)) throw new Broken("the checkpoint is not signed with a trusted key");
        return $"{tenant}/{platform}: record {record.Number("number")}, {record.Text("type")}, is under checkpoint "
            + $"{statement.Number("sequence")} of {statement.Text("at")}.";
    }

    private static string Consistency(JsonElement proof, Trust trust)
    {
        var (tenant, from, to) = (proof.Text("tenant"), proof.Of("from"), proof.Of("to"));
        if (from.Number("sequence") >= to.Number("sequence")
            || string.CompareOrdinal(from.Text("at"), to.Text("at")) >= 0)
            throw new Broken("the first checkpoint is not before the second");
        var pairs = 0;
        foreach (var pair in proof.Of("books").EnumerateArray())
        {
            pairs++;
            var (before, after) = (pair.Of("from"), pair.Of("to"));
            if (before.Text("platform") != after.Text("platform")) throw new Broken("two heads are of two books");
            HasHead(trust, tenant, before, pair.Of("from_path"), from);
            HasHead(trust, tenant, after, pair.Of("to_path"), to);
            if (!Tree.GoesOn(
                before.Number("sequence"), before.Hex("tree"), after.Number("sequence"), after.Hex("tree"),
                [.. Hashes(pair)]))
                throw new Broken($"{before.Text("platform")} does not go on from what it was");
        }

        // Each is believed where it stands among those that hand over.
        var isFromBelieved = false;
        foreach (var statement in Handovers(proof).Append(to))
        {
            if (!isFromBelieved && from.Number("sequence") <= statement.Number("sequence"))
                isFromBelieved = trust.Believes(tenant, from);
            if (statement.Number("sequence") != from.Number("sequence") && !trust.Believes(tenant, statement))
                throw new Broken("a checkpoint is not signed with a trusted key");
        }

        if (!isFromBelieved) throw new Broken("the first checkpoint is not signed with a trusted key");
        return $"{tenant}: {pairs} of {from.Number("books")} books go on from checkpoint {from.Number("sequence")} "
            + $"to checkpoint {to.Number("sequence")}.";
    }

    private static void HasHead(Trust trust, string tenant, JsonElement head, JsonElement path, JsonElement statement)
    {
        Leads(trust.HeadLeaf(tenant, head), path, statement.Hex("heads_root"), "a head is not under its checkpoint");
        if (path.Number("size") != statement.Number("books")) throw new Broken("a path is of another size");
    }

    private static void Handed(Trust trust, string tenant, JsonElement proof, JsonElement statement)
    {
        foreach (var handover in Handovers(proof))
            if (handover.Number("sequence") >= statement.Number("sequence") || !trust.Believes(tenant, handover))
                throw new Broken("a checkpoint that hands over is not to be believed");
    }

    private static IEnumerable<JsonElement> Handovers(JsonElement proof) => proof.Of("handovers").EnumerateArray();

    private static IEnumerable<byte[]> Hashes(JsonElement path) =>
        path.Of("hashes").EnumerateArray().Select(hash => Convert.FromHexString(hash.GetString()!));

    private static void Leads(byte[] leaf, JsonElement path, byte[] root, string otherwise)
    {
        var reached = Tree.Climb(leaf, path.Number("index"), path.Number("size"), Hashes(path));
        if (reached is null || !Tree.Same(reached, root)) throw new Broken(otherwise);
    }
}
