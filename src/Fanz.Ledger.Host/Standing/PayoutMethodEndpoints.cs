using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Secrets;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Standing;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Standing;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Standing;

/// <summary>
/// Where a creator is paid: said in clear, told masked, and shown in clear to those alone who may read secrets. No
/// answer and no problem repeats anything of an account, not even the name of a member that should not be there.
/// </summary>
internal static class PayoutMethodEndpoints
{
    private const string Route = Api.Books.Route + "/creators/{creator}/payout-methods";
    private const int MaxBody = 32 << 10;

    private static readonly string[] Members =
        [
            "method", "rail", "currency", "account", "proposed_by", "approved_by", "country", "proposal", "reason",
        ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, (RequestDelegate)Add).WithMetadata(PayoutMethodDescriptions.Add);
        routes.MapGet(Route, (RequestDelegate)List).WithMetadata(PayoutMethodDescriptions.List);
        routes.MapPost(Route + "/{method}/reveal", (RequestDelegate)Reveal)
            .WithMetadata(PayoutMethodDescriptions.Reveal, Restricted.Is);
    }

    private static async Task Add(HttpContext context)
    {
        var book = await Api.Books.Find(context);
        Caller.Of(context).Require(Scopes.OfCommand("add_payout_method"));
        Parameters.Of(context, []);
        var creator = Name(context, "creator");
        var wish = await Read(context, PayoutMethodShape.Default.PayoutMethodWish);
        var account = wish.Read();
        var details = await Sealing.Seal(
            context, book, creator, PersonKeys.PayoutDetails, PayeeAccountFormat.Write(account));
        var fingerprint = await Sealing.Fingerprint(
            context, book, PersonKeys.PayoutDetails, Encoding.UTF8.GetBytes(account.Identity));
        var add = new Command.AddPayoutMethod(
            creator, wish.Method, wish.Rail, wish.Currency, wish.Country ?? account.Country!, details, fingerprint,
            account.Masked, wish.ProposedBy, wish.ApprovedBy ?? "");
        await Api.Posting.Post(context, book, wish.Proposal is { } proposal
            ? new Command.Propose(
                proposal, CommandFormat.NameOf(add), CommandBody.Of(add), wish.Reason!, wish.ProposedBy)
            : add);
    }

    private static async Task List(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(context);
        var creator = Name(context, "creator");
        if (read.Caller.Owner is { } owner && (owner.Role != Role.Creator || owner.Id != creator))
            throw ReadRequest.OwnersAlone();
        var look = await read.Look();
        var standing = await new PayeeReader(Served.Of(context).Source)
            .Read(read.Book, creator, look.Number, read.Aborted);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("creator", creator);
            json.WriteStartArray("methods");
            foreach (var method in standing.Methods) Write(json, method);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task Reveal(HttpContext context)
    {
        var book = await Api.Books.Find(context);
        Caller.Of(context).Require(Scopes.ReadSecrets);
        Parameters.Of(context, []);
        var (creator, id) = (Name(context, "creator"), Name(context, "method"));
        var wish = await Read(context, PayoutMethodShape.Default.RevealWish);
        var standing = await new PayeeReader(Served.Of(context).Source)
            .Read(book, creator, long.MaxValue, context.RequestAborted);
        var method = standing.Method(id) ?? throw new ProblemFound(new Problem(
            StatusCodes.Status404NotFound, "method_unknown", "The creator has no payout method of this name."));
        var clear = await Sealing.Reveal(
            context, book, creator, PersonKeys.PayoutDetails, method.Details, "reveal_payout_method",
            $"payout_method/{id}", wish.Reason);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("creator", creator);
            json.WriteString("method", id);
            json.WriteNumber("version", method.Version);
            json.WritePropertyName("account");
            json.WriteRawValue(clear);
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, PayoutMethod method)
    {
        json.WriteStartObject();
        json.WriteString("method", method.Id);
        json.WriteNumber("version", method.Version);
        json.WriteString("rail", method.Rail);
        json.WriteString("currency", method.Currency);
        json.WriteString("country", method.Country);
        json.WriteString("masked", method.Masked);
        json.WriteString("state", method.State switch
        {
            PayoutMethodState.Unverified => "unverified",
            PayoutMethodState.Verified => "verified",
            PayoutMethodState.Disabled => "disabled",
            _ => throw new InvariantBroken($"{method.State} is no state of a payout method."),
        });
        json.WriteNumber("failed_attempts", method.FailedAttempts);
        if (method.DisabledFor is { } reason) json.WriteString("disabled_for", reason);
        json.WriteString("added_on", LocalDatePattern.Iso.Format(method.AddedOn));
        json.WriteString("changed_at", InstantPattern.ExtendedIso.Format(method.ChangedAt));
        json.WriteString("changed_on", LocalDatePattern.Iso.Format(method.ChangedOn));
        json.WriteEndObject();
    }

    /// <summary>A part of the address that is an id. A slash in one is sent as %2F, which is left as it is until here.</summary>
    private static string Name(HttpContext context, string part)
    {
        var name = ((string)context.GetRouteValue(part)!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return Identifier.Problem(name) is { } problem
            ? throw Parameters.Wrong(part, "ill_formed", $"{part} {problem}")
            : name;
    }

    private static async Task<T> Read<T>(HttpContext context, JsonTypeInfo<T> shape)
    {
        using var body = await Body.Read(context, MaxBody);
        try
        {
            return JsonSerializer.Deserialize(body.Bytes, shape)
                ?? throw new ProblemFound(Problem.OfParameter("body", "ill_formed", "The body is an object."));
        }
        catch (JsonException exception)
        {
            // Neither what the parser says nor where is told as it stands: either may quote what was sent.
            var at = Array.Find(Members, member => exception.Path == $"$.{member}") ?? "body";
            throw new ProblemFound(Problem.OfParameter(at, "ill_formed", $"{at} is not as it must be."));
        }
    }
}
