using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The page for those who make the hashes again themselves: its example is what the ledger makes.</summary>
public class CanonicalBytesPageTests
{
    private static readonly BookName Book = new("fanz", "bestfans");
    private static readonly Instant At = Instant.FromUtc(2026, 1, 15, 12, 0);
    private static readonly AccountKey Receivable = new(Chart.ProcessorReceivable, "", Currency.Of("USD"));
    private static readonly AccountKey Wallet = new(Chart.FanWallet, "anna", Currency.Of("USD"));

    [Fact]
    public void The_example_of_the_page_is_what_the_ledger_makes()
    {
        var command = new Command.TopUp("anna", 10_000, "USD");
        var submission = Submission.Of(Book, command, new Actor("checkout"), "order-1").Submission!;
        var record = new JournalRecord(
            Number: 2, "wallet_topped_up", At, new LocalDate(2026, 1, 15), LastPosition: 2, Stream: null,
            RefersTo: null, "checkout", EventFormat.Write(new Event.WalletToppedUp("anna", 10_000, "USD")));
        Entry[] entries =
            [new(1, 1001, Receivable, 2, 1, 10_000, 10_000), new(2, 1002, Wallet, 2, 1, -10_000, -10_000)];

        var blocks = new List<string>();
        var leaves = new Leaves();
        foreach (var make in new Action<CanonicalBytes>[]
        {
            bytes => bytes.OfAccount(Book, 1001, Receivable),
            bytes => bytes.OfAccount(Book, 1002, Wallet),
            bytes => bytes.OfRecord(Book, record, entries),
            bytes => bytes.OfAnswer(Book, submission.KeyHash, submission.RequestHash, 2, []),
        })
        {
            var bytes = new CanonicalBytes();
            make(bytes);
            leaves.Add(bytes);
            blocks.Add(Convert.ToHexString(bytes.Written));
        }

        var previous = Enumerable.Repeat((byte)0x11, Merkle.HashLength).ToArray();
        var seal = new Seal(2, EventFormat.VocabularyOf("wallet_topped_up"), 2, 2, At, leaves.Root(), previous);
        var sealBytes = new CanonicalBytes();
        sealBytes.OfSeal(Book, seal);
        blocks.Add(Convert.ToHexString(leaves.ToArray()) + Convert.ToHexString(leaves.Root()));
        blocks.Add(Convert.ToHexString(sealBytes.Written));
        blocks.Add(Convert.ToHexString(seal.HashIn(Book)));

        Assert.Equal(blocks, BlocksOf(Page()));
    }

    /// <summary>What stands between fences, without spaces and without what is said right of the bytes.</summary>
    private static IEnumerable<string> BlocksOf(string page) => page.Split("```")
        .Where((_, index) => index % 2 == 1)
        .Select(block => string.Concat(
            block.Split('\n').Select(line => line.Split("   ")[0].Replace(" ", "", StringComparison.Ordinal))));

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fanz.Ledger.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, "ops", "decisions", "canonical-bytes.md"), Encoding.UTF8);
    }
}
