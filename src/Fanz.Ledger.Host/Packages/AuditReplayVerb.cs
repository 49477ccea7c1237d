using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Packages;

/// <summary>
/// `ledger audit replay`: what happened to a book, an account, a payout, a subscription or any stream, up to a place or
/// between two, as text: who, why, by which rule, and what it came to.
/// </summary>
internal static class AuditReplayVerb
{
    private const int OutputBuffer = 1 << 16;

    public static System.CommandLine.Command Words()
    {
        var book = BookWords.Option("Which book.", isRequired: true);
        var account = new Option<AccountKey?>("--account")
        {
            HelpName = "CODE/CURRENCY/COHORT/OWNER",
            Description = "One account, for example fan.wallet/USD//anna.",
            CustomParser = ReadAccount,
        };
        var payout = new Option<string?>("--payout") { Description = "One payout, by its id." };
        var subscription = new Option<string?>("--subscription") { Description = "One subscription, by its id." };
        var stream = new Option<string?>("--stream") { Description = "Any stream, for example rules/platform." };
        var at = PlaceWords.Option("--at", "Up to here; otherwise up to now.");
        var against = PlaceWords.Option("--against", "Only what happened between here and --at.");
        var verb = new System.CommandLine.Command("replay", "Tell what happened, with who, why and by which rule.")
        {
            book, account, payout, subscription, stream, at, against,
        };
        verb.Validators.Add(result =>
        {
            var named = new Option[] { account, payout, subscription, stream }
                .Count(option => result.GetResult(option) is { Implicit: false });
            if (named > 1) result.AddError("Name one of --account, --payout, --subscription and --stream, or none.");
        });
        verb.SetAction((words, token) => Run(
            words.GetValue(book)!.Value, Subject(
                words.GetValue(account), words.GetValue(payout), words.GetValue(subscription), words.GetValue(stream)),
            words.GetValue(at), words.GetValue(against), token));
        return verb;
    }

    private static ReplaySubject Subject(AccountKey? account, string? payout, string? subscription, string? stream) =>
        account is { } key ? new ReplaySubject.OneAccount(key)
        : payout is not null ? new ReplaySubject.OneStream(Payout.StreamOf(payout))
        : subscription is not null ? new ReplaySubject.OneStream($"subscription/{subscription}")
        : stream is not null ? new ReplaySubject.OneStream(stream)
        : new ReplaySubject.WholeBook();

    private static async Task<int> Run(
        BookName name, ReplaySubject subject, NamedPlace? at, NamedPlace? against, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        var journal = new JournalReader(source);
        var (after, upTo) = (await Find(against, default), await Find(at, AsOf.Head));
        if (after.Number > upTo.Number) (after, upTo) = (upTo, after);
        await using var output = new StreamWriter(
            Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OutputBuffer);
        if (await new AuditReplay(source).Write(book, subject, after, upTo, output, token) is null)
            throw new Mistake($"{name} never had what is asked for.");
        return CommandLine.Done;

        async Task<Place> Find(NamedPlace? place, AsOf? otherwise) => place is not null
            ? await journal.PlaceAsOf(book, AsOf.Number(await place.Last(journal, book, token)), token)
            : otherwise is null ? default : await journal.PlaceAsOf(book, otherwise, token);
    }

    private static AccountKey? ReadAccount(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (AccountKey.TryParse(text, out var key)) return key;
        result.AddError($"`{text}` is not an account: CODE/CURRENCY/COHORT/OWNER, such as fan.wallet/USD//anna.");
        return null;
    }
}
