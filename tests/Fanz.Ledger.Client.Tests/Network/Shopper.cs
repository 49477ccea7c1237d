using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client.Tests.Network;

/// <summary>
/// A service with one fan, who tops up and tips. It keeps what it asked for and what it was told, and nothing else; and
/// it knows what a book must say, for it alone moves this wallet.
/// </summary>
internal sealed class Shopper(int number, int seed, BookName book, LedgerClient client)
{
    private static readonly string[] Creators = ["mia", "noa", "zoe"];

    private readonly Random chance = new(seed + number);
    private readonly List<KeyedCommand> asked = [];
    private readonly Dictionary<string, Outcome> told = [];
    private long seen;

    public string Fan { get; } = string.Create(CultureInfo.InvariantCulture, $"fan{number}");

    public IReadOnlyDictionary<string, Outcome> Told => told;

    /// <summary>What the fan must have in the wallet, by what was told.</summary>
    public long Wallet { get; private set; }

    public int Calls { get; private set; }

    /// <summary>How often it stopped waiting, or ran out of patience, and asked again under the same key.</summary>
    public int Unknown { get; private set; }

    public async Task Step()
    {
        switch (chance.Next(10))
        {
            case 0 or 1:
                await One(TopUp());
                break;
            case 2:
                await Many(together: false, chance.Next(2, 8));
                break;
            case 3:
                await Many(together: true, chance.Next(2, 5));
                break;
            case 4 when told.Count > 0:
                await AskAgain();
                break;
            case 5 when told.Count > 0:
                await Misuse();
                break;
            case 6 when Told.Count > 0:
                await Look();
                break;
            default:
                await One(Tip());
                break;
        }
    }

    private async Task One(KeyedCommand command)
    {
        var outcome = await Persist(token => client.Post(book, command.Command, command.Key, token));
        Judge([command], [outcome], together: false);
    }

    private async Task Many(bool together, int count)
    {
        KeyedCommand[] commands = [.. Enumerable.Range(0, count).Select(_ => Tip())];
        var outcomes = await Persist(token => together
            ? client.PostTogether(book, commands, token)
            : client.PostAll(book, commands, token));
        Judge(commands, outcomes, together);
    }

    /// <summary>The same again, long after, is answered as it was the first time.</summary>
    private async Task AskAgain()
    {
        var command = asked[chance.Next(asked.Count)];
        if (told[command.Key] is Outcome.SetAside) return;
        var again = await Persist(token => client.Post(book, command.Command, command.Key, token));
        Assert.Equal(Words(told[command.Key]), Words(again));
        Assert.True(again is Outcome.Posted { Replayed: true } or Outcome.Refused { Replayed: true }, $"{again}");
    }

    /// <summary>Whichever host answers, what was told is seen.</summary>
    private async Task Look()
    {
        var account = new AccountName("fan.wallet", Fan, "USD");
        var wallet = await Persist(token => client.Balance(book, account, seen, token));
        Assert.Equal(Wallet, wallet?.BalanceOnNormalSide ?? 0);
        Assert.True(wallet is null || wallet.Number >= seen);
    }

    /// <summary>Another command under a key that has been used changes nothing.</summary>
    private async Task Misuse()
    {
        var command = asked[chance.Next(asked.Count)];
        if (told[command.Key] is Outcome.SetAside) return;
        var other = new Command.TopUp(Fan, 999_999, "USD", "misused");
        Assert.IsType<Outcome.KeyReused>(await Persist(token => client.Post(book, other, command.Key, token)));
    }

    /// <summary>Goes on asking, with the keys that it has, as a service does that was told "unknown".</summary>
    private async Task<T> Persist<T>(Func<CancellationToken, Task<T>> call)
    {
        while (true)
        {
            Calls++;
            using var impatience = new CancellationTokenSource();
            if (chance.Next(10) == 0) impatience.CancelAfter(chance.Next(1, 100));
            try
            {
                return await call(impatience.Token);
            }
            catch (Exception exception) when (
                exception is OutcomeUnknown or LedgerUnavailable or OperationCanceledException)
            {
                Unknown++;
            }
        }
    }

    /// <summary>What was told is what a book must say to these commands, in this order, with that wallet.</summary>
    private void Judge(IReadOnlyList<KeyedCommand> commands, IReadOnlyList<Outcome> outcomes, bool together)
    {
        Assert.Equal(commands.Select(command => command.Key), outcomes.Select(outcome => outcome.Key));
        var left = Wallet;
        var expected = commands.Select(command => command.Command switch
        {
            Command.TopUp topUp => Moved(topUp.Amount),
            Command.SendTip tip when tip.Amount <= left => Moved(-tip.Amount),
            _ => typeof(Outcome.Refused),
        }).ToArray();
        if (together && expected.Contains(typeof(Outcome.Refused)))
        {
            left = Wallet;
            var refused = Array.IndexOf(expected, typeof(Outcome.Refused));
            Array.Fill(expected, typeof(Outcome.SetAside));
            expected[refused] = typeof(Outcome.Refused);
        }

        Assert.Equal(expected, outcomes.Select(outcome => outcome.GetType()));
        Wallet = left;
        asked.AddRange(commands);
        foreach (var outcome in outcomes)
        {
            told.Add(outcome.Key, outcome);
            if (outcome is Outcome.Posted posted) seen = Math.Max(seen, posted.Receipt.Number);
        }

        Type Moved(long amount)
        {
            left += amount;
            return typeof(Outcome.Posted);
        }
    }

    private KeyedCommand TopUp()
    {
        var key = IdempotencyKey.New();
        return new KeyedCommand(new Command.TopUp(Fan, chance.Next(1, 50) * 100, "USD", key), key);
    }

    private KeyedCommand Tip()
    {
        var key = IdempotencyKey.New();
        var creator = Creators[chance.Next(Creators.Length)];
        return new KeyedCommand(
            new Command.SendTip(Fan, creator, chance.Next(1, 15) * 100, "USD", Funding.Wallet, key), key);
    }

    private static string Words(Outcome outcome) => outcome switch
    {
        Outcome.Posted posted => $"{posted.Receipt.Id} {posted.Receipt.At} {string.Join(", ", posted.Receipt.Entries)}",
        Outcome.Refused refused => $"{refused.Refusal.Code}: {refused.Refusal.Message}",
        _ => outcome.ToString(),
    };
}
