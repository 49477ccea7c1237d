using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Audit;

/// <summary>
/// The command that a record was decided from, read back from the record. Where a choice is not kept because what it
/// came to is, there are several commands that it may have been, likeliest first: whichever it was must come to
/// the same record. Weights by which several share are not kept either; what each got is, and takes their place.
/// </summary>
internal static class AskedWith
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> Fields = CommandFormat.Names.ToFrozenDictionary(
        name => name,
        name => CommandFormat.ShapeOf(name).Properties.Select(field => field.Name).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>What it may have been, or nothing where the record does not tell.</summary>
    public static IEnumerable<Command> Of(KeptRecord kept, Book book)
    {
        var today = book.At(kept.Record.At).Today;
        LocalDate? dated = kept.Record.EffectiveOn == today ? null : kept.Record.EffectiveOn;
        if (RecordedCommands.Of(kept.Record.Type) is not { } name) return [];
        return kept.Record.Type switch
        {
            "transferred" => [new Command.Transfer(
                Named(kept.Legs), ((Event.Transferred)kept.Event).Memo, dated)],
            "adjusted" => Of((Event.Adjusted)kept.Event, kept.Legs, dated),
            "balances_opened" => Of((Event.BalancesOpened)kept.Event, kept.Legs),
            "batch_approved" => Of((Event.BatchApproved)kept.Event, book),
            "trial_started" => Of((Event.TrialStarted)kept.Event),
            "dispute_won" => [new Command.WinDispute(((Event.DisputeWon)kept.Event).Dispute)
            {
                FeeReturned = ((Event.DisputeWon)kept.Event).FeeReturned is not null,
            }],
            "subscription_renewed" => OfRenewal<Command.RenewSubscription>(kept, name),
            "subscription_recovered" => OfRenewal<Command.RetrySubscription>(kept, name),
            "subscription_upgraded" => OfRenewal<Command.UpgradeSubscription>(kept, name),
            "payout_formed" => Read<Command.FormPayout>(kept, name) is { } form
                ? [form, form with { Instant = true }]
                : [],
            "dispute_lost" => Read<Command.LoseDispute>(kept, name) is { } lose
                ? OfLoss((Event.DisputeLost)kept.Event, lose)
                : [],
            "hold_released" => OfRelease(kept, name, ((Event.HoldReleased)kept.Event).Withheld, book, today),
            "reserve_released" => OfRelease(kept, name, ((Event.ReserveReleased)kept.Event).Withheld, book, today),
            "affiliate_released" => OfRelease(kept, name, ((Event.AffiliateReleased)kept.Event).Withheld, book, today),
            _ => Read<Command>(kept, name) is { } command && OfSale(command, kept) is { } whole ? [whole] : [],
        };
    }

    private static IEnumerable<Command> Of(Event.Adjusted adjusted, ImmutableArray<Leg> legs, LocalDate? dated) =>
        [new Command.Adjust(Named(legs), adjusted.Reason, adjusted.ProposedBy, adjusted.ApprovedBy, dated)];

    /// <summary>What stands against the lines was added by the recipe. Lines of one account are one leg.</summary>
    private static IEnumerable<Command> Of(Event.BalancesOpened opened, ImmutableArray<Leg> legs)
    {
        var lines = Named([.. legs.Where(leg =>
            leg.Account != ImportUnderWay.Contra(opened.Import, leg.Account.Currency))]);
        return lines.Count != opened.Lines
            ? []
            : [new Command.OpenBalances(opened.Import, opened.Part, lines, opened.ProposedBy, opened.ApprovedBy)];
    }

    /// <summary>Whoever approved a batch named its members by their hash, which the batch keeps.</summary>
    private static IEnumerable<Command> Of(Event.BatchApproved approved, Book book) =>
        [new Command.ApproveBatch(
            approved.Batch, approved.Payouts, approved.Sent, PayoutBatch.Of(book, approved.Batch).Members,
            approved.ApprovedBy)];

    private static IEnumerable<Command> Of(Event.TrialStarted started) =>
        [new Command.StartTrial(
            started.Subscription, started.Fan, started.Creator, started.Amount, started.Currency, started.Period,
            Period.DaysBetween(started.TrialStart, started.TrialEnd), started.Reference)
        {
            Collaborators = started.Collaborators,
        }];

    private static IEnumerable<Command> OfRenewal<T>(KeptRecord kept, string name)
        where T : Command.SubscriptionPayment => Read<T>(kept, name) is { } payment
        ? [payment with { Affiliate = ((Event.Sale)kept.Event).Affiliate?.Affiliate }]
        : [];

    private static IEnumerable<Command> OfLoss(Event.DisputeLost lost, Command.LoseDispute lose)
    {
        var passed = lose with { PassFee = lost.FeePassed is not null, ClawBack = lost.ToClawBack is not null };
        // Of a loss that had no fee to pass, or nothing to claw back, both choices come to the same, but not to
        // the same as none, where the policy has another one.
        return [passed, passed with { PassFee = null }, passed with { ClawBack = null }, lose];
    }

    /// <summary>
    /// Either the release states what is withheld, or the ledger decides it by the sources of the money, of which the
    /// record keeps the sums by class: what is not the payer's own country's stands for all other countries.
    /// </summary>
    private static IEnumerable<Command> OfRelease(
        KeptRecord kept, string name, IReadOnlyList<Withheld>? withheld, Book book, LocalDate today)
    {
        if (Read<Command.Release>(kept, name) is not { } release) return [];
        var stated = release with
        {
            Withholding = withheld?
                .Select(one => new WithholdingLine(one.Kind, one.Base, one.RateBasisPoints)).ToArray(),
        };
        var home = TaxTerms.Of(book, today).PayerCountry ?? "";
        var amount = kept.Legs.Where(leg => leg.Amount > 0).Sum(leg => leg.Amount);
        var lines = (withheld ?? []).Where(one => one.Income is not null && one.Base > 0).ToArray();
        var elsewhere = amount - lines.Sum(one => one.Base);
        var sources = lines.Select(one => new IncomeSource(home, one.Income!.Value, one.Base)).ToList();
        if (elsewhere > 0) sources.Add(new IncomeSource("", IncomeClass.Other, elsewhere));
        return [stated, release, release with { Sources = sources }];
    }

    private static Command? OfSale(Command command, KeptRecord kept)
    {
        if (command is not Command.Sale sale || kept.Event is not Event.Sale said) return command;
        if (said.Affiliate is { } affiliate) sale = sale with { Affiliate = affiliate.Affiliate };
        // Shipping is the creator's alone, and was not shared.
        var shipping = said is Event.OrderPlaced { Shipping: { } extra } ? extra : 0;
        if (said.Shares is not { } shares || sale.Collaborators is not null) return sale;
        return Weighed(shares, said.Creator, shipping) is { } weighed ? sale with { Collaborators = weighed } : null;
    }

    /// <summary>
    /// What each got, as weights: a split by its own parts gives them again. Where they are too large for weights,
    /// nothing takes their place, and the record does not tell its command.
    /// </summary>
    private static Collaborator[]? Weighed(IReadOnlyList<CreatorShare> shares, string creator, long extra)
    {
        var parts = shares.Select(share => share.Pending + share.Reserve + (share.Unearned ?? 0)
            - (share.Creator == creator ? extra : 0)).ToArray();
        var common = parts.Aggregate(0L, GreatestCommonDivisor);
        if (parts.Any(part => part < 0 || part > (Int128)common * int.MaxValue)) return null;
        return [.. shares.Select((share, i) => new Collaborator(
            share.Creator, common == 0 ? 1 : (int)Math.DivRem(parts[i], common).Quotient))];
    }

    private static long GreatestCommonDivisor(long one, long other)
    {
        while (other != 0) (one, other) = (other, one % other);
        return one;
    }

    private static IReadOnlyList<NamedLeg> Named(ImmutableArray<Leg> legs) => [.. legs.Select(leg => new NamedLeg(
        new AccountName(leg.Account.Code.Name, leg.Account.Owner, leg.Account.Currency.Code, leg.Account.Cohort),
        leg.Amount))];

    /// <summary>The command that has of the event's fields those that it knows.</summary>
    private static T? Read<T>(KeptRecord kept, string name)
        where T : Command
    {
        var fields = Fields[name];
        var known = new ArrayBufferWriter<byte>(kept.Record.Data.Length);
        var data = kept.Record.Data.Span;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        known.Write("{"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isKnown = fields.Contains(reader.GetString()!) && !IsOfAnotherShape(kept.Record.Type, ref reader);
            reader.Read();
            reader.Skip();
            if (!isKnown) continue;
            if (known.WrittenCount > 1) known.Write(","u8);
            known.Write(data[start..(int)reader.BytesConsumed]);
        }

        known.Write("}"u8);
        return CommandFormat.Read(name, known.WrittenSpan).Command as T;
    }

    /// <summary>A sale names its affiliate; its event says what they earned.</summary>
    private static bool IsOfAnotherShape(string type, ref Utf8JsonReader name) =>
        name.ValueTextEquals("affiliate"u8) && type is not ("revenue_rule_set" or "affiliate_released");
}
