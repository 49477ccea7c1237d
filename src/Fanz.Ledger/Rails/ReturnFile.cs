using NodaTime;

namespace Fanz.Ledger.Rails;

/// <summary>What came back through the clearing house. Lines are read as they are asked for, once only.</summary>
/// <param name="Id">Sender, day, time and modifier: by these a file is known.</param>
public sealed record ReturnFile(
    string Id, string Destination, string Origin, LocalDateTime CreatedAt, IEnumerable<ReturnLine> Lines);

/// <summary>One payment that came back, or one correction that the payee's bank asks for.</summary>
/// <param name="Code">R03 and the like; C01 and the like for a correction, which moves no money.</param>
/// <param name="OriginalTrace">The trace number that the payment was sent with.</param>
/// <param name="OriginalBank">The first eight digits of the routing number that it was sent to.</param>
/// <param name="Amount">In cents; zero for a correction.</param>
/// <param name="IsDebit">The clearing house calls it the return of a debit, which we never send.</param>
/// <param name="Identification">What the payment carried as its identification.</param>
/// <param name="Information">What else the bank says; for a correction, what is to be put in place.</param>
public sealed record ReturnLine(
    long Line, string Code, string OriginalTrace, string OriginalBank, long Amount, bool IsDebit, string Trace,
    string Identification, LocalDate? DateOfDeath, string Information)
{
    public bool IsChange => Code.StartsWith('C');

    // A correction carries account numbers.
    public override string ToString() => $"{Code} of {OriginalTrace}";
}
