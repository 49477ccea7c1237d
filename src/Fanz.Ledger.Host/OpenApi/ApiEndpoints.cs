using System.Text;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// The document at `/openapi.json` and the page at `/api`. Both are made once, when the first one asks, of what is
/// mapped by then; whoever asks needs no key, for nothing in them is anybody's.
/// </summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var document = new Lazy<byte[]>(() => ApiDocument.Write(ApiDocument.Of(Endpoints(routes))));
        var page = new Lazy<ApiPage>(() => ApiPage.Of(ApiDocument.Of(Endpoints(routes))));
        routes.MapGet("/openapi.json", (RequestDelegate)(context => Write(context, "application/json", document.Value)))
            .WithMetadata(new Described("read_openapi", "About the service", "This document")
            {
                IsOpen = true,
                Answers = [new(StatusCodes.Status200OK, "An OpenAPI 3.1 document.", Shapes.Anything("OpenAPI."))],
            });
        routes.MapGet("/api", (RequestDelegate)(context =>
        {
            context.Response.Headers.ContentSecurityPolicy = page.Value.Policy;
            return Write(context, "text/html; charset=utf-8", page.Value.Html);
        }))
            .WithMetadata(new Described("read_api_page", "About the service", "This document as a page to read")
            {
                IsOpen = true,
                Answers =
                    [new(StatusCodes.Status200OK, "A page by itself.", Shapes.Text()) { Type = "text/html" }],
            });
    }

    /// <summary>All that is mapped, of whichever source it came.</summary>
    public static EndpointDataSource Endpoints(IEndpointRouteBuilder routes) =>
        new CompositeEndpointDataSource(routes.DataSources);

    private static Task Write(HttpContext context, string type, byte[] bytes)
    {
        var response = context.Response;
        response.ContentType = type;
        response.ContentLength = bytes.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        return response.BodyWriter.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
