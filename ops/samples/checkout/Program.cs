using Fanz.Ledger.Books;
using Fanz.Ledger.Client;
using Fanz.Ledger.Samples.Checkout;

// A shop that sells content through the ledger. Start a ledger (`ops/run`), then, with a key of its own:
//
//   export LEDGER_KEY=fl_…
//   dotnet run --project ops/samples/checkout
var key = Environment.GetEnvironmentVariable("LEDGER_KEY");
var address = Environment.GetEnvironmentVariable("LEDGER_URL") ?? "http://127.0.0.1:5480";
var name = Environment.GetEnvironmentVariable("LEDGER_BOOK") ?? "fanz/bestfans";
if (key is null || !BookName.TryParse(name, out var book))
{
    Console.Error.WriteLine("Set LEDGER_KEY to an API key and, if need be, LEDGER_URL and LEDGER_BOOK.");
    return 2;
}

using var ledger = new LedgerClient(
    new Uri(address), key, new LedgerClientOptions { Retrying = why => Console.Error.WriteLine($"Again: {why}") });
var shop = new Shop(ledger, book.Value);

// Whoever follows a book keeps the cursor of the last record that was dealt with. This shop begins at the end.
var cursor = await ledger.Head(book.Value);

// A real shop has these from its own database. A fan of its own for each run keeps the sample's sums readable.
var run = IdempotencyKey.New()[..8];
var cheap = new Order($"{run}-1", $"fan-{run}", "mia", "sunset", 9_99, "USD");
var dear = new Order($"{run}-2", $"fan-{run}", "mia", "the whole archive", 500_00, "USD");

await shop.TopUp(cheap.Fan, 20_00, "USD", $"card payment {run}");
await shop.Sell(cheap);
await shop.Sell(cheap); // As after a crash between paying and handing over: nothing is paid twice.
var last = await shop.Sell(dear);
await shop.ShowWallet(cheap.Fan, "USD", last);
await shop.Follow(cursor, last);
return 0;
