using NodaTime;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>Days of six digits, whose years are of this century.</summary>
internal static class NachaDay
{
    private const int Century = 2_000;

    /// <summary>Of six digits; null where the calendar has no such day.</summary>
    public static LocalDate? Of(ReadOnlySpan<char> digits)
    {
        if (digits.Length != 6 || digits.ContainsAnyExceptInRange('0', '9')) return null;
        var (year, month, day) = (Century + Two(digits), Two(digits[2..]), Two(digits[4..]));
        return month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)
            ? new LocalDate(year, month, day)
            : null;
    }

    private static int Two(ReadOnlySpan<char> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';
}
