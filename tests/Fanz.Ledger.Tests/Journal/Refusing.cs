using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>What commands are told that cannot be decided, or are decided against.</summary>
internal static class Refusing
{
    private static readonly BookName Fans = new("acme", "fans");

    /// <summary>Everything that is wrong with the form of a command: "field code; field code".</summary>
    public static void ShouldHave(this Command command, string faults)
    {
        var (_, found) = Submission.Of(Fans, command, new Actor("checkout"), "key");
        Assert.Equal(faults, string.Join("; ", found.Select(fault => $"{fault.Field} {fault.Code}")));
        Assert.All(found, fault => Assert.InRange(fault.Problem.Length, 1, 200));
    }

    /// <summary>The command is refused by this code and with these facts, and nothing changes.</summary>
    public static void ShouldRefuse(
        this BookInMemory book, Command command, string code, params (string Fact, string Value)[] facts)
    {
        var before = book.Snapshot();
        var refusal = book.Post(command);
        Assert.Equal(code, refusal?.Code);
        foreach (var (fact, value) in facts) Assert.Equal((fact, value), (fact, refusal!.Facts.GetValueOrDefault(fact)));
        Assert.Equal(before, book.Snapshot());
    }
}
