using System.Buffers;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Proposals;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Proposals;

/// <summary>
/// What people at a terminal see of proposals and decide about them. Each is posted in the name of the person who is
/// given; whoever can run the verb with the rights of a writer is believed about that.
/// </summary>
internal sealed class ProposalDesk : IAsyncDisposable
{
    private const int Most = 100;

    private readonly Database database;
    private readonly NpgsqlDataSource source;
    private readonly BookRegistry registry;
    private readonly OpenedBook book;

    private ProposalDesk(Database database, NpgsqlDataSource source, BookRegistry registry, OpenedBook book) =>
        (this.database, this.source, this.registry, this.book) = (database, source, registry, book);

    public static async Task<int> List(BookName book, string state, bool asJson, CancellationToken token)
    {
        await using var desk = await Open(book, token);
        var rows = await desk.Rows(state == "all" ? [] : new() { ["state"] = state }, token);
        if (asJson) Answer.Json(new { Proposals = rows.Select(row => row.ToJson()) });
        else
            Answer.Table(
                $"{book}: the newest proposals{(state == "all" ? "" : $" that are {state}")}.",
                ["proposal", "command", "state", "proposed by", "up to", "decided by", "why"],
                rows.Select(row => (IReadOnlyList<string>)
                    [
                        row["proposal"], row["command"], row["state"], row["proposed_by"], row["expires_on"],
                        row["decided_by"], row["reason"],
                    ]));
        return CommandLine.Done;
    }

    public static async Task<int> Show(BookName book, string name, bool asJson, CancellationToken token)
    {
        await using var desk = await Open(book, token);
        var row = await desk.MustFind(name, token);
        if (asJson) Answer.Json(row.ToJson());
        else
        {
            Answer.Line($"{name}: {row["proposed_by"]} proposes {row["command"]}, because: {row["reason"]}");
            Answer.Line(row["body"]);
            Answer.Line(row["state"] switch
            {
                "open" => $"It is open, and can be approved up to {row["expires_on"]}.",
                "approved" => $"{row["decided_by"]} has approved it: record {row["record"]}.",
                "rejected" => $"{row["decided_by"]} has rejected it: {row["objection"]}",
                "withdrawn" => $"It was withdrawn: {row["objection"]}",
                _ => $"It could be approved up to {row["expires_on"]}, and nobody did.",
            });
        }

        return CommandLine.Done;
    }

    public static async Task<int> Propose(
        BookName book, string name, string command, string body, string person, string reason, bool asJson,
        CancellationToken token)
    {
        if (body == "-") body = await Console.In.ReadToEndAsync(token);
        await using var desk = await Open(book, token);
        var whole = new
        {
            proposal = name, command, body = Fields(body), reason, proposed_by = person,
        };
        var (propose, fault) = CommandFormat.Read("propose", JsonSerializer.SerializeToUtf8Bytes(whole));
        if (propose is null) throw new Mistake(fault!.ToString());
        var receipt = await desk.Post($"propose/{name}", propose, person, token);
        if (asJson) Answer.Json(new { Proposal = name, State = "open", receipt.Number });
        else Answer.Line($"{name} is proposed by {person}; somebody else has to approve it.");
        return CommandLine.Done;
    }

    public static async Task<int> Approve(
        BookName book, string name, string person, bool asJson, CancellationToken token)
    {
        await using var desk = await Open(book, token);
        var row = await desk.MustFind(name, token);
        var receipt = await desk.Post(
            $"approve/{name}/{person}", new Command.ApproveProposal(name, row["command"], person), person, token);
        if (asJson) Answer.Json(new { Proposal = name, State = "approved", receipt.Number, receipt.Type });
        else Answer.Line($"{person} has approved {name}: {receipt.Type} is record {receipt.Number}.");
        return CommandLine.Done;
    }

    public static async Task<int> Reject(
        BookName book, string name, string person, string reason, bool asJson, CancellationToken token)
    {
        await using var desk = await Open(book, token);
        var row = await desk.MustFind(name, token);
        var receipt = await desk.Post(
            $"reject/{name}/{person}", new Command.RejectProposal(name, row["command"], reason, person), person, token);
        if (asJson) Answer.Json(new { Proposal = name, State = "rejected", receipt.Number });
        else Answer.Line($"{person} has rejected {name}.");
        return CommandLine.Done;
    }

    public static async Task<int> Withdraw(
        BookName book, string name, string person, string reason, bool asJson, CancellationToken token)
    {
        await using var desk = await Open(book, token);
        var row = await desk.MustFind(name, token);
        var receipt = await desk.Post(
            $"withdraw/{name}/{person}", new Command.WithdrawProposal(name, row["command"], reason, person), person,
            token);
        if (asJson) Answer.Json(new { Proposal = name, State = "withdrawn", receipt.Number });
        else Answer.Line($"{name} is withdrawn.");
        return CommandLine.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Opens a book, and waits until its proposals are made of all that it has recorded.</summary>
    private static async Task<ProposalDesk> Open(BookName name, CancellationToken token)
    {
        var database = await Database.OpenPrepared(isFresh: false, token);
        try
        {
            var source = database.Connect();
            var registry = new BookRegistry(source);
            var book = await registry.MustFind(name, token);
            await UpToDate.Bring(source, [book], token, ProposalFollower.FollowerName);
            return new ProposalDesk(database, source, registry, book);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static JsonElement Fields(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            throw new Mistake("The fields are not JSON.");
        }
    }

    private async Task<Row> MustFind(string name, CancellationToken token) =>
        (await Rows(new() { ["proposal"] = name }, token)).FirstOrDefault()
        ?? throw new Mistake($"{book.Name} has no proposal {name}: `ledger proposals list` lists them.");

    private async Task<List<Row>> Rows(Dictionary<string, object> filters, CancellationToken token)
    {
        var list = ProposalList.Proposals;
        var page = await new ListReader(source).Page(
            book, list, new ListRequest(list.Orders[0], filters, After: null, Most), token);
        return [.. page.Rows.Select(row => new Row(list.Columns, row.Values))];
    }

    private async Task<Receipt> Post(string name, Command command, string person, CancellationToken token)
    {
        await using var writer = new BookWriter(source, registry, HostSettings.Writer());
        return await PostedByHand.Post(writer, book.Name, $"proposals/{name}", command, person, token);
    }

    /// <summary>A row of the list, by the names of its columns.</summary>
    private sealed class Row(IReadOnlyList<ListColumn> columns, IReadOnlyList<object?> values)
    {
        public string this[string column]
        {
            get
            {
                for (var i = 0; i < columns.Count; i++)
                    if (columns[i].Name == column) return values[i] is { } value ? ListValues.InWords(value) : "";
                throw new InvariantBroken($"Proposals have no column {column}.");
            }
        }

        public JsonElement ToJson()
        {
            var written = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(written)) ListJson.Write(json, columns, values);
            return JsonSerializer.Deserialize<JsonElement>(written.WrittenSpan);
        }
    }
}
