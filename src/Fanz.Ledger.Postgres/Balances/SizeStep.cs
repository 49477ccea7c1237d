using System.Numerics;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>
/// The step of a balance's size, as projected.size_step has it: each is its own up to 32, then sixteen steps to every
/// doubling. An index by it has balances almost in the order of their sizes, and is changed only now and then.
/// </summary>
internal static class SizeStep
{
    private const int MantissaBits = 5;
    private const int StepsADoubling = 1 << (MantissaBits - 1);

    public static int Of(long balance)
    {
        var size = UInt128.CreateChecked(Int128.Abs(balance));
        if (size < 1 << MantissaBits) return (int)size;
        var shift = BitOperations.Log2((ulong)size) + 1 - MantissaBits;
        return (shift * StepsADoubling) + (int)(size >> shift);
    }
}
