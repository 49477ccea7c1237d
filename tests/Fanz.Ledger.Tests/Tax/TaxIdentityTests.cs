using System.Text;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Tests;

public class TaxIdentityTests
{
    internal static readonly TaxIdentity Mia = new("Mia Mönch")
    {
        Number = "123-45-6789", NumberKind = TaxNumberKind.Ssn, Street = "1 Main St", City = "Reno", Region = "NV",
        PostalCode = "89501", Country = "US",
    };

    [Theory]
    [InlineData("123-45-6789", TaxNumberKind.Ssn, true)]
    [InlineData("123 45 6789", TaxNumberKind.Ssn, true)]
    [InlineData("000-45-6789", TaxNumberKind.Ssn, false)]
    [InlineData("666-45-6789", TaxNumberKind.Ssn, false)]
    [InlineData("900-45-6789", TaxNumberKind.Ssn, false)]
    [InlineData("123-00-6789", TaxNumberKind.Ssn, false)]
    [InlineData("123-45-0000", TaxNumberKind.Ssn, false)]
    [InlineData("123-45-678", TaxNumberKind.Ssn, false)]
    [InlineData("123-45-678x", TaxNumberKind.Ssn, false)]
    [InlineData("12-3456789", TaxNumberKind.Ein, true)]
    [InlineData("00-3456789", TaxNumberKind.Ein, false)]
    [InlineData("900-50-1234", TaxNumberKind.Itin, true)]
    [InlineData("999-99-1234", TaxNumberKind.Itin, true)]
    [InlineData("900-66-1234", TaxNumberKind.Itin, false)]
    [InlineData("900-89-1234", TaxNumberKind.Itin, false)]
    [InlineData("900-93-1234", TaxNumberKind.Itin, false)]
    [InlineData("123-70-1234", TaxNumberKind.Itin, false)]
    [InlineData("12/345/67890", TaxNumberKind.Foreign, true)]
    [InlineData("de 123", TaxNumberKind.Foreign, true)]
    [InlineData("12_3", TaxNumberKind.Foreign, false)]
    [InlineData("-", TaxNumberKind.Foreign, false)]
    [InlineData("1", (TaxNumberKind)9, false)]
    public void A_number_has_the_form_of_its_kind(string number, TaxNumberKind kind, bool isRight)
    {
        var faults = (Mia with { Number = number, NumberKind = kind }).Normalised().Faults(TaxFormKind.W8Ben).ToList();
        Assert.Equal(isRight, faults.Count == 0);
        // What is wrong is told without the number.
        Assert.All(faults, fault => Assert.DoesNotContain("6789", fault.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_with_an_identity_is_told_at_once()
    {
        var wrong = new TaxIdentity("")
        {
            Number = "1", Street = "\0", City = new string('c', 61), Region = "", PostalCode = new string('1', 13), Country = "usa",
        };
        Assert.Equal(
            "name street city region postal_code country number",
            string.Join(' ', wrong.Faults(TaxFormKind.W9).Select(fault => fault.Field["identity.".Length..])));
        Assert.Equal(
            "identity.number_kind not_of_this_form",
            string.Join("; ", (Mia with { Number = "12345", NumberKind = TaxNumberKind.Foreign })
                .Faults(TaxFormKind.W9).Select(fault => $"{fault.Field} {fault.Code}")));
        Assert.Empty(new TaxIdentity("Mia").Faults(TaxFormKind.W9));
    }

    [Fact]
    public void A_number_is_shown_by_its_last_four_characters_and_the_same_however_it_was_written()
    {
        Assert.Equal("···6789", Mia.Normalised().Masked);
        Assert.Null(new TaxIdentity("Mia").Masked);
        Assert.Equal("···12", (Mia with { Number = "12" }).Masked);
        Assert.Equal(
            Mia.Normalised().Sameness, (Mia with { Number = "123456789", Country = "CA" }).Normalised().Sameness);
        var foreign = Mia with { NumberKind = TaxNumberKind.Foreign, Country = "DE" };
        Assert.NotEqual(foreign.Sameness, (foreign with { Country = "FR" }).Sameness);
    }

    [Fact]
    public void An_identity_is_written_as_it_always_was_and_read_back()
    {
        Assert.Equal(
            """{"name":"Mia M\u00F6nch","number":"123456789","number_kind":"ssn","street":"1 Main St","city":"Reno","region":"NV","postal_code":"89501","country":"US"}""",
            Encoding.UTF8.GetString(TaxIdentityFormat.Write(Mia.Normalised())));
        Assert.Equal("""{"name":"Mia"}""", Encoding.UTF8.GetString(TaxIdentityFormat.Write(new("Mia"))));
        foreach (var identity in new[] { Mia, new TaxIdentity("Mia"), Mia with { NumberKind = TaxNumberKind.Foreign } })
            Assert.Equal(identity, TaxIdentityFormat.Read(TaxIdentityFormat.Write(identity)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":"Mia","number_kind":"tin"}""")]
    public void What_is_no_identity_is_not_read_and_not_repeated(string json)
    {
        var broken = Assert.Throws<InvariantBroken>(() => TaxIdentityFormat.Read(Encoding.UTF8.GetBytes(json)));
        Assert.DoesNotContain("Mia", broken.Message, StringComparison.Ordinal);
    }
}
