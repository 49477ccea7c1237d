using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Tests;
using FsCheck.Fluent;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Access;

public sealed class AccessTrailTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database.HostConnectionString);

    private AccessTrail Trail => new(source);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await source.DisposeAsync();

    [Fact]
    public async Task Lines_that_many_write_at_once_are_one_chain_without_gaps_whose_times_never_go_back()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await Trail.Write("busy", [.. Enumerable.Range(0, i % 3).Select(_ => Seen($"creator:{writer}"))], default);
        })));
        var lines = (await new TrailReader(source).Read("busy", new TrailFilter(), null, 1_000, default)).Reverse().ToList();
        Assert.Equal(Enumerable.Range(1, 72).Select(sequence => (long)sequence), lines.Select(line => line.Sequence));
        Assert.All(lines.Zip(lines.Skip(1)), pair =>
        {
            Assert.True(pair.First.At <= pair.Second.At);
            Assert.Equal(pair.First.Hash(), pair.Second.Previous);
        });
        Assert.Equal(Seal.None, lines[0].Previous);
        Assert.Null(await Broken());
    }

    [Fact]
    public async Task Whatever_is_asked_for_is_what_a_plain_look_through_all_lines_finds()
    {
        string?[] subjects = ["creator:mia", "key:0", null];
        string[] actors = ["app", "app/carol", "apple"], actions = ["reveal_tax_form", "create_key"];
        var notes = Enumerable.Range(0, 120).Select(i => new TrailNote(
            (TrailKind)(i % 3), actions[i % 2], actors[i / 2 % 3])
        {
            Subject = subjects[i / 6 % 3], Item = i % 5 == 0 ? null : $"item/{i}", Number = i % 4 == 0 ? i : null,
            Platform = "main", KeyId = "0123456789abcdef", Request = $"r{i}", Times = 1 + (i % 2),
        }).ToList();
        foreach (var chunk in notes.Chunk(30)) await Trail.Write("asked", chunk, default);
        var all = await new TrailReader(source).Read("asked", new TrailFilter(), null, 1_000, default);
        Assert.Equal(notes.Count, all.Count);
        Assert.Equal(
            notes.Select(note => note with { }), all.Reverse().Select(NoteOf));

        var times = all.Select(line => line.At).Distinct().ToArray();
        var cases =
            from kind in Gen.Elements<TrailKind?>(null, TrailKind.Read, TrailKind.Done, TrailKind.Refused)
            from action in Gen.Elements<string?>(null, "create_key", "open_book")
            from actor in Gen.Elements<string?>(null, "app", "app/carol", "other")
            from subject in Gen.Elements<string?>(null, "creator:mia", "creator:noa")
            from @from in Gen.Choose(-1, times.Length - 1)
            from until in Gen.Choose(-1, times.Length - 1)
            from before in Gen.Choose(0, 125)
            from most in Gen.Choose(1, 40)
            select (Filter: new TrailFilter
            {
                Kind = kind, Action = action, Actor = actor, Subject = subject,
                From = @from < 0 ? null : times[@from], Until = until < 0 ? null : times[until],
            }, before, most);
        Properties.Hold(cases, @case =>
        {
            var (filter, before, most) = @case;
            var expected = all.Where(line =>
                (before == 0 || line.Sequence < before)
                && (filter.Kind is not { } kind || line.Kind == TrailNote.WordOf(kind))
                && (filter.Action is null || line.Action == filter.Action)
                && (filter.Actor is null || line.Actor == filter.Actor
                    || line.Actor.StartsWith(filter.Actor + "/", StringComparison.Ordinal))
                && (filter.Subject is null || line.Subject == filter.Subject)
                && (filter.From is not { } first || line.At >= first)
                && (filter.Until is not { } last || line.At < last)).Take(most);
            var found = new TrailReader(source)
                .Read("asked", filter, before == 0 ? null : before, most, default).GetAwaiter().GetResult();
            Assert.Equal(expected.Select(line => line.Sequence), found.Select(line => line.Sequence));
        }, times: 60);
        var later = new TrailFilter { From = times.Max() + Duration.FromDays(1) };
        Assert.Empty(await new TrailReader(source).Read("asked", later, null, 10, default));
    }

    [Fact]
    public async Task Whatever_is_changed_in_the_trail_is_found_and_its_line_is_named()
    {
        for (var i = 0; i < 5; i++)
        {
            await Trail.Write("tampered", Seen($"creator:{i}") with
            {
                Item = "tax_form/w9", KeyId = "0123456789abcdef", Platform = "main", Number = 7, Request = "r",
            }, default);
        }

        Assert.Null(await Broken());
        const string third = "where tenant = 'tampered' and sequence = 3";
        foreach (var (change, key) in new[]
        {
            ($"update ledger.trail set at = at + interval '1 microsecond' {third}", "sequence=3"),
            ($"update ledger.trail set number = 8 {third}", "sequence=3"),
            ($"update ledger.trail set number = null {third}", "sequence=3"),
            ($"update ledger.trail set times = 2 {third}", "sequence=3"),
            ($"update ledger.trail set kind = 'done' {third}", "sequence=3"),
            ($"update ledger.trail set action = 'other' {third}", "sequence=3"),
            ($"update ledger.trail set actor = 'other' {third}", "sequence=3"),
            ($"update ledger.trail set key_id = null {third}", "sequence=3"),
            ($"update ledger.trail set platform = 'side' {third}", "sequence=3"),
            ($"update ledger.trail set subject = 'creator:other' {third}", "sequence=3"),
            ($"update ledger.trail set item = '' {third}", "sequence=3"),
            ($"update ledger.trail set request = 'x' {third}", "sequence=3"),
            ($"update ledger.trail set previous = sha256('x') {third}", "sequence=3"),
            ($"update ledger.trail set hash = sha256('x') {third}", "sequence=3"),
            ($"update ledger.trail set tenant = 'other' {third}", "sequence="),
            ($"delete from ledger.trail {third}", "sequence=4"),
            ("delete from ledger.trail where tenant = 'tampered' and sequence = 1", "sequence=2"),
            ($"update ledger.trail set sequence = 9 {third}", "sequence=4"),
            ("""
                insert into ledger.trail (at, sequence, times, tenant, kind, action, actor, previous, hash)
                select at, 6, times, tenant, kind, action, actor, sha256('x'), sha256('y') from ledger.trail
                where tenant = 'tampered' and sequence = 5
                """, "sequence=6"),
        })
        {
            Assert.Equal(key, await BrokenAfter(change) is { } broken && broken.Table == "trail"
                ? broken.Key[..Math.Min(broken.Key.Length, key.Length)]
                : $"nothing was found after {change}");
        }

        Assert.Null(await Broken());
    }

    [Theory]
    [InlineData("update ledger.trail set actor = 'nobody'", false)]
    [InlineData("delete from ledger.trail", false)]
    [InlineData("truncate ledger.trail", false)]
    [InlineData("update ledger.trail set actor = 'nobody'", true)]
    [InlineData("delete from ledger.trail", true)]
    [InlineData("truncate ledger.trail", true)]
    public async Task Nobody_changes_a_line_or_takes_one_away(string statement, bool asOwner)
    {
        await Trail.Write("kept", Seen("creator:mia"), default);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Execute(
            asOwner ? database.OwnerConnectionString : database.HostConnectionString, statement));
        Assert.Equal(
            asOwner ? PostgresErrorCodes.RestrictViolation : PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task What_becomes_of_keys_books_and_the_schema_is_in_the_trail_of_their_tenant()
    {
        var store = new KeyStore(source);
        var grant = new KeyGrant { Tenant = "noted", Service = "shop", Scopes = [Scopes.Tips] };
        var made = (await store.Create(grant, "office/ann", default)).Key;
        var (next, _) = await store.Rotate(made.Id, Duration.FromHours(1), "office/ann", default);
        await store.Revoke(made.Id, "office/bob", default);
        await store.Revoke(made.Id, "office/bob", default);
        Assert.Null((await store.Rotate(made.Id, Duration.Zero, "office/ann", default)).Made);
        var lines = await new TrailReader(source).Read("noted", new TrailFilter(), null, 10, default);
        Assert.Equal(
            [
                $"done revoke_key office/bob key:{made.Id} ", $"done rotate_key office/ann key:{made.Id} {next!.Key.Id}",
                $"done create_key office/ann key:{made.Id} ",
            ],
            lines.Select(line => $"{line.Kind} {line.Action} {line.Actor} {line.Subject} {line.Item}"));
        var house = await new TrailReader(source).Read(
            AccessTrail.House, new TrailFilter { Action = "migrate" }, null, 10, default);
        Assert.Equal("schema", house[^1].Subject);
    }

    private static TrailNote Seen(string subject) => new(TrailKind.Read, "reveal_tax_form", "app/carol")
    {
        Subject = subject,
    };

    private static TrailNote NoteOf(TrailLine line) => new(
        Enum.GetValues<TrailKind>().Single(kind => TrailNote.WordOf(kind) == line.Kind), line.Action, line.Actor)
    {
        KeyId = line.KeyId, Platform = line.Platform, Subject = line.Subject, Item = line.Item, Number = line.Number,
        Times = line.Times, Request = line.Request,
    };

    private async Task<Broken?> Broken() =>
        (await new Verification(source).Verify(null, 1, null, default)).FirstBroken;

    /// <summary>What is found while a change, which no trigger heard of, is in force; then it is taken back.</summary>
    private async Task<Broken?> BrokenAfter(string change)
    {
        await TestDatabase.Execute(
            database.SuperuserConnectionString,
            $"""
            set session_replication_role = replica; alter table ledger.trail disable trigger append_only;
            create table if not exists public.kept_trail as select * from ledger.trail; {change}
            """);
        try
        {
            return await Broken();
        }
        finally
        {
            await TestDatabase.Execute(
                database.SuperuserConnectionString,
                """
                alter table ledger.trail disable trigger never_emptied; truncate ledger.trail;
                insert into ledger.trail select * from public.kept_trail; drop table public.kept_trail;
                alter table ledger.trail enable always trigger append_only;
                alter table ledger.trail enable always trigger never_emptied
                """);
        }
    }
}
