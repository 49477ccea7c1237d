using System.Globalization;
using System.Security.Cryptography;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>
/// Holds a package against itself, part by part: the rows of each seal by the very check that a database's rows
/// go through, then checkpoints and totals against what the rows came to.
/// </summary>
internal sealed class PackageCheck(ECDsa? trusted)
{
    private readonly KnownAccounts accounts = new();
    private readonly CheckpointTrust checkpoints = new(trusted);
    private readonly List<byte[]> hashes = [];
    private BookRow book = null!;
    private RowLeaf leaf = null!;
    private SealChain chain = null!;
    private BatchCheck batches = null!;
    private SealPlace? last;
    private bool isUnderWay;

    public PackageHead? Head { get; private set; }

    public BookSettings? Settings { get; private set; }

    public PackageCounts Counts { get; private set; } = PackageCounts.None;

    public long LastNumber => last?.LastNumber ?? 0;

    public byte[]? LastSeal => last?.Hash;

    public long CoveredUpTo { get; private set; }

    public Broken Damaged(long line, string why) => new(
        Head?.Book ?? "?", "package", $"line={line.ToString(CultureInfo.InvariantCulture)}", why);

    public Broken? Check(PackagePart part) => part switch
    {
        PackagePart.Begun begun => Begin(begun),
        PackagePart.Charted charted => Chart(charted),
        PackagePart.Opening opening => Open(opening),
        PackagePart.Earlier earlier => Earlier(earlier),
        PackagePart.Sealed under => Check(under),
        PackagePart.Checkpoint checkpoint => Check(checkpoint),
        PackagePart.Total total => Check(total),
        PackagePart.Ended ended => End(ended),
        _ => throw new InvariantBroken($"{part} is no part of a package."),
    };

    private Broken? Begin(PackagePart.Begun begun)
    {
        var head = Head = begun.Head;
        (Settings, var faults) = BookSettings.Read(
            head.Tenant, head.Platform, head.TimeZone, head.Calendar, head.ReportingCurrency);
        if (Settings is null) return Damaged(begun.Line, string.Join(' ', faults.Select(fault => fault.ToString())));
        if (head.Vocabulary > EventFormat.Vocabulary)
            return Damaged(begun.Line, "a newer version wrote it, with events that this one does not know");
        book = new BookRow(
            0, head.Tenant, head.Platform, head.TimeZone, head.Calendar, head.ReportingCurrency, null, [], [],
            head.LastNumber, 0);
        leaf = new RowLeaf(head.Tenant, head.Platform);
        chain = new SealChain(book, leaf);
        last = head.Before;
        return null;
    }

    private Broken? Chart(PackagePart.Charted charted)
    {
        if (!Ledger.Accounts.Chart.TryFind(charted.Code, out var code))
            return new Broken(Head!.Book, "chart", charted.Code, "this version's chart has no such account");
        var isSame = charted.NormalSide == (code.NormalSide == Side.Debit ? "debit" : "credit")
            && (charted.MayGoBelowZero, charted.HasCohort, charted.HoldsTokens)
            == (code.MayGoBelowZero, code.HasCohort, code.HoldsTokens);
        return isSame ? null : new Broken(Head!.Book, "chart", charted.Code, "it is not as in this version's chart");
    }

    private Broken? Open(PackagePart.Opening opening)
    {
        if (Head!.Before is null) return Damaged(opening.Line, "a book that begins here has no balances before");
        if (Add(opening.Account) is { } wrong) return wrong;
        var index = accounts.Find(opening.Account.Id);
        (accounts[index].Version, accounts[index].Balance) = (opening.Version, opening.Balance);
        Counts = Counts with { Openings = Counts.Openings + 1 };
        return opening.Version > 0 ? null : Account(opening.Account.Id, "it never moved, and has a balance");
    }

    private Broken? Earlier(PackagePart.Earlier earlier)
    {
        Counts = Counts with { Earlier = Counts.Earlier + 1 };
        if (earlier.Record.Number >= Head!.FirstNumber)
            return Damaged(earlier.Line, "it is not from before the package begins");
        if (!EventFormat.IsKnown(earlier.Record.Type))
            return Damaged(earlier.Line, $"this version knows no event '{earlier.Record.Type}'");
        return earlier.Entries.Any(entry => accounts.Find(entry.AccountId) < 0)
            ? Damaged(earlier.Line, "an account of its entries is unknown")
            : null;
    }

    private Broken? Check(PackagePart.Sealed under)
    {
        foreach (var account in under.Accounts)
            if (Add(account) is { } twice) return twice;
        if (!isUnderWay)
        {
            isUnderWay = true;
            if (Unbalanced() is { } unbalanced) return unbalanced;
            batches = new BatchCheck(book, leaf, accounts, Head!.Before);
        }

        var seal = under.Seal;
        if (chain.Fault(last, seal, null) is { } fault) return fault;
        if (batches.Check(under.Batch, seal) is { } suspicion) return suspicion.What;
        foreach (var account in under.Accounts)
            if (accounts[accounts.Find(account.Id)].Version == 0)
                return Account(account.Id, "no entry under its seal opens it");
        if (seal.Sequence == 1 && Opened(under) is { } opened) return opened;
        hashes.Add(seal.Hash);
        last = new SealPlace(
            seal.Sequence, seal.LastNumber, seal.LastPosition, seal.At, seal.Vocabulary, seal.Hash);
        Counts = Counts with
        {
            Records = Counts.Records + under.Batch.Records.Count, Entries = Counts.Entries + under.Batch.Entries.Count,
            Answers = Counts.Answers + under.Batch.Answers.Count, Accounts = Counts.Accounts + under.Accounts.Count,
            Seals = Counts.Seals + 1,
        };
        return null;
    }

    /// <summary>The package and the first record say the same of the book.</summary>
    private Broken? Opened(PackagePart.Sealed under) =>
        under.Batch.Records is [{ Type: "book_opened" } first, ..]
        && EventFormat.Read(first.Type, first.Data) == Settings!.Opening().Event
            ? null
            : new Broken(Head!.Book, "books", "number=1", "it is not what the book was opened with");

    private Broken? Check(PackagePart.Checkpoint checkpoint)
    {
        Counts = Counts with { Checkpoints = Counts.Checkpoints + 1 };
        var firstSequence = (Head!.Before?.Sequence ?? 0) + 1;
        var (head, why) = checkpoints.Read(checkpoint.Document, Head.Tenant, Head.Platform);
        if (why is not null) return Damaged(checkpoint.Line, why);
        // One that hands over to another key may be older than the package.
        if (head is null || head.Sequence < firstSequence) return null;
        if (head.Sequence - firstSequence >= hashes.Count)
            return Damaged(checkpoint.Line, "it is over seals that the package has not");
        var count = (int)(head.Sequence - firstSequence) + 1;
        if (!hashes[count - 1].AsSpan().SequenceEqual(head.Seal))
            return new Broken(
                Head.Book, "seals", $"sequence={head.Sequence}",
                "it is not the one that the checkpoint was signed over");
        if (firstSequence == 1 && !Merkle.Root(hashes.Take(count).SelectMany(hash => hash).ToArray())
            .AsSpan().SequenceEqual(head.Tree))
            return Damaged(checkpoint.Line, "its tree is not that of the seals");
        if (head.IsTrusted) CoveredUpTo = Math.Max(CoveredUpTo, head.LastNumber);
        return null;
    }

    private Broken? Check(PackagePart.Total total)
    {
        Counts = Counts with { Totals = Counts.Totals + 1 };
        if (total.Number != LastNumber) return Damaged(total.Line, "it is not of the end of the package");
        var (held, balance) = (0L, Int128.Zero);
        for (var i = 0; i < accounts.Count; i++)
        {
            ref readonly var state = ref accounts[i];
            if (accounts.CodeOf(in state)!.Name != total.Code || accounts.CurrencyOf(in state) != total.Currency) continue;
            held++;
            balance += state.Balance;
        }

        return (held, balance) == (total.Accounts, total.Balance)
            ? null
            : new Broken(
                Head!.Book, total.Projection, $"code={total.Code}, currency={total.Currency}",
                $"it says {total.Balance} on {total.Accounts} accounts; the journal comes to {balance} on {held}");
    }

    private Broken? End(PackagePart.Ended ended)
    {
        for (var i = 0; i < accounts.Count; i++)
            if (accounts[i].Version == 0) return Account(accounts[i].Id, "no entry ever opened it");
        if (Unbalanced() is { } unbalanced) return unbalanced;
        if ((last?.LastNumber, last?.Sequence) != (Head!.LastNumber, Head.LastSequence))
            return Damaged(ended.Line, "it does not end where its first line says");
        Counts = ended.Counts;
        return checkpoints.Untrusted is { } why ? Damaged(ended.Line, why) : null;
    }

    private Broken? Add(in AccountRow account)
    {
        if (accounts.Find(account.Id) >= 0) return Account(account.Id, "it is there twice");
        if (!Ledger.Accounts.Chart.TryFind(account.Code, out _))
            return Account(account.Id, "code is not in this version's chart");
        if (!Money.Currency.TryOf(account.Currency, out _)) return Account(account.Id, "its currency is not known");
        accounts.Add(account);
        return null;
    }

    private Broken? Unbalanced()
    {
        var sums = new Dictionary<string, Int128>();
        for (var i = 0; i < accounts.Count; i++)
        {
            var currency = accounts.CurrencyOf(in accounts[i]);
            sums[currency] = sums.GetValueOrDefault(currency) + accounts[i].Balance;
        }

        foreach (var (currency, sum) in sums)
            if (sum != 0)
                return new Broken(Head!.Book, "accounts", $"currency={currency}", $"their balances sum to {sum}");
        return null;
    }

    private Broken Account(long id, string why) => new(Head!.Book, "accounts", $"id={id}", why);
}
