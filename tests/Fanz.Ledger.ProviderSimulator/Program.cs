using Fanz.Ledger.ProviderSimulator;

// provider-simulator [--seed N] [--port N] [--books FILE]: a payment provider as ops/rails-provider.md describes one,
// on a loopback port that it prints. SIMULATOR_SECRET is the secret that it shares with the rail. With --books it keeps
// what it knows in a file, and is the same provider when it is started again. It ends with its standard input.
var words = args.Chunk(2)
    .ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "", StringComparer.Ordinal);
var secret = Environment.GetEnvironmentVariable("SIMULATOR_SECRET");
if (words.Keys.Except(["--seed", "--port", "--books"]).Any() || string.IsNullOrEmpty(secret))
{
    Console.Error.WriteLine("SIMULATOR_SECRET=… provider-simulator [--seed N] [--port N] [--books FILE]");
    return 2;
}

int Whole(string name) => words.TryGetValue(name, out var text)
    ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
    : 0;

await using var provider = await SimulatedProvider.Start(new SimulatorOptions
{
    Secret = secret,
    Seed = Whole("--seed"),
    Port = Whole("--port"),
    Books = words.GetValueOrDefault("--books"),
});
Console.WriteLine(provider.Url);
await Console.In.ReadToEndAsync();
return 0;
