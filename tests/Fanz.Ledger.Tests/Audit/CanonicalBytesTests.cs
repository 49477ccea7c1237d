using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The bytes under the hashes, written out so that anyone can make them by hand.</summary>
public class CanonicalBytesTests
{
    private static readonly BookName Book = new("t", "p");
    private static readonly AccountKey Wallet = new(Chart.FanWallet, "é", Currency.Of("USD"));
    private static readonly AccountKey Held =
        new(Chart.CreatorPending, "b", Currency.Of("JPY"), new LocalDate(1970, 1, 11));

    [Fact]
    public void A_record_with_its_entries()
    {
        var record = new JournalRecord(
            Number: 3, "transferred", Instant.FromUnixTimeSeconds(1), new LocalDate(1969, 12, 31), LastPosition: 8,
            Stream: null, RefersTo: 2, "svc", Encoding.UTF8.GetBytes("{}"));
        var entries = new[] { new Entry(7, 21, Wallet, 3, 1, 5, 5), new Entry(8, 22, Held, 3, 2, -5, -6) };
        Same(bytes => bytes.OfRecord(Book, record, entries), """
            4A                                                   'J'
            0000000000000001 74  0000000000000001 70             tenant, platform
            0000000000000003                                     number
            000000000000000B 7472616E73666572726564              type: transferred
            00000000000F4240                                     one second after 1970 is 1,000,000 microseconds
            FFFFFFFFFFFFFFFF                                     effective the day before 1970
            0000000000000008                                     last position
            FFFFFFFFFFFFFFFF                                     no stream
            0000000000000002                                     refers to record 2
            0000000000000003 737663                              actor: svc
            0000000000000002 7B7D                                data: {}
            0000000000000002                                     two entries
            0000000000000007 0000000000000015                    position 7, account 21
            000000000000000A 66616E2E77616C6C6574                fan.wallet
            0000000000000002 C3A9                                of é, two bytes
            0000000000000003 555344                              USD
            8000000000000000                                     no cohort
            0000000000000001 0000000000000005 0000000000000005   version, amount, balance
            0000000000000008 0000000000000016                    position 8, account 22
            000000000000000F 63726561746F722E70656E64696E67      creator.pending
            0000000000000001 62                                  of b
            0000000000000003 4A5059                              JPY
            000000000000000A                                     ten days after 1970-01-01
            0000000000000002 FFFFFFFFFFFFFFFB FFFFFFFFFFFFFFFA   version 2, amount -5, balance -6
            """);
    }

    [Fact]
    public void A_record_with_a_stream_and_without_entries()
    {
        var record = new JournalRecord(
            Number: 1, "x", Instant.FromUnixTimeTicks(10), new LocalDate(1970, 1, 1), LastPosition: 0,
            Stream: "", RefersTo: null, "s", ReadOnlyMemory<byte>.Empty);
        Same(bytes => bytes.OfRecord(Book, record, []), """
            4A 0000000000000001 74 0000000000000001 70
            0000000000000001                           number
            0000000000000001 78                        type
            0000000000000001                           one microsecond
            0000000000000000                           the first day
            0000000000000000                           last position
            0000000000000000                           an empty stream is not an absent one
            FFFFFFFFFFFFFFFF                           refers to nothing
            0000000000000001 73                        actor
            0000000000000000                           no data
            0000000000000000                           no entries
            """);
    }

    [Fact]
    public void An_account() => Same(bytes => bytes.OfAccount(Book, 22, Held), """
        4B 0000000000000001 74 0000000000000001 70        'K', tenant, platform
        0000000000000016                                  id
        000000000000000F 63726561746F722E70656E64696E67   creator.pending
        0000000000000001 62                               of b
        0000000000000003 4A5059                           JPY
        000000000000000A                                  cohort
        """);

    [Fact]
    public void A_receipt() => Same(
        bytes => bytes.OfAnswer(Book, Guid.Parse("00112233445566778899aabbccddeeff"), [1, 0xAB], 3, []), """
        41 0000000000000001 74 0000000000000001 70           'A', tenant, platform
        0000000000000010 00112233445566778899AABBCCDDEEFF    the key's hash
        0000000000000002 01AB                                the request's hash
        0000000000000003                                     number
        FFFFFFFFFFFFFFFF                                     no refusal
        """);

    [Fact]
    public void A_refusal() => Same(
        bytes => bytes.OfAnswer(Book, Guid.Empty, [1], null, "no"u8), """
        41 0000000000000001 74 0000000000000001 70           'A', tenant, platform
        0000000000000010 00000000000000000000000000000000    the key's hash
        0000000000000001 01                                  the request's hash
        FFFFFFFFFFFFFFFF                                     no number
        0000000000000002 6E6F                                the refusal
        """);

    [Fact]
    public void Each_leaf_begins_anew()
    {
        var bytes = new CanonicalBytes();
        bytes.OfAccount(Book, 1, Wallet);
        var first = bytes.Written.ToArray();
        bytes.OfAccount(Book, 2, Held);
        bytes.OfAccount(Book, 1, Wallet);
        Assert.Equal(first, bytes.Written.ToArray());
    }

    [Fact]
    public void A_text_longer_than_the_first_buffer_is_whole()
    {
        var bytes = new CanonicalBytes();
        bytes.OfAccount(new BookName(new string('é', 10_000), "p"), 1, Wallet);
        Assert.Equal(
            [0x4A + 1, 0, 0, 0, 0, 0, 0, 0x4E, 0x20, .. Encoding.UTF8.GetBytes(new string('é', 10_000))],
            bytes.Written[..20_009].ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 1)]
    [InlineData(19, 1)]
    [InlineData(-10, -1)]
    public void Recorded_times_are_whole_microseconds(long ticks, long microseconds) =>
        Assert.Equal(microseconds, CanonicalBytes.MicrosecondsOf(Instant.FromUnixTimeTicks(ticks)));

    /// <summary>In the table, what follows two spaces and a word or quote is a remark.</summary>
    internal static string Hex(string table) => string.Concat(table.Split('\n')
        .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(IsHex)));

    private static bool IsHex(string word) =>
        word.Length % 2 == 0 && word.All(c => c is >= '0' and <= '9' or >= 'A' and <= 'F');

    private static void Same(Action<CanonicalBytes> write, string table)
    {
        var bytes = new CanonicalBytes();
        write(bytes);
        Assert.Equal(Hex(table), Convert.ToHexString(bytes.Written));
    }
}
