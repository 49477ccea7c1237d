using System.Globalization;
using System.Text;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Filing;

/// <summary>Who files, and who is to be asked about it.</summary>
/// <param name="Tin">The nine digits of the employer's number.</param>
/// <param name="ControlCode">The five characters that the authority has given to who transmits files.</param>
public sealed record Filer(
    string Name, string Tin, string ControlCode, string Street, string City, string State, string Zip, string Phone,
    string ContactName, string ContactEmail);

/// <summary>One payee of a file.</summary>
/// <param name="Account">What the filer knows them by; no two payees of a file have the same.</param>
/// <param name="Amounts">Cents by the code of the amount, as the form numbers its boxes.</param>
public sealed record FiledPayee(
    string Account, TaxIdentity Identity, IReadOnlyDictionary<char, long> Amounts, bool HasSecondNotice = false,
    char Correction = ' ');

/// <summary>
/// Information returns as the IRS takes them by publication 1220: records of 750 characters. One transmitter (T), one
/// issuer (A), its payees (B), their totals (C) and an end (F), numbered through. The layout is that of the tax years
/// 2022 to 2025, with eighteen amounts; a later year is refused, because nobody has looked at its publication yet.
/// </summary>
public static class FireFile
{
    public const int FirstYear = 2022;
    public const int LastYear = 2025;

    private const int RecordLength = 750;
    private const string AmountCodes = "123456789ABCDEFGHJ";
    private const long MostAmount = 999_999_999_999;

    /// <summary>The type of return and the amounts of each form; box and code are the same there.</summary>
    private static (string Type, string Codes) Of(TaxReturn form) => form switch
    {
        TaxReturn.Nec => ("NE", "14"),
        TaxReturn.Misc => ("A ", "234"),
        _ => throw new InvariantBroken($"{form} is not written so."),
    };

    public static bool Knows(TaxReturn form) => form is TaxReturn.Nec or TaxReturn.Misc;

    /// <summary>Everything that keeps a file from being written, in words that repeat nothing of a person.</summary>
    public static IEnumerable<Fault> Faults(TaxReturn form, int year, Filer filer, IReadOnlyList<FiledPayee> payees)
    {
        if (year is < FirstYear or > LastYear)
            yield return new Fault("year", "not_known", $"The layout is known for {FirstYear} to {LastYear}.");
        foreach (var (field, text, isRight) in new[]
        {
            ("tin", filer.Tin, IsDigits(filer.Tin, 9)),
            ("control_code", filer.ControlCode, filer.ControlCode.Length == 5),
            ("state", filer.State, IsState(filer.State)), ("zip", filer.Zip, IsZip(filer.Zip)),
            ("name", filer.Name, IsText(filer.Name)), ("street", filer.Street, IsText(filer.Street)),
            ("city", filer.City, IsText(filer.City)),
        })
            if (!isRight) yield return new Fault($"filer.{field}", "ill_formed", $"{field} is not as it must be.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var payee in payees)
        {
            var at = $"payee {payee.Account}";
            if (payee.Account.Length is 0 or > 20 || payee.Account.AsSpan().ContainsAnyExceptInRange(' ', '~')
                || !seen.Add(payee.Account))
                yield return new Fault(at, "ill_formed", "The account is up to 20 plain characters, of its own.");
            if (!IsText(payee.Identity.Name, 80))
                yield return new Fault(at, "ill_formed", "The name is missing, or has other letters.");
            if (!IsText(payee.Identity.Street) || !IsText(payee.Identity.City))
                yield return new Fault(at, "ill_formed", "The address is missing.");
            if (IsAtHome(payee) && (!IsState(payee.Identity.Region) || !IsZip(payee.Identity.PostalCode)))
                yield return new Fault(at, "ill_formed", "The address lacks a state of two letters or a ZIP code.");
            foreach (var (code, amount) in payee.Amounts)
                if (!Of(form).Codes.Contains(code, StringComparison.Ordinal) || amount is < 0 or > MostAmount)
                    yield return new Fault(at, "out_of_range", $"The amount of code {code} cannot be told so.");
        }
    }

    /// <summary>The file, of what has no faults; each record ends its line.</summary>
    public static byte[] Write(
        TaxReturn form, int year, bool isPriorYear, bool isTest, Filer filer, IReadOnlyList<FiledPayee> payees)
    {
        if (Faults(form, year, filer, payees).FirstOrDefault() is { } fault) throw new InvariantBroken($"{fault}");
        var (type, codes) = Of(form);
        var file = new StringBuilder();
        var sequence = 0;
        Add(record => Transmitter(record, year, isPriorYear, isTest, filer, payees.Count));
        Add(record => Issuer(record, year, type, codes, filer));
        foreach (var payee in payees) Add(record => Payee(record, year, payee));
        Add(record => Totals(record, payees));
        Add(record => End(record, payees.Count));
        return Encoding.ASCII.GetBytes(file.ToString());

        void Add(Action<Fixed> write)
        {
            var record = new Fixed();
            write(record);
            record.Number(500, 8, ++sequence);
            file.Append(record);
        }
    }

    private static void Transmitter(
        Fixed record, int year, bool isPriorYear, bool isTest, Filer filer, int payees)
    {
        record.Text(1, 1, "T");
        record.Number(2, 4, year);
        record.Text(6, 1, isPriorYear ? "P" : "");
        record.Text(7, 9, filer.Tin);
        record.Text(16, 5, filer.ControlCode);
        record.Text(28, 1, isTest ? "T" : "");
        record.Text(30, 80, filer.Name);
        record.Text(110, 80, filer.Name);
        record.Text(190, 40, filer.Street);
        record.Text(230, 40, filer.City);
        record.Text(270, 2, filer.State);
        record.Text(272, 9, Digits(filer.Zip));
        record.Number(296, 8, payees);
        record.Text(304, 40, filer.ContactName);
        record.Text(344, 15, Digits(filer.Phone));
        record.AsGiven(359, 50, filer.ContactEmail);
        record.Text(518, 1, "I");
    }

    private static void Issuer(Fixed record, int year, string type, string codes, Filer filer)
    {
        record.Text(1, 1, "A");
        record.Number(2, 4, year);
        record.Text(12, 9, filer.Tin);
        record.Text(26, 2, type);
        record.Text(28, 18, codes);
        record.Text(53, 80, filer.Name);
        record.Text(133, 1, "0");
        record.Text(134, 40, filer.Street);
        record.Text(174, 40, filer.City);
        record.Text(214, 2, filer.State);
        record.Text(216, 9, Digits(filer.Zip));
        record.Text(225, 15, Digits(filer.Phone));
    }

    private static void Payee(Fixed record, int year, FiledPayee payee)
    {
        var who = payee.Identity;
        record.Text(1, 1, "B");
        record.Number(2, 4, year);
        record.Text(6, 1, payee.Correction.ToString());
        // A number that is missing is told as such, and the kind is left open.
        var isKnown = who.NumberKind is not (null or TaxNumberKind.Foreign);
        record.Text(11, 1, !isKnown ? "" : who.NumberKind == TaxNumberKind.Ein ? "1" : "2");
        record.Text(12, 9, isKnown ? who.Number! : "");
        record.AsGiven(21, 20, payee.Account);
        for (var i = 0; i < AmountCodes.Length; i++)
            record.Number(55 + (12 * i), 12, payee.Amounts.GetValueOrDefault(AmountCodes[i]));
        record.Text(287, 1, IsAtHome(payee) ? "" : "1");
        record.Text(288, 80, who.Name);
        record.Text(368, 40, who.Street!);
        if (IsAtHome(payee))
        {
            record.Text(448, 40, who.City!);
            record.Text(488, 2, who.Region!);
            record.Text(490, 9, Digits(who.PostalCode!));
        }
        else
        {
            // Elsewhere, the place is told in any way that fits.
            string?[] place = [who.City, who.Region, who.PostalCode, who.Country];
            record.Text(448, 51, string.Join(" ", place.OfType<string>()));
        }

        record.Text(544, 1, payee.HasSecondNotice ? "2" : "");
    }

    private static void Totals(Fixed record, IReadOnlyList<FiledPayee> payees)
    {
        record.Text(1, 1, "C");
        record.Number(2, 8, payees.Count);
        for (var i = 0; i < AmountCodes.Length; i++)
            record.Number(
                16 + (18 * i), 18, payees.Sum(payee => payee.Amounts.GetValueOrDefault(AmountCodes[i])));
    }

    private static void End(Fixed record, int payees)
    {
        record.Text(1, 1, "F");
        record.Number(2, 8, 1);
        record.Number(10, 21, 0);
        record.Number(50, 8, payees);
    }

    private static bool IsAtHome(FiledPayee payee) => payee.Identity.Country is null or "US";

    private static bool IsDigits(string? text, int count) => text?.Length == count && text.All(char.IsAsciiDigit);

    private static bool IsState(string? text) => text is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];

    private static bool IsZip(string? text) => text is not null && Digits(text).Length is 5 or 9;

    private static bool IsText(string? text, int most = 60) =>
        text is { Length: > 0 } && text.Length <= most && BankText.TryAscii(text, out var plain) && plain.Length > 0;

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    /// <summary>A record of blanks that is filled by position, counted from 1 as the publication does.</summary>
    private sealed class Fixed
    {
        private readonly char[] letters = [.. Enumerable.Repeat(' ', RecordLength - 2), '\r', '\n'];

        /// <summary>In capitals and plain letters, cut where it is too long.</summary>
        public void Text(int at, int length, string text)
        {
            if (!BankText.TryAscii(text, out var plain)) throw new InvariantBroken("A file lacks its letters.");
            AsGiven(at, length, plain.ToUpperInvariant());
        }

        public void AsGiven(int at, int length, string text) =>
            text.AsSpan(0, Math.Min(length, text.Length)).CopyTo(letters.AsSpan(at - 1));

        public void Number(int at, int length, long number)
        {
            var digits = number.ToString(CultureInfo.InvariantCulture).PadLeft(length, '0');
            if (digits.Length > length) throw new InvariantBroken("A number is too long for its place.");
            AsGiven(at, length, digits);
        }

        public override string ToString() => new(letters);
    }
}
