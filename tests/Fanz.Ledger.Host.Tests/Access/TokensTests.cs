using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Access;

public sealed class TokensTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    // Making its keys takes longer than all that is done with them.
    private static readonly TokenMaker Maker = new();

    private readonly string folder = Directory.CreateTempSubdirectory("fanz-ledger-tokens-").FullName;
    private readonly ManualTime clock = new(Start);

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public void A_signed_token_makes_its_caller(string algorithm)
    {
        var claims = TokenMaker.Claims(Start);
        claims["person"] = "carol";
        claims["platforms"] = new JsonArray("main");
        var caller = Known().Identify(Maker.Sign(claims, algorithm))!;
        Assert.Equal(("acme", "shop", "carol"), (caller.Tenant, caller.Actor.Service, caller.Actor.Person));
        Assert.Equal([Scopes.Tips, Scopes.ReadLedger], caller.Scopes.Order(StringComparer.Ordinal));
        Assert.True(caller.MaySee("acme", "main"));
        Assert.False(caller.MaySee("acme", "side"));
        Assert.False(caller.MaySee("fanz", "main"));
        Assert.Null(caller.KeyId);
    }

    [Fact]
    public void What_a_token_does_not_say_it_does_not_have()
    {
        var claims = TokenMaker.Claims(Start);
        claims.Remove("scope");
        var caller = Known().Identify(Maker.Sign(claims))!;
        Assert.Empty(caller.Scopes);
        Assert.Null(caller.Actor.Person);
        Assert.Null(caller.Owner);
    }

    [Fact]
    public void An_issuer_gives_no_more_than_it_may()
    {
        var issuer = Maker.IssuerEntry();
        issuer["tenants"] = new JsonArray("acme");
        issuer["scopes"] = new JsonArray("read:ledger");
        issuer["claims"] = new JsonObject { ["person"] = "sub", ["scopes"] = "roles" };
        issuer["service"] = "back-office";
        issuer["rate_limit"] = 3;
        var tokens = Tokens.Read(TokenMaker.Write(folder, issuer), clock);
        var claims = TokenMaker.Claims(Start);
        claims["roles"] = new JsonArray("read:ledger", "admin", "whatever");
        claims["sub"] = "carol";
        claims.Remove("azp");
        var caller = tokens.Identify(Maker.Sign(claims))!;
        Assert.Equal([Scopes.ReadLedger], caller.Scopes);
        Assert.Equal(("back-office", "carol", 3), (caller.Actor.Service, caller.Actor.Person, caller.RateLimit));
        claims["tenant"] = "fanz";
        Assert.Null(tokens.Identify(Maker.Sign(claims)));
    }

    [Fact]
    public void A_token_is_good_from_when_to_when_it_says_and_by_the_clock_skew_longer()
    {
        var claims = TokenMaker.Claims(Start);
        claims["nbf"] = Start.ToUnixTimeSeconds() + 100;
        claims["exp"] = Start.ToUnixTimeSeconds() + 200.5;
        var (tokens, token) = (Known(), Maker.Sign(claims));
        foreach (var (seconds, isGood) in new[] { (69, false), (70, true), (230, true), (231, false), (999, false) })
        {
            clock.Now = Start + TimeSpan.FromSeconds(seconds);
            Assert.Equal(isGood, tokens.Identify(token) is not null);
        }

        clock.Now = Start - TimeSpan.FromSeconds(31);
        Assert.Null(tokens.Identify(Maker.Sign(TokenMaker.Claims(Start))));
    }

    public static TheoryData<string, string> WorthlessClaims => new()
    {
        { "exp", "null" }, { "exp", "\"2000000000\"" }, { "exp", "1e400" }, { "exp", "-1" }, { "exp", "{}" },
        { "nbf", "\"0\"" }, { "nbf", "99999999999" }, { "iat", "99999999999" }, { "iat", "true" },
        { "iss", "\"https://id.example.evil\"" }, { "iss", "null" }, { "iss", "[\"https://id.example\"]" },
        { "aud", "\"other\"" }, { "aud", "[\"other\"]" }, { "aud", "[]" }, { "aud", "null" }, { "aud", "[1,null]" },
        { "aud", "{\"ledger\":1}" }, { "aud", "\"Ledger\"" },
        { "tenant", "\"rival\"" }, { "tenant", "\"*\"" }, { "tenant", "[\"acme\"]" }, { "tenant", "1" },
        { "tenant", "\"\"" }, { "tenant", "\"acme\\u0000\"" }, { "tenant", "\"\\ud800\"" },
        { "azp", "\"\"" }, { "azp", "\"a/b\"" }, { "azp", "7" }, { "azp", "\"a\\nb\"" }, { "azp", "null" },
        { "azp", "\"schedules\"" }, { "azp", "\"rails\"" },
        { "person", "\"\"" }, { "person", "[]" }, { "person", "\"\\udfff\"" }, { "person", "null" },
        { "owner", "\"mia\"" }, { "owner", "\"creator/\"" }, { "owner", "\"platform/x\"" }, { "owner", "3" },
        { "platforms", "[]" }, { "platforms", "\"\"" }, { "platforms", "[\"../x\"]" }, { "platforms", "[1]" },
        { "platforms", "{}" }, { "platforms", "null" }, { "scope", "7" }, { "scope", "[7]" }, { "scope", "null" },
    };

    [Theory]
    [MemberData(nameof(WorthlessClaims))]
    public void A_claim_that_is_not_as_it_must_be_makes_a_token_worthless(string claim, string value)
    {
        var claims = TokenMaker.Claims(Start);
        claims.Remove(claim);
        var text = claims.ToJsonString();
        text = $"{text[..^1]},\"{claim}\":{value}}}";
        Assert.Null(Known().Identify(Maker.SignText(TokenMaker.Header("RS256", "r"), text)));
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("tenant")]
    [InlineData("azp")]
    public void A_claim_that_is_missing_makes_a_token_worthless(string claim)
    {
        var claims = TokenMaker.Claims(Start);
        claims.Remove(claim);
        Assert.Null(Known().Identify(Maker.Sign(claims)));
    }

    [Fact]
    public void A_token_does_not_choose_how_it_is_checked()
    {
        var tokens = Known();
        var claims = TokenMaker.Claims(Start);
        Assert.NotNull(tokens.Identify(Maker.Sign(claims)));
        foreach (var (algorithm, key) in new[]
            {
                ("none", "r"), ("None", "r"), ("", "r"), ("HS256", "r"), ("HS256", "o"), ("RS512", "r"), ("PS256", "r"),
                ("ES256", "r"), ("RS256", "e"), ("rs256", "r"), ("RS256", "nobody"), ("RS256", ""), ("RS256", "o"),
            })
            Assert.Null(tokens.Identify(Maker.Sign(claims, algorithm, key)));

        foreach (var (name, value) in new (string, JsonNode?)[]
            {
                ("crit", new JsonArray("exp")), ("kid", null), ("kid", 1), ("alg", null), ("alg", new JsonArray("RS256")),
            })
        {
            var header = TokenMaker.Header("RS256", "r");
            header[name] = value;
            Assert.Null(tokens.Identify(Resigned(header, claims)));
        }

        // A key that a token brings along is nobody's.
        using var stranger = new TokenMaker();
        var own = TokenMaker.Header("RS256", "r");
        own["jwk"] = stranger.KeySet()["keys"]![0]!.DeepClone();
        own["jku"] = "https://evil.example/keys";
        Assert.Null(tokens.Identify(stranger.SignText(own, claims.ToJsonString())));
    }

    [Fact]
    public void A_token_that_was_changed_or_is_none_is_worthless()
    {
        var tokens = Known();
        var token = Maker.Sign(TokenMaker.Claims(Start));
        var parts = token.Split('.');
        var richer = TokenMaker.Claims(Start);
        richer["scope"] = "admin";
        foreach (var wrong in new[]
            {
                "", ".", "..", "...", token + ".", token + "=", token + "A", "." + token, token[..^1], token[..^4],
                $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{parts[0]}..{parts[2]}",
                $"{parts[0]}.{TokenMaker.Text(richer.ToJsonString())}.{parts[2]}",
                $"{TokenMaker.Text("{}")}.{parts[1]}.{parts[2]}", $"{TokenMaker.Text("[]")}.{parts[1]}.{parts[2]}",
                $"{TokenMaker.Text("{\"alg\":\"none\"}")}.{parts[1]}.", token.Replace('.', ' '), new string('a', 9_000),
                Maker.SignText(TokenMaker.Header("RS256", "r"), "[]"), Maker.SignText(TokenMaker.Header("RS256", "r"), "null"),
                Maker.SignText(TokenMaker.Header("RS256", "r"), "{\"a\":1"), Maker.SignText(TokenMaker.Header("RS256", "r"), ""),
                Maker.SignText(
                    TokenMaker.Header("RS256", "r"),
                    TokenMaker.Claims(Start).ToJsonString()[..^1] + ",\"tenant\":\"fanz\"}"),
                Maker.SignText(
                    TokenMaker.Header("RS256", "r"),
                    TokenMaker.Claims(Start).ToJsonString()[..^1] + ",\"deep\":" + new string('[', 200) + "}"),
            })
            Assert.Null(tokens.Identify(wrong));
        for (var i = 0; i < token.Length; i += 7)
        {
            var bent = token.Remove(i, 1).Insert(i, token[i] == 'x' ? "y" : "x");
            Assert.Null(tokens.Identify(bent));
        }
    }

    [Fact]
    public void A_key_that_the_issuer_gave_up_is_no_good_within_seconds()
    {
        var path = Path.Combine(folder, "keys.json");
        File.WriteAllText(path, Maker.KeySet().ToJsonString());
        var issuer = Maker.IssuerEntry();
        issuer.Remove("jwks");
        issuer["jwks_file"] = "keys.json";
        var tokens = Tokens.Read(TokenMaker.Write(folder, issuer), clock);
        var token = Maker.Sign(TokenMaker.Claims(Start));
        Assert.NotNull(tokens.Identify(token));

        using var successor = new TokenMaker();
        Replace("{", 1);
        Assert.NotNull(tokens.Identify(token));
        Replace(successor.KeySet().ToJsonString(), 2);
        Assert.Null(tokens.Identify(token));
        Assert.NotNull(tokens.Identify(successor.Sign(TokenMaker.Claims(Start))));

        void Replace(string text, int minute)
        {
            File.WriteAllText(path, text);
            File.SetLastWriteTimeUtc(path, Start.UtcDateTime.AddMinutes(minute));
            clock.Now += TimeSpan.FromSeconds(3);
        }
    }

    [Theory]
    [InlineData("\"issuer\":\"i\"", "audience")]
    [InlineData("\"issuer\":\"\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks\":{}", "a name and an audience")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[],\"jwks\":{}", "speaks for no tenant")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"*\"],\"jwks\":{}", "no tenant's name")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"]", "either jwks or jwks_file")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks\":{}", "no JSON Web Key Set")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks\":{\"keys\":[]}", "no RSA or P-256 key")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks_file\":\"none.json\"", "cannot be read")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks\":{},\"trust\":1", "trust")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks\":{},\"scopes\":[\"all\"]", "`all`")]
    [InlineData("\"issuer\":\"i\",\"audience\":\"a\",\"tenants\":[\"t\"],\"jwks\":{},\"clock_skew_seconds\":301", "skew")]
    public void A_file_of_issuers_that_is_wrong_is_a_mistake_and_not_an_open_door(string issuer, string told)
    {
        var path = Path.Combine(folder, "wrong.json");
        File.WriteAllText(path, $$"""{"issuers":[{{{issuer}}}]}""");
        var mistake = Assert.Throws<Mistake>(() => Tokens.Read(path, clock));
        Assert.Contains(told, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_key_is_not_taken()
    {
        using var weak = System.Security.Cryptography.RSA.Create(1024);
        var issuer = Maker.IssuerEntry();
        issuer["jwks"]!["keys"]![0]!["n"] = TokenMaker.Text(weak.ExportParameters(false).Modulus!);
        var mistake = Assert.Throws<Mistake>(() => Tokens.Read(TokenMaker.Write(folder, issuer), clock));
        Assert.Contains("2048", mistake.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Tokens Known() => Tokens.Read(TokenMaker.Write(folder, Maker.IssuerEntry()), clock);

    /// <summary>A header without a proper algorithm is signed as RS256 would be.</summary>
    private string Resigned(JsonObject header, JsonObject claims) => Maker.SignText(header, claims.ToJsonString(), "RS256");
}
