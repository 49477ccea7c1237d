using System.Text;
using Fanz.Ledger.Filing;
using Fanz.Ledger.Tax;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

/// <summary>Files of information returns, checked by the positions of the publication and nothing of the writer's.</summary>
public class FireFileTests
{
    private static readonly Filer Acme = new(
        "Acme Platforms, Inc.", "987654321", "12A34", "5 Market St", "San José", "CA", "94105-1234", "(415) 555-0100",
        "Olga Ott", "olga@acme.example");

    private static readonly FiledPayee Mia = new(
        "mia", TaxIdentityTests.Mia.Normalised(), new Dictionary<char, long> { ['1'] = 2_000_00, ['4'] = 12_34 });

    private static readonly FiledPayee Abroad = new(
        "zoé"[..2], new TaxIdentity("Zoë AG")
        {
            Number = "123456789", NumberKind = TaxNumberKind.Ein, Street = "Rue 1", City = "Genève", PostalCode = "1200", Country = "CH",
        },
        new Dictionary<char, long> { ['1'] = 5 }, HasSecondNotice: true, Correction: 'G');

    [Fact]
    public void A_file_has_every_field_at_its_place()
    {
        var records = Records(FireFile.Write(TaxReturn.Nec, 2025, isPriorYear: false, isTest: true, Acme, [Mia, Abroad]));
        Assert.Equal("TABBCF", string.Concat(records.Select(record => record[0])));
        Assert.Equal(
            ["00000001", "00000002", "00000003", "00000004", "00000005", "00000006"],
            records.Select(record => At(record, 500, 507)));
        var (t, a, mia, zoe, c, f) = (records[0], records[1], records[2], records[3], records[4], records[5]);
        Assert.Equal("T2025 98765432112A34", At(t, 1, 20));
        Assert.Equal("T", At(t, 28, 28));
        Assert.Equal("ACME PLATFORMS, INC.", At(t, 30, 69).TrimEnd());
        Assert.Equal("SAN JOSE", At(t, 230, 269).TrimEnd());
        Assert.Equal("CA941051234", At(t, 270, 280));
        Assert.Equal("00000002", At(t, 296, 303));
        Assert.Equal("4155550100", At(t, 344, 358).TrimEnd());
        Assert.Equal("olga@acme.example", At(t, 359, 408).TrimEnd());
        Assert.Equal("987654321", At(a, 12, 20));
        Assert.Equal("NE14" + new string(' ', 16), At(a, 26, 45));
        Assert.Equal("0", At(a, 133, 133));
        Assert.Equal("2123456789mia", At(mia, 11, 23));
        Assert.Equal("000000200000", At(mia, 55, 66));
        Assert.Equal("000000001234", At(mia, 91, 102));
        Assert.Equal(" MIA MONCH", At(mia, 287, 367).TrimEnd());
        Assert.Equal("RENO", At(mia, 448, 487).TrimEnd());
        Assert.Equal("NV89501    ", At(mia, 488, 498));
        Assert.Equal("B2025G", At(zoe, 1, 6));
        Assert.Equal("1123456789", At(zoe, 11, 20));
        Assert.Equal("1ZOE AG", At(zoe, 287, 367).TrimEnd());
        Assert.Equal("GENEVE 1200 CH", At(zoe, 448, 498).TrimEnd());
        Assert.Equal("2", At(zoe, 544, 544));
        Assert.Equal("00000002", At(c, 2, 9));
        Assert.Equal("000000000000200005", At(c, 16, 33));
        Assert.Equal("000000000000001234", At(c, 70, 87));
        Assert.Equal("00000001" + new string('0', 21), At(f, 2, 30));
        Assert.Equal("00000002", At(f, 50, 57));
    }

    [Fact]
    public void Royalties_and_other_income_have_codes_of_their_own()
    {
        var payee = Mia with { Amounts = new Dictionary<char, long> { ['2'] = 10_00, ['3'] = 7 } };
        var records = Records(FireFile.Write(TaxReturn.Misc, 2024, isPriorYear: true, isTest: false, Acme, [payee]));
        Assert.Equal("T2024P", At(records[0], 1, 6));
        Assert.Equal("A 234", At(records[1], 26, 30));
        Assert.Equal("000000001000000000000007", At(records[2], 67, 90));
    }

    [Fact]
    public void The_totals_are_those_of_the_payees_whatever_they_are() => Properties.Hold(
        Gen.Choose(0, int.MaxValue).ListOf(5), amounts =>
        {
            var payees = amounts.Select((amount, i) => Mia with
            {
                Account = $"p{i}", Amounts = new Dictionary<char, long> { ['1'] = amount },
            }).ToList();
            var records = Records(FireFile.Write(TaxReturn.Nec, 2023, false, false, Acme, payees));
            Assert.Equal(
                records.Where(record => record[0] == 'B').Sum(record => long.Parse(At(record, 55, 66))),
                long.Parse(At(records[^2], 16, 33)));
            Assert.Equal(payees.Count, int.Parse(At(records[^1], 50, 57)));
        },
        times: 50);

    [Fact]
    public void What_cannot_be_told_so_is_told_and_repeats_nothing_of_a_person()
    {
        Assert.Equal("year", Assert.Single(FireFile.Faults(TaxReturn.Nec, 2026, Acme, [Mia])).Field);
        Assert.Equal(
            ["filer.tin", "filer.control_code", "filer.state", "filer.zip", "filer.name"],
            FireFile.Faults(
                TaxReturn.Nec, 2025, Acme with { Tin = "12", ControlCode = "", State = "ca", Zip = "1", Name = "" }, [])
                .Select(fault => fault.Field));
        Assert.Single(FireFile.Faults(TaxReturn.Nec, 2025, Acme, [Mia, Mia]));
        Assert.Single(Wrong(Mia with { Account = "é" }));
        Assert.Single(Wrong(Mia with { Account = new string('a', 21) }));
        Assert.Single(Wrong(Mia with { Identity = Mia.Identity with { Name = "名" } }));
        Assert.Single(Wrong(Mia with { Identity = Mia.Identity with { Street = null } }));
        Assert.Single(Wrong(Mia with { Identity = Mia.Identity with { Region = "Nevada" } }));
        Assert.Single(Wrong(Mia with { Identity = Mia.Identity with { PostalCode = "8950" } }));
        Assert.Single(Wrong(Mia with { Amounts = new Dictionary<char, long> { ['1'] = -1 } }));
        Assert.Single(Wrong(Mia with { Amounts = new Dictionary<char, long> { ['1'] = 1_000_000_000_000 } }));
        Assert.Single(Wrong(Mia with { Amounts = new Dictionary<char, long> { ['2'] = 1 } }));
        Assert.Empty(Wrong(Mia));

        static IEnumerable<Ledger.Journal.Fault> Wrong(FiledPayee payee) =>
            FireFile.Faults(TaxReturn.Nec, 2025, Acme, [payee]);
    }

    [Fact]
    public void Whose_number_is_unknown_is_told_without_one()
    {
        var records = Records(FireFile.Write(
            TaxReturn.Nec, 2025, false, false, Acme,
            [Mia with { Identity = Mia.Identity with { Number = null, NumberKind = null } }]));
        Assert.Equal(new string(' ', 10), At(records[2], 11, 20));
    }

    private static string At(string record, int from, int to) => record[(from - 1)..to];

    private static string[] Records(byte[] file)
    {
        Assert.Equal(0, file.Length % 750);
        Assert.All(file, letter => Assert.True(letter is (>= 32 and < 127) or 13 or 10));
        return [.. Encoding.ASCII.GetString(file).Chunk(750).Select(record =>
        {
            Assert.Equal("\r\n", new string(record[^2..]));
            return new string(record);
        })];
    }
}
