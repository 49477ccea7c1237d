namespace Fanz.Ledger.Client.Tests;

public class ArchitectureTests
{
    [Fact]
    public void The_client_references_the_domain_and_the_framework_only()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var others = typeof(LedgerClient).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !File.Exists(Path.Combine(framework, $"{name}.dll")))
            .Order(StringComparer.Ordinal);
        Assert.Equal(["Fanz.Ledger", "NodaTime"], others);
    }
}
