using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client.Tests.Sending;

/// <summary>The words of the ledger, as the scripted server says them.</summary>
internal static class Script
{
    public static readonly BookName Book = new("fanz", "bestfans");
    public static readonly AccountName Wallet = new("fan.wallet", "anna", "USD");

    public static Command Tip(long amount = 500) =>
        new Command.SendTip("anna", "mia", amount, "USD", Funding.Wallet);

    public static string Receipt(long number) =>
        $$"""
        {"id":"fanz/bestfans/{{number}}","number":{{number}},"type":"tip_sent","at":"2026-05-04T10:11:12.131415Z",
        "a_field_of_later":1,"entries":[
        {"account":"fan.wallet/USD//anna","amount":500,"currency":"USD","balance_before":-1000,"balance_after":-500},
        {"account":"creator.pending/USD/2026-05-11/mia","amount":-500,"currency":"USD","balance_before":0,
        "balance_after":-500}]}
        """;

    public static Scene.Says Posted(long number = 7) => new(201, Receipt(number));

    public static Scene.Says Replayed(long number = 7) =>
        new(201, Receipt(number), ("Idempotency-Replayed", "true"));

    public static Scene.Says Problem(int status, string code, params (string Name, string Value)[] headers) =>
        new(status, ProblemText(status, code), headers);

    public static Scene.Says Refused() => new(
        409,
        """
        {"type":"/api#insufficient_funds","title":"insufficient funds","status":409,"code":"insufficient_funds",
        "detail":"There is not enough.","facts":{"available":"200","needed":"500"}}
        """);

    public static string ProblemText(int status, string code) =>
        $$"""
        {"type":"/api#{{code}}","title":"{{code}}","status":{{status}},"code":"{{code}}","detail":"Said so."}
        """;
}
