using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>How providers are talked to from this host.</summary>
internal sealed record ProviderOptions
{
    private const int ShortestSecret = 32;

    /// <summary>Providers on private networks, and without TLS, are allowed: for development.</summary>
    public bool IsPrivateAllowed { get; init; }

    /// <summary>The secrets of a rail: the first signs, each is believed. None where the host has none.</summary>
    public Func<BookName, string, IReadOnlyList<byte[]>> Secrets { get; init; } = SecretsOf;

    public IClock Clock { get; init; } = SystemClock.Instance;

    /// <summary>How often the same request is made before its answer counts as lost.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before the second attempt; before the third it is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Instead of what the rail says.</summary>
    public Duration? Timeout { get; init; }

    /// <summary>How long a callback waits for its turn to ask the provider.</summary>
    public TimeSpan PatienceOfCallbacks { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where a person is told what they have to look at.</summary>
    public Action<string>? Tell { get; init; }

    /// <summary>Told of each step, by name; a test ends a host there.</summary>
    internal Action<string>? Reached { get; init; }

    public static ProviderOptions FromSettings() => new()
    {
        IsPrivateAllowed = HostSettings.MayRailsBePrivate,
        Tell = CommandLine.Say,
    };

    /// <summary>
    /// From LEDGER_RAIL_TENANT_PLATFORM_RAIL_SECRET or, where that is not set, LEDGER_RAIL_RAIL_SECRET. A secret that
    /// is being changed is two, the new one first, with a comma between.
    /// </summary>
    private static IReadOnlyList<byte[]> SecretsOf(BookName book, string rail)
    {
        var own = $"LEDGER_RAIL_{InCapitals($"{book.Tenant}_{book.Platform}_{rail}")}_SECRET";
        var shared = $"LEDGER_RAIL_{InCapitals(rail)}_SECRET";
        var (variable, text) = HostSettings.Text(own) is { } set ? (own, set) : (shared, HostSettings.Text(shared));
        if (text is null) return [];
        var secrets = text.Split(',', StringSplitOptions.TrimEntries);
        return secrets.All(secret => secret.Length >= ShortestSecret)
            ? [.. secrets.Select(Encoding.UTF8.GetBytes)]
            : throw new Mistake($"{variable} is a secret of {ShortestSecret} characters or more, or two with a comma.");
    }

    private static string InCapitals(string name) => string.Concat(
        name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));
}
