using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Payouts;

/// <summary>
/// Random commands about payouts in two currencies, one of which the ledger makes payouts in. Many are refused, and all
/// that can happen to a payout happens to some.
/// </summary>
internal sealed class PayoutHistory(int seed)
{
    private const long InstantFee = 90;
    private const long Fee = 25;
    private static readonly string[] Creators = ["bea", "mia", "noa"];
    private static readonly string Hash = new('a', 64);

    private readonly Random random = new(seed);
    private readonly List<(string Name, string Creator)> payouts = [];
    private readonly List<(string Name, long Payouts, long Sent)> batches = [];
    private int files;
    private long places;

    public static IEnumerable<Command> Beginning =>
        [
            .. from creator in Creators
               from currency in new[] { "USD", "EUR" }
               select (Command)TestHost.Move(
                   new AccountName("cash.bank", "", currency), new AccountName("creator.available", creator, currency),
                   100_000_00),
            new Command.SetRail("ach", PaymentFormat.Nacha, new Dictionary<string, string>(), "anna", "ben"),
            new Command.SetPayoutTerms(
                "USD", "ach", 1_00, Fee, new PayoutRequirements(0, 0, false, false), "anna", "ben")
            {
                InstantFee = InstantFee,
                InstantMost = 500_00,
            },
            .. Creators.SelectMany(creator => new Command[]
            {
                new Command.AddPayoutMethod(
                    creator, "bank", "ach", "USD", "US", "v1.b25l", "00112233445566778899aabbccddeeff", "···6789", "anna",
                    "ben"),
                new Command.VerifyPayoutMethod(creator, "bank", 1, MethodProof.Provider, "deposit"),
            }),
            new Command.SetApprover("carl", "USD", 1_000_000_00, "anna", "ben"),
            new Command.SetApprover("dora", "USD", 1_000_000_00, "anna", "ben"),
        ];

    public IEnumerable<Command> Commands(int count)
    {
        for (var i = 0; i < count; i++) yield return Next();
    }

    public void Heard(Command command, bool isPosted)
    {
        if (!isPosted) return;
        if (command is Command.FormPayout { Batch: { } name } form)
        {
            var at = batches.FindIndex(batch => batch.Name == name);
            var batch = batches[at];
            batches[at] = batch with { Payouts = batch.Payouts + 1, Sent = batch.Sent + form.Amount - form.Fee };
        }

    }

    private Command Next()
    {
        if (payouts.Count == 0 || batches.Count == 0) return random.Next(2) == 0 ? Form() : Open();
        var (payout, creator) = payouts[Math.Max(0, payouts.Count - 1 - random.Next(8))];
        var batch = batches[Math.Max(0, batches.Count - 1 - random.Next(3))];
        return random.Next(28) switch
        {
            < 4 => Form(),
            4 or 5 => random.Next(3) == 0 ? Open() : Form(),
            6 => new Command.CloseBatch(batch.Name, batch.Payouts, batch.Sent, Hash),
            7 or 8 => new Command.ApproveBatch(
                batch.Name, batch.Payouts, batch.Sent, Hash, random.Next(2) == 0 ? "carl" : "dora"),
            9 when random.Next(4) == 0 => new Command.RejectBatch(batch.Name, "not these"),
            9 => new Command.CancelPayout(payout, "thought better of it"),
            10 or 11 or 12 or 13 => random.Next(3) == 0
                ? new Command.SubmitPayout(payout)
                : new Command.SubmitPayout(payout, $"file-{files}", ++places),
            14 => new Command.DoubtPayout(payout, "no answer"),
            15 => new Command.AcceptPayout(payout),
            16 or 17 or 26 or 27 => new Command.SettlePayout(
                payout, random.Next(2) == 0 ? null : "first", random.Next(2) == 0 ? null : $"b-{random.Next(1000)}"),
            18 => new Command.RejectPayout(payout, "no such account", random.Next(2) == 0 ? null : "AC04"),
            19 or 20 or 24 or 25 => new Command.ReturnPayout(
                payout, "account closed", random.Next(2) == 0 ? null : "second", random.Next(2) == 0 ? null : "R02",
                random.Next(2) == 0 ? null : $"r-{random.Next(1000)}"),
            21 => random.Next(3) == 0
                ? new Command.FailPayout(payout, "never sent")
                : new Command.ReleaseAmount(creator, 1_00, "USD", "looked at", payout),
            22 => new Command.PreparePaymentFile(
                $"file-{files}", "ach", "USD", $"message-{files}", CreatedAt(),
                new LocalDate(2026, 2, 1), 3, 3_00, Hash, random.Next(2) == 0 ? null : batch.Name),
            _ => new Command.ReleasePaymentFile(random.Next(2) == 0 ? $"file-{files}" : $"file-{files++}", Hash),
        };
    }

    private Instant CreatedAt() => Instant.FromUtc(2026, 1, 1 + random.Next(28), 8, 0);

    private Command.OpenBatch Open()
    {
        batches.Add(($"batch-{batches.Count}", 0, 0));
        return new Command.OpenBatch(batches[^1].Name, "USD", new LocalDate(2026, 1, 1 + random.Next(28)));
    }

    private Command.FormPayout Form()
    {
        var (name, creator) = ($"p-{payouts.Count}", Creators[random.Next(Creators.Length)]);
        payouts.Add((name, creator));
        var amount = random.Next(2_00, 90_00);
        return random.Next(4) switch
        {
            0 => new Command.FormPayout(name, creator, "EUR", amount, random.Next(50)),
            1 => new Command.FormPayout(name, creator, "USD", amount, InstantFee, Instant: true),
            _ => new Command.FormPayout(
                name, creator, "USD", amount, Fee,
                batches.Count == 0 ? "none" : batches[Math.Max(0, batches.Count - 1 - random.Next(2))].Name),
        };
    }
}
