using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Payouts;
using Microsoft.AspNetCore.Http.Features;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Where a provider tells that something has changed. It is let in by its signature and by nothing else. What it tells
/// is only why to look: what holds is what it says when it is asked. So callbacks may come twice, late, in any order,
/// or again from somebody who has recorded them, and nothing that is not so ever gets into a book.
/// </summary>
internal static class CallbackEndpoint
{
    private const int MaxBody = 16 << 10;

    private static readonly Problem NotSigned = new(StatusCodes.Status401Unauthorized, "callback_not_signed",
        "The signature is not the provider's, of another request, or not of these minutes.");

    private static readonly Problem Unknown = new(StatusCodes.Status404NotFound, "callback_unknown",
        "There is no such payout by this rail.");

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/rails/{tenant}/{platform}/{rail}/callbacks", (RequestDelegate)Receive)
            .WithMetadata(AdmitsItself.Is, Described);

    private static Described Described => new("receive_callback", "Payouts", "Hear from a payment provider")
    {
        Text = "For the provider of a rail, not for callers of the ledger: the body is signed with the secret of the "
            + "rail. It names a payout, of which the provider is then asked; what is answered there is what counts.",
        IsOpen = true,
        Parameters =
            [
                Parameter.Path("rail", "The rail, as `set_rail` named it."),
                Parameter.Header(
                    ProviderSignature.Header,
                    "`t=SECONDS,v1=HEX`: HMAC-SHA256 over the time, `POST`, the path and the body, with dots between.",
                    isRequired: true),
            ],
        Body = Shapes.Object(
            null,
            ("key", Shapes.Text("The idempotency key under which the payout was sent.")),
            ("payout", Shapes.Text())),
        BodyExample =
            """
            {"key": "5f0c6d3d6d4d9f1e8f0f6f6b3d0f0a1c2b3a4d5e6f708192a3b4c5d6e7f80912", "payout": "p-7"}
            """,
        Answers =
            [
                new(StatusCodes.Status200OK, "The provider was asked, and this is how the payout stands now.",
                    Shapes.Object(null, ("payout", Shapes.Text()), ("state", Shapes.Text()))),
            ],
        Codes =
            [
                "not_json", "too_large", "ill_formed", "callback_not_signed", "callback_unknown", "busy", "starting",
                "unavailable",
            ],
    };

    private static async Task Receive(HttpContext context)
    {
        var served = Served.Of(context);
        var providers = served.Providers ?? throw new ProblemFound(
            Problem.Unavailable("unavailable", "This host talks to no providers."));
        var (book, rail) = (
            new BookName((string)context.GetRouteValue("tenant")!, (string)context.GetRouteValue("platform")!),
            (string)context.GetRouteValue("rail")!);
        using var body = await Body.Read(context, MaxBody);
        // Before this nothing is looked up, and who is wrong is not told in what.
        if (!IsSigned(context, providers.Options, book, rail, body.Bytes)) throw new ProblemFound(NotSigned);
        var message = ProviderMessage.Of(body.Bytes.ToArray());
        if (message is not { Key: { } key, Payout: { } payout })
            throw new ProblemFound(Problem.OfParameter("body", "ill_formed", "The body is not as agreed."));

        var token = context.RequestAborted;
        if (await served.Registry.Find(book, token) is not { } opened
            || await providers.Find(opened, rail, payout, key, token) is null)
            throw new ProblemFound(Unknown);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(providers.Options.PatienceOfCallbacks);
        try
        {
            var steps = PostedSteps.By(served.Writer, book, PostedSteps.ActorOf(rail));
            var outcome = (await providers.Ask(opened, [payout], steps, patience.Token))[0];
            if (outcome.Finding == ProviderStep.SaidNothing) throw Later("The provider could not be asked.");
            await Json.Answer(context, StatusCodes.Status200OK, json =>
            {
                json.WriteStartObject();
                json.WriteString("payout", payout);
                json.WriteString("state", Payout.InWords(outcome.State));
                json.WriteEndObject();
            });
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new ProblemFound(Problem.Unavailable("busy", "The provider is asked about much. Tell it again."));
        }
        catch (StepsPostponed postponed)
        {
            throw Later(postponed.Message);
        }
    }

    private static bool IsSigned(
        HttpContext context, ProviderOptions options, BookName book, string rail, ReadOnlySpan<byte> body)
    {
        if (BookName.Problem(book.Tenant) is not null || BookName.Problem(book.Platform) is not null) return false;
        return context.Request.Headers[ProviderSignature.Header] is [{ } header]
            && ProviderSignature.IsGood(
                header, options.Secrets(book, rail), options.Clock.GetCurrentInstant(), context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget, body);
    }

    private static ProblemFound Later(string why) => new(Problem.Unavailable("unavailable", why));
}
