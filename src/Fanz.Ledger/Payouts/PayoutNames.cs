using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Payouts;

/// <summary>
/// What runs call what they make. Each name follows from what it names and from nothing else, so that a run that is
/// taken up again, by whichever host, calls the same thing the same.
/// </summary>
public static class PayoutNames
{
    /// <summary>As many characters as every bank gives back with a payment.</summary>
    public const int LongestPayout = 15;

    /// <summary>As many as a bank takes for the name of a file, with room for the numbers of what is in it.</summary>
    public const int LongestMessage = 31;

    private const int LongestBatch = 26;
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>The payout of a creator in a batch: there is one.</summary>
    public static string OfPayout(BookName book, string batch, string creator) =>
        "p" + Digest(LongestPayout - 1, book.ToString(), batch, creator);

    /// <summary>An instant payout that is formed when a book has so many records.</summary>
    public static string OfInstant(BookName book, string creator, long head) =>
        "i" + Digest(LongestPayout - 1, book.ToString(), creator, head.ToString(CultureInfo.InvariantCulture));

    /// <summary>The batch of a schedule on a day.</summary>
    public static string OfBatch(string schedule, LocalDate on)
    {
        const int kept = 10;
        var (name, day) = ($"{schedule}-{Day.Format(on)}", Day.Format(on));
        return name.Length <= LongestBatch ? name : $"{schedule[..kept]}-{Digest(6, schedule)}-{day}";
    }

    /// <summary>What the instant payouts of a rail and currency are sent under by a run.</summary>
    public static string OfInstants(string rail, Currency currency, string schedule, LocalDate on) =>
        $"instant-{Digest(8, rail, currency.Code, schedule)}-{Day.Format(on)}";

    /// <summary>One of the files of a batch, from 1.</summary>
    public static string OfFile(string batch, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{batch}-{number}");

    /// <summary>
    /// What a file is called for its bank. One account may pay for several platforms, and a bank takes no name twice.
    /// </summary>
    public static string OfMessage(BookName book, string file)
    {
        const int length = 8;
        var shown = file.Length <= LongestMessage - length - 1 ? file : file[..(LongestMessage - length - 1)];
        return $"{shown}-{Digest(length, book.ToString(), file)}";
    }

    /// <summary>Words are told apart by what none of them has.</summary>
    private static string Digest(int length, params ReadOnlySpan<string> words)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', words!)));
        var text = new StringBuilder(length);
        var (bits, held) = (0u, 0);
        foreach (var one in hash)
        {
            (bits, held) = (((bits << 8) | one) & 0xFFFF, held + 8);
            for (; held >= 5 && text.Length < length; held -= 5)
                text.Append(Digits[(int)((bits >> (held - 5)) & 31)]);
            if (text.Length == length) break;
        }

        return text.ToString();
    }
}
