using Fanz.Ledger.Books;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class RecollectionTests
{
    [Fact]
    public void Exactly_what_was_used_since_the_last_but_one_letting_go_is_known() => Properties.Hold(
        Gen.Choose(0, 59).ArrayOf(200), steps =>
        {
            var memory = new Recollection<int, string>();
            var lastUsed = new Dictionary<int, (int Epoch, string Value)>();
            var epoch = 0;
            for (var i = 0; i < steps.Length; i++)
            {
                var key = steps[i] % 10;
                switch (steps[i] / 10)
                {
                    case 0 when key < 5:
                        memory.LetGo();
                        epoch++;
                        break;
                    case 1 when key == 0:
                        memory.Clear();
                        lastUsed.Clear();
                        break;
                    case 1 when key < 4:
                        memory.Remove(key);
                        lastUsed.Remove(key);
                        break;
                    case 2 or 3:
                        memory.Set(key, $"{i}");
                        lastUsed[key] = (epoch, $"{i}");
                        break;
                    default:
                        var isKnown = lastUsed.TryGetValue(key, out var used) && used.Epoch >= epoch - 1;
                        Assert.Equal(isKnown, memory.TryGet(key, out var value));
                        Assert.Equal(isKnown ? used.Value : null, value);
                        if (isKnown) lastUsed[key] = (epoch, used.Value);
                        break;
                }

                Assert.Equal(lastUsed.Values.Count(u => u.Epoch == epoch), memory.InUse);
                Assert.Equal(lastUsed.Values.Count(u => u.Epoch >= epoch - 1), memory.Count);
            }
        });

    [Fact]
    public void A_memory_holds_no_more_than_two_generations()
    {
        var memory = new Recollection<int, string>();
        for (var i = 0; i < 100_000; i++)
        {
            memory.Set(i, "");
            if (memory.InUse == 100) memory.LetGo();
            Assert.InRange(memory.Count, 0, 200);
        }
    }
}
