using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Statements;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Statements;

/// <summary>What is asked for is not as it must be.</summary>
internal sealed class StatementMistake(string parameter, string code, string message) : Exception(message)
{
    public string Parameter => parameter;

    public string Code => code;
}

/// <summary>How a statement is asked for, over HTTP and on the command line alike.</summary>
internal sealed record StatementWords(
    StatementSubject Of, Currency? Currency, LocalDate? From, LocalDate? To, LocalDate? KnownOn)
{
    private static readonly LocalDate First = new(1900, 1, 1);
    private static readonly LocalDate Last = new(2999, 12, 31);

    public static StatementWords Read(StatementSubject of, Func<string, string?> given)
    {
        var currency = given("currency") is { } code ? CurrencyOf(code, of) : null;
        var (from, to) = (Day(given, "from"), Day(given, "to"));
        if (from > to) throw new StatementMistake("from", "ill_formed", "from lies after to.");
        return new StatementWords(of, currency, from, to, Day(given, "known_on"));
    }

    /// <summary>Whose it is: a party, unless an account is named in full.</summary>
    public static StatementSubject Subject(string parameter, string text)
    {
        if (StatementSubject.TryParse(text, out var party)) return party;
        if (AccountKey.TryParse(text, out var key)) return new StatementSubject.Account(key.Value);
        throw new StatementMistake(
            parameter, "ill_formed",
            $"{Identifier.Quote(text)} is neither creator:ID, fan:ID nor affiliate:ID, nor an account such as "
            + "fan.wallet/USD//anna.");
    }

    /// <summary>
    /// The request, in a currency: the one that was asked for, otherwise the book's own, or the only one there is.
    /// </summary>
    public StatementRequest In(IReadOnlyList<Currency> has, Currency ofBook)
    {
        var currency = Currency
            ?? (Of as StatementSubject.Account)?.Key.Currency
            ?? (has.Contains(ofBook) ? ofBook : null)
            ?? (has is [var only] ? only : null)
            ?? throw new StatementMistake(
                "currency", "parameter_missing",
                $"currency is needed: {Of} has accounts in {string.Join(", ", has)}.");
        return new StatementRequest(Of, currency, From, To, KnownOn);
    }

    private static Currency CurrencyOf(string code, StatementSubject of)
    {
        if (!Money.Currency.TryOf(code, out var currency))
            throw new StatementMistake("currency", "unknown_currency", $"{Identifier.Quote(code)} is no currency.");
        return of is StatementSubject.Account account && account.Key.Currency != currency
            ? throw new StatementMistake("currency", "wrong_currency", $"{of} is not in {currency}.")
            : currency;
    }

    private static LocalDate? Day(Func<string, string?> given, string name)
    {
        if (given(name) is not { } text) return null;
        if (!LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day))
            throw new StatementMistake(name, "not_a_date", $"{name} is a date such as 2026-01-31.");
        return day >= First && day <= Last
            ? day
            : throw new StatementMistake(name, "date_out_of_range", $"{name} is from {Iso(First)} to {Iso(Last)}.");
    }

    private static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);
}
