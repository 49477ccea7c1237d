using NodaTime;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>A payout as it stands.</summary>
public sealed record PayoutRow(
    string Payout, string Creator, string Currency, long Amount, long Fee, long Sent, string State, string? Rail,
    string? Batch, string? Method, string? File, long? Sequence, long FormedNumber, long ChangedNumber, string? Code,
    string? Reason)
{
    /// <summary>Taken from the creator, and not sent.</summary>
    public bool IsFormed => State == "formed";

    /// <summary>
    /// Whether it was taken out of its file again before the file was known: somebody has told that it was not made.
    /// </summary>
    public bool IsOutOf(long prepared) => State == "rejected" && ChangedNumber < prepared;
}

/// <summary>A batch as it stands; what it comes to is known once it is closed.</summary>
public sealed record BatchRow(
    string Batch, string Currency, string Rail, LocalDate On, string State, long? Payouts, long? Sent,
    string? Members, string? FirstApprover, string? SecondApprover)
{
    public bool IsOpen => State == "open";

    public bool IsApproved => State == "approved";

    public bool IsRejected => State == "rejected";
}

/// <summary>A file as it stands.</summary>
public sealed record FileRow(
    string File, string Rail, string? Batch, string Currency, long Payouts, long Sent, Instant CreatedAt, string State,
    long PreparedNumber);

/// <summary>How many payouts of a batch stand in one way, and what they come to.</summary>
public sealed record StateCount(string State, long Payouts, long Sent);
