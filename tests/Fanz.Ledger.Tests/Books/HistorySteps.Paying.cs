using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Payouts that the ledger makes: terms, batches and who approves them, what is sent, in which file.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Rails = ["ach", "ach", "sepa"];
    private static readonly string[] Approvers = ["kim", "lee", "max"];
    private static readonly string[] Sent = ["payout_submitted", "payout_doubted", "payout_accepted"];
    private static readonly string Seen = new('a', 64);
    private static readonly string Other = new('b', 64);

    private static Family Paying() => new(
        "paying",
        [
            (1, (step, _, _) => SetRail(step)),
            (1, (step, book, _) => PayoutTermsOf(step, book)),
            (1, (step, _, _) => SetApprover(step)),
            (2, (step, _, _) => Earned(step)),
            (3, (step, book, _) => OpenBatch(step, book)),
            (8, (step, book, _) => Held(step, book, name => FormManaged(step, book, name))),
            (2, (step, book, _) => CloseBatch(step, book)),
            (4, (step, book, _) => ApproveBatch(step, book)),
            (1, (step, book, _) =>
                step.C % 6 == 0 ? new Command.RejectBatch(Batch(step, book), "not these") : null),
            (8, (step, book, _) => SubmitPayout(step, book)),
            (1, (step, book, _) => OfOne(step, book, ["payout_submitted"], payout => new Command.DoubtPayout(
                payout, "no answer"))),
            (1, (step, book, _) => OfOne(step, book, ["payout_formed"], payout => step.C % 3 != 0
                ? SubmitPayout(step, book)
                : new Command.CancelPayout(payout, "a mistake"))),
            (1, (step, book, _) => OfOne(step, book, Sent[..2], payout => new Command.AcceptPayout(payout))),
            (1, (step, book, _) => OfOne(step, book, Sent, payout => new Command.SettlePayout(
                payout, "first", $"b{step.B}") { Amount = Stated(step, book, payout) })),
            (1, (step, book, _) => OfOne(step, book, Sent, payout => new Command.RejectPayout(
                payout, "no account", "AC04"))),
            (1, (step, book, _) => OfOne(step, book, ["payout_settled"], payout => new Command.ReturnPayout(
                payout, "closed", null, "R02") { Amount = Stated(step, book, payout) })),
            (3, (step, book, _) => PrepareFile(step, book)),
            (2, (step, book, _) => Count(book, "payment_file_prepared") == 0 && step.C % 4 != 0
                ? PrepareFile(step, book)
                : new Command.ReleasePaymentFile(
                    $"f{Math.Max(0, Count(book, "payment_file_prepared") - (step.A % 3))}",
                    step.C % 3 == 0 ? Other : Seen)),
        ],
        [
            "rail_set", "payout_terms_set", "approver_set", "batch_opened", "batch_closed", "batch_approved",
            "batch_rejected", "payout_submitted", "payout_doubted", "payout_cancelled", "payment_file_prepared",
            "payment_file_released", "refused: no_payout_terms", "refused: payouts_combined",
            "refused: no_instant_payouts", "refused: payout_fee_differs", "refused: over_instant_most",
            "refused: payout_needs_batch", "refused: below_payout_minimum", "refused: rail_unknown",
            "refused: batch_exists", "refused: batch_unknown", "refused: batch_not_in_state",
            "refused: batch_of_another", "refused: batch_differs", "refused: approved_by_same",
            "refused: over_approval_limit", "refused: payout_outside_rails", "refused: payout_amount_differs",
            "refused: payment_file_unknown", "refused: payment_file_not_in_state", "refused: payment_file_differs",
            "refused: payment_file_over_batch", "refused: rail_set_again",
        ]);

    private static Command.SetRail SetRail(Step step) => new(
        Step.Pick(Rails, step.A), PaymentFormat.Csv, new Dictionary<string, string> { ["header"] = "yes" }, "pat",
        "sam", step.B % 2 == 0 ? "first" : null);

    private static Command.SetApprover SetApprover(Step step) => new(
        Step.Pick(Approvers, step.A), step.B % 8 == 0 ? "JPY" : "USD", step.C % 6 == 0 ? step.A % 3 : 1_000_000, "pat",
        "sam");

    private static Command PayoutTermsOf(Step step, BookInMemory book)
    {
        if (Count(book, "rail_set") == 0 && step.C % 6 != 0) return SetRail(step);
        var minimum = 1 + (step.A % 30);
        var isInstant = step.C % 3 != 0;
        return new Command.SetPayoutTerms(
            step.B % 8 == 0 ? "JPY" : "USD", step.C % 12 == 0 ? "none" : Step.Pick(Rails, step.B), minimum,
            Math.Min(step.B % 3, minimum - 1), new PayoutRequirements(
                step.A % 2 == 0 ? 1 + (step.B % 2) : 0, step.B % 3 == 0 ? 1 + (step.A % 4) : 0, step.C % 5 < 2,
                TaxForm: step.C % 4 == 0),
            "pat", "sam",
            step.A % 4 == 0 ? From(step, book) : null)
        {
            InstantFee = isInstant ? step.B % 2 : null,
            InstantMost = isInstant ? 50 + (step.A % 900) : null,
            CombineInto = step.A % 17 == 0 ? (book.Book.Name.Platform == "_" ? "fans" : "_") : null,
        };
    }

    /// <summary>
    /// As the terms have it that were set last, which may not hold yet; or not. Mostly what the creator lacks comes first.
    /// </summary>
    private static Command FormManaged(Step step, BookInMemory book, AccountName name)
    {
        var terms = TermsSet(book, name.Currency);
        var isInstant = step.C % 4 == 0;
        var batch = Batch(step, book);
        if (step.Amount % 6 != 0)
        {
            if (terms is null && name.Currency == "USD") return PayoutTermsOf(step, book);
            if (terms is not null && Cure(step, book, name.Owner, terms.Rail, terms) is { } cure) return cure;
            var last = isInstant || terms is null ? "batch_opened" : LastOf(book, $"batch/{batch}");
            if (last != "batch_opened" && OpenBatch(step, book) is { } open) return open;
            if (last is "batch_closed") return ApproveBatch(step, book);
        }

        var fee = (isInstant ? terms?.InstantFee : terms?.Fee) ?? step.A % 2;
        var amount = step.B % 7 == 0 && terms?.Minimum > fee + 2 ? terms.Minimum - 1 : PartOf(step, book, name);
        return new Command.FormPayout(
            step.B % 10 == 0 ? Payout(step, book) : $"m{book.Journal.Count}", name.Owner, name.Currency, amount,
            Math.Min(step.A % 6 == 0 ? fee + 1 : fee, amount - 1),
            isInstant || step.C % 13 == 0 ? null : batch, isInstant ? true : null);
    }

    /// <summary>Mostly when the last one has come to its end.</summary>
    private static Command? OpenBatch(Step step, BookInMemory book)
    {
        if (Count(book, "payout_terms_set") == 0 && Count(book, "rail_set") > 0 && step.C % 6 != 0)
            return PayoutTermsOf(step, book);
        var last = LastOf(book, $"batch/{Batch(step with { A = 1 }, book)}");
        return step.C % 6 != 0 && last is "batch_opened" or "batch_closed"
            ? null
            : new Command.OpenBatch(
                Batch(step, book, next: true), step.B % 8 == 0 ? "JPY" : "USD", book.Now.Today);
    }

    private static Command CloseBatch(Step step, BookInMemory book)
    {
        var batch = Batch(step, book);
        var members = Told<Event.PayoutFormed>(book, "payout_formed").Where(formed => formed.Batch == batch).ToList();
        if (members.Count == 0 && step.C % 4 != 0) return Held(step, book, name => FormManaged(step, book, name));
        return new Command.CloseBatch(batch, members.Count, members.Sum(formed => formed.Sent), Seen);
    }

    private static Command ApproveBatch(Step step, BookInMemory book)
    {
        var batch = Batch(step, book);
        var closed = Told<Event.BatchClosed>(book, "batch_closed").LastOrDefault(one => one.Batch == batch);
        if (Count(book, "approver_set") < 4 && step.C % 4 != 0) return SetApprover(step);
        if (closed is null && step.C % 3 != 0) return CloseBatch(step, book);
        return new Command.ApproveBatch(
            batch, closed?.Payouts ?? 0, closed?.Sent ?? 0, step.C % 5 == 0 ? Other : Seen,
            Step.Pick(Approvers, step.A));
    }

    /// <summary>What could leave if nothing is in the way of those who are paid.</summary>
    private static List<Event.PayoutFormed> Ready(BookInMemory book)
    {
        var approved = Told<Event.BatchApproved>(book, "batch_approved").Where(one => one.IsComplete)
            .Select(one => one.Batch).ToHashSet();
        return [.. Told<Event.PayoutFormed>(book, "payout_formed").Where(formed => formed.Rail is not null
            && (formed.Batch is null || approved.Contains(formed.Batch))
            && LastOf(book, $"payout/{formed.Payout}") == "payout_formed")];
    }

    private static Command SubmitPayout(Step step, BookInMemory book)
    {
        var ready = Ready(book);
        if (ready.Count == 0 && step.A % 4 != 0) return ApproveBatch(step, book);
        var payout = step.A % 16 == 0 ? Payout(step, book)
            : step.A % 4 == 0 || ready.Count == 0 ? Standing(step, book, "payout_formed")
            : Step.Pick(ready, step.C).Payout;
        var file = Math.Max(0, Count(book, "payment_file_prepared") - (step.B % 8 == 0 ? 1 : 0));
        if (step.Amount % 3 != 0 && ready.Find(formed => formed.Payout == payout) is { Rail: { } rail } toBe
            && TermsSet(book, toBe.Currency) is { } terms
            && Cure(step, book, toBe.Creator, rail, terms) is { } cure)
            return cure;
        return step.B % 2 == 0
            ? new Command.SubmitPayout(payout, $"f{file}", 1 + step.C)
            : new Command.SubmitPayout(payout);
    }

    private static Command PrepareFile(Step step, BookInMemory book)
    {
        var approved = Told<Event.BatchApproved>(book, "batch_approved")
            .LastOrDefault(one => one.IsComplete && one.Payouts > 0);
        if (approved is null && step.C % 4 != 0) return ApproveBatch(step, book);
        var batch = step.A % 6 == 0 ? Batch(step, book) : approved?.Batch;
        var opened = Told<Event.BatchOpened>(book, "batch_opened").LastOrDefault(one => one.Batch == batch);
        var rail = step.B % 7 == 0 ? Step.Pick(Rails, step.A) : opened?.Rail ?? "ach";
        return new Command.PreparePaymentFile(
            $"f{Math.Max(0, Count(book, "payment_file_prepared") - (step.B % 9 == 0 ? 1 : 0))}", rail,
            opened?.Currency ?? "USD", $"m{step.A}", Instant.FromUtc(2026, 1, 1, step.A % 24, 0), book.Now.Today,
            Math.Max(1, approved?.Payouts ?? 1), Math.Max(1, (approved?.Sent ?? 1) + (step.C % 3 == 0 ? 1 : 0)), Seen,
            step.C % 5 == 0 ? null : batch)
        {
            RailSetBy = (step.C % 7) switch
            {
                0 => 1 + step.A,
                1 => book.Journal.LastOrDefault(one => one.Record.Stream == $"rail/{rail}")?.Record.Number,
                _ => null,
            },
        };
    }

    /// <summary>The last batch that was opened, or the one before it; or the next.</summary>
    private static string Batch(Step step, BookInMemory book, bool next = false)
    {
        var count = Count(book, "batch_opened");
        var back = next ? (step.A % 4 == 0 ? 1 : 0) : step.A % 12 == 0 ? 0 : step.A % 4 == 0 ? 2 : 1;
        return $"b{Math.Max(0, count - back)}";
    }

    /// <summary>A payout to which this happened last, one of the latest; or any.</summary>
    private static string Standing(Step step, BookInMemory book, params string[] types)
    {
        var found = book.Journal.Select(one => one.Record)
            .Where(record => record.Stream?.StartsWith("payout/", StringComparison.Ordinal) == true)
            .GroupBy(record => record.Stream!)
            .Where(payout => types.Contains(payout.Last().Type))
            .Select(payout => payout.Key["payout/".Length..]).TakeLast(5).ToList();
        return found.Count == 0 || step.A % 10 == 0 ? Payout(step, book) : Step.Pick(found, step.C);
    }

    /// <summary>Something about a payout that has come that far; mostly, where there is none, on the way to one.</summary>
    private static Command OfOne(Step step, BookInMemory book, string[] types, Func<string, Command> make)
    {
        var payout = Standing(step, book, types);
        return step.A % 10 != 0 && !types.Contains(LastOf(book, $"payout/{payout}"))
            ? SubmitPayout(step, book)
            : make(payout);
    }

    private static long? Stated(Step step, BookInMemory book, string payout)
    {
        if (step.B % 3 == 0) return null;
        var formed = Told<Event.PayoutFormed>(book, "payout_formed").LastOrDefault(one => one.Payout == payout);
        return (formed?.Sent ?? 1) + (step.B % 2 == 0 ? 1 : 0);
    }

    private static string? LastOf(BookInMemory book, string stream) =>
        book.Journal.LastOrDefault(one => one.Record.Stream == stream)?.Record.Type;

    private static int Count(BookInMemory book, string type) =>
        book.Journal.Count(appended => appended.Record.Type == type);

    private static IEnumerable<T> Told<T>(BookInMemory book, string type)
        where T : Event => book.Journal.Select(appended => appended.Record)
        .Where(record => record.Type == type)
        .Select(record => (T)EventFormat.Read(record.Type, record.Data.Span));
}
