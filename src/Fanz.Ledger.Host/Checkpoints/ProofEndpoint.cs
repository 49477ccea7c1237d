using System.Globalization;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Checkpoints;
using Parameter = Fanz.Ledger.Host.OpenApi.Parameter;

namespace Fanz.Ledger.Host.Checkpoints;

/// <summary>The proof that a transaction is under a checkpoint, as the file that `ledger audit prove` writes.</summary>
internal static class ProofEndpoint
{
    public static Described Proof => new("read_proof", "Reading", "The proof that a transaction is under a checkpoint")
    {
        Text = "A small file that leads from the record with its entries to a signed statement of the tenant, and can "
            + "be checked with the public key alone: ops/proof.md says how. Kept with what was bought or paid, it holds "
            + "the ledger to it whatever becomes of the database.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Parameter.Path("number", "The number of the transaction in its book."),
                Parameter.Query(
                    "checkpoint", Shapes.Whole(), "Under this one of the tenant; otherwise the first that covers it."),
                Parameter.Query(
                    "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "The proof.", Shapes.Anything("What ops/proof.md describes."))
                {
                    Headers = [Header.Number],
                },
            ],
        Codes =
            [
                "book_unknown", "ill_formed", "parameter_unknown", "parameter_repeated", "not_there_yet",
                "too_many_waiting", "owner_only", "transaction_unknown", "archived", "not_signed_yet",
            ],
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Api.Books.Route + "/transactions/{number}/proof", (RequestDelegate)Answer).WithMetadata(Proof);

    private static async Task Answer(HttpContext context)
    {
        var read = await ReadRequest.OfBook(context, "checkpoint");
        var text = (string)context.GetRouteValue("number")!;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw Parameters.Wrong("number", "ill_formed", "A transaction is named by its number.");
        var checkpoint = read.Parameters.Whole("checkpoint", 1, long.MaxValue);
        await read.Look();
        var prover = new TransactionProver(Served.Of(context).Source);
        switch (await prover.Prove(read.Book, number, checkpoint, read.Aborted))
        {
            case Proved<TransactionProof>.It { Proof: var proof }:
                var bytes = ProofFormat.Write(proof);
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = bytes.Length;
                await context.Response.BodyWriter.WriteAsync(bytes, read.Aborted);
                return;
            case Proved<TransactionProof>.NotYet { Why: var why }:
                throw new ProblemFound(new Problem(StatusCodes.Status409Conflict, "not_signed_yet", why));
            case Proved<TransactionProof>.Unknown { Why: var why }:
                throw new ProblemFound(new Problem(StatusCodes.Status404NotFound, "transaction_unknown", why));
            default:
                throw new InvariantBroken("A proof has no other outcome.");
        }
    }
}
