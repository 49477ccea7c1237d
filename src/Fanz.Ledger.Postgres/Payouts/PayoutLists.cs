using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>Payouts, what was approved of them together, and in which files they left.</summary>
public static class PayoutLists
{
    private static readonly string[] States =
        ["formed", "submitted", "unknown", "accepted", "settled", "failed", "cancelled", "rejected", "returned"];

    public static Listing Payouts { get; } = new(
        "payouts", PayoutFollower.FollowerName, "Payouts as they stand.", "projected.payouts p", "p.build = @build",
        [
            new("payout", "p.payout", ValueKind.Text, "Its name; the bank knows it by it too."),
            new("creator", "p.creator", ValueKind.Text, "Who is paid."),
            new(
                "state", "p.state", ValueKind.Text,
                "formed, submitted, unknown (the answer was lost), accepted, settled, failed, cancelled, rejected or "
                + "returned (after it was settled)."),
            new("currency", "p.currency", ValueKind.Text, "In which it is paid."),
            new("amount", "p.amount", ValueKind.Minor, "What was taken from the creator: the fee and what is sent."),
            new("fee", "p.fee", ValueKind.Minor, "What it costs the creator."),
            new("sent", "p.sent", ValueKind.Minor, "What the creator gets."),
            new("rail", "p.rail", ValueKind.Text, "By which rail it goes; none if it is made elsewhere."),
            new("batch", "p.batch", ValueKind.Text, "With which others it is approved; none of an instant payout."),
            new("method", "p.method", ValueKind.Text, "The payout method of the creator that it goes to."),
            new("file", "p.file", ValueKind.Text, "The file that it was submitted in."),
            new("sequence", "p.sequence", ValueKind.Whole, "Its place in the file."),
            new("formed_on", "p.formed_on", ValueKind.Date, "The day that its forming counts for."),
            new("formed_number", "p.formed_number", ValueKind.Whole, "Of the record that formed it."),
            new("changed_at", "p.changed_at", ValueKind.Time, "When it came to its state."),
            new("changed_number", "p.changed_number", ValueKind.Whole, "Of the record that brought it there."),
            new(
                "bank", "p.bank", ValueKind.Text,
                "The bank account that it was settled from, then the one that it came back to."),
            new("bank_reference", "p.bank_reference", ValueKind.Text, "Of the last entry of a statement with it."),
            new("code", "p.code", ValueKind.Text, "The bank's code of why it was rejected or came back."),
            new("reason", "p.reason", ValueKind.Text, "Why it is in its state, where somebody said so."),
        ],
        [
            new("payout", ValueKind.Text, "p.payout = @value", "This one."),
            new("creator", ValueKind.Text, "p.creator = @value", "Pays this creator."),
            new("state", ValueKind.Text, "p.state = @value", "Stands so.") { Words = States },
            new("batch", ValueKind.Text, "p.batch = @value", "Of this batch."),
            new("file", ValueKind.Text, "p.file = @value", "In this file."),
            new("currency", ValueKind.Text, "p.currency = @value", "In this currency."),
        ],
        [
            new("payout", [new("p.payout", ValueKind.Text)]),
            new("changed", [new("p.changed_number", ValueKind.Whole)]) { IsDescending = true },
        ])
    {
        Text =
            "The sum of `sent` in a currency over those that are formed, submitted or unknown is the balance of "
            + "payout.transit, and over those that are accepted that of payout.clearing, but for what was imported or "
            + "moved there by hand. In the order `changed` those that changed last come first.",
    };

    public static Listing Batches { get; } = new(
        "payout_batches", PayoutFollower.FollowerName, "Batches of payouts, with who approved them.",
        "projected.payout_batches b", "b.build = @build",
        [
            new("batch", "b.batch", ValueKind.Text, "Its name."),
            new("state", "b.state", ValueKind.Text, "open, closed, half_approved, approved or rejected."),
            new("currency", "b.currency", ValueKind.Text, "In which it pays."),
            new("rail", "b.rail", ValueKind.Text, "By which its payouts go."),
            new("on", "b.on_day", ValueKind.Date, "The day that it was formed for."),
            new("payouts", "b.payouts", ValueKind.Whole, "How many were in it when it was closed; none before."),
            new("sent", "b.sent", ValueKind.Minor, "What was to be sent in all when it was closed; none before."),
            new("members", "b.members", ValueKind.Text, "SHA-256 over its payouts when it was closed."),
            new("first_approver", "b.first_approver", ValueKind.Text, "Who approved it first."),
            new("second_approver", "b.second_approver", ValueKind.Text, "Who approved it after that."),
            new("reason", "b.reason", ValueKind.Text, "Why it was rejected."),
            new("opened_number", "b.opened_number", ValueKind.Whole, "Of the record that opened it."),
            new("changed_number", "b.changed_number", ValueKind.Whole, "Of the record that brought it to its state."),
        ],
        [
            new("batch", ValueKind.Text, "b.batch = @value", "This one."),
            new("state", ValueKind.Text, "b.state = @value", "Stands so.")
            {
                Words = ["open", "closed", "half_approved", "approved", "rejected"],
            },
            new("currency", ValueKind.Text, "b.currency = @value", "In this currency."),
            new("rail", ValueKind.Text, "b.rail = @value", "By this rail."),
            new("on_from", ValueKind.Date, "b.on_day >= @value", "Formed for this day or later."),
            new("on_to", ValueKind.Date, "b.on_day <= @value", "Formed for this day or earlier."),
        ],
        Newest("b.opened_number"));

    public static Listing Files { get; } = new(
        "payment_files", PayoutFollower.FollowerName, "Files of payment instructions.", "projected.payment_files f",
        "f.build = @build",
        [
            new("file", "f.file", ValueKind.Text, "Its name."),
            new("state", "f.state", ValueKind.Text, "prepared, or released: it is where the bank takes it from."),
            new("rail", "f.rail", ValueKind.Text, "The rail that it leaves by."),
            new("rail_set_by", "f.rail_set_by", ValueKind.Whole, "Of the record that says how the rail was set then."),
            new("batch", "f.batch", ValueKind.Text, "The batch that its payouts are of, if they are all of one."),
            new("currency", "f.currency", ValueKind.Text, "In which it pays."),
            new("message", "f.message", ValueKind.Text, "How it is called for the bank."),
            new("created_at", "f.created_at", ValueKind.Time, "The time that it states."),
            new("execute_on", "f.execute_on", ValueKind.Date, "On which day the bank is to pay."),
            new("payouts", "f.payouts", ValueKind.Whole, "How many are in it."),
            new("sent", "f.sent", ValueKind.Minor, "What they come to."),
            new("hash", "f.hash", ValueKind.Text, "SHA-256 over its bytes."),
            new("prepared_number", "f.prepared_number", ValueKind.Whole, "Of the record that says what it is."),
            new("released_number", "f.released_number", ValueKind.Whole, "Of the record that says it was written."),
        ],
        [
            new("file", ValueKind.Text, "f.file = @value", "This one."),
            new("batch", ValueKind.Text, "f.batch = @value", "Of this batch."),
            new("state", ValueKind.Text, "f.state = @value", "Stands so.") { Words = ["prepared", "released"] },
            new("rail", ValueKind.Text, "f.rail = @value", "By this rail."),
            new("currency", ValueKind.Text, "f.currency = @value", "In this currency."),
            new("message", ValueKind.Text, "f.message = @value", "Called so for the bank."),
        ],
        Newest("f.prepared_number"));

    private static ListOrder[] Newest(string number) =>
        [
            new("newest", [new(number, ValueKind.Whole)]) { IsDescending = true },
            new("oldest", [new(number, ValueKind.Whole)]),
        ];
}
