using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Packages;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Packages;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Archiving;

/// <summary>A book is archived seal by seal, and what is left of it is packed and verified each time.</summary>
public sealed class PackageBoundaryTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_package_is_of_what_is_here_and_counts_what_it_cannot_decide_again()
    {
        await using (var ledger = new SeededLedger(database.SuperuserConnectionString)) await SmallLedger.Fill(ledger);
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var book = (await new BookRegistry(source).Find(SmallLedger.Main, default))!;
        var (seals, notDecided) = (await Seals(source, book), 0L);
        var whole = (await Verify(source, book, 1, long.MaxValue)).LastNumber;
        var (first, before) = (1L, 0L);
        foreach (var (sequence, number) in seals.SkipLast(1))
        {
            // A seal may close refusals alone.
            if (number == before) continue;
            await TakenOut.Seals(database.SuperuserConnectionString, $"{book.Id}", first, sequence);
            (first, before) = (sequence + 1, number);
            if (number == whole) break;
            foreach (var (from, to) in new[] { (1L, long.MaxValue), (number, number + 1), (1, 2) })
                await Assert.ThrowsAsync<RangeIsArchived>(() => Export(source, book, from, to));
            var result = await Verify(source, book, number + 1, long.MaxValue);
            Assert.True(result.FirstBroken is null, $"After {number}: {result.FirstBroken}");
            Assert.Equal((number + 1, whole), (result.FirstNumber, result.LastNumber));
            Assert.Equal(result.Counts.Records, result.Decided + result.NotDecided.Values.Sum());
            Assert.All(result.NotDecided.Keys, why => Assert.EndsWith(DecidedAgain.Before, why, StringComparison.Ordinal));
            notDecided += result.NotDecided.Values.Sum();
            output.WriteLine($"After {number}: {result.Decided} decided again; {string.Join(", ", result.NotDecided)}");
        }

        // A reversal is decided upon what it reverses.
        Assert.True(notDecided > 0);
    }

    private static async Task<PackageResult> Verify(NpgsqlDataSource source, OpenedBook book, long from, long to)
    {
        var package = await Export(source, book, from, to);
        // Whoever has no database takes the same file.
        Assert.Equal(
            from > 1 && RepackedFile.Lines(package)[0].Contains("\"before\"", StringComparison.Ordinal),
            RepackedFile.Lines(package)[0].Contains("\"archived_up_to\":", StringComparison.Ordinal));
        return await new PackageVerification(null).Verify(new MemoryStream(package), null, default);
    }

    private static async Task<byte[]> Export(NpgsqlDataSource source, OpenedBook book, long from, long to)
    {
        using var file = new MemoryStream();
        await new PackageExport(source).Write(book, from, to, file, null, default);
        return file.ToArray();
    }

    private static async Task<List<(long Sequence, long Number)>> Seals(NpgsqlDataSource source, OpenedBook book)
    {
        await using var query = source.CreateCommand(
            "select sequence, last_number from ledger.seals where book_id = $1 order by sequence");
        query.Parameters.Add(new() { Value = book.Id });
        await using var reader = await query.ExecuteReaderAsync();
        var seals = new List<(long, long)>();
        while (await reader.ReadAsync()) seals.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return seals;
    }
}
