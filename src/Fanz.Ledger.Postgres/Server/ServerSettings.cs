using System.Text;
using System.Text.RegularExpressions;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>The postgresql.conf of a private server, written whole at every start.</summary>
internal sealed partial record ServerSettings(int Port, string SocketDirectory, bool ThrowAway, bool CompressWal)
{
    public string Render(IReadOnlyDictionary<string, string> further)
    {
        var text = new StringBuilder(
            $"""
            # Written by the ledger at every start; an edit here does not last.

            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = {Quoted($"\"{SocketDirectory}\"")}
            unix_socket_permissions = 0700
            password_encryption = 'scram-sha-256'
            max_connections = 200

            # What was acknowledged survives a power cut.
            fsync = on
            synchronous_commit = on
            full_page_writes = on

            # Room between checkpoints: just after one, every touched index page is logged whole.
            max_wal_size = {(ThrowAway ? "1GB" : "8GB")}
            min_wal_size = {(ThrowAway ? "128MB" : "1GB")}
            checkpoint_timeout = 15min
            checkpoint_completion_target = 0.9
            wal_compression = {(CompressWal ? "lz4" : "off")}
            wal_buffers = {(ThrowAway ? "16MB" : "64MB")}

            shared_buffers = {SharedBuffersMegabytes()}MB
            # A throw-away server that is killed must leave nothing outside its own directory.
            dynamic_shared_memory_type = {(ThrowAway ? "mmap" : "posix")}
            autovacuum = on
            jit = off
            track_io_timing = off

            timezone = 'UTC'
            log_timezone = 'UTC'
            lc_messages = 'C'

            # One file an hour, overwritten after a day. Statements stay out: they carry the books' contents.
            logging_collector = on
            log_directory = '../log'
            log_filename = 'server-%H.log'
            log_rotation_age = 60
            log_rotation_size = 0
            log_truncate_on_rotation = on
            log_min_messages = warning
            log_min_error_statement = panic

            """);
        foreach (var (name, value) in further)
        {
            if (!SettingName().IsMatch(name))
                throw new ArgumentException($"`{name}` is not the name of a setting.", nameof(further));
            text.Append(name).Append(" = ").Append(Quoted(value)).Append('\n');
        }

        return text.ToString();
    }

    private long SharedBuffersMegabytes() =>
        ThrowAway ? 128 : Math.Clamp((GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20) / 8, 128, 2048);

    private static string Quoted(string value) => value.AsSpan().ContainsAny('\n', '\r')
        ? throw new ArgumentException("A setting is one line.", nameof(value))
        : $"'{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[a-z_][a-z0-9_.]*$")]
    private static partial Regex SettingName();
}
