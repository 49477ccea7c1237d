using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client;

/// <summary>A command and the key that makes it safe to repeat.</summary>
/// <param name="Command">What the book is asked to do.</param>
/// <param name="Key">What the command is known by, for ever.</param>
public sealed record KeyedCommand(Command Command, string Key)
{
    /// <summary>The command under a new key. Keep it until the outcome is known.</summary>
    /// <param name="command">What the book is asked to do.</param>
    public static KeyedCommand New(Command command) => new(command, IdempotencyKey.New());
}
