using NodaTime;

namespace Fanz.Ledger.Journal;

/// <summary>
/// When a command is decided: the recorded time (the database's) and the date in the book's time zone.
/// </summary>
public readonly record struct Moment(Instant At, LocalDate Today);
