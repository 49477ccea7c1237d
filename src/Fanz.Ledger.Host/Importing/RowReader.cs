using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Importing;

/// <summary>
/// Makes what commands are made of from the fields of a row. Its form is judged by the commands themselves, so that
/// what passes here is what will be posted; a fault is told at the column that it is about.
/// </summary>
internal sealed class RowReader(ImportFile file, Problems problems)
{
    private static readonly BookName AnyBook = new("any", "book");
    private static readonly Actor Anybody = new("import");

    public TrialLine? TrialLine(CsvRow row)
    {
        if (Amount(row) is not { } amount || amount == 0) return null;
        var line = new TrialLine(row[0], row[1], amount);
        // By itself no line balances, and that is judged of all of them together.
        var command = new Command.BeginImport("any", [line], 1, "one", "another");
        return IsSound(row, command, except: "not_balanced") ? line : null;
    }

    /// <summary>A balance; null where it is wrong, and where it is nothing.</summary>
    public NamedLeg? Line(CsvRow row)
    {
        var hasCohort = file == ImportFile.Cohorts;
        LocalDate? cohort = null;
        if (hasCohort)
        {
            if (Date(row, "cohort") is not { } day) return null;
            cohort = day;
        }

        if (Amount(row) is not { } amount || !IsInItsFile(row)) return null;
        var line = new NamedLeg(new AccountName(row[0], row[1], row[2], cohort), amount == 0 ? 1 : amount);
        if (!IsSound(row, new Command.OpenBalances("any", 1, [line], "one", "another"))) return null;
        if (amount == 0) return null;
        var code = Chart.Find(row[0]);
        if (code.Allows(amount)) return line;
        problems.Add(file.Name, row.Line, "amount", $"is {amount}, debits positive, and {code} cannot stand so.");
        return null;
    }

    public OpenedSubscription? Subscription(CsvRow row)
    {
        var found = problems.Count;
        var fields = new Fields(row, file, problems);
        var price = fields.Long("price", isRequired: true);
        var period = fields.Word<SubscriptionPeriod>("period");
        var state = fields.Word<OpenedState>("state");
        var (start, end) = (Date(row, "period_start"), Date(row, "period_end"));
        LocalDate? anchor = fields.Text("anchor") is null ? null : Date(row, "anchor");
        var collaborators = fields.Shares("collaborators");
        var one = new OpenedSubscription(
            row[0], row[1], row[2], price ?? 0, row[4], period ?? default, state ?? default, start ?? default,
            end ?? default)
        {
            Anchor = anchor,
            FailedAttempts = (int?)fields.Long("failed_attempts", most: int.MaxValue),
            Collaborators = collaborators?.Select(share => new Collaborator(
                share.Creator, (int)Math.Clamp(share.Amount, int.MinValue, int.MaxValue))).ToArray(),
            Reference = fields.Text("reference"),
            Charge = Charge(fields, row[2]),
        };
        if (problems.Count > found) return null;
        return IsSound(row, new Command.OpenSubscriptions("any", 1, [one], "one", "another")) ? one : null;
    }

    private static OpenedCharge? Charge(Fields fields, string creator)
    {
        var months = fields.Long("months", most: int.MaxValue);
        var deferred = fields.Long("deferred");
        var unearned = fields.Shares("unearned", creator);
        var funding = fields.Text("funding") is null ? null : fields.Word<Funding>("funding");
        var (reserve, hold, reserveDays) = (
            fields.Long("reserve_basis_points", most: int.MaxValue), fields.Long("hold_days", most: int.MaxValue),
            fields.Long("reserve_days", most: int.MaxValue));
        var processor = fields.Text("processor");
        var saysNothing = months is null && deferred is null && unearned is null && funding is null
            && reserve is null && hold is null && reserveDays is null && processor is null;
        return saysNothing ? null : new OpenedCharge(funding ?? Funding.Card, (int)(months ?? 0), deferred ?? 0)
        {
            Unearned = unearned?.Select(share => new UnearnedPart(share.Creator, share.Amount)).ToArray(),
            ReserveBasisPoints = (int?)reserve,
            HoldDays = (int?)hold,
            ReserveDays = (int?)reserveDays,
            Processor = processor,
        };
    }

    private bool IsInItsFile(CsvRow row)
    {
        if (!Chart.TryFind(row[0], out var code)) return true;
        var belongs = code.HasCohort ? ImportFile.Cohorts
            : code == Chart.CreatorDebt || code == Chart.FanDebt ? ImportFile.Debts
            : ImportFile.Balances;
        if (belongs == file) return true;
        problems.Add(file.Name, row.Line, "code", $"is {code}, which belongs in {belongs.Name}.");
        return false;
    }

    private long? Amount(CsvRow row) => new Fields(row, file, problems).Long("amount", isRequired: true);

    private LocalDate? Date(CsvRow row, string column)
    {
        var text = row[Array.IndexOf(file.Columns, column)];
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day)) return day;
        problems.Add(file.Name, row.Line, column, $"is {Identifier.Quote(text)}, not a date as 2026-01-31.");
        return null;
    }

    private bool IsSound(CsvRow row, Command command, string? except = null)
    {
        var (_, faults) = Submission.Of(AnyBook, command, Anybody, "any");
        var isSound = true;
        foreach (var fault in faults)
        {
            if (fault.Code == except) continue;
            isSound = false;
            problems.Add(file.Name, row.Line, ColumnOf(fault.Field), $"({fault.Code}) {fault.Problem}");
        }

        return isSound;
    }

    /// <summary>"lines[0].owner" is about the column owner; what is about no column is about the first.</summary>
    private string ColumnOf(string field) =>
        field.Split('.').Select(part => part.Split('[')[0]).FirstOrDefault(file.Columns.Contains) ?? file.Columns[0];

    /// <summary>Reads the fields of a row by the names of their columns; what may be absent is empty then.</summary>
    private readonly struct Fields(CsvRow row, ImportFile file, Problems problems)
    {
        public string? Text(string column) =>
            row[Array.IndexOf(file.Columns, column)] is { Length: > 0 } text ? text : null;

        public long? Long(string column, bool isRequired = false, long most = long.MaxValue)
        {
            var text = Text(column);
            if (text is null && !isRequired) return null;
            if (TryRead(text, out var value) && value <= most && value >= -most) return value;
            problems.Add(
                file.Name, row.Line, column, $"is {Identifier.Quote(text)}, not a whole number in minor units.");
            return null;
        }

        public T? Word<T>(string column)
            where T : struct, Enum
        {
            try
            {
                return JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(Text(column) ?? ""));
            }
            catch (JsonException exception)
            {
                problems.Add(file.Name, row.Line, column, exception.Message.Split(" Path:")[0]);
                return null;
            }
        }

        /// <summary>"mia:60;zoe:40"; one number alone is the creator's, where one is named.</summary>
        public IReadOnlyList<(string Creator, long Amount)>? Shares(string column, string? creator = null)
        {
            if (Text(column) is not { } text) return null;
            if (creator is not null && !text.Contains(':', StringComparison.Ordinal))
                return Long(column) is { } whole and not 0 ? [(creator, whole)] : null;
            var shares = new List<(string, long)>();
            foreach (var share in text.Split(';'))
            {
                // An id may have a colon of its own; the amount has none.
                var colon = share.LastIndexOf(':');
                if (colon > 0 && TryRead(share[(colon + 1)..], out var amount))
                {
                    shares.Add((share[..colon], amount));
                    continue;
                }

                problems.Add(file.Name, row.Line, column, $"has {Identifier.Quote(share)}, not as mia:60;zoe:40.");
                return null;
            }

            return shares;
        }

        /// <summary>One way to write each number, so that a file says the same wherever it was written.</summary>
        private static bool TryRead(string? text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value.ToString(CultureInfo.InvariantCulture) == text;
    }
}
