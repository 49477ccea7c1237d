using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>What one writer measures, as somebody who listens hears it.</summary>
internal sealed class Measured : IDisposable
{
    private readonly ConcurrentDictionary<string, (int Times, double Sum, double Last)> heard = new();
    private readonly MeterListener listener = new();

    public Measured(BookWriter writer)
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter == writer.Meter.Meter) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        listener.Start();
    }

    public IEnumerable<string> Names => heard.Keys;

    /// <summary>All that was recorded of a histogram, or added to a counter.</summary>
    public double Sum(string name) => heard.TryGetValue(name, out var found) ? found.Sum : 0;

    public int Times(string name) => heard.TryGetValue(name, out var found) ? found.Times : 0;

    /// <summary>What something that is asked says now.</summary>
    public double Now(string name)
    {
        listener.RecordObservableInstruments();
        return heard.TryGetValue(name, out var found) ? found.Last : 0;
    }

    public void Dispose() => listener.Dispose();

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var (tag, at) in tags) name += $" {tag}={at}";
        heard.AddOrUpdate(
            name, _ => (1, value, value), (_, before) => (before.Times + 1, before.Sum + value, value));
    }
}
