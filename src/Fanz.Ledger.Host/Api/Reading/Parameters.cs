using System.Globalization;
using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// What stands behind the question mark of an address. Whatever is there must be known, once, and well formed: a
/// parameter that was misspelt and silently left out would change what an answer means.
/// </summary>
internal sealed class Parameters
{
    private readonly IQueryCollection query;

    private Parameters(IQueryCollection query) => this.query = query;

    public static Parameters Of(HttpContext context, IReadOnlyCollection<string> known)
    {
        var query = context.Request.Query;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                var few = known.Count == 0 ? "takes no parameters" : $"takes {string.Join(", ", known)}";
                throw Wrong(Quoted(name), "parameter_unknown", $"This address {few}.");
            }

            if (values.Count != 1) throw Wrong(name, "parameter_repeated", $"{name} is given more than once.");
        }

        return new Parameters(query);
    }

    public string? Text(string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;

    public string Required(string name) =>
        Text(name) ?? throw Wrong(name, "parameter_missing", $"This address needs the parameter {name}.");

    /// <summary>A whole number between two others, both of which it may be.</summary>
    public long? Whole(string name, long least, long most)
    {
        if (Text(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most
            ? value
            : throw Wrong(
                name, "ill_formed",
                string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {most}."));
    }

    /// <summary>The account that is named, in full, as text alone can name one with any owner.</summary>
    public AccountKey Account(string name)
    {
        var text = Required(name);
        return AccountKey.TryParse(text, out var key) ? key.Value : throw Wrong(
            name, "ill_formed",
            $"{Identifier.Quote(text)} is not an account: CODE/CURRENCY/COHORT/OWNER, such as fan.wallet/USD//anna.");
    }

    public static ProblemFound Wrong(string name, string code, string detail) =>
        new(Problem.OfParameter(name, code, detail));

    private static string Quoted(string name) => name.Length > 40 ? name[..40] : name;
}
