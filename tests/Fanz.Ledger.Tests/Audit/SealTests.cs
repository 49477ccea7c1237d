using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class SealTests
{
    private static readonly BookName Book = new("t", "p");

    private static readonly Seal First = new(
        Sequence: 1, Vocabulary: 1, LastNumber: 2, LastPosition: 4, Instant.FromUnixTimeSeconds(1),
        Root: [.. Enumerable.Repeat((byte)0xAB, 32)], Previous: Seal.None);

    [Fact]
    public void The_bytes_of_a_seal_and_their_hash_are_a_format_for_ever()
    {
        const string bytes = """
            53 0000000000000001 74 0000000000000001 70                        'S', tenant, platform
            0000000000000001 0000000000000001                                 sequence, vocabulary
            0000000000000002 0000000000000004                                 last number, last position
            00000000000F4240                                                  one second after 1970
            0000000000000020                                                  the root
            ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB
            0000000000000020                                                  nothing before
            0000000000000000000000000000000000000000000000000000000000000000
            """;
        var written = new CanonicalBytes();
        written.OfSeal(Book, First);
        Assert.Equal(CanonicalBytesTests.Hex(bytes), Convert.ToHexString(written.Written));
        Assert.Equal("193193cf0e199e55ff7bffc30b249f6b104234f8c97358760a4bcb1803cd0282", Convert.ToHexStringLower(First.HashIn(Book)));
    }

    [Fact]
    public void Whatever_changes_in_a_seal_changes_its_hash()
    {
        Seal[] seals =
            [
                First, First with { Sequence = 2 }, First with { Vocabulary = 2 }, First with { LastNumber = 3 },
                First with { LastPosition = 5 }, First with { At = First.At + Duration.FromMilliseconds(1) },
                First with { Root = Seal.None }, First with { Previous = First.Root },
            ];
        var hashes = seals.Select(seal => Convert.ToHexString(seal.HashIn(Book)))
            .Append(Convert.ToHexString(First.HashIn(new BookName("t", "q"))));
        Assert.Equal(seals.Length + 1, hashes.Distinct().Count());
    }

    [Fact]
    public void The_first_seal_is_over_the_opening_and_chained_to_nothing()
    {
        var opening = new BookInMemory().Journal.Single().Record;
        var seal = Seal.First(opening, First.Root);
        Assert.Equal((1, 1, 1, 0), (seal.Sequence, seal.Vocabulary, seal.LastNumber, seal.LastPosition));
        Assert.Equal(opening.At, seal.At);
        Assert.Equal(First.Root, seal.Root);
        Assert.Equal(new byte[32], seal.Previous);
    }
}
