using System.Net;
using System.Text;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Host.Tests.OpenApi;
using Fanz.Ledger.Host.Tests.Statements;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Server;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Checkpoints;

[Collection(StatementCollection.Name)]
public sealed class ProofEndpointTests(StatementLedger ledger)
{
    [Fact]
    public async Task A_transaction_is_proved_once_it_is_signed_and_to_nobody_who_sees_one_owner_alone()
    {
        var number = ledger.NumberOf("send_tip");
        (await ledger.Get($"/transactions/{number}/proof")).Is(HttpStatusCode.Conflict, "not_signed_yet");
        await using var source = LedgerDatabase.Connect(ledger.Home.Server.HostConnectionString());
        using var key = CheckpointKey.New();
        await new CheckpointMaker(source).Make("fanz", key, Duration.Zero, default);

        foreach (var path in new[] { "/proof", "/proof?checkpoint=1" })
        {
            var answer = (await ledger.Get($"/transactions/{number}{path}")).IsGood();
            var proof = Assert.IsType<TransactionProof>(ProofFormat.Read(Encoding.UTF8.GetBytes(answer.Text)));
            Assert.Null(proof.Fault([key.Public]));
            Assert.Equal(number, proof.Record.Record.Number);
        }

        (await ledger.Get($"/transactions/{number}/proof?checkpoint=9")).Is(HttpStatusCode.Conflict, "not_signed_yet");
        (await ledger.Get("/transactions/99999/proof")).Is(HttpStatusCode.NotFound, "transaction_unknown");
        (await ledger.Get("/transactions/0/proof")).Is(HttpStatusCode.BadRequest, "ill_formed", "number");
        (await ledger.Get($"/transactions/{number}/proof", "fan/anna")).Is(HttpStatusCode.Forbidden, "owner_only");
    }
}
