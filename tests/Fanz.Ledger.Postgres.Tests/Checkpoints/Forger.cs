using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Audit;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Checkpoints;

/// <summary>
/// Makes all leaves, roots and seals of every book anew from the rows as they are now, as somebody could who has every
/// right in the database and knows the format, and gives each batch back its seal with the hash that then fits.
/// </summary>
internal sealed class Forger(NpgsqlDataSource superuser)
{
    public async Task SealAnew()
    {
        foreach (var (id, tenant, platform) in await Books())
        {
            var leaf = new RowLeaf(tenant, platform);
            var accounts = await Accounts(id);
            var (records, entries) = (await Records(id), await Entries(id));
            var answers = await Answers(id);
            var before = (Number: 0L, Position: 0L, Hash: Seal.None);
            foreach (var seal in await Seals(id))
            {
                var leaves = new List<byte>();
                foreach (var record in records.Where(
                    one => one.Number > before.Number && one.Number <= seal.LastNumber))
                {
                    var own = entries.Where(entry => entry.Number == record.Number).ToArray();
                    foreach (var entry in own.Where(entry => entry.Version == 1))
                        leaves.AddRange(leaf.OfAccount(in accounts[accounts.Find(entry.AccountId)], accounts));
                    leaves.AddRange(leaf.OfRecord(record, own, accounts));
                    foreach (var answer in answers.Where(one => one.Number == record.Number))
                        leaves.AddRange(leaf.OfAnswer(answer));
                }

                foreach (var refusal in answers.Where(one => one.Number is null && one.At == seal.At)
                    .OrderBy(one => one.KeyHash.ToString(), StringComparer.Ordinal))
                    leaves.AddRange(leaf.OfAnswer(refusal));
                var made = seal with
                {
                    Leaves = [.. leaves], Root = Merkle.Root([.. leaves]), Previous = before.Hash,
                };
                made = made with { Hash = leaf.OfSeal(made) };
                await Update(id, made);
                before = (made.LastNumber, made.LastPosition, made.Hash);
            }
        }
    }

    private async Task<List<(int Id, string Tenant, string Platform)>> Books()
    {
        await using var query = superuser.CreateCommand("select id, tenant, platform from ledger.books order by id");
        await using var reader = await query.ExecuteReaderAsync();
        var books = new List<(int, string, string)>();
        while (await reader.ReadAsync()) books.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return books;
    }

    private async Task<KnownAccounts> Accounts(int book)
    {
        var accounts = new KnownAccounts();
        await using var query = superuser.CreateCommand(
            $"select book_id, id, cohort, code, owner, currency from ledger.accounts where book_id = {book}");
        await using var reader = await query.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            accounts.Add(new AccountRow(
                book, reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<int>(2), reader.GetString(3),
                reader.GetString(4), reader.GetString(5)));
        return accounts;
    }

    private async Task<List<AnswerRow>> Answers(int book)
    {
        await using var query = superuser.CreateCommand(
            $"select book_id, at, number, key_hash, request_hash, refusal from ledger.answers where book_id = {book}");
        await using var reader = await query.ExecuteReaderAsync();
        var answers = new List<AnswerRow>();
        while (await reader.ReadAsync()) answers.Add(VerificationSnapshot.ReadAnswer(reader));
        return answers;
    }

    private Task<List<JournalRow>> Records(int book) =>
        All(new RowPages(superuser).Journal(book, -1, 1_000_000, default));

    private Task<List<EntryRow>> Entries(int book) =>
        All(new RowPages(superuser).Entries(book, -1, 1_000_000, default));

    private Task<List<SealRow>> Seals(int book) =>
        All(new RowPages(superuser).Seals(book, (-1, -1), (1_000_000, 1_000_000), default));

    private static async Task<List<T>> All<T>(IAsyncEnumerable<List<T>> pages)
    {
        var all = new List<T>();
        await foreach (var page in pages) all.AddRange(page);
        return all;
    }

    private async Task Update(int book, SealRow seal)
    {
        await using var update = superuser.CreateCommand(
            """
            update ledger.seals set leaves = $3, root = $4, previous = $5, hash = $6
            where book_id = $1 and sequence = $2
            """);
        foreach (var value in new object[] { book, seal.Sequence, seal.Leaves, seal.Root, seal.Previous, seal.Hash })
            update.Parameters.Add(new() { Value = value });
        await update.ExecuteNonQueryAsync();
    }
}
