using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Subscriptions;

/// <summary>The state of a subscription as it is written in its row.</summary>
internal static class SubscriptionStates
{
    public const string Trial = "trial";
    public const string Active = "active";
    public const string Lifetime = "lifetime";
    public const string PastDue = "past_due";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";

    public static readonly string[] All = [Trial, Active, Lifetime, PastDue, Cancelled, Expired];
}

/// <summary>A subscription as its row has it, while the records of a page change it.</summary>
internal sealed class SubscriptionRow(string subscription)
{
    public string Subscription => subscription;

    /// <summary>Null before the first record of it.</summary>
    public string? State { get; private set; }

    public string Fan { get; private set; } = "";

    public string Creator { get; private set; } = "";

    public string Period { get; private set; } = "";

    public string Currency { get; private set; } = "";

    public long Price { get; private set; }

    public long Deferred { get; set; }

    public long Unearned { get; set; }

    public long Charges { get; private set; }

    public long Charged { get; private set; }

    public long Refunds { get; private set; }

    public long Refunded { get; private set; }

    public long LastNumber { get; set; }

    public int Attempts { get; private set; }

    public LocalDate StartedOn { get; private set; }

    public LocalDate PeriodStart { get; private set; }

    public LocalDate PeriodEnd { get; private set; }

    public LocalDate? EndedOn { get; private set; }

    public bool HasPaid { get; private set; }

    public static SubscriptionRow Read(NpgsqlDataReader reader) => new(reader.GetString(0))
    {
        State = reader.GetString(1),
        Fan = reader.GetString(2),
        Creator = reader.GetString(3),
        Period = reader.GetString(4),
        Currency = reader.GetString(5),
        Price = reader.GetInt64(6),
        Deferred = reader.GetInt64(7),
        Unearned = reader.GetInt64(8),
        Charges = reader.GetInt64(9),
        Charged = reader.GetInt64(10),
        Refunds = reader.GetInt64(11),
        Refunded = reader.GetInt64(12),
        LastNumber = reader.GetInt64(13),
        Attempts = reader.GetInt32(14),
        StartedOn = Day(reader, 15),
        PeriodStart = Day(reader, 16),
        PeriodEnd = Day(reader, 17),
        EndedOn = reader.IsDBNull(18) ? null : Day(reader, 18),
        HasPaid = reader.GetBoolean(19),
    };

    /// <summary>What a record of its stream makes of it.</summary>
    public void Follow(Event happened, LocalDate on)
    {
        switch (happened)
        {
            case Event.TrialStarted trial:
                Begin(trial.Fan, trial.Creator, trial.Period, trial.Amount, trial.Currency, trial.TrialStart);
                (PeriodStart, PeriodEnd) = (trial.TrialStart, trial.TrialEnd);
                State = SubscriptionStates.Trial;
                break;
            case Event.SubscriptionOpened opened:
                Begin(
                    opened.Fan, opened.Creator, opened.Period, opened.Price, opened.Currency, opened.PeriodStart);
                Open(opened);
                break;
            case Event.ChargeOpened:
                // What is left of a payment from before; its entries say how much.
                break;
            case Event.SubscriptionUpgraded upgraded:
                Price = upgraded.Price;
                Count(upgraded);
                break;
            case Event.SubscriptionCharge charge:
                Charge(charge);
                break;
            case Event.SubscriptionPastDue pastDue:
                (State, Attempts) = (SubscriptionStates.PastDue, pastDue.Attempt);
                break;
            case Event.SubscriptionCancelled:
                State = SubscriptionStates.Cancelled;
                break;
            case Event.SubscriptionResumed:
                State = Attempts > 0 ? SubscriptionStates.PastDue
                    : HasPaid ? SubscriptionStates.Active
                    : SubscriptionStates.Trial;
                break;
            case Event.SubscriptionExpired:
                (State, EndedOn) = (SubscriptionStates.Expired, on);
                break;
            default:
                throw new InvariantBroken($"{happened.GetType().Name} is nothing that happens to a subscription.");
        }
    }

    /// <summary>Something that was paid for it was given back.</summary>
    public void Return(long amount)
    {
        Refunds++;
        Refunded = checked(Refunded + amount);
    }

    private void Begin(
        string fan, string creator, SubscriptionPeriod period, long price, string currency, LocalDate startedOn)
    {
        (Fan, Creator, Currency, Price, StartedOn) = (fan, creator, currency, price, startedOn);
        Period = WordOf(period);
    }

    private void Open(Event.SubscriptionOpened opened)
    {
        (PeriodStart, PeriodEnd) = (opened.PeriodStart, opened.PeriodEnd);
        (Attempts, HasPaid) = (opened.FailedAttempts ?? 0, opened.State != OpenedState.Trial);
        State = opened.State switch
        {
            OpenedState.Trial => SubscriptionStates.Trial,
            OpenedState.PastDue => SubscriptionStates.PastDue,
            OpenedState.Cancelled => SubscriptionStates.Cancelled,
            OpenedState.Active => StateOfPaid,
            _ => throw new InvariantBroken($"{opened.State} is no state."),
        };
    }

    private void Charge(Event.SubscriptionCharge charge)
    {
        if (State is null)
            Begin(
                charge.Fan, charge.Creator, charge.Period, charge.Amount, charge.Currency, charge.PeriodStart);
        (Price, PeriodStart, PeriodEnd) = (charge.Amount, charge.PeriodStart, charge.PeriodEnd);
        (State, Attempts, HasPaid) = (StateOfPaid, 0, true);
        Count(charge);
    }

    private void Count(Event.SubscriptionCharge charge)
    {
        Charges++;
        Charged = checked(Charged + charge.Paid);
    }

    private string StateOfPaid =>
        Period == WordOf(SubscriptionPeriod.Lifetime) ? SubscriptionStates.Lifetime : SubscriptionStates.Active;

    private static string WordOf(SubscriptionPeriod period) => period switch
    {
        SubscriptionPeriod.Monthly => "monthly",
        SubscriptionPeriod.Yearly => "yearly",
        SubscriptionPeriod.Lifetime => "lifetime",
        _ => throw new InvariantBroken($"{period} is no period."),
    };

    private static LocalDate Day(NpgsqlDataReader reader, int column) =>
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(column));
}
