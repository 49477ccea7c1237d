using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>
/// A migrated database of its own for a test class: a clone of a template that is migrated once a process.
/// The cluster is thrown away with the process; LEDGER_TEST_DATABASE, a superuser's connection string, replaces it.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private const string External = "LEDGER_TEST_DATABASE";

    // Killed or not, the process takes the cluster with it. A template on an external server is dropped at its exit.
    private static readonly Lazy<Task<Template>> Shared = new(Template.Create);

    private Template? template;
    private NpgsqlDataSource? source;

    public string Name { get; } = $"test_{Guid.NewGuid():n}";

    public string OwnerConnectionString { get; private set; } = "";

    public string HostConnectionString { get; private set; } = "";

    public string SuperuserConnectionString { get; private set; } = "";

    /// <summary>Of the host, with a pool: whoever asks much need not connect and learn of every table anew.</summary>
    public NpgsqlDataSource Source => source ??= NpgsqlDataSource.Create(HostConnectionString);

    public async Task InitializeAsync()
    {
        template = await Shared.Value;
        await Execute(
            template.Superuser("postgres"), $"create database {Name} template {template.Name} owner ledger_owner");
        OwnerConnectionString = template.Owner(Name);
        HostConnectionString = template.Host(Name);
        SuperuserConnectionString = template.Superuser(Name);
    }

    public async Task DisposeAsync()
    {
        if (source is not null)
            await source.DisposeAsync();
        if (template is not null)
            await Execute(template.Superuser("postgres"), $"drop database if exists {Name} with (force)");
    }

    internal static async Task Execute(string connectionString, string sql)
    {
        await using var source = Unpooled(connectionString);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }

    internal static async Task<T> Scalar<T>(string connectionString, string sql)
    {
        await using var source = Unpooled(connectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>For one statement with usual types: what else the database has is not asked for first.</summary>
    private static NpgsqlDataSource Unpooled(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.Pooling = false;
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    private sealed record Template(
        string Name, Func<string, string> Superuser, Func<string, string> Owner, Func<string, string> Host)
    {
        public static async Task<Template> Create()
        {
            var template = Environment.GetEnvironmentVariable(External) is { Length: > 0 } external
                ? await OnExternalServer(external)
                : await OnOwnServer();
            // The locale and encoding are those of the private cluster, whatever an external server's default is.
            await Execute(
                template.Superuser("postgres"),
                $"create database {template.Name} owner ledger_owner template template0 encoding 'UTF8' locale 'C'");
            await Schema.Migrate(template.Owner(template.Name), null, CancellationToken.None);
            // A template with a session in it cannot be cloned.
            await Execute(template.Superuser("postgres"), $"alter database {template.Name} allow_connections false");
            return template;
        }

        private static async Task<Template> OnOwnServer()
        {
            // No power fails here: what a killed process has written, the next one reads from the system's memory. Tests
            // that kill the server itself have one of their own, which waits for the disk.
            var options = new EmbeddedServerOptions
            {
                ThrowAway = true,
                Settings = new Dictionary<string, string> { ["fsync"] = "off" },
            };
            var server = await EmbeddedServer.Start(options, CancellationToken.None);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait();
            return new Template(
                "ledger_template", server.SuperuserConnectionString, server.OwnerConnectionString,
                server.HostConnectionString);
        }

        /// <summary>Passwords follow from the superuser's, so that processes sharing the server agree.</summary>
        private static async Task<Template> OnExternalServer(string superuser)
        {
            var builder = new NpgsqlConnectionStringBuilder(superuser);
            var password = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes($"ledger tests {builder.Password}")));
            await LedgerRoles.Ensure(superuser, password, password, CancellationToken.None);
            var template = new Template(
                $"ledger_template_{Guid.NewGuid():n}",
                database => new NpgsqlConnectionStringBuilder(superuser) { Database = database }.ConnectionString,
                database => As(LedgerRoles.Owner, database),
                database => As(LedgerRoles.Host, database));
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
                Execute(template.Superuser("postgres"), $"drop database if exists {template.Name} with (force)").Wait();
            return template;

            string As(string role, string database) => new NpgsqlConnectionStringBuilder(superuser)
            {
                Username = role,
                Password = password,
                Database = database,
            }.ConnectionString;
        }
    }
}
