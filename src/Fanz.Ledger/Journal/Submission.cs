using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;

namespace Fanz.Ledger.Journal;

/// <summary>
/// A command on its way to its book, with what makes it idempotent. The key's hash covers the service that chose it;
/// the request's hash covers the command's name and its JSON, in which absent fields are left out, so that a field
/// added later does not change the hash of the requests that do not use it.
/// </summary>
public sealed class Submission
{
    public const int MaxKeyLength = 200;
    public const int HashLength = 16;
    private const byte RequestHashVersion = 1;

    private Submission(BookName book, Command command, Actor actor, Guid keyHash, byte[] requestHash, int size)
    {
        Book = book;
        Command = command;
        Actor = actor;
        KeyHash = keyHash;
        RequestHash = requestHash;
        Size = size;
        OtherBook = command.OtherBook(book);
    }

    public BookName Book { get; }

    public BookName? OtherBook { get; }

    public Command Command { get; }

    /// <summary>How many legs it may have that open an account.</summary>
    public int MostLegs => Command.MostLegs;

    public Actor Actor { get; }

    public Guid KeyHash { get; }

    /// <summary>One byte of version, then the hash.</summary>
    public byte[] RequestHash { get; }

    /// <summary>The size of the request in bytes, by which queues and batches are bounded.</summary>
    public int Size { get; }

    /// <summary>The submission, or everything that is wrong with its form.</summary>
    public static (Submission? Submission, IReadOnlyList<Fault> Faults) Of(
        BookName book, Command command, Actor actor, string key)
    {
        var faults = new List<Fault>();
        if (Identifier.Problem(key, MaxKeyLength) is { } problem)
            faults.Add(new Fault("key", "ill_formed", $"The idempotency key {problem}."));
        if (BookName.Problem(book.Tenant) is { } tenant)
            faults.Add(new Fault("tenant", "ill_formed", $"tenant {tenant}"));
        if (BookName.Problem(book.Platform) is { } platform)
            faults.Add(new Fault("platform", "ill_formed", $"platform {platform}"));
        faults.AddRange(actor.Faults());
        faults.AddRange(command.Faults(book));
        if (faults.Count > 0) return (null, faults);

        var request = CommandFormat.Write(command);
        var submission = new Submission(
            book, command, actor, HashOfKey(actor.Service, key), HashOfRequest(book, command, request), request.Length);
        return (submission, faults);
    }

    private static Guid HashOfKey(string service, string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // A service has no NUL in it, so the pair is unambiguous.
        SHA256.HashData(Encoding.UTF8.GetBytes($"{service}\0{key}"), hash);
        return new Guid(hash[..HashLength], bigEndian: true);
    }

    internal static byte[] HashOfRequest(BookName book, Command command, byte[] request)
    {
        var head = Encoding.UTF8.GetBytes($"{book}\0{CommandFormat.NameOf(command)}\0");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. head, .. request], hash);
        return [RequestHashVersion, .. hash[..HashLength]];
    }
}
