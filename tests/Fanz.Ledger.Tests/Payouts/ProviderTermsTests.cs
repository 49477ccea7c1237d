using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class ProviderTermsTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "", "settings.url missing_field" },
        { "url=ftp://a.example", "settings.url ill_formed" },
        { "url=a.example", "settings.url ill_formed" },
        { "url=https://", "settings.url ill_formed" },
        { "url=https://a.example/", "settings.url ill_formed" },
        { "url=https://a.example/v1?key=1", "settings.url ill_formed" },
        { "url=https://a.example/v1#part", "settings.url ill_formed" },
        { "url=https://pat:secret@a.example", "settings.url ill_formed" },
        { "url=https://a.example/ b", "settings.url ill_formed" },
        { "url=https://a.example;secret=hush", "settings.secret unknown_field" },
        { "url=https://a.example;at_once=0", "settings.at_once out_of_range" },
        { "url=https://a.example;at_once=65", "settings.at_once out_of_range" },
        { "url=https://a.example;timeout_seconds=1.5", "settings.timeout_seconds out_of_range" },
        { "url=https://a.example;send_within_hours=-1", "settings.send_within_hours out_of_range" },
        { "url=https://a.example;not_found_is_final_after_hours=24",
            "settings.not_found_is_final_after_hours out_of_range" },
        { "url=https://a.example;send_within_hours=48;not_found_is_final_after_hours=48",
            "settings.not_found_is_final_after_hours out_of_range" },
    };

    [Fact]
    public void What_is_not_set_is_as_it_is_otherwise_and_nothing_is_ever_final_by_itself() => Assert.Equal(
        new ProviderTerms("https://a.example/v1", Duration.FromHours(24), null, Duration.FromSeconds(10), 8),
        ProviderTerms.Read(Settings("url=https://a.example/v1")).Terms);

    [Fact]
    public void All_of_it_can_be_set() => Assert.Equal(
        new ProviderTerms(
            "http://127.0.0.1:8080", Duration.FromHours(2), Duration.FromHours(3), Duration.FromSeconds(5), 64),
        ProviderTerms.Read(Settings(
            "url=http://127.0.0.1:8080;send_within_hours=2;not_found_is_final_after_hours=3;"
            + "timeout_seconds=5;at_once=64")).Terms);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_with_a_providers_settings_is_a_fault_of_the_command(string settings, string fault)
    {
        var command = new Command.SetRail("payco", PaymentFormat.Provider, Settings(settings), "pat", "kim");
        var found = Assert.Single(command.Faults(new BookName("acme", "fans")));
        Assert.Equal(fault, $"{found.Field} {found.Code}");
        // What is set for files is no business of theirs.
        Assert.Empty((command with { Format = PaymentFormat.Csv }).Faults(new BookName("acme", "fans")));
    }

    private static Dictionary<string, string> Settings(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(one => one.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
