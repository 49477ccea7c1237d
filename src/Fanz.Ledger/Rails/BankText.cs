using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Fanz.Ledger.Rails;

/// <summary>
/// Text as bank files carry it. The table of letters is ours: what the runtime makes of a letter may change with its
/// version, and a file must be the same, byte for byte, when it is built again years later.
/// </summary>
public static class BankText
{
    private const string Table =
        "A ÀÁÂÃÄÅĀĂĄǍȀȂȦẠẢẤẦẨẪẬẮẰẲẴẶ a àáâãäåāăąǎȁȃȧạảấầẩẫậắằẳẵặª AE ÆǼ ae æǽ B Ḃ b ḃ C ÇĆĈĊČ c çćĉċč D ÐĎĐḊ d ðďđḋ " +
        "E ÈÉÊËĒĔĖĘĚȄȆẸẺẼẾỀỂỄỆƏ e èéêëēĕėęěȅȇẹẻẽếềểễệə F Ḟ f ḟ G ĜĞĠĢǦǴ g ĝğġģǧǵ H ĤĦȞ h ĥħȟ " +
        "I ÌÍÎÏĨĪĬĮİǏȈȊỈỊ i ìíîïĩīĭįıǐȉȋỉị IJ Ĳ ij ĳ J Ĵ j ĵ K ĶǨ k ķĸǩ L ĹĻĽĿŁ l ĺļľŀł M Ṁ m ṁ N ÑŃŅŇŊǸ n ñńņňŉŋǹ " +
        "O ÒÓÔÕÖØŌŎŐƠǑǪȌȎȪȬȮȰỌỎỐỒỔỖỘỚỜỞỠỢǾ o òóôõöøōŏőơǒǫȍȏȫȭȯȱọỏốồổỗộớờởỡợǿº OE Œ oe œ P Ṗ p ṗ R ŔŖŘȐȒ r ŕŗřȑȓ " +
        "S ŚŜŞŠȘṠ s śŝşšșṡſ SS ẞ ss ß T ŢŤŦȚṪ t ţťŧțṫ TH Þ th þ U ÙÚÛÜŨŪŬŮŰŲƯǓȔȖỤỦỨỪỬỮỰ u ùúûüũūŭůűųưǔȕȗụủứừửữự " +
        "W ŴẀẂẄ w ŵẁẃẅ Y ÝŶŸȲỲỴỶỸ y ýÿŷȳỳỵỷỹ Z ŹŻŽƵ z źżžƶ ' ‘’‚‛ʼ´′ - ‐‑‒–—−";

    private static readonly FrozenDictionary<char, string> Plain = Read();

    /// <summary>
    /// The text in printable ASCII, single spaces between words. False where a character has no plain letter: a name
    /// with holes would be somebody else's.
    /// </summary>
    public static bool TryAscii(string text, [NotNullWhen(true)] out string? ascii)
    {
        ascii = null;
        var plain = new StringBuilder(text.Length + 4);
        foreach (var letter in text)
        {
            // A mark that stands behind its letter only decorates it.
            if (letter is >= '\u0300' and <= '\u036f') continue;
            if (letter is ' ' or '\u00a0' or '\u2009' or '\u202f')
            {
                if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
            }
            else if (letter is > ' ' and <= '~') plain.Append(letter);
            else if (Plain.TryGetValue(letter, out var letters)) plain.Append(letters);
            else return false;
        }

        ascii = plain.ToString().TrimEnd(' ');
        return true;
    }

    /// <summary>Whether all of it is in the letters that every bank of the single payments area carries.</summary>
    public static bool IsSepa(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(SepaLetters) < 0;

    /// <summary>
    /// The text in those letters. What they lack is replaced as is customary: and by plus, underscore by hyphen, the
    /// rest by a full stop.
    /// </summary>
    public static bool TrySepa(string text, [NotNullWhen(true)] out string? sepa)
    {
        sepa = null;
        if (!TryAscii(text, out var ascii)) return false;
        sepa = string.Create(ascii.Length, ascii, static (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = SepaLetters.Contains(from[i])
                    ? from[i]
                    : from[i] switch { '&' => '+', '_' => '-', _ => '.' };
        });
        return true;
    }

    private static readonly SearchValues<char> SepaLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ");

    private static FrozenDictionary<char, string> Read()
    {
        var words = Table.Split(' ');
        var plain = new Dictionary<char, string>();
        for (var i = 0; i < words.Length; i += 2)
            foreach (var letter in words[i + 1]) plain.TryAdd(letter, words[i]);
        return plain.ToFrozenDictionary();
    }
}
