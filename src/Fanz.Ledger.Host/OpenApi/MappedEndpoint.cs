using Fanz.Ledger.Journal;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>An endpoint as it is mapped, with what is said beside it.</summary>
internal sealed record MappedEndpoint(string Path, string Method, IReadOnlyList<string> Parts, Described? Described)
{
    public static IEnumerable<MappedEndpoint> Of(EndpointDataSource endpoints) =>
        from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select new MappedEndpoint(
            PathOf(endpoint.RoutePattern),
            method.ToLowerInvariant(),
            [.. endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name)],
            endpoint.Metadata.GetMetadata<Described>());

    /// <summary>The path as the document writes it: without what constrains the parts.</summary>
    private static string PathOf(RoutePattern pattern) => '/' + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => throw new InvariantBroken("There is no other part of a path."),
        }))));
}
