using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Journal;

/// <summary>`ledger replay`: plays a book, or one account of it, as text or as a line of JSON a record.</summary>
internal static class ReplayVerb
{
    private const int OutputBuffer = 1 << 16;

    public static Command Words()
    {
        var book = BookWords.Option("Which book.", isRequired: true);
        var account = new Option<AccountKey?>("--account")
        {
            HelpName = "CODE/CURRENCY/COHORT/OWNER",
            Description = "One account, for example fan.wallet/USD//anna; what it does not have stays empty.",
            CustomParser = ReadAccount,
        };
        var asOf = new Option<AsOf>("--as-of")
        {
            HelpName = "NUMBER|TIME",
            Description = "Up to this record, or to what was recorded by this time, for example 2026-01-31T23:59:59Z.",
            DefaultValueFactory = _ => AsOf.Head,
            CustomParser = ReadAsOf,
        };
        var json = new Option<bool>("--json") { Description = "A line of JSON a record; amounts are minor units." };
        var verb = new Command("replay", "Play a book, or one account of it, from its first record on.")
        {
            book, account, asOf, json,
        };
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, words.GetValue(account), words.GetValue(asOf)!, words.GetValue(json), token));
        return verb;
    }

    private static async Task<int> Run(
        BookName name, AccountKey? account, AsOf asOf, bool asJson, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        var replay = new Replay(new JournalReader(source), new AccountReader(source));
        await using var output = new StreamWriter(
            Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OutputBuffer);
        if (account is not { } key)
            await replay.Book(book, asOf, asJson, output, token);
        else if (await replay.Account(book, key, asOf, asJson, output, token) is null)
            throw new Mistake($"Account {key} of {name} was never used.");
        return CommandLine.Done;
    }

    private static AccountKey? ReadAccount(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (AccountKey.TryParse(text, out var key)) return key;
        result.AddError($"`{text}` is not an account: CODE/CURRENCY/COHORT/OWNER, such as fan.wallet/USD//anna.");
        return null;
    }

    private static AsOf ReadAsOf(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return AsOf.Number(number);
        if (OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out var time))
            return AsOf.Time(time.ToInstant());
        result.AddError($"`{text}` is neither the number of a record nor a time such as 2026-01-31T23:59:59Z.");
        return AsOf.Head;
    }
}
