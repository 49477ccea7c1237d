using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using NodaTime;

namespace Fanz.Ledger.Journal;

public abstract partial record Command
{
    /// <summary>
    /// A fan pays a creator for something. <paramref name="Amount"/> is the price before taxes and discounts, and what
    /// is shared.
    /// </summary>
    public abstract record Sale(
        string Fan, string Creator, long Amount, string Currency, Funding Funding, string? Reference = null) : Command
    {
        private const int LegsOfATip = 4;

        /// <summary>Which processor took the card, where the platform has several.</summary>
        public string? Processor { get; init; }

        /// <summary>The authorisation that is captured, where that is the funding.</summary>
        public string? Authorisation { get; init; }

        /// <summary>The country that the payment comes from, ISO 3166 of two letters: taxes depend on it.</summary>
        public string? Country { get; init; }

        /// <summary>All who share the creator's part, the creator included; weights are relative.</summary>
        public IReadOnlyList<Collaborator>? Collaborators { get; init; }

        /// <summary>Who brought the fan. Whether and what they earn is up to the rule.</summary>
        public string? Affiliate { get; init; }

        /// <summary>Taxes on top of the amount.</summary>
        public IReadOnlyList<TaxLine>? Taxes { get; init; }

        public Discount? Discount { get; init; }

        public string? Content { get; init; }

        public string? Post { get; init; }

        public string? Message { get; init; }

        public string? Stream { get; init; }

        public string? Order { get; init; }

        /// <summary>The caller's own words, kept with the event and never interpreted.</summary>
        public IReadOnlyDictionary<string, string>? Metadata { get; init; }

        internal abstract SaleKind Kind { get; }

        /// <summary>What the fan pays beyond the amount and is not shared, as shipping is.</summary>
        internal virtual long ExtraPaid => 0;

        internal override int MostLegs =>
            LegsOfATip + (IsPlain ? 0 : 5 + (2 * (Collaborators?.Count ?? 0)) + (Taxes?.Count ?? 0));

        /// <summary>Whether nothing is said beyond who pays whom how much.</summary>
        internal bool IsPlain =>
            Funding is Funding.Wallet or Funding.Card && Authorisation is null && Processor is null && Country is null
            && Collaborators is null && Affiliate is null && Taxes is null && Discount is null && Content is null
            && Post is null && Message is null && Stream is null && Order is null && Metadata is null;

        internal override IEnumerable<Fault> Faults(BookName book)
        {
            var faults = Found(
                IdentifierFault("fan", Fan),
                IdentifierFault("creator", Creator),
                AmountFault("amount", Amount),
                MoneyCurrencyFault("currency", Currency),
                Enum.IsDefined(Funding) ? null : new Fault(
                    "funding", "ill_formed", "funding is wallet, card, tokens, promo or authorisation"),
                TextFault("reference", Reference));
            return IsPlain ? faults : faults.Concat(FaultsOfTerms()).Concat(FaultsOfReferences());
        }

        private IEnumerable<Fault> FaultsOfTerms()
        {
            if (Processor is not null && IdentifierFault("processor", Processor) is { } processor)
                yield return processor;
            if (Processor is not null && Funding != Funding.Card)
                yield return new Fault("processor", "not_by_card", "Only a card has a processor.");
            if ((Authorisation is not null) != (Funding == Funding.Authorisation))
                yield return new Fault(
                    "authorisation", "ill_formed",
                    "An authorisation is named where it is the funding, and only there.");
            if (Authorisation is not null && IdentifierFault("authorisation", Authorisation) is { } authorisation)
                yield return authorisation;
            if (CountryFault("country", Country) is { } country) yield return country;
            if (Affiliate is not null && IdentifierFault("affiliate", Affiliate) is { } affiliate)
                yield return affiliate;
            foreach (var fault in FaultsOfCollaborators()) yield return fault;
            foreach (var fault in FaultsOfTaxes()) yield return fault;
            if (Discount is not { } discount) yield break;
            foreach (var fault in Found(
                IdentifierFault("discount.promotion", discount.Promotion),
                AmountFault("discount.amount", discount.Amount),
                Enum.IsDefined(discount.BorneBy)
                    ? null
                    : new Fault(
                        "discount.borne_by", "ill_formed", "A discount is borne by the platform or the creator.")))
                yield return fault;
            // An amount that is none is told already, and the least of all has nothing below it.
            if (Amount <= 0) yield break;
            var most = discount.BorneBy == Bearer.Creator ? Amount - 1 : Amount;
            if (discount.Amount > most)
                yield return new Fault(
                    "discount.amount", "over_amount", $"At most {most} of {Amount} can be given away.");
        }

        private IEnumerable<Fault> FaultsOfCollaborators()
        {
            if (Collaborators is not { } all) yield break;
            if (all.Count is < 2 or > Collaborator.Most)
            {
                yield return new Fault("collaborators", "ill_formed", $"From 2 to {Collaborator.Most} share a sale.");
                yield break;
            }

            for (var i = 0; i < all.Count; i++)
            {
                if (all[i] is not { } one)
                {
                    yield return new Fault($"collaborators[{i}]", "ill_formed", "is missing");
                    yield break;
                }

                if (IdentifierFault($"collaborators[{i}].creator", one.Creator) is { } creator) yield return creator;
                if (one.Weight <= 0)
                    yield return new Fault($"collaborators[{i}].weight", "ill_formed", "A weight is positive.");
            }

            if (all.Select(one => one.Creator).Distinct(StringComparer.Ordinal).Count() != all.Count)
                yield return new Fault("collaborators", "repeated", "Someone is named twice.");
            if (all.All(one => one.Creator != Creator))
                yield return new Fault("collaborators", "ill_formed", "The creator is one of those who share.");
        }

        private IEnumerable<Fault> FaultsOfTaxes()
        {
            if (Taxes is not { } all) yield break;
            if (all.Count is 0 or > TaxLine.Most)
            {
                yield return new Fault("taxes", "ill_formed", $"From 1 to {TaxLine.Most} taxes can be named.");
                yield break;
            }

            for (var i = 0; i < all.Count; i++)
            {
                if (all[i] is not { } one)
                {
                    yield return new Fault($"taxes[{i}]", "ill_formed", "is missing");
                    yield break;
                }

                if (!Enum.IsDefined(one.Kind))
                    yield return new Fault($"taxes[{i}].kind", "ill_formed", "A tax is vat or sales_tax.");
                if (IdentifierFault($"taxes[{i}].jurisdiction", one.Jurisdiction) is { } place) yield return place;
                if (AmountFault($"taxes[{i}].amount", one.Amount) is { } amount) yield return amount;
                if (one.RateBasisPoints is < 0 or > 100_000)
                    yield return new Fault($"taxes[{i}].rate_basis_points", "ill_formed", "A rate is 0 to 100000.");
            }

            if (all.Select(one => (one.Kind, one.Jurisdiction)).Distinct().Count() != all.Count)
                yield return new Fault("taxes", "repeated", "A jurisdiction has one line for each kind of tax.");
        }

        private IEnumerable<Fault> FaultsOfReferences()
        {
            foreach (var (field, text) in new[]
            {
                ("content", Content), ("post", Post), ("message", Message), ("stream", Stream), ("order", Order),
            })
                if (text is not null && IdentifierFault(field, text) is { } fault) yield return fault;
            if (MetadataFault(Metadata) is { } metadata) yield return metadata;
        }

        protected static Fault? Required(string field, string? text) =>
            text is null ? new Fault(field, "ill_formed", $"{field} is missing") : null;
    }
}

public abstract partial record Event
{
    /// <summary>A sale with the rule's version, and with every amount that it came to frozen.</summary>
    public abstract record Sale(
        [property: JsonPropertyOrder(-2)] string Fan,
        [property: JsonPropertyOrder(-2)] string Creator,
        [property: JsonPropertyOrder(-2)] long Amount,
        [property: JsonPropertyOrder(-2)] string Currency,
        [property: JsonPropertyOrder(-2)] Funding Funding,
        [property: JsonPropertyOrder(-2)] long RuleVersion,
        [property: JsonPropertyOrder(-2)] long Fee,
        string? Reference = null) : Event
    {
        /// <summary>How many tokens were redeemed for it.</summary>
        public long? Tokens { get; init; }

        public string? Processor { get; init; }

        public string? Authorisation { get; init; }

        public string? Country { get; init; }

        /// <summary>What each earned, where several share.</summary>
        public IReadOnlyList<CreatorShare>? Shares { get; init; }

        public AffiliateShare? Affiliate { get; init; }

        public IReadOnlyList<TaxLine>? Taxes { get; init; }

        public Discount? Discount { get; init; }

        public string? Content { get; init; }

        public string? Post { get; init; }

        public string? Message { get; init; }

        public string? Stream { get; init; }

        public string? Order { get; init; }

        public IReadOnlyDictionary<string, string>? Metadata { get; init; }

        public Spent? Spent { get; init; }

        /// <summary>What the fan paid beyond the amount and is not shared, as shipping is.</summary>
        internal virtual long ExtraPaid => 0;

        /// <summary>What the fan paid: the price, with taxes and extras on top, less a discount.</summary>
        [JsonIgnore]
        public long Paid => Amount + ExtraPaid + (Taxes?.Sum(tax => tax.Amount) ?? 0) - (Discount?.Amount ?? 0);
    }

    /// <summary>A sale that is earned at once: what goes to the creators, and until when each part is held.</summary>
    public abstract record Earned(
        string Fan,
        string Creator,
        long Amount,
        string Currency,
        Funding Funding,
        long RuleVersion,
        long Fee,
        [property: JsonPropertyOrder(-1)] long Pending,
        [property: JsonPropertyOrder(-1)] LocalDate PendingUntil,
        [property: JsonPropertyOrder(-1)] long Reserve,
        [property: JsonPropertyOrder(-1)] LocalDate ReserveUntil,
        string? Reference = null) : Sale(Fan, Creator, Amount, Currency, Funding, RuleVersion, Fee, Reference);
}
