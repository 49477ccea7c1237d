using System.Globalization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Host.Api;

/// <summary>
/// Why a request was not done, as RFC 9457 has it: a status, a stable code, a sentence, and for a refusal its facts.
/// </summary>
internal sealed record Problem(int Status, string Code, string Detail)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>The field at fault, where there is one.</summary>
    public string? Field { get; init; }

    /// <summary>Everything that is wrong with the form, where it is more than one thing.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    public IReadOnlyDictionary<string, string> Facts { get; init; } = None;

    /// <summary>After how many seconds the same request may be sent again.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The answer to this key that was given before.</summary>
    public bool IsReplay { get; init; }

    public static Problem Of(IReadOnlyList<Fault> faults)
    {
        if (faults is [{ Code: "book_unknown" } unknown])
            return new Problem(StatusCodes.Status404NotFound, unknown.Code, unknown.Problem);
        return faults is [var only]
            ? new Problem(StatusCodes.Status400BadRequest, only.Code, only.Problem) { Field = only.Field }
            : new Problem(StatusCodes.Status400BadRequest, "ill_formed", $"{faults.Count} things are wrong.")
            {
                Faults = faults,
            };
    }

    public static Problem Of(Refusal refusal, bool isReplay = false) =>
        new(StatusCodes.Status409Conflict, refusal.Code, refusal.Message) { Facts = refusal.Facts, IsReplay = isReplay };

    /// <summary>What was asked for is in a file by now.</summary>
    public static Problem Of(RangeIsArchived archived) =>
        new(StatusCodes.Status410Gone, "archived", archived.Message)
        {
            Facts = new Dictionary<string, string>
            {
                ["first_number"] = archived.Range.FirstNumber.ToString(CultureInfo.InvariantCulture),
                ["last_number"] = archived.Range.LastNumber.ToString(CultureInfo.InvariantCulture),
                ["file"] = archived.Range.File,
            },
        };

    public static Problem OfParameter(string name, string code, string detail) =>
        new(StatusCodes.Status400BadRequest, code, detail) { Field = name };

    public static Problem Unavailable(string code, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfter = 1 };
}

/// <summary>Ends a request with a problem.</summary>
internal sealed class ProblemFound(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
