namespace Fanz.Ledger.Postgres.Tax;

/// <summary>
/// The fees of a sale over the parts that creators have of it. Part k bears what is due up to it less what was due
/// before it, so nothing is lost or made, and anybody can compute it again from the parts in their order.
/// </summary>
internal struct SharedFees(long fees, long whole)
{
    private Int128 before;

    public long Next(long part)
    {
        var due = Due(before);
        before += part;
        return (long)(Due(before) - due);
    }

    private readonly Int128 Due(Int128 parts) => Int128.DivRem(fees * parts, whole).Quotient;
}
