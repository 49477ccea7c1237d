using System.Text.Json;

namespace Fanz.Ledger.ProviderSimulator;

/// <summary>
/// The provider's own books: what it was told to pay, by key, and each time that money left or came back. An
/// instruction for the same payout under another key is another payment to it: so whoever asks for one twice, pays
/// twice.
/// </summary>
public sealed class ProviderBooks : IDisposable
{
    private readonly Dictionary<string, Payment> payments = new(StringComparer.Ordinal);
    private readonly List<Movement> movements = [];
    private readonly List<Payment> changes = [];
    private readonly FileStream? file;

    /// <param name="path">Where they are kept, so that they outlive the program.</param>
    public ProviderBooks(string? path)
    {
        if (path is null) return;
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
            {
                // A line that was cut off was never acknowledged.
                if (!line.EndsWith('}')) break;
                Enter(JsonSerializer.Deserialize<Payment>(line)!);
            }
        }

        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    }

    public IReadOnlyCollection<Payment> Payments => payments.Values;

    public IReadOnlyList<Movement> Movements => movements;

    /// <summary>Each change of each payment, in order: what callbacks tell.</summary>
    public IReadOnlyList<Payment> Changes => changes;

    public Payment? Find(string key) => payments.GetValueOrDefault(key);

    public void Write(Payment payment)
    {
        if (file is not null)
        {
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(payment), (byte)'\n']);
            file.Flush();
        }

        Enter(payment);
    }

    /// <summary>Brings everything up to a time, one change after the other.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (payments.Values.Where(one => one.Next is { } next && next.At <= now)
            .OrderBy(one => one.Next!.Value.At).ThenBy(one => one.Key, StringComparer.Ordinal)
            .FirstOrDefault() is { } due)
            Write(due.Next!.Value.Then);
    }

    public void Dispose() => file?.Dispose();

    private void Enter(Payment payment)
    {
        var before = payments.GetValueOrDefault(payment.Key);
        payments[payment.Key] = payment;
        changes.Add(payment);
        if (before?.Status == payment.Status) return;
        if (payment.Status == "settled") movements.Add(new Movement(payment.Payout, payment.Currency, -payment.Amount));
        if (payment.Status == "returned") movements.Add(new Movement(payment.Payout, payment.Currency, payment.Amount));
    }
}

/// <summary>Money that left the platform's account with the provider, below zero, or came back.</summary>
public sealed record Movement(string Payout, string Currency, long Amount);
