using System.Diagnostics.Metrics;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>What deliveries tell those who watch them. No measurement names a receiver.</summary>
internal sealed class WebhookMeter : IDisposable
{
    private static readonly KeyValuePair<string, object?> Accepted = new("outcome", "accepted");
    private static readonly KeyValuePair<string, object?> Failed = new("outcome", "failed");

    private readonly Meter meter = new("Fanz.Ledger.Webhooks");
    private readonly Counter<long> attempts;
    private readonly Counter<long> deadLetters;

    public WebhookMeter()
    {
        attempts = meter.CreateCounter<long>("ledger.webhook.attempts", "{attempt}", "Deliveries tried, by outcome");
        deadLetters = meter.CreateCounter<long>(
            "ledger.webhook.dead_letters", "{record}", "Records that were given up after days");
    }

    public void Tried(bool isAccepted) => attempts.Add(1, isAccepted ? Accepted : Failed);

    public void GivenUp() => deadLetters.Add(1);

    public void Dispose() => meter.Dispose();
}
