namespace Fanz.Ledger.Host.Access;

/// <summary>
/// Marks an address at which what is restricted is shown, or done what only few may: there an attempt of a stranger is
/// in the trail too. Anybody who is known is there wherever they are refused.
/// </summary>
internal sealed class Restricted
{
    public static readonly Restricted Is = new();
}
