using Fanz.Ledger.Books;

namespace Fanz.Ledger.Tests;

public class ArchitectureTests
{
    [Fact]
    public void The_domain_references_NodaTime_and_the_framework_only()
    {
        var domain = typeof(Book).Assembly;
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var others = domain.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !File.Exists(Path.Combine(framework, $"{name}.dll")))
            .ToArray();
        Assert.Equal(["NodaTime"], others);
    }

    [Fact]
    public void The_domain_neither_waits_nor_talks_to_a_database_or_a_network()
    {
        var forbidden = new[] { "System.Data", "System.Net", "System.IO.FileSystem", "System.Threading.Tasks", "Npgsql" };
        Assert.DoesNotContain(
            typeof(Book).Assembly.GetReferencedAssemblies(),
            name => forbidden.Any(start => name.Name!.StartsWith(start, StringComparison.Ordinal)));
    }
}
