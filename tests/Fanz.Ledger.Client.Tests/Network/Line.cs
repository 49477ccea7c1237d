using System.Net.Sockets;

namespace Fanz.Ledger.Client.Tests.Network;

/// <summary>One connection of a client's through a rough network.</summary>
internal sealed class Line(RoughNetwork network, Socket client)
{
    private readonly Lock gate = new();
    private readonly List<byte> request = [];
    private bool isAnswered;
    private bool cutsAnswer;
    private Socket? host;

    private Roughness Roughness => network.Roughness;

    public async Task Carry()
    {
        using var _ = client;
        using var closing = network.Closing.Register(() => Break());
        if (await network.Connect() is not { } found)
        {
            network.Tally.Add("refused");
            Break();
            return;
        }

        try
        {
            client.NoDelay = true;
        }
        catch (SocketException)
        {
            // It is gone already, which those who read from it will notice.
        }

        using (host = found) await Task.WhenAll(ToHost(), ToClient());
    }

    private async Task ToHost()
    {
        var buffer = new byte[1 << 16];
        try
        {
            int length;
            while ((length = await client.ReceiveAsync(buffer)) > 0)
                if (!await Pass(buffer.AsMemory(0, length))) return;
            host!.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            Break();
        }
    }

    /// <summary>Says whether the line is still good.</summary>
    private async Task<bool> Pass(ReadOnlyMemory<byte> said)
    {
        Note(said.Span);
        if (Happens(Roughness.Drops, "dropped")) return Break();
        if (Happens(Roughness.Delays, "delayed")) await Pause(Roughness.LongestDelay * network.Below(100) / 100);
        if (Happens(Roughness.Stalls, "stalled")) await Pause(Roughness.Stall);
        if (Happens(Roughness.CutsRequest, "request cut"))
        {
            await Send(host!, said[..network.Below(said.Length)]);
            return Break();
        }

        if (Happens(Roughness.DoublesAtOnce, "doubled at once")) Double(TimeSpan.Zero);
        if (Happens(Roughness.CutsAnswer, "answer cut")) cutsAnswer = true;
        await Send(host!, said);
        return true;
    }

    private async Task ToClient()
    {
        var buffer = new byte[1 << 16];
        try
        {
            int length;
            while ((length = await host!.ReceiveAsync(buffer)) > 0)
            {
                if (IsFirstOfAnswer() && Happens(Roughness.DoublesLater, "doubled later"))
                    Double(2 * Roughness.LongestDelay * network.Below(100) / 100);
                if (cutsAnswer)
                {
                    await Send(client, buffer.AsMemory(0, network.Below(length)));
                    Break();
                    return;
                }

                await Send(client, buffer.AsMemory(0, length));
            }

            client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            Break();
        }
    }

    /// <summary>What a client says after it was answered is a new request.</summary>
    private void Note(ReadOnlySpan<byte> said)
    {
        lock (gate)
        {
            if (isAnswered) request.Clear();
            isAnswered = false;
            request.AddRange(said);
        }
    }

    private bool IsFirstOfAnswer()
    {
        lock (gate) return !isAnswered && (isAnswered = true);
    }

    /// <summary>Says what was said once more, to whichever host, and listens to the answer for nobody.</summary>
    private void Double(TimeSpan after)
    {
        byte[] copy;
        lock (gate) copy = [.. request];
        network.Run(async () =>
        {
            try
            {
                await Task.Delay(after, network.Closing);
                using var other = await network.Connect();
                if (other is null) return;
                await Send(other, copy);
                var answer = new byte[1 << 16];
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(network.Closing);
                enough.CancelAfter(TimeSpan.FromSeconds(5));
                if (await other.ReceiveAsync(answer, enough.Token) > 0) network.Tally.Add("double answered");
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                network.Tally.Add("double lost");
            }
        });
    }

    private async Task Send(Socket end, ReadOnlyMemory<byte> said)
    {
        while (said.Length > 0) said = said[await end.SendAsync(said, network.Closing)..];
    }

    private Task Pause(TimeSpan pause) => Task.Delay(pause, network.Closing);

    private bool Happens(int ofHundred, string what)
    {
        if (!network.Happens(ofHundred)) return false;
        network.Tally.Add(what);
        return true;
    }

    /// <summary>Both ends see the connection die at once.</summary>
    private bool Break()
    {
        foreach (var end in new[] { client, host })
        {
            try
            {
                if (end is not null) end.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                // It is gone already.
            }

            end?.Dispose();
        }

        return false;
    }

    private static bool IsBroken(Exception exception) => exception
        is SocketException or ObjectDisposedException or OperationCanceledException;
}
