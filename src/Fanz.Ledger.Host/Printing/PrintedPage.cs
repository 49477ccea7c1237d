using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Printing;

/// <summary>
/// A page to read and to print on A4: no script, nothing from elsewhere, and everything that others wrote is escaped.
/// </summary>
internal static class PrintedPage
{
    public const string MediaType = "text/html; charset=utf-8";

    private static readonly string Style = Resource.Text("print.css");

    private static readonly string Hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>The only style that a browser is to take is the page's own.</summary>
    public static string Policy { get; } = $"default-src 'none'; style-src 'sha256-{Hash}'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    public static void Say(HttpResponse response)
    {
        response.ContentType = MediaType;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
    }

    public static Html Begin(string title) => new Html()
        .Raw("<!doctype html>\n")
        .Open("html", "lang=\"en\"").Open("head")
        .Open("meta", "charset=\"utf-8\"")
        .Open("meta", "name=\"viewport\" content=\"width=device-width, initial-scale=1\"")
        .Leaf("title", title)
        // The style is the program's own text, and its hash is in the policy: it is not escaped.
        .Open("style").Raw(Style).Close("style").Close("head").Open("body")
        .Leaf("h1", title);

    public static Html End(this Html html) => html.Close("body").Close("html");

    /// <summary>What a page says of itself at its top; what is missing is left out.</summary>
    public static Html Facts(this Html html, params ReadOnlySpan<(string Name, string? Text)> facts)
    {
        html.Open("dl");
        foreach (var (name, text) in facts)
            if (!string.IsNullOrEmpty(text)) html.Leaf("dt", name).Leaf("dd", text);
        return html.Close("dl");
    }

    /// <summary>Begins a table; names that begin with # stand over amounts.</summary>
    public static Html BeginTable(this Html html, params ReadOnlySpan<string> columns)
    {
        html.Open("table").Open("thead").Open("tr");
        foreach (var column in columns)
        {
            if (column.StartsWith('#')) html.Leaf("th", column[1..], "class=\"amount\"");
            else html.Leaf("th", column);
        }

        return html.Close("tr").Close("thead").Open("tbody");
    }

    /// <summary>A row; the last cells are amounts.</summary>
    public static Html Row(this Html html, int amounts, bool isSum, params ReadOnlySpan<string?> cells)
    {
        html.Open("tr", isSum ? "class=\"sum\"" : null);
        for (var i = 0; i < cells.Length; i++)
            html.Leaf("td", cells[i], i >= cells.Length - amounts ? "class=\"amount\"" : null);
        return html.Close("tr");
    }

    public static Html EndTable(this Html html) => html.Close("tbody").Close("table");

    /// <summary>With the decimals of the currency, without its name.</summary>
    public static string Amount(long minor, Currency currency)
    {
        var told = new Money.Money(minor, currency).ToString();
        return told[..told.LastIndexOf(' ')];
    }

    public static string Day(LocalDate day) => LocalDatePattern.Iso.Format(day);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A word of the program's as people write it.</summary>
    public static string Words(string word) => word.Replace('_', ' ');
}
