using System.Diagnostics.CodeAnalysis;

namespace Fanz.Ledger.Books;

/// <summary>One tenant on one platform. The platform "_" is the tenant's treasury.</summary>
public readonly record struct BookName(string Tenant, string Platform)
{
    /// <summary>
    /// Tenant, slash and platform together must fit an owner: the other book owns due.to and due.from.
    /// </summary>
    public const int MaxLength = 63;

    /// <summary>The book that the tenant's platforms share.</summary>
    public BookName Treasury => this with { Platform = "_" };

    public override string ToString() => $"{Tenant}/{Platform}";

    /// <summary>Names of books stand in addresses and files: lower case letters, digits, '-', '_' and '.'.</summary>
    public static string? Problem(string? part)
    {
        if (string.IsNullOrEmpty(part)) return "is missing";
        if (part.Length > MaxLength) return $"is longer than {MaxLength} characters";
        if (part[0] == '.') return "may not begin with a dot";
        return part.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '_' or '.')
            ? null
            : "may only have lower case letters, digits, '-', '_' and '.'";
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out BookName? name)
    {
        name = null;
        var parts = text?.Split('/') ?? [];
        if (parts.Length != 2 || Problem(parts[0]) is not null || Problem(parts[1]) is not null) return false;
        name = new BookName(parts[0], parts[1]);
        return true;
    }
}
