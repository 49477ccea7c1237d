using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Host.Api;

/// <summary>The book that an address names.</summary>
internal static class Books
{
    public const string Route = "/v1/{tenant}/{platform}";

    /// <summary>
    /// The book, if there is one and the caller may see it. Which of the two it was is nobody's to learn.
    /// </summary>
    public static async ValueTask<OpenedBook> Find(HttpContext context)
    {
        var caller = Caller.Of(context);
        var (tenant, platform) = ((string)context.GetRouteValue("tenant")!, (string)context.GetRouteValue("platform")!);
        var registry = Served.Of(context).Registry;
        var name = new BookName(tenant, platform);
        if (!caller.MaySee(tenant, platform)) throw Unknown();
        if (registry.TryGetKnown(name, out var known)) return known!;
        if (BookName.Problem(tenant) is not null || BookName.Problem(platform) is not null) throw Unknown();
        return await registry.Find(name, context.RequestAborted) ?? throw Unknown();
    }

    public static ProblemFound Unknown() =>
        new(new Problem(StatusCodes.Status404NotFound, "book_unknown", "There is no such book here."));
}
