using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Rails.Csv;

namespace Fanz.Ledger.Host.Banking;

/// <summary>How a bank and its files are named on the command line and in folders.</summary>
internal static class BankWords
{
    public static readonly string[] Formats = ["auto", "camt.053", "camt.054", "pain.002", "nacha", "csv"];

    private static readonly JsonSerializerOptions Shape = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    public static Option<string?> Bank() => new("--bank")
    {
        HelpName = "BANK",
        Description = "The bank whose file it is, as in cash.bank; without it the platform has one.",
    };

    public static Option<string> Format()
    {
        var option = new Option<string>("--format")
        {
            HelpName = "FORMAT",
            Description = $"What the file is: {string.Join(", ", Formats)}.",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong(Formats);
        return option;
    }

    public static Option<TableTerms?> Mapping() => new("--mapping")
    {
        HelpName = "FILE",
        Description = "Which columns of a table mean what, in JSON; it names the account and the currency too.",
        CustomParser = Read,
    };

    /// <summary>What a table does not say itself.</summary>
    public static TableTerms ReadTerms(string path)
    {
        try
        {
            var terms = JsonSerializer.Deserialize<Terms>(File.ReadAllBytes(path), Shape)
                ?? throw new Mistake($"{path} is empty.");
            var mapping = new CsvStatementMapping(terms.BookedOn, terms.Amount)
            {
                Debit = terms.Debit,
                Credit = terms.Credit,
                ValueOn = terms.ValueOn,
                Currency = terms.CurrencyColumn,
                Balance = terms.Balance,
                EndToEndId = terms.EndToEndId,
                Reference = terms.Reference,
                ReturnCode = terms.ReturnCode,
                Text = terms.Text,
                IsNewestFirst = terms.NewestFirst,
                Delimiter = One(path, "delimiter", terms.Delimiter),
                DecimalPoint = One(path, "decimal_point", terms.DecimalPoint),
                DayPattern = terms.DayPattern,
            };
            if (mapping.Faults().FirstOrDefault() is { } fault) throw new Mistake($"{path}: {fault}");
            return Money.Currency.TryOf(terms.Currency, out var currency) && !currency.IsToken
                ? new TableTerms(mapping, terms.Account, currency)
                : throw new Mistake($"{path}: `{terms.Currency}` is no currency.");
        }
        catch (JsonException exception)
        {
            throw new Mistake($"{path} is no mapping: {exception.Message}");
        }
    }

    private static char One(string path, string name, string text) =>
        text.Length == 1 ? text[0] : throw new Mistake($"{path}: {name} is one character.");

    private static TableTerms? Read(ArgumentResult result)
    {
        try
        {
            return ReadTerms(result.Tokens[0].Value);
        }
        catch (Exception exception) when (exception is Mistake or IOException or UnauthorizedAccessException)
        {
            result.AddError(exception.Message);
            return null;
        }
    }

    /// <summary>As people write it.</summary>
    private sealed record Terms(string Account, string Currency, string BookedOn)
    {
        public string? Amount { get; init; }

        public string? Debit { get; init; }

        public string? Credit { get; init; }

        public string? ValueOn { get; init; }

        public string? CurrencyColumn { get; init; }

        public string? Balance { get; init; }

        public string? EndToEndId { get; init; }

        public string? Reference { get; init; }

        public string? ReturnCode { get; init; }

        public string? Text { get; init; }

        public bool NewestFirst { get; init; }

        public string Delimiter { get; init; } = ",";

        public string DecimalPoint { get; init; } = ".";

        public string DayPattern { get; init; } = "uuuu-MM-dd";
    }
}
