using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Journal;

/// <summary>
/// Who asks: a service, and the person behind it if there is one. Idempotency keys are the service's own.
/// </summary>
public sealed record Actor(string Service, string? Person = null)
{
    public override string ToString() => Person is null ? Service : $"{Service}/{Person}";

    internal IEnumerable<Fault> Faults()
    {
        if (Identifier.Problem(Service) is { } service)
            yield return new Fault("actor", "ill_formed", $"service {service}");
        else if (Service.Contains('/')) yield return new Fault("actor", "ill_formed", "service has a slash");
        if (Person is not null && Identifier.Problem(Person) is { } person)
            yield return new Fault("actor", "ill_formed", $"person {person}");
    }
}
