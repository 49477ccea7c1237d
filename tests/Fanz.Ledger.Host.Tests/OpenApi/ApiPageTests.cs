using System.Net;
using System.Text.RegularExpressions;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Microsoft.AspNetCore.Builder;

namespace Fanz.Ledger.Host.Tests.OpenApi;

/// <summary>The page and the document as they are served, by a host that has no database yet.</summary>
public sealed partial class ApiPageTests : IAsyncLifetime, IDisposable
{
    private readonly WebApplication http =
        HttpServer.Build("http://127.0.0.1:0", new Readiness(), new ServedLater());

    private readonly HttpClient client = new();
    private string page = "";
    private HttpResponseMessage answer = new();

    public async Task InitializeAsync()
    {
        await http.Bind(CancellationToken.None);
        client.BaseAddress = new Uri(http.Urls.Single());
        answer = await client.GetAsync(new Uri("/api", UriKind.Relative));
        page = await answer.Content.ReadAsStringAsync();
    }

    public Task DisposeAsync() => http.DisposeAsync().AsTask();

    public void Dispose()
    {
        answer.Dispose();
        client.Dispose();
    }

    [Fact]
    public async Task The_document_is_served_as_the_verb_prints_it()
    {
        using var served = await client.GetAsync(new Uri("/openapi.json", UriKind.Relative));
        Assert.Equal("application/json", served.Content.Headers.ContentType!.ToString());
        Assert.Equal(await OpenApiVerb.Document(), await served.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public void The_page_is_by_itself()
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(Links().Matches(page), link => Assert.StartsWith("#", link.Groups[1].Value));
    }

    [Fact]
    public void Every_link_leads_somewhere_and_every_place_is_one()
    {
        var places = Places().Matches(page).Select(place => place.Groups[1].Value).ToList();
        Assert.Equal(places.Count, places.Distinct().Count());
        Assert.Subset(
            places.ToHashSet(), Links().Matches(page).Select(link => link.Groups[1].Value[1..]).ToHashSet());
    }

    [Fact]
    public void Every_code_has_the_place_that_the_type_of_a_problem_names()
    {
        var places = Places().Matches(page).Select(place => place.Groups[1].Value).ToHashSet();
        Assert.Subset(places, RefusalCodes.ByMaker.Values.Select(refusal => refusal.Code).ToHashSet());
        Assert.Subset(places, Codes.OfForm.Keys.Concat(Codes.OfRequests.Keys).ToHashSet());
    }

    [Fact]
    public void Every_element_is_closed_by_its_own()
    {
        var open = new Stack<string>();
        foreach (Match tag in Tags().Matches(page))
        {
            var name = tag.Groups["name"].Value;
            if (name is "meta" or "link" or "br") continue;
            if (tag.Groups["end"].Length == 0) open.Push(name);
            else Assert.Equal(open.Pop(), name);
        }

        Assert.Empty(open);
    }

    [GeneratedRegex("""href="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Links();

    [GeneratedRegex("""\sid="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Places();

    [GeneratedRegex("<(?<end>/?)(?<name>[a-z][a-z0-9]*)[^>]*>")]
    private static partial Regex Tags();
}
