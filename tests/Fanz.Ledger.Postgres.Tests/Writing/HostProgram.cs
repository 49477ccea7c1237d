using System.Text;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>How a host process is set up; durations in milliseconds.</summary>
internal sealed record HostSettings(int Lanes = 2, int LockTimeout = 10_000, int IdleTimeout = 10_000, int Patience = 5_000)
{
    public WriterOptions Options => new()
    {
        Lanes = Lanes,
        LockTimeout = Duration.FromMilliseconds(LockTimeout),
        IdleTimeout = Duration.FromMilliseconds(IdleTimeout),
        Patience = Duration.FromMilliseconds(Patience),
    };
}

/// <summary>One command on its way to a host process.</summary>
internal sealed record HostRequest(long Id, string Tenant, string Platform, string Service, string Key, string Type, JsonElement Command);

/// <summary>
/// What a host process answers. <paramref name="Answer"/> is the receipt or refusal in full; for a definite answer it
/// is the same however often the command is sent again.
/// </summary>
internal sealed record HostReply(long Id, string Kind, string Answer, bool Replayed = false, long Number = 0)
{
    public bool IsDefinite => Kind is "Posted" or "Refused" or "KeyReused" or "Malformed";
}

/// <summary>
/// A host as a process of its own, so that it can be killed: takes commands as lines of JSON and answers each when
/// its reply is there, in any order. Ends with its input.
/// </summary>
internal static class HostProgram
{
    public static async Task Run(string connectionString, string settings)
    {
        await using var host = TestHost.Start(connectionString, JsonSerializer.Deserialize<HostSettings>(settings)!.Options);
        await using var followers = new FollowerRunner(
            host.Database, Followers.All, new Bell(), new FollowerOptions { LookEvery = TimeSpan.FromMilliseconds(50) });
        Say("ready");
        var under = new List<Task>();
        while (await Console.In.ReadLineAsync() is { } line) under.Add(Handle(host, line));
        await Task.WhenAll(under);
    }

    public static string Encode(long id, BookName book, Command command, string service, string key) =>
        JsonSerializer.Serialize(new HostRequest(
            id, book.Tenant, book.Platform, service, key, CommandFormat.NameOf(command),
            JsonSerializer.Deserialize<JsonElement>(CommandFormat.Write(command))));

    private static async Task Handle(TestHost host, string line)
    {
        var request = JsonSerializer.Deserialize<HostRequest>(line)!;
        var (command, _) = CommandFormat.Read(request.Type, Encoding.UTF8.GetBytes(request.Command.GetRawText()));
        var reply = await host.Writer.Post(
            new BookName(request.Tenant, request.Platform), command!, new Actor(request.Service), request.Key);
        var replayed = reply is Reply.Posted { Replayed: true } or Reply.Refused { Replayed: true };
        var number = reply is Reply.Posted posted ? posted.Receipt.Number : 0;
        Say(JsonSerializer.Serialize(
            new HostReply(request.Id, reply.GetType().Name, TestHost.InFull(reply), replayed, number)));
    }

    private static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
