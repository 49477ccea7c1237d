using Fanz.Ledger.Journal;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Nacha;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>A rail to the American clearing house. The settings have the names that its rules give them.</summary>
internal sealed class NachaFile(RailSettings settings)
    : FileFormat(settings, "us.fed", settings.Text("same_day") == "true" ? 0 : 1)
{
    // Trace numbers of a day differ: each file has so many for itself, and they have seven digits.
    private const int NumbersOfFile = 100_000;
    private const int FilesOfDay = 99;
    private const string Modifiers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    public override string Extension => "ach";

    // A file carries no more in all.
    public override long MostSent => 9_999_999_999_99;

    protected override IReadOnlyList<string> Known { get; } =
    [
        "destination", "destination_name", "origin", "origin_name", "company_name", "company_id", "odfi",
        "description", "company_data", "descriptive_date", "reference", "same_day",
    ];

    public override long SequenceOf(FileHead head, int place) => (head.OfDay % FilesOfDay * NumbersOfFile) + place;

    public override PaymentFileManifest Write(FileHead head, IReadOnlyList<PaymentOrder> orders, Stream stream) =>
        NachaWriter.Write(Settings(head), orders, stream);

    protected override IEnumerable<Fault> Faults(FileHead head) => Settings(head).Faults();

    protected override IReadOnlyList<OrderFault> Check(FileHead head, IReadOnlyList<PaymentOrder> orders) =>
        NachaWriter.Check(Settings(head), orders);

    private NachaSettings Settings(FileHead head) => new(
        Set.Needed("destination"), Set.Needed("destination_name"), Set.Needed("origin"),
        Set.Needed("origin_name"), Set.Needed("company_name"), Set.Needed("company_id"),
        Set.Needed("odfi"), Set.Text("description") ?? "PAYOUT", head.ExecuteOn,
        Modifiers[(int)(head.OfDay % Modifiers.Length)], head.CreatedAt)
    {
        IsSameDay = Set.Flag("same_day"),
        CompanyData = Set.Text("company_data") ?? "",
        DescriptiveDate = Set.Text("descriptive_date") ?? "",
        Reference = Set.Text("reference") ?? "",
    };
}
