using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using Npgsql;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Archiving;

/// <summary>
/// Two ranges of a random book are away, one from its first record on, with some of it here between them: whatever is
/// read is what it was before, or says what is archived; and what does not touch a range is read as ever.
/// </summary>
public sealed class BoundaryTests(BoundaryTests.Archived archived, ITestOutputHelper output)
    : IClassFixture<BoundaryTests.Archived>
{
    private OpenedBook Book => archived.Book;

    private NpgsqlDataSource Source => archived.Source;

    [Fact]
    public async Task Every_read_says_what_it_said_before_or_what_is_archived()
    {
        output.WriteLine($"Seed {archived.Seed}, {archived.Ranges[0]} and {archived.Ranges[1]}");
        var after = await new AllReads(Source, Book).Make();
        var (same, refused, wrong) = (new Dictionary<string, int>(), new Dictionary<string, int>(), new List<string>());
        foreach (var (name, lines) in archived.Before)
        {
            var (now, kind) = (after[name], name.Split(' ')[0]);
            var isRefused = now is [.., var last] && last.StartsWith(AllReads.Archived, StringComparison.Ordinal);
            // What was told until then is the beginning of what was told before.
            if (!(isRefused ? now.SkipLast(1).SequenceEqual(lines.Take(now.Count - 1)) : now.SequenceEqual(lines)))
                wrong.Add($"{name}:\n{string.Join('\n', lines)}\nis now\n{string.Join('\n', now)}");
            var counts = isRefused ? refused : same;
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}, such as {wrong.FirstOrDefault()}");
        Assert.All(archived.Ranges, range => Assert.True(range.LastNumber - range.FirstNumber - range.Carried >= 5));
        // Nothing is refused for nothing, and each kind of read is both here and there.
        foreach (var kind in new[]
        {
            "place", "find", "record", "payment", "referring", "after", "feed", "entries", "balance", "replay", "statement",
        })
        {
            Assert.True(same.GetValueOrDefault(kind) > 0, $"{kind} was never answered.");
            Assert.True(refused.GetValueOrDefault(kind) > 0, $"{kind} was never refused.");
        }

        Assert.False(refused.ContainsKey("stream"));
        foreach (var (name, now) in after)
        {
            var words = name.Split(' ');
            if (words[0] is not ("find" or "record" or "place") || words[1] == "at") continue;
            var number = long.Parse(words[1], CultureInfo.InvariantCulture);
            var range = archived.Ranges.FirstOrDefault(one => one.Has(number));
            var isAway = range is not null && (words[0] != "place" || number < range.LastNumber);
            Assert.True(isAway == now.Exists(line => line.StartsWith(AllReads.Archived, StringComparison.Ordinal)), name);
        }
    }

    [Fact]
    public async Task The_newest_entries_are_read_up_to_where_the_account_moved_in_a_range()
    {
        var accounts = new AccountReader(Source);
        foreach (var (name, lines) in archived.Before)
        {
            if (!name.StartsWith("entries ", StringComparison.Ordinal) || !name.EndsWith("True", StringComparison.Ordinal))
                continue;
            var id = (await accounts.Find(Book, Key(name.Split(' ')[1]), default))!.Value;
            var (read, cut) = (new List<AccountEntry>(), (ArchivedRange?)null);
            try
            {
                await foreach (var entry in accounts.Entries(Book, id, newestFirst: true)) read.Add(entry);
            }
            catch (RangeIsArchived away)
            {
                cut = away.Range;
            }

            Assert.DoesNotContain(read, entry => archived.Ranges.Any(range => range.Has(entry.Number)));
            if (cut is null) Assert.Equal(lines.Count, read.Count);
            else Assert.True(read.Count == 0 || read[^1].Number > cut.LastNumber);
        }
    }

    [Fact]
    public async Task What_is_made_of_all_records_is_neither_compared_nor_made_anew()
    {
        var check = new ProjectionCheck(Source);
        await Assert.ThrowsAsync<RangeIsArchived>(async () => await check.Check(new BalanceFollower(), Book).CountAsync());
        await Assert.ThrowsAsync<RangeIsArchived>(
            () => new Rebuild(Source).Run(new BalanceFollower(), Book, progress: null, default));
        // A follower that is new begins at the first record, and says why it cannot go on.
        var held = await CatchUp.With(Source, [new RateFollower()], [Book], new FollowerOptions(), default);
        Assert.Contains($"archived in {archived.Ranges[0].File}", held.Single().Stopped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_told_what_of_theirs_is_archived_and_is_kept_no_shorter()
    {
        var reader = new SubjectReader(Source);
        var isNamed = false;
        foreach (var (person, facts) in archived.People)
        {
            var now = await PersonFacts.Of(Source, Book, person, default);
            foreach (var kept in facts.Kept)
                Assert.True(now.Kept.Single(one => one.Class == kept.Class).LastOn >= kept.LastOn, $"{person} {kept}");
            Assert.Equal((facts.HasMoney, facts.IsSanctioned), (now.HasMoney, now.IsSanctioned));
            foreach (var account in await reader.Accounts(Book, person, default))
            {
                var all = archived.Before[$"entries {account.Key} False"].Count;
                var (entries, away) = (
                    await reader.Entries(Book, account, default).ToListAsync(),
                    await reader.Archived(Book, account, default));
                Assert.True(entries.Count == all || away.Count > 0, $"{account.Key}");
                Assert.All(away, range => Assert.Contains(entries, entry => range.Has(entry.Number)));
                isNamed |= entries.Count < all;
            }
        }

        Assert.True(isNamed);
    }

    private static AccountKey Key(string text) =>
        AccountKey.TryParse(text, out var key) ? key.Value : throw new ArgumentException(text);

    /// <summary>A history in many seals, read in full, and then without two ranges of them.</summary>
    public sealed class Archived : IAsyncLifetime
    {
        private static readonly BookName Name = new("acme", "main");
        private readonly TestDatabase database = new();

        public int Seed { get; } = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var seed)
            ? seed
            : 20_261_121;

        internal NpgsqlDataSource Source { get; private set; } = null!;

        internal OpenedBook Book { get; private set; } = null!;

        internal Dictionary<string, List<string>> Before { get; private set; } = [];

        internal IReadOnlyList<ArchivedRange> Ranges { get; private set; } = [];

        internal List<(Person Person, PersonFacts Facts)> People { get; } = [];

        public async Task InitializeAsync()
        {
            await database.InitializeAsync();
            Source = NpgsqlDataSource.Create(database.HostConnectionString);
            await using (var ledger = new SeededLedger(database.SuperuserConnectionString)) await Fill(ledger);
            Book = (await new BookRegistry(Source).Find(Name, default))!;
            Follower[] followers = [new BalanceFollower(), new TaxFollower()];
            Assert.Empty(await CatchUp.With(Source, followers, [Book], new FollowerOptions(), default));
            Before = await new AllReads(Source, Book).Make();
            foreach (var person in Before.Keys.Where(name => name.StartsWith("entries ", StringComparison.Ordinal))
                .Select(name => Key(name.Split(' ')[1])).Select(PersonOf).OfType<Person>().Distinct())
                People.Add((person, await PersonFacts.Of(Source, Book, person, default)));
            var seals = await Seals();
            var random = new Random(Seed);
            var (first, second) = (random.Next(seals / 4, seals / 3), random.Next(seals / 2, (seals / 2) + 2));
            var (superuser, book) = (database.SuperuserConnectionString, $"{Book.Id}");
            await TakenOut.Seals(superuser, book, 1, first);
            await TakenOut.Seals(superuser, book, second, second + (seals / 6));
            Ranges = await new ArchivedRanges(Source).Of(Book.Id, default);
        }

        public async Task DisposeAsync()
        {
            await Source.DisposeAsync();
            await database.DisposeAsync();
        }

        /// <summary>Few people do much, so that most of what they do is nobody's last entry.</summary>
        private async Task Fill(SeededLedger ledger)
        {
            var (random, sales) = (new Random(Seed), new List<long>());
            await ledger.Open(Name);
            for (var batch = 0; batch < 48; batch++)
            {
                var commands = Enumerable.Range(0, 1 + random.Next(6))
                    .Select(i => AnyCommand(random, $"{batch}-{i}", sales)).ToArray();
                var numbers = await ledger.Post([.. commands.Select(command => (Name, command))]);
                sales.AddRange(commands.Zip(numbers)
                    .Where(one => one is { First: Command.SendTip, Second: not null }).Select(one => one.Second!.Value));
                ledger.Pass(Duration.FromMinutes(random.Next(120)));
            }
        }

        private static Command AnyCommand(Random random, string id, List<long> sales)
        {
            var (fan, creator) = ($"fan-{random.Next(3)}", $"creator-{random.Next(2)}");
            return random.Next(12) switch
            {
                < 4 => new Command.TopUp(fan, 1_000 + random.Next(5_000), "USD", "card 4242"),
                < 8 => new Command.SendTip(fan, creator, 100 + random.Next(900), "USD", Funding.Wallet),
                < 10 when sales.Count > 0 =>
                    new Command.RefundSale(sales[random.Next(sales.Count)], "asked", 1 + random.Next(60)),
                10 => new Command.StartSubscription(
                    $"s-{id}", fan, creator, 300 + random.Next(500), "USD", Funding.Wallet, SubscriptionPeriod.Monthly),
                _ => new Command.FreezeAccount(new AccountName("creator.available", creator, "USD"), "asked"),
            };
        }

        private static Person? PersonOf(AccountKey key) => key.Code.Holder switch
        {
            Holder.Fan => new Person(Fanz.Ledger.Standing.Role.Fan, key.Owner),
            Holder.Creator => new Person(Fanz.Ledger.Standing.Role.Creator, key.Owner),
            Holder.Affiliate => new Person(Fanz.Ledger.Standing.Role.Affiliate, key.Owner),
            _ => null,
        };

        private async Task<int> Seals()
        {
            await using var query = Source.CreateCommand("select count(*)::int from ledger.seals where book_id = $1");
            query.Parameters.Add(new() { Value = Book.Id });
            return (int)(await query.ExecuteScalarAsync())!;
        }
    }
}
