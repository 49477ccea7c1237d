using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace Fanz.Ledger.Postgres.Lists;

/// <summary>Values of lists: from rows, from the words of a reader, and back into words.</summary>
public static class ListValues
{
    /// <summary>What a reader wrote, as a parameter; null when it is none of that kind.</summary>
    public static object? Read(ValueKind kind, string text) => kind switch
    {
        ValueKind.Text => text.Contains('\0', StringComparison.Ordinal) ? null : text,
        ValueKind.Whole or ValueKind.Minor =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : null,
        // Years before the first are dates as well, but none that a database is asked for.
        ValueKind.Date => LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var date) && date.Year > 0
            ? date.ToDateOnly()
            : null,
        ValueKind.Time => InstantPattern.ExtendedIso.Parse(text).TryGetValue(default, out var time)
            ? time.ToDateTimeUtc()
            : null,
        ValueKind.Flag => text switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        },
        _ => null,
    };

    /// <summary>What a row has.</summary>
    internal static object? Read(NpgsqlDataReader reader, int column, ValueKind kind)
    {
        if (reader.IsDBNull(column)) return null;
        return kind switch
        {
            ValueKind.Text or ValueKind.Json => reader.GetString(column),
            ValueKind.Whole or ValueKind.Minor => reader.GetInt64(column),
            ValueKind.Date => reader.GetFieldValue<DateOnly>(column),
            ValueKind.Time => reader.GetDateTime(column),
            _ => reader.GetBoolean(column),
        };
    }

    /// <summary>In words that <see cref="Read(ValueKind, string)"/> understands.</summary>
    public static string InWords(object value) => value switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        DateOnly date => LocalDatePattern.Iso.Format(LocalDate.FromDateOnly(date)),
        DateTime time => InstantPattern.ExtendedIso.Format(Instant.FromDateTimeUtc(time)),
        bool flag => flag ? "true" : "false",
        _ => throw new InvalidOperationException($"No list has a {value.GetType().Name}."),
    };
}
