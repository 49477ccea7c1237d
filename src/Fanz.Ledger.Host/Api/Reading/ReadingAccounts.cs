using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// Balances: of one account, now or as of a number or a time, and of all accounts of an owner. An account is named in
/// a parameter, CODE/CURRENCY/COHORT/OWNER: an owner may hold slashes and dots, which no path carries unharmed.
/// </summary>
internal static class ReadingAccounts
{
    private const int MostAccounts = 1_000;
    private const int UsualAccounts = 100;
    private static readonly Instant LongAgo = Instant.FromUtc(1900, 1, 1, 0, 0);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Books.Route + "/accounts/balance", (RequestDelegate)Balance)
            .WithMetadata(ReadingDescriptions.Balance);
        routes.MapGet(Books.Route + "/accounts", (RequestDelegate)OfOwner).WithMetadata(ReadingDescriptions.OfOwner);
    }

    private static async Task Balance(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(context, "account", "as_of");
        var account = read.Parameters.Account("account");
        var asked = AsOfAsked(read.Parameters);
        if (!read.Caller.MaySee(account)) throw ReadRequest.Unknown(account);
        var look = await read.Look();
        var asOf = await Judge(read, look, asked);
        var balance = await read.Readers.Accounts.Balance(read.Book, account, asOf, read.Aborted)
            ?? throw ReadRequest.Unknown(account);
        if (balance.AsOf == 0) throw BeforeTheFirst();
        var life = await read.Readers.Owned.LifeOf(read.Book, account, balance.AsOf, read.Aborted);
        read.SayNumber(Math.Max(look.Number, balance.AsOf));
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("number", balance.AsOf);
            Write(json, account, balance.Version, balance.Balance);
            json.WriteString("status", balance.Version == 0 ? "unopened" : InWords(life));
            json.WriteEndObject();
        });
    }

    private static async Task OfOwner(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(context, "owner", "limit", "cursor");
        var owner = Owner(read);
        var limit = (int)(read.Parameters.Whole("limit", 1, MostAccounts) ?? UsualAccounts);
        var list = PageCursor.List(read.Book.Name.ToString(), "accounts", owner);
        var after = After(read.Parameters, list, owner);
        var look = await read.Look();
        var accounts = await read.Readers.Owned.After(
            read.Book, owner, after, look.Position, limit + 1, read.Aborted);
        var page = accounts.Take(limit).ToList();
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("owner", owner);
            json.WriteNumber("number", look.Number);
            json.WriteStartArray("accounts");
            foreach (var held in page)
            {
                // One that was opened behind this number is not there yet.
                if (held.Version == 0 || !read.Caller.MaySee(held.Account)) continue;
                json.WriteStartObject();
                Write(json, held.Account, held.Version, held.Balance);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (accounts.Count > limit) json.WriteString("next", Cursor(page[^1].Account, list));
            else json.WriteNull("next");
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, AccountKey account, long version, long balance)
    {
        json.WriteString("account", account.ToString());
        json.WriteString("code", account.Code.Name);
        json.WriteString("owner", account.Owner);
        json.WriteString("currency", account.Currency.Code);
        if (account.Cohort is { } day) json.WriteString("cohort", LocalDatePattern.Iso.Format(day));
        json.WriteNumber("version", version);
        json.WriteNumber("balance", balance);
        json.WriteString("normal_side", account.Code.NormalSide == Side.Debit ? "debit" : "credit");
        json.WriteNumber("balance_on_normal_side", account.Code.InWords(balance));
    }

    private static string InWords(Life life) => life switch
    {
        Life.Open => "open",
        Life.FrozenForDebits => "frozen_for_debits",
        Life.Frozen => "frozen",
        Life.Closed => "closed",
        _ => throw new ArgumentOutOfRangeException(nameof(life)),
    };

    private static (long? Number, Instant? Time) AsOfAsked(Parameters parameters)
    {
        if (parameters.Text("as_of") is not { } text) return (null, null);
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return (parameters.Whole("as_of", 0, long.MaxValue), null);
        if (OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out var time))
            return (null, time.ToInstant());
        throw Parameters.Wrong(
            "as_of", "ill_formed", "as_of is a number, or a time such as 2026-01-31T23:59:59Z (a + is written %2B).");
    }

    /// <summary>Nothing is told of what has not happened yet, nor of what was before the book.</summary>
    private static async Task<AsOf> Judge(ReadRequest read, BookLook look, (long? Number, Instant? Time) asked)
    {
        switch (asked)
        {
            case { Number: 0 }:
                throw BeforeTheFirst();
            case { Number: { } number } when number > look.Number:
                throw look.MayLag ? ReadRequest.NotThereYet(look, number) : InTheFuture();
            case { Number: { } number }:
                return AsOf.Number(number);
            case { Time: { } time } when time > look.Now:
                throw InTheFuture();
            case { Time: { } time } when time < LongAgo:
                throw BeforeTheFirst();
            case { Time: { } time }:
                var then = await read.Readers.Journal.NumberAt(read.Book, time, read.Aborted);
                return then == 0 ? throw BeforeTheFirst() : AsOf.Number(then);
            default:
                return AsOf.Head;
        }
    }

    private static ProblemFound InTheFuture() =>
        Parameters.Wrong("as_of", "as_of_in_future", "as_of lies behind all that has happened.");

    private static ProblemFound BeforeTheFirst() =>
        Parameters.Wrong("as_of", "as_of_before_first", "as_of lies before the first record of the book.");

    private static string Owner(ReadRequest read)
    {
        if (read.Caller.Owner is not { Id: var own }) return Checked(read.Parameters.Required("owner"));
        if (read.Parameters.Text("owner") is not { } other || other == own) return own;
        throw new ProblemFound(new Problem(
            StatusCodes.Status403Forbidden, "owner_only", "This key sees the accounts of its own owner.")
        {
            Field = "owner",
        });
    }

    /// <summary>The platform's own accounts have an empty owner.</summary>
    private static string Checked(string owner) =>
        owner.Length > 0 && Identifier.Problem(owner) is { } problem
            ? throw Parameters.Wrong("owner", "ill_formed", $"owner {problem}.")
            : owner;

    private static string Cursor(AccountKey account, ulong list) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{list:x16}/{account with { Owner = "-" }}"));

    private static AccountKey? After(Parameters parameters, ulong list, string owner)
    {
        if (parameters.Text("cursor") is not { } text) return null;
        var mark = $"{list:x16}/";
        if (text.Length <= 200 && Base64Url.IsValid(text)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) is { } told
            && told.StartsWith(mark, StringComparison.Ordinal) && told.EndsWith("/-", StringComparison.Ordinal)
            && AccountKey.TryParse(told[mark.Length..^1] + owner, out var key)
            && Cursor(key.Value, list) == text)
            return key;
        throw Parameters.Wrong("cursor", "cursor_ill_formed", "This is no cursor of this owner's accounts.");
    }
}
