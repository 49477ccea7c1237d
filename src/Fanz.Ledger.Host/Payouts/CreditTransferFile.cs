using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Iso20022;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>A rail to a bank that takes credit transfers in XML, from one account of ours.</summary>
internal sealed class CreditTransferFile(RailSettings settings, PaymentFormat format)
    : FileFormat(settings, "eu.target", 1)
{
    public override string Extension => "xml";

    protected override IReadOnlyList<string> Known { get; } =
    [
        "debtor", "iban", "bic", "country", "town", "street", "building", "post_code", "organisation_id",
        "batch_booking", "remittance",
    ];

    public override PaymentFileManifest Write(FileHead head, IReadOnlyList<PaymentOrder> orders, Stream stream) =>
        PaymentInitiationWriter.Write(Settings(head), orders, stream);

    protected override IEnumerable<Fault> Faults(FileHead head) => Settings(head).Faults();

    protected override IReadOnlyList<OrderFault> Check(FileHead head, IReadOnlyList<PaymentOrder> orders) =>
        PaymentInitiationWriter.Check(Settings(head), orders);

    private PaymentInitiationSettings Settings(FileHead head) => new(
        format == PaymentFormat.CreditTransfer03 ? PaymentInitiationVersion.V03 : PaymentInitiationVersion.V09,
        head.Message, head.CreatedAt, Set.Needed("debtor"),
        new PostalAddress(
            Set.Needed("country"), Set.Text("town"), Set.Text("street"), Set.Text("building"),
            Set.Text("post_code")),
        [new DebtorAccount(head.Currency, Set.Needed("iban"), Set.Text("bic"))], head.ExecuteOn)
    {
        OrganisationId = Set.Text("organisation_id"),
        BatchBooking = Set.Flag("batch_booking"),
        Remittance = Set.Text("remittance") ?? "Payout",
    };
}
