using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Webhooks;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Serving;

/// <summary>What requests are served with, once the host is up.</summary>
internal sealed class Served(NpgsqlDataSource source, BookWriter writer, Entrance entrance)
{
    public NpgsqlDataSource Source { get; } = source;

    public BookWriter Writer { get; } = writer;

    public Entrance Entrance { get; } = entrance;

    public BookRegistry Registry => Writer.Registry;

    public required Readers Readers { get; init; }

    /// <summary>Those who are told what happens; a host that follows nothing has none.</summary>
    public Receivers? Receivers { get; init; }

    /// <summary>The providers of payments; a host that pays nobody has none.</summary>
    public ProviderPayouts? Providers { get; init; }

    /// <summary>The keys of people; a host without a master key has none, and can neither seal nor open.</summary>
    public PersonKeys? Secrets { get; init; }

    /// <summary>A simulation has one that goes by its clock.</summary>
    public Preview Preview { get; init; } = new(source, writer.Registry);

    /// <summary>The parts that a request is served with; before the host is up there are none.</summary>
    public static Served Of(HttpContext context) => context.Features.Get<Served>() ?? throw new ProblemFound(
        Problem.Unavailable("starting", "The host is starting. Try again."));
}

/// <summary>Where the addresses, which are bound first, find the parts that are started later.</summary>
internal sealed class ServedLater
{
    private volatile Served? now;

    public void Begin(Served served) => now = served;

    public IApplicationBuilder UseIn(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (now is { } served) context.Features.Set(served);
        return next(context);
    });
}
