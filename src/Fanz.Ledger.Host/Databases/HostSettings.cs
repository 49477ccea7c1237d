using System.Globalization;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Databases;

/// <summary>
/// What an operator sets, all of it by environment variables. They are read when they are needed and judged at once:
/// a wrong one is an error that names it, never a default in its place.
/// </summary>
internal static class HostSettings
{
    public const string HostDatabase = "LEDGER_DATABASE";
    public const string OwnerDatabase = "LEDGER_OWNER_DATABASE";
    private const string ReadDatabase = "LEDGER_READ_DATABASE";
    private const string NewMaster = "LEDGER_MASTER_KEY";
    private const string OldMasters = "LEDGER_MASTER_KEYS_OLD";
    private const string DefaultUrls = "http://127.0.0.1:5480";

    /// <summary>The folder that a private server belongs to.</summary>
    public static string Home => Text("LEDGER_HOME") ?? Environment.CurrentDirectory;

    /// <summary>Behind a pooler that lends a connection for one transaction.</summary>
    public static bool IsPooledByTransaction => Text("LEDGER_POOLED") switch
    {
        null or "session" => false,
        "transaction" => true,
        var other => throw new Mistake($"LEDGER_POOLED is `transaction` or `session`, not `{other}`."),
    };

    public static string Urls => Text("LEDGER_URLS") ?? DefaultUrls;

    /// <summary>A connection string that was set, without what only looks like one.</summary>
    public static string? ConnectionString(string variable)
    {
        if (Text(variable) is not { } text) return null;
        try
        {
            return new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0 } good
                ? good.ConnectionString
                : throw new Mistake($"{variable} names no Host.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // The text may hold a password, so it is not repeated.
            throw new Mistake(
                $"{variable} is not a connection string such as `Host=…;Username=…;Password=…;Database=…`.");
        }
    }

    /// <summary>
    /// One server: among several, the second answer of a request could be older than its first.
    /// </summary>
    public static string? ReadConnectionString => ConnectionString(ReadDatabase) is not { } copy ? null
        : new NpgsqlConnectionStringBuilder(copy).Host!.Contains(',', StringComparison.Ordinal)
            ? throw new Mistake($"{ReadDatabase} names several hosts: it is one copy of the database.")
            : copy;

    /// <summary>How many readers may wait for news, following the journal or for a number.</summary>
    public static int MaxWaiting => Whole("LEDGER_MAX_WAITING", 10_000, 1, 1_000_000);

    public static WriterOptions Writer()
    {
        var options = new WriterOptions();
        return options with
        {
            Lanes = Whole("LEDGER_LANES", options.Lanes, 1, 64),
            MaxQueuedCommands = Whole("LEDGER_MAX_QUEUED", options.MaxQueuedCommands, 1, 10_000_000),
            MaxKnownAccounts = Whole("LEDGER_MAX_KNOWN_ACCOUNTS", options.MaxKnownAccounts, 1_000, 100_000_000),
            IdleTimeout = Seconds("LEDGER_IDLE_TIMEOUT", options.IdleTimeout),
            Patience = Seconds("LEDGER_PATIENCE", options.Patience),
            OneBookABatch = Flag("LEDGER_ONE_BOOK_A_BATCH"),
            PooledByTransaction = IsPooledByTransaction,
        };
    }

    /// <summary>256 bits, the same on every host.</summary>
    public static byte[]? MasterKey => Text(NewMaster) is { } text
        ? KeyIn(text) ?? throw new Mistake(
            $"{NewMaster} is 32 bytes in base64, such as `openssl rand -base64 32` makes.")
        : null;

    /// <summary>
    /// With those that are read besides, while one takes the place of another: all that LEDGER_MASTER_KEYS_OLD has.
    /// </summary>
    public static MasterKeys? MasterKeysOf(byte[]? current)
    {
        byte[][] others =
            [
                .. (Text(OldMasters) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text =>
                    KeyIn(text.Trim()) ?? throw new Mistake(
                        $"{OldMasters} is master keys with commas between, each 32 bytes in base64.")),
            ];
        return current is not null ? new MasterKeys(current, others)
            : others.Length == 0 ? null
            : throw new Mistake($"{OldMasters} is set, and {NewMaster} is not.");
    }

    /// <summary>A secret is not repeated, right or wrong.</summary>
    private static byte[]? KeyIn(string text)
    {
        var key = new byte[33];
        return Convert.TryFromBase64String(text, key, out var length) && length == 32 ? key[..32] : null;
    }

    /// <summary>From where files are carried to banks; the same folder on every host.</summary>
    public static string Outbox => Text("LEDGER_OUTBOX") ?? Path.Combine(Home, "outbox");

    /// <summary>The file of the key that signs checkpoints; without one a key is made for this folder.</summary>
    public static string? CheckpointKey => Text("LEDGER_CHECKPOINT_KEY");

    /// <summary>Where checkpoints are carried to: best a folder that can be written once and never changed.</summary>
    public static string CheckpointFolder => Text("LEDGER_CHECKPOINTS") ?? Path.Combine(Home, ".data", "checkpoints");

    /// <summary>How long it takes at most until what is posted is signed; zero where this host signs nothing.</summary>
    public static TimeSpan BetweenCheckpoints =>
        TimeSpan.FromSeconds(Whole("LEDGER_CHECKPOINT_SECONDS", 60, 0, 86_400));

    /// <summary>Webhooks may go to private networks, and without TLS.</summary>
    public static bool MayWebhooksBePrivate => Flag("LEDGER_WEBHOOKS_PRIVATE");

    /// <summary>Payment providers may be on private networks, and without TLS.</summary>
    public static bool MayRailsBePrivate => Flag("LEDGER_RAILS_PRIVATE");

    /// <summary>How long it takes at most until a provider is asked again about a payout.</summary>
    public static TimeSpan BetweenPolls => TimeSpan.FromSeconds(Whole("LEDGER_RAIL_POLL_SECONDS", 300, 5, 86_400));

    /// <summary>Whether this host looks for runs that are due, and does them.</summary>
    public static bool HasSchedules => Text("LEDGER_SCHEDULES") switch
    {
        null or "on" => true,
        "off" => false,
        var other => throw new Mistake($"LEDGER_SCHEDULES is `on` or `off`, not `{other}`."),
    };

    /// <summary>How often somebody looks for runs that are due.</summary>
    public static TimeSpan BetweenLooksForRuns =>
        TimeSpan.FromSeconds(Whole("LEDGER_SCHEDULES_EVERY_SECONDS", 10, 1, 3_600));

    /// <summary>Where banks' files are fetched into; without it none are imported on schedule.</summary>
    public static string? Inbox => Text("LEDGER_INBOX");

    /// <summary>The largest file of a bank that is taken over HTTP, in megabytes.</summary>
    public static int LargestBankFile => Whole("LEDGER_MAX_BANK_FILE_MB", 256, 1, 4_096);

    /// <summary>Commands and requests a second that a caller may send to this host.</summary>
    public static int RateLimit => Whole("LEDGER_RATE_LIMIT", 10_000, 1, KeyGrant.HighestRate);

    /// <summary>The file that says whose tokens are believed; without one, nobody's.</summary>
    public static string? TokenIssuers => Text("LEDGER_JWT_ISSUERS");

    private static Duration Seconds(string variable, Duration otherwise) =>
        Duration.FromSeconds(Whole(variable, (int)otherwise.TotalSeconds, 1, 3_600));

    private static bool Flag(string variable) => Text(variable) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new Mistake($"{variable} is `true` or `false`, not `{other}`."),
    };

    internal static int Whole(string variable, int otherwise, int least, int most)
    {
        if (Text(variable) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most
            ? value
            : throw new Mistake($"{variable} is a whole number from {least} to {most}, not `{text}`.");
    }

    internal static string? Text(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;
}
