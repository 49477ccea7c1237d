using Fanz.Ledger.Journal;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Csv;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>A rail to whoever takes payments as a table.</summary>
internal sealed class TableFile(RailSettings settings) : FileFormat(settings, "none", 0)
{
    public override string Extension => "csv";

    protected override IReadOnlyList<string> Known { get; } = ["delimiter", "field_columns"];

    public override PaymentFileManifest Write(FileHead head, IReadOnlyList<PaymentOrder> orders, Stream stream) =>
        MassPaymentWriter.Write(Settings(), orders, stream);

    protected override IEnumerable<Fault> Faults(FileHead head) => Settings().Faults();

    protected override IReadOnlyList<OrderFault> Check(FileHead head, IReadOnlyList<PaymentOrder> orders) =>
        MassPaymentWriter.Check(Settings(), orders);

    private MassPaymentSettings Settings() => new()
    {
        Delimiter = Set.Text("delimiter") switch
        {
            null or "comma" => ',',
            "semicolon" => ';',
            "tab" => '\t',
            "bar" => '|',
            // No format has this one: it is found wrong with the others.
            _ => '?',
        },
        FieldColumns = Set.Words("field_columns"),
    };
}
