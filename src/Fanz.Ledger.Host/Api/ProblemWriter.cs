using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Postgres.Archiving;
using Npgsql;

namespace Fanz.Ledger.Host.Api;

/// <summary>The only way an error leaves: no page of the server's, no trace, no word of the database's.</summary>
internal static class ProblemWriter
{
    private static readonly Problem Fault =
        new(StatusCodes.Status500InternalServerError, "failed", "The ledger met a fault of its own; it was noted.");

    private static readonly Problem Away =
        Problem.Unavailable("unavailable", "The database is not to be had. Try again, with the same key.");

    private static readonly Problem Overdue =
        Problem.Unavailable("unavailable", "The answer took too long. Try again, with the same key.");

    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Fanz.Ledger.Http");
        return app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
                if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null } response)
                    await Write(context, OfStatus(response.StatusCode));
            }
            catch (Exception exception) when (!context.Response.HasStarted)
            {
                // Nobody is there any more to be told.
                if (context.RequestAborted.IsCancellationRequested) return;
                await Write(context, Of(context, exception, log));
            }
        });
    }

    public static Task Write(HttpContext context, Problem problem)
    {
        context.Features.Set(problem);
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        if (problem.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (problem.IsReplay) response.Headers[Header.Replayed] = "true";
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Json.AsGiven)) Write(json, problem, context.TraceIdentifier);
        response.ContentLength = body.WrittenCount;
        return response.BodyWriter.WriteAsync(body.WrittenMemory).AsTask();
    }

    /// <summary>A problem as an object, by itself or as the answer to one command of many.</summary>
    public static void Write(Utf8JsonWriter json, Problem problem, string? requestId = null)
    {
        json.WriteStartObject();
        json.WriteString("type", $"/api#{problem.Code}");
        json.WriteString("title", problem.Code.Replace('_', ' '));
        json.WriteNumber("status", problem.Status);
        json.WriteString("code", problem.Code);
        json.WriteString("detail", problem.Detail);
        if (requestId is not null) json.WriteString("request_id", requestId);
        if (problem.Field is { } field) json.WriteString("field", field);
        if (problem.Faults.Count > 0)
        {
            json.WriteStartArray("faults");
            foreach (var fault in problem.Faults)
            {
                json.WriteStartObject();
                json.WriteString("field", fault.Field);
                json.WriteString("code", fault.Code);
                json.WriteString("detail", fault.Problem);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (problem.Facts.Count > 0)
        {
            json.WriteStartObject("facts");
            foreach (var (name, fact) in problem.Facts) json.WriteString(name, fact);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static Problem Of(HttpContext context, Exception exception, ILogger log)
    {
        switch (exception)
        {
            case ProblemFound found:
                return found.Problem;
            case RangeIsArchived archived:
                return Problem.Of(archived);
            case BadHttpRequestException bad:
                return OfStatus(bad.StatusCode);
            case NpgsqlException or TimeoutException:
                log.LogWarning(
                    exception, "Request {RequestId} met a database that was not to be had.", context.TraceIdentifier);
                return Away;
            case OperationCanceledException:
                return Overdue;
            default:
                log.LogError(exception, "Request {RequestId} met a fault of the program.", context.TraceIdentifier);
                return Fault;
        }
    }

    /// <summary>What the server says by its status alone.</summary>
    private static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, "not_found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new(status, "method_not_allowed", "This address has other methods."),
        StatusCodes.Status408RequestTimeout => new(status, "too_slow", "The request came too slowly."),
        StatusCodes.Status413PayloadTooLarge => new(status, "too_large", "The body is larger than is taken."),
        >= 500 => Fault,
        _ => new(status, "bad_request", "The request cannot be read."),
    };
}
