using System.Diagnostics.Metrics;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>What became of deliveries. No measurement names a webhook: a tenant may have any number of them.</summary>
internal static class WebhookMeter
{
    private static readonly Meter Meter = new("Fanz.Ledger.Webhooks");

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "ledger.webhooks.deliveries", "{attempt}", "Attempts to tell somebody of a record, by outcome");

    private static readonly Counter<long> Given = Meter.CreateCounter<long>(
        "ledger.webhooks.given_up", "{record}", "Records that became dead letters");

    private static readonly Counter<long> Stops = Meter.CreateCounter<long>(
        "ledger.webhooks.stopped", "{book}", "Deliveries that stopped, because what was delivered was lost");

    public static void Sent(bool isAccepted) =>
        Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", isAccepted ? "accepted" : "failed"));

    public static void GaveUp() => Given.Add(1);

    public static void Stopped() => Stops.Add(1);
}
