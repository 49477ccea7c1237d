using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Secrets;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// Tax forms of creators: sent in clear, sealed before a command is made of them, and shown in clear to those alone who
/// may read tax numbers. No answer and no problem repeats anything of a person.
/// </summary>
internal static class TaxFormEndpoints
{
    private const string Route = Api.Books.Route + "/creators/{creator}/tax-forms";
    private const int MaxBody = 32 << 10;

    private static readonly string[] Members =
        ["form", "kind", "version", "signed_on", "country", "identity", "expires_on", "claims", "reason"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, (RequestDelegate)File).WithMetadata(TaxFormDescriptions.File);
        routes.MapPost(Route + "/{form}/reveal", (RequestDelegate)Reveal).WithMetadata(TaxFormDescriptions.Reveal, Restricted.Is);
    }

    private static async Task File(HttpContext context)
    {
        var book = await Api.Books.Find(context);
        Caller.Of(context).Require(Scopes.OfCommand("file_tax_form"));
        Parameters.Of(context, []);
        var creator = Name(context, "creator");
        var (identity, command) = (await Read(context, TaxFormShape.Default.TaxFormWish)).Read(creator);
        var text = await Sealing.Seal(
            context, book, creator, TaxPapers.IdentityPurpose, TaxIdentityFormat.Write(identity));
        await Api.Posting.Post(context, book, command with
        {
            Sealed = text,
            Fingerprint = identity.Sameness is { } same
                ? await Sealing.Fingerprint(context, book, TaxPapers.IdentityPurpose, Encoding.UTF8.GetBytes(same))
                : null,
        });
    }

    private static async Task Reveal(HttpContext context)
    {
        var book = await Api.Books.Find(context);
        Caller.Of(context).Require(Scopes.ReadTaxNumbers);
        Parameters.Of(context, []);
        var (creator, id) = (Name(context, "creator"), Name(context, "form"));
        var wish = await Read(context, TaxFormShape.Default.TaxRevealWish);
        var form = await new TaxPapers(Served.Of(context).Source).Form(book, creator, id, context.RequestAborted);
        if (form?.Sealed is not { } text)
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status404NotFound, "tax_form_unknown", "The creator has no such form, or nothing is sealed with it."));
        }

        var clear = await Sealing.Reveal(
            context, book, creator, TaxPapers.IdentityPurpose, text, "reveal_tax_form", $"tax_form/{id}", wish.Reason);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("creator", creator);
            json.WriteString("form", id);
            json.WriteString("kind", TaxWords.Of(form.Kind));
            json.WritePropertyName("identity");
            json.WriteRawValue(clear);
            json.WriteEndObject();
        });
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
