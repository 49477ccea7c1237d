using System.Diagnostics.CodeAnalysis;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Access;
using NodaTime;

namespace Fanz.Ledger.Postgres.Statements;

/// <summary>Whose statement it is: one account, or all accounts that somebody has in a role.</summary>
public abstract record StatementSubject
{
    private StatementSubject()
    {
    }

    /// <summary>The side that is positive: for whoever is owed something, what is owed to them.</summary>
    public abstract Side Side { get; }

    internal abstract string OwnerId { get; }

    internal abstract string[] Codes { get; }

    internal virtual LocalDate? Cohort => null;

    /// <summary>`creator:mia`, `fan:anna` or `affiliate:joe`. The id may hold colons and slashes of its own.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StatementSubject? subject)
    {
        subject = null;
        var parts = text.Split(':', 2);
        if (parts.Length != 2 || Identifier.Problem(parts[1]) is not null) return false;
        if (Owner.Of(parts[0], parts[1]) is not { } owner) return false;
        subject = new Party(owner);
        return true;
    }

    /// <summary>All accounts of an owner that are held in the role; their debts are below zero.</summary>
    public sealed record Party(Owner Owner) : StatementSubject
    {
        public override Side Side => Side.Credit;

        internal override string OwnerId => Owner.Id;

        internal override string[] Codes => [.. Chart.All.Where(Owner.Holds).Select(code => code.Name)];

        public override string ToString() => $"{Owner.Word}:{Owner.Id}";
    }

    /// <summary>One account. A platform's own is positive on its normal side.</summary>
    public sealed record Account(AccountKey Key) : StatementSubject
    {
        public override Side Side =>
            Key.Code.Holder is Holder.Fan or Holder.Creator or Holder.Affiliate ? Side.Credit : Key.Code.NormalSide;

        internal override string OwnerId => Key.Owner;

        internal override string[] Codes => [Key.Code.Name];

        internal override LocalDate? Cohort => Key.Cohort;

        public override string ToString() => Key.ToString();
    }
}
