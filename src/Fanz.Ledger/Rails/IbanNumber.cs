using System.Collections.Frozen;
using System.Globalization;

namespace Fanz.Ledger.Rails;

/// <summary>
/// An international bank account number: country, two check digits, and what the country makes of it.
/// </summary>
public static class IbanNumber
{
    private const string LengthsByCountry =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 " +
        "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 " +
        "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 " +
        "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 " +
        "UA29 VA22 VG24 XK20 YE30";

    private static readonly FrozenDictionary<string, int> Lengths = LengthsByCountry.Split(' ').ToFrozenDictionary(
        entry => entry[..2], entry => int.Parse(entry.AsSpan(2), CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>As machines write it; people group it by four.</summary>
    public static string Normal(string text) =>
        text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>What is wrong with it, without saying what it is; or null.</summary>
    public static string? Problem(string? iban)
    {
        if (iban is null || iban.Length < 4) return "An IBAN has a country, two check digits and an account.";
        if (!Lengths.TryGetValue(iban[..2], out var length)) return "No country's IBAN starts so.";
        if (iban.Length != length) return $"An IBAN of {iban[..2]} has {length} characters.";
        if (iban.Any(letter => !char.IsAsciiDigit(letter) && !char.IsAsciiLetterUpper(letter)))
            return "An IBAN has digits and capital letters only.";
        // 00, 01 and 99 satisfy the division for some accounts, and are never given out.
        if (!char.IsAsciiDigit(iban[2]) || !char.IsAsciiDigit(iban[3]) || iban.AsSpan(2, 2) is "00" or "01" or "99")
            return "The check digits of the IBAN are wrong.";
        return Remainder(iban) == 1 ? null : "The check digits of the IBAN are wrong.";
    }

    /// <summary>The check digits that make an account of a country an IBAN.</summary>
    public static string Of(string country, string account)
    {
        var check = 98 - Remainder($"{country}00{account}");
        return $"{country}{check:00}{account}";
    }

    private static int Remainder(string iban)
    {
        var rest = 0;
        for (var i = 0; i < iban.Length; i++)
        {
            var letter = iban[(i + 4) % iban.Length];
            rest = char.IsAsciiDigit(letter)
                ? ((rest * 10) + letter - '0') % 97
                : ((rest * 100) + letter - 'A' + 10) % 97;
        }

        return rest;
    }
}
