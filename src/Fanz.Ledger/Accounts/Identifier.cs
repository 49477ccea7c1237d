using System.Text;

namespace Fanz.Ledger.Accounts;

/// <summary>
/// Names that other systems give: owners, keys, references. They are kept exactly as given and compared as bytes,
/// so two texts that merely look alike are two names. What JSON or PostgreSQL could not keep is refused.
/// </summary>
public static class Identifier
{
    public const int MaxLength = 128;

    /// <summary>What is wrong with the text, or null.</summary>
    public static string? Problem(string? text, int maxLength = MaxLength, bool mayHaveControls = false)
    {
        if (string.IsNullOrEmpty(text)) return "is missing";
        if (text.Length > maxLength) return $"is longer than {maxLength} characters";
        // Almost every name is printable ASCII: one vectorised look settles it.
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? ProblemOfUnicode(text, mayHaveControls) : null;
    }

    /// <summary>The text as a message may quote it: enough to recognise it by, however long it is.</summary>
    public static string Quote(string? text) => text switch
    {
        null => "nothing",
        { Length: > 40 } => $"'{text[..40]}…'",
        _ => $"'{text}'",
    };

    private static string? ProblemOfUnicode(string text, bool mayHaveControls)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return "has half of a surrogate pair";
            if (rune.Value == 0) return "has a NUL character";
            if (!mayHaveControls && Rune.IsControl(rune)) return "has a control character";
            rest = rest[length..];
        }

        return null;
    }
}
