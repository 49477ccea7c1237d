using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The rows of a batch, column by column, as they travel: an array for each column, so that any number of rows is one
/// statement with one plan. The SQL of the four inserts stands beside their columns.
/// </summary>
internal sealed class Rows
{
    public const string InsertAccounts = """
        insert into ledger.accounts (book_id, id, code, owner, currency, cohort)
        select * from unnest($1, $2, $3, $4, $5, $6)
        """;

    public const string InsertJournal = """
        insert into ledger.journal
            (book_id, number, type, at, effective_on, last_position, stream, refers_to, actor, data)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    public const string InsertEntries = """
        insert into ledger.entries (book_id, position, account_id, number, version, amount, balance)
        select * from unnest($1, $2, $3, $4, $5, $6, $7)
        """;

    public const string InsertAnswers = """
        insert into ledger.answers (book_id, key_hash, request_hash, number, refusal, at)
        select * from unnest($1, $2, $3, $4, $5, $6)
        """;

    public const string InsertSeals = """
        insert into ledger.seals
            (book_id, sequence, vocabulary, last_number, last_position, at, root, previous, hash, leaves)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private readonly Accounts accounts = new();
    private readonly Journal journal = new();
    private readonly Entries entries = new();
    private readonly Answers answers = new();
    private readonly Seals seals = new();

    public int Records => journal.Book.Count;

    public bool IsEmpty => journal.Book.Count == 0 && answers.Book.Count == 0;

    public void AddRecord(int book, JournalRecord record, ImmutableArray<Entry> added)
    {
        journal.Book.Add(book);
        journal.Number.Add(record.Number);
        journal.Type.Add(record.Type);
        journal.At.Add(record.At.ToDateTimeUtc());
        journal.EffectiveOn.Add(record.EffectiveOn.ToDateOnly());
        journal.LastPosition.Add(record.LastPosition);
        journal.Stream.Add(record.Stream);
        journal.RefersTo.Add(record.RefersTo);
        journal.Actor.Add(record.Actor);
        journal.Data.Add(record.Data.ToArray());
        foreach (var entry in added)
        {
            if (entry.OpensAccount) AddAccount(book, entry.AccountId, entry.Account);
            entries.Book.Add(book);
            entries.Position.Add(entry.Position);
            entries.Account.Add(entry.AccountId);
            entries.Number.Add(entry.Number);
            entries.Version.Add(entry.Version);
            entries.Amount.Add(entry.Amount);
            entries.Balance.Add(entry.Balance);
        }
    }

    public void AddAnswer(int book, Submission submission, long? number, byte[]? refusal, Instant at)
    {
        answers.Book.Add(book);
        answers.KeyHash.Add(submission.KeyHash);
        answers.RequestHash.Add(submission.RequestHash);
        answers.Number.Add(number);
        answers.Refusal.Add(refusal);
        answers.At.Add(at.ToDateTimeUtc());
    }

    public void AddSeal(int book, Seal seal, byte[] hash, byte[] leaves)
    {
        seals.Book.Add(book);
        seals.Sequence.Add(seal.Sequence);
        seals.Vocabulary.Add(seal.Vocabulary);
        seals.LastNumber.Add(seal.LastNumber);
        seals.LastPosition.Add(seal.LastPosition);
        seals.At.Add(seal.At.ToDateTimeUtc());
        seals.Root.Add(seal.Root);
        seals.Previous.Add(seal.Previous);
        seals.Hash.Add(hash);
        seals.Leaves.Add(leaves);
    }

    /// <summary>The records of a book that took something from an account.</summary>
    public IEnumerable<long> Debits(int book, long account)
    {
        for (var i = 0; i < entries.Book.Count; i++)
        {
            if (entries.Account[i] == account && entries.Book[i] == book && entries.Amount[i] > 0)
                yield return entries.Number[i];
        }
    }

    /// <summary>The values of the five inserts, in the order of <see cref="Inserts"/>.</summary>
    public IEnumerable<object[]> Values() =>
        [accounts.Values(), journal.Values(), entries.Values(), answers.Values(), seals.Values()];

    /// <summary>The five inserts, with the types of their columns.</summary>
    public static IEnumerable<(string Sql, NpgsqlDbType[] Columns)> Inserts() =>
        [
            (InsertAccounts, Accounts.Types),
            (InsertJournal, Journal.Types),
            (InsertEntries, Entries.Types),
            (InsertAnswers, Answers.Types),
            (InsertSeals, Seals.Types),
        ];

    private void AddAccount(int book, long id, AccountKey key)
    {
        accounts.Book.Add(book);
        accounts.Id.Add(id);
        accounts.Code.Add(key.Code.Name);
        accounts.Owner.Add(key.Owner);
        accounts.Currency.Add(key.Currency.Code);
        accounts.Cohort.Add(key.Cohort?.ToDateOnly());
    }

    private sealed class Accounts
    {
        public static readonly NpgsqlDbType[] Types =
            [
                NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text,
                NpgsqlDbType.Date,
            ];

        public readonly List<int> Book = [];
        public readonly List<long> Id = [];
        public readonly List<string> Code = [];
        public readonly List<string> Owner = [];
        public readonly List<string> Currency = [];
        public readonly List<DateOnly?> Cohort = [];

        public object[] Values() => [Book, Id, Code, Owner, Currency, Cohort];
    }

    private sealed class Journal
    {
        public static readonly NpgsqlDbType[] Types =
            [
                NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.TimestampTz,
                NpgsqlDbType.Date, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Text,
                NpgsqlDbType.Json,
            ];

        public readonly List<int> Book = [];
        public readonly List<long> Number = [];
        public readonly List<string> Type = [];
        public readonly List<DateTime> At = [];
        public readonly List<DateOnly> EffectiveOn = [];
        public readonly List<long> LastPosition = [];
        public readonly List<string?> Stream = [];
        public readonly List<long?> RefersTo = [];
        public readonly List<string> Actor = [];
        public readonly List<byte[]> Data = [];

        public object[] Values() =>
            [Book, Number, Type, At, EffectiveOn, LastPosition, Stream, RefersTo, Actor, Data];
    }

    private sealed class Entries
    {
        public static readonly NpgsqlDbType[] Types =
            [
                NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
                NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
            ];

        public readonly List<int> Book = [];
        public readonly List<long> Position = [];
        public readonly List<long> Account = [];
        public readonly List<long> Number = [];
        public readonly List<long> Version = [];
        public readonly List<long> Amount = [];
        public readonly List<long> Balance = [];

        public object[] Values() => [Book, Position, Account, Number, Version, Amount, Balance];
    }

    private sealed class Answers
    {
        public static readonly NpgsqlDbType[] Types =
            [
                NpgsqlDbType.Integer, NpgsqlDbType.Uuid, NpgsqlDbType.Bytea, NpgsqlDbType.Bigint, NpgsqlDbType.Json,
                NpgsqlDbType.TimestampTz,
            ];

        public readonly List<int> Book = [];
        public readonly List<Guid> KeyHash = [];
        public readonly List<byte[]> RequestHash = [];
        public readonly List<long?> Number = [];
        public readonly List<byte[]?> Refusal = [];
        public readonly List<DateTime> At = [];

        public object[] Values() => [Book, KeyHash, RequestHash, Number, Refusal, At];
    }

    private sealed class Seals
    {
        public static readonly NpgsqlDbType[] Types =
            [
                NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Bigint,
                NpgsqlDbType.Bigint, NpgsqlDbType.TimestampTz, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea,
                NpgsqlDbType.Bytea, NpgsqlDbType.Bytea,
            ];

        public readonly List<int> Book = [];
        public readonly List<long> Sequence = [];
        public readonly List<int> Vocabulary = [];
        public readonly List<long> LastNumber = [];
        public readonly List<long> LastPosition = [];
        public readonly List<DateTime> At = [];
        public readonly List<byte[]> Root = [];
        public readonly List<byte[]> Previous = [];
        public readonly List<byte[]> Hash = [];
        public readonly List<byte[]> Leaves = [];

        public object[] Values() =>
            [Book, Sequence, Vocabulary, LastNumber, LastPosition, At, Root, Previous, Hash, Leaves];
    }
}
