using System.Diagnostics;
using System.Net;
using System.Text;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Host.Tests.Standing;
using Fanz.Ledger.Host.Tests.Telemetry;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Host.Tests.Webhooks;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Secrets;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Erasure;

/// <summary>
/// Zoe says to the ledger all that it takes of a person, rightly and wrongly; whatever is written of it anywhere is looked
/// through. Then she asks to be forgotten.
/// </summary>
public sealed class ForgettingTests(Home home) : IClassFixture<Home>
{
    private const string Us =
        """{"kind":"us_bank","name":"Zoe Quillfeather","routing":"021000021","account":"987654321012"}""";

    private const string Iban =
        """
        {"kind":"iban","name":"Zoe Quillfeather","iban":"DE89370400440532013000","address":{"country":"DE",
        "street":"Larkspur Lane","town":"Winnemucca"}}
        """;

    private const string Other =
        """{"kind":"other","name":"Zoe Quillfeather","fields":{"email":"zoe@quillfeather.example"}}""";

    private const string Form =
        """
        {"form":"w9-1","kind":"w9","version":"2024-03","signed_on":"2025-06-30","country":"US","identity":{
        "name":"Zoe Quillfeather","number":"457-55-5462","number_kind":"ssn","street":"77 Larkspur Lane",
        "city":"Winnemucca","region":"NV","postal_code":"89445"}}
        """;

    private const string Why = """{"reason":"she asks what we have of her"}""";

    private static readonly string[] Personal =
    [
        "uillfeather", "987654321012", "DE89370400440532013000", "457555462", "457-55-5462", "arkspur", "innemucca",
    ];

    [Fact]
    public void The_addresses_that_take_what_is_personal_are_those_that_are_tried()
    {
        using var http = HttpServer.Build("http://127.0.0.1:0", new Readiness(), new ServedLater()) as IDisposable;
        var taking = ((IEndpointRouteBuilder)http!).DataSources.SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetMetadata<Described>()?.Name)
            .Where(name => name?.EndsWith("_in_clear", StringComparison.Ordinal) == true);
        Assert.Equal(["add_payout_method_in_clear", "file_tax_form_in_clear"], taking.Order());
    }

    [Fact]
    public async Task Nothing_personal_is_written_anywhere_and_of_whom_is_forgotten_nothing_can_be_opened()
    {
        await using var collector = await Collector.Start();
        await using var receiver = await TestReceiver.Start();
        await using var beside = await PayeeHost.Start(home, "quiet", PayeeHost.MasterKey);
        var said = await Tell(collector, receiver, beside);
        foreach (var one in Personal)
            Assert.All(said, text => Assert.DoesNotContain(one, text, StringComparison.Ordinal));
        await Nowhere(Personal);
        Assert.Equal(3, await Scalar<long>(
            beside, "select count(*) from ledger.journal where type = 'payout_method_added' and stream = 'payee/zoe'"));

        // Until she asks, all of it is hers to have.
        var everything = await Export("before.json");
        foreach (var one in Personal.Except(["457-55-5462"])) Assert.Contains(one, everything, StringComparison.Ordinal);
        var sealedText = await Scalar<string>(
            beside, "select data ->> 'sealed' from ledger.journal where type = 'tax_form_filed'");
        var wrapped = await Scalar<string>(
            beside, "select encode(wrapped, 'hex') from ledger.person_keys where person = 'creator:zoe'");

        var officer = await beside.Bearer(null, Scopes.ErasePeople, Scopes.VouchForPeople);
        Assert.Equal(("known", 0), await State(beside, officer));
        Assert.Equal("not asked", await Forget());
        await Post("request_erasure", """{"role":"creator","party":"zoe","reason":"asked in the app"}""");
        await Post("place_legal_hold", Hold("a court asks"));
        Assert.Equal(("asked", 1), await State(beside, officer));
        Assert.Equal("kept", await Forget());
        await Refused(beside, "no record says");
        await Post("lift_legal_hold", Hold("it is over"));
        Assert.Equal("would be forgotten", await Forget("--dry-run"));
        Assert.Equal("forgotten", await Forget());
        Assert.Equal(("forgotten", 0), await State(beside, officer));

        var keys = new PersonKeys(beside.Source, PayeeHost.MasterKey);
        Assert.Null(await keys.Open("acme", "creator:zoe", "tax_identity", sealedText, CancellationToken.None));
        await Nowhere([.. Personal, wrapped]);
        var left = await Export("after.json");
        Assert.All(Personal, one => Assert.DoesNotContain(one, left, StringComparison.Ordinal));
        var verified = await home.Run("verify", "--json");
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        await using var again = await PayeeHost.Start(home, "quiet", PayeeHost.MasterKey);
        (await again.Send(await again.Keeper(), again.Methods("zoe"), Method("bank", "nacha", Us), "late"))
            .Is(HttpStatusCode.Conflict, "person_forgotten");

        // The trail says who did it, and the record of the journal that it was done by.
        var auditor = await beside.Bearer(null, Scopes.Audit);
        var done = (await beside.Send(auditor, "/v1/acme/trail?subject=creator%3Azoe&kind=done")).Json.GetProperty("lines");
        Assert.Equal("destroy_key", Assert.Single(done.EnumerateArray()).GetProperty("action").GetString());
        var seen = (await beside.Send(auditor, "/v1/acme/trail?subject=creator%3Azoe&action=export_person")).Json;
        Assert.Equal(2, seen.GetProperty("lines").GetArrayLength());

        async Task Post(string command, string body) => (await beside.Send(
            officer, $"/v1/acme/quiet/commands/{command}", body, command)).Is(HttpStatusCode.Created);

        async Task<string> Export(string file)
        {
            var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}-{file}");
            try
            {
                var ended = await Run("subject", "export", "acme", "creator:zoe", "--reason", "asked", "--out", path);
                Assert.True(ended.Code == 0, ended.Error);
                return await File.ReadAllTextAsync(path);
            }
            finally
            {
                File.Delete(path);
            }
        }

        async Task<string> Forget(params string[] words)
        {
            var ended = await Run(["subject", "forget", "acme", "--person", "creator:zoe", "--json", .. words]);
            Assert.True(ended.Code == 0, ended.Error);
            return ended.Json.GetProperty("people")[0].GetProperty("state").GetString()!;
        }
    }

    [Fact]
    public async Task Whoever_asks_is_given_everything_over_http_once_it_is_written_down_and_nobody_else_is()
    {
        await using var host = await PayeeHost.Start(home, "given", PayeeHost.MasterKey);
        (await host.Send(
            await host.Keeper(), host.Methods("bea%2F1"),
            Method("bank", "nacha", Us.Replace("987654321012", "111122223333", StringComparison.Ordinal)), "k"))
            .Is(HttpStatusCode.Created);
        var (officer, reader) = (
            await host.Bearer(null, Scopes.ErasePeople), await host.Bearer(null, Scopes.ReadPeople));
        const string path = "/v1/acme/people/creator:bea%2F1";
        (await host.Send(officer, path + "/export", Why)).Is(HttpStatusCode.Forbidden, "scope_missing");
        (await host.Send(reader, path)).Is(HttpStatusCode.Forbidden, "scope_missing");
        (await host.Send(reader, "/v1/rival/people/creator:bea/export", Why)).Is(HttpStatusCode.NotFound, "tenant_unknown");
        (await host.Send(reader, "/v1/acme/people/bea/export", Why)).Is(HttpStatusCode.BadRequest, "ill_formed");
        (await host.Send(reader, path + "/export", """{"why":"x"}""")).Is(HttpStatusCode.BadRequest, "ill_formed");
        (await host.Send(reader, path + "/export", """{"reason":""}""")).Is(HttpStatusCode.BadRequest, "ill_formed");
        const string readings = "select count(*) from ledger.journal where stream = 'readings/bea/1'";
        Assert.Equal(0, await Scalar<long>(host, readings));
        var given = (await host.Send(reader, path + "/export", Why)).Is(HttpStatusCode.OK).Json;
        Assert.Equal(1, await Scalar<long>(host, readings));
        var record = given.GetProperty("books").EnumerateArray()
            .Single(book => book.GetProperty("book").GetString() == "acme/given").GetProperty("records")[0];
        Assert.Equal("payout_method_added", record.GetProperty("type").GetString());
        Assert.Equal("111122223333", record.GetProperty("opened").GetProperty("account").GetString());
        Assert.Equal("everything", Assert.Single(given.GetProperty("seen").EnumerateArray()).GetProperty("item").GetString());
        // Of whom nothing is known, there is nothing to give.
        var nobody = (await host.Send(reader, "/v1/acme/people/fan:nobody/export", Why)).Is(HttpStatusCode.OK).Json;
        Assert.Empty(nobody.GetProperty("books").EnumerateArray());
    }

    private static async Task<(string State, int Obstacles)> State(PayeeHost host, string officer)
    {
        var heard = (await host.Send(officer, "/v1/acme/people/creator:zoe")).Is(HttpStatusCode.OK).Json;
        return (heard.GetProperty("state").GetString()!, heard.GetProperty("obstacles").GetArrayLength());
    }

    private static string Hold(string reason) =>
        $$"""
        {"role":"creator","party":"zoe","hold":"case-1","reason":"{{reason}}","proposed_by":"olga","approved_by":"pete"}
        """;

    private static string Method(string id, string rail, string account) =>
        $$"""
        {"method":"{{id}}","rail":"{{rail}}","currency":"USD","account":{{account}},{{(rail == "paypal" ? "\"country\":\"US\"," : "")}}
        "proposed_by":"zoe","approved_by":"olga"}
        """;

    private static async Task<T> Scalar<T>(PayeeHost host, string sql)
    {
        await using var command = host.Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A host cannot end a key of which the journal does not say so.</summary>
    private static async Task Refused(PayeeHost host, string why)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => PersonKeys.Destroy(
            host.Source, "acme", "creator:zoe", "tests", 1, CancellationToken.None));
        Assert.Contains(why, refused.MessageText, StringComparison.Ordinal);
    }

    private Task<Ended> Run(params string[] words) => LedgerProgram.Run(Settings(), words);

    private Dictionary<string, string> Settings() => new(home.Settings)
    {
        ["LEDGER_DATABASE"] = home.Server.HostConnectionString(),
        ["LEDGER_OWNER_DATABASE"] = home.Server.OwnerConnectionString(),
        ["LEDGER_MASTER_KEY"] = Convert.ToBase64String(PayeeHost.MasterKey),
        ["LEDGER_WEBHOOKS_PRIVATE"] = "true",
    };

    /// <summary>Says everything to a host that is listened to, and returns all that was said and told by it.</summary>
    private async Task<List<string>> Tell(Collector collector, TestReceiver receiver, PayeeHost beside)
    {
        var settings = Settings();
        settings["LEDGER_OTLP"] = collector.Address;
        settings["LEDGER_OTLP_TRACED"] = "1000";
        settings["LEDGER_LOG"] = "json";
        var keeper = await beside.Bearer(
            null, Scopes.Standing, Scopes.Tax, Scopes.Admin, Scopes.VouchForPeople, Scopes.ReadTaxNumbers,
            Scopes.ReadSecrets, Scopes.ReadLedger);
        await using var host = await ServingLedger.Start(settings);
        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        var answers = new List<string>();
        await Post("/v1/acme/webhooks", $$"""{"url":"{{receiver.Url}}"}""");
        Assert.Contains("\"state\":\"active\"", answers[^1], StringComparison.Ordinal);
        foreach (var (id, rail, account) in new[] { ("us", "nacha", Us), ("eu", "sepa", Iban), ("other", "paypal", Other) })
        {
            await Post(beside.Methods("zoe"), Method(id, rail, account));
            foreach (var wrong in Wrong(Method(id, rail, account))) await Post(beside.Methods("zoe"), wrong);
        }

        var forms = "/v1/acme/quiet/creators/zoe/tax-forms";
        await Post(forms, Form);
        Assert.Contains("tax_form_filed", answers[^1], StringComparison.Ordinal);
        foreach (var wrong in Wrong(Form)) await Post(forms, wrong);
        // Whoever mistakes an address says it to another one.
        foreach (var command in new[] { "add_payout_method", "file_tax_form", "top_up", "record_reading" })
            await Post($"/v1/acme/quiet/commands/{command}", Form);
        await Post("/v1/acme/quiet/commands", $$"""{"commands":[{"key":"k","command":"file_tax_form","body":{{Form}}}]}""");
        // The answers to these are the person's own, and are not among what is looked through.
        await Post(forms + "/w9-1/reveal", Why, isClear: true);
        await Post(beside.Methods("zoe") + "/us/reveal", Why, isClear: true);
        await Becomes(
            () => receiver.Events.Any(told => told.Text.Contains("tax_form_filed", StringComparison.Ordinal)),
            () => $"The form was not told: {string.Join(' ', receiver.All)}");

        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);
        Assert.Contains("tax-forms", collector.Everything, StringComparison.Ordinal);
        return [.. answers, ended.Output, ended.Error, collector.Everything, .. receiver.All.Select(told => told.Text)];

        async Task Post(string path, string body, bool isClear = false)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new("Bearer", keeper);
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (isClear) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            else answers.Add(text);
        }
    }

    /// <summary>The body in every way in which it is easily wrong: a part missing, twice, of another type, cut off.</summary>
    private static IEnumerable<string> Wrong(string body)
    {
        yield return body[..^3];
        yield return body + body;
        yield return $"[{body}]";
        yield return body.Replace("\"name\"", "\"Zoe Quillfeather\"", StringComparison.Ordinal);
        yield return body.Replace("\"kind\":\"", "\"kind\":\"Quillfeather", StringComparison.Ordinal);
        yield return body.Replace("021000021", "987654321012", StringComparison.Ordinal);
        yield return body.Replace("DE89370400440532013000", "DE00987654321012", StringComparison.Ordinal);
        yield return body.Replace("457-55-5462", "000-55-5462 Larkspur", StringComparison.Ordinal);
        yield return body.Replace("\"2025-06-30\"", "\"457-55-5462\"", StringComparison.Ordinal);
        yield return body.Replace("\"Zoe Quillfeather\"", "{\"Quillfeather\":457555462}", StringComparison.Ordinal);
        yield return body.Replace("{", "{\"Quillfeather\":\"987654321012\",", StringComparison.Ordinal);
        yield return "\"Zoe Quillfeather, 457-55-5462\"";
    }

    private static async Task Becomes(Func<bool> condition, Func<string> otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), otherwise());
            await Task.Delay(50);
        }
    }

    /// <summary>In no row of any table, as text or as its bytes, and in no file of the home.</summary>
    private async Task Nowhere(IReadOnlyList<string> texts)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(
            home.Server.SuperuserConnectionString()) { Pooling = false }.ConnectionString);
        var tables = new List<string>();
        await using (var command = source.CreateCommand(
            """
            select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
            """))
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        }

        Assert.Contains("ledger.journal_from_0", tables);
        string[] patterns =
            [.. texts.SelectMany(text => new[] { text, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) })
                .Select(text => $"%{text}%")];
        foreach (var table in tables)
        {
            await using var command = source.CreateCommand(
                $"select string_agg(t::text, ' ') from {table} t where t::text ilike any ($1)");
            command.Parameters.Add(new() { Value = patterns });
            Assert.True(await command.ExecuteScalarAsync() is DBNull, $"{table} has something personal.");
        }

        foreach (var file in Directory.EnumerateFiles(home.Folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true, IgnoreInaccessible = true,
        }))
        {
            // The database's own files were looked through as tables, but for those that a host writes beside them.
            if (file.Contains("/base/", StringComparison.Ordinal) || file.Contains("/pg_", StringComparison.Ordinal)) continue;
            byte[] bytes;
            try
            {
                bytes = await File.ReadAllBytesAsync(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            foreach (var text in texts)
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, $"{file} has something personal.");
        }
    }
}
