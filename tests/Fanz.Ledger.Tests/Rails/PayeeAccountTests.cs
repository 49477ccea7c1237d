using System.Text;
using Fanz.Ledger.Rails;

namespace Fanz.Ledger.Tests.Rails;

public class PayeeAccountTests
{
    private static readonly PayeeAccount.UsBank Us = new("Ann Lee", "021000021", "000123456789", false, false);

    private static readonly PayeeAccount.Iban Iban = new(
        "Zoë Müller", "DE89370400440532013000", "COBADEFF", new PostalAddress("DE", "Köln", "Domkloster", "4", "50667"));

    private static readonly PayeeAccount.Other Other = new(
        "Ann Lee", new Dictionary<string, string> { ["wallet"] = "w-778899", ["email"] = "ann@example.org" });

    public static TheoryData<string, string> Formats => new()
    {
        {
            "us",
            """{"kind":"us_bank","name":"Ann Lee","routing":"021000021","account":"000123456789","savings":false,"company":false}"""
        },
        {
            "iban",
            """{"kind":"iban","name":"Zo\u00EB M\u00FCller","iban":"DE89370400440532013000","bic":"COBADEFF","address":{"country":"DE","town":"K\u00F6ln","street":"Domkloster","building":"4","post_code":"50667"}}"""
        },
        { "other", """{"kind":"other","name":"Ann Lee","fields":{"email":"ann@example.org","wallet":"w-778899"}}""" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_format_is_kept_byte_for_byte(string kind, string golden)
    {
        PayeeAccount account = kind switch { "us" => Us, "iban" => Iban, _ => Other };
        Assert.Empty(account.Faults());
        Assert.Equal(golden, Encoding.UTF8.GetString(PayeeAccountFormat.Write(account)));
        var (read, fault) = PayeeAccountFormat.Read(Encoding.UTF8.GetBytes(golden));
        Assert.Null(fault);
        Assert.Equal(account, read);
    }

    [Theory]
    [InlineData("{}", "kind")]
    [InlineData("[]", "account")]
    [InlineData("{\"kind\":\"us_bank\"", "account")]
    [InlineData("""{"kind":"cheque","name":"A"}""", "kind")]
    [InlineData("""{"kind":"us_bank","name":"A","routing":"021000021"}""", "account")]
    [InlineData("""{"kind":"us_bank","name":"A","routing":"021000021","account":7}""", "account")]
    [InlineData("""{"kind":"us_bank","name":"A","name":"B","routing":"021000021","account":"7"}""", "account")]
    [InlineData("""{"kind":"us_bank","name":"A","routing":"021000021","account":"7","savings":"no"}""", "savings")]
    [InlineData("""{"kind":"us_bank","name":"A","routing":"021000021","account":"7","secret-4711":1}""", "account")]
    [InlineData("""{"kind":"iban","name":"A","iban":"DE89370400440532013000"}""", "address")]
    [InlineData("""{"kind":"iban","name":"A","iban":"DE89","address":{"country":"DE","zip":"1"}}""", "address.account")]
    [InlineData("""{"kind":"other","name":"A","fields":{"token":{"a":1}}}""", "fields.token")]
    [InlineData("""{"kind":"other","name":"\ud800","fields":{"token":"a"}}""", "account")]
    public void What_is_no_account_is_told_without_being_repeated(string json, string field)
    {
        var (account, fault) = PayeeAccountFormat.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(account);
        Assert.Equal(field, fault!.Field);
        Assert.DoesNotContain("4711", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_IBAN_is_read_as_people_write_it()
    {
        var (account, _) = PayeeAccountFormat.Read("""
            {"kind":"iban","name":"A","iban":"de89 3704 0044 0532 0130 00","bic":"cobadeff","address":{"country":"DE"}}
            """u8.ToArray());
        Assert.Equal(("DE89370400440532013000", "COBADEFF"), account is PayeeAccount.Iban iban ? (iban.Number, iban.Bic) : default);
        Assert.Empty(account!.Faults());
    }

    public static TheoryData<string, string> Faulty => new()
    {
        { """{"kind":"us_bank","name":"","routing":"021000021","account":"1"}""", "name" },
        { """{"kind":"us_bank","name":"Анна","routing":"021000021","account":"1"}""", "name" },
        { """{"kind":"us_bank","name":"A","routing":"021000022","account":"1"}""", "routing" },
        { """{"kind":"us_bank","name":"A","routing":"02100002","account":"1"}""", "routing" },
        { """{"kind":"us_bank","name":"A","routing":"991000020","account":"1"}""", "routing" },
        { """{"kind":"us_bank","name":"A","routing":"021000021","account":"123456789012345678"}""", "account" },
        { """{"kind":"us_bank","name":"A","routing":"021000021","account":"12 3"}""", "account" },
        { """{"kind":"us_bank","name":"A","routing":"021000021","account":"١٢٣"}""", "account" },
        { """{"kind":"iban","name":"A","iban":"DE88370400440532013000","address":{"country":"DE"}}""", "iban" },
        { """{"kind":"iban","name":"A","iban":"DE8937040044053201300","address":{"country":"DE"}}""", "iban" },
        { """{"kind":"iban","name":"A","iban":"US89370400440532013000","address":{"country":"DE"}}""", "iban" },
        { """{"kind":"iban","name":"A","iban":"DE89370400440532013000","bic":"COBADE","address":{"country":"DE"}}""", "bic" },
        { """{"kind":"iban","name":"A","iban":"DE89370400440532013000","bic":"COBAQQFF","address":{"country":"DE"}}""", "bic" },
        { """{"kind":"iban","name":"A","iban":"DE89370400440532013000","address":{"country":"QQ"}}""", "address.country" },
        {
            """{"kind":"iban","name":"A","iban":"DE89370400440532013000","address":{"country":"DE","street":"X"}}""",
            "address.town"
        },
        { """{"kind":"other","name":"A","fields":{}}""", "fields" },
        { """{"kind":"other","name":"A","fields":{"Token":"1"}}""", "fields" },
        { """{"kind":"other","name":"A","fields":{"token":""}}""", "fields.token" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void What_is_wrong_with_an_account_is_told_by_its_field(string json, string field)
    {
        var (account, fault) = PayeeAccountFormat.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(fault);
        Assert.Equal(field, Assert.Single(account!.Faults()).Field);
    }

    [Fact]
    public void An_account_prints_no_more_than_its_last_four()
    {
        Assert.Equal("···6789", $"{Us}");
        Assert.Equal("···3000", $"{Iban}");
        Assert.Equal("···.org", $"{Other}");
        Assert.Equal("···", $"{Us with { Account = "1234" }}");
        Assert.DoesNotContain(
            "3704", $"{new PaymentOrder("p-1", 1, Ledger.Money.Currency.Of("EUR"), Iban, 1)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Check_digits_find_every_slip_of_one_digit()
    {
        foreach (var routing in new[] { "021000021", "011401533", "091000019", "322271627" })
        {
            Assert.Null(RoutingNumber.Problem(routing));
            Assert.All(Slips(routing), slip => Assert.NotNull(RoutingNumber.Problem(slip)));
        }

        foreach (var iban in new[] { "DE89370400440532013000", "GB29NWBK60161331926819", "NO9386011117947" })
        {
            Assert.Null(IbanNumber.Problem(iban));
            Assert.All(Slips(iban), slip => Assert.NotNull(IbanNumber.Problem(slip)));
            Assert.Equal(iban, IbanNumber.Of(iban[..2], iban[4..]));
        }
    }

    [Theory]
    [InlineData("Zoë  Müller-Łuś", "Zoe Muller-Lus")]
    [InlineData("Straße Ægir Þór O’Neil", "Strasse AEgir THor O'Neil")]
    [InlineData("Nguyễn Thị Ớt", "Nguyen Thi Ot")]
    [InlineData("Zoe\u0308", "Zoe")]
    public void Letters_with_marks_become_plain_ones(string text, string plain)
    {
        Assert.True(BankText.TryAscii(text, out var ascii));
        Assert.Equal(plain, ascii);
    }

    [Theory]
    [InlineData("Анна")]
    [InlineData("李")]
    [InlineData("a\tb")]
    [InlineData("a\u0000")]
    [InlineData("😀")]
    public void What_has_no_plain_letter_is_refused(string text) => Assert.False(BankText.TryAscii(text, out _));

    private static IEnumerable<string> Slips(string number)
    {
        for (var i = 0; i < number.Length; i++)
            for (var digit = '0'; digit <= '9'; digit++)
                if (number[i] != digit) yield return $"{number[..i]}{digit}{number[(i + 1)..]}";
    }
}
