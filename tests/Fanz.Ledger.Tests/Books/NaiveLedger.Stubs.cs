using Fanz.Ledger.Earnings;
using NodaTime;

namespace Fanz.Ledger.Tests;

internal sealed partial class NaiveLedger
{
    private static (Bearer ChargebackBearer, bool PassChargebackFee, bool ClawBackSpending, int DormantAfterDays) PolicyOn(
        LocalDate _) => (Bearer.Creator, false, false, 1_095);

    private string? PayeeObjection(string role, string owner) => null;

    private string? PartyObjection(string role, string owner) => null;
}
