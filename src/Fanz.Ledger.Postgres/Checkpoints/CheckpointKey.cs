using System.Security.Cryptography;
using Fanz.Ledger.Checkpoints;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>The private key that signs checkpoints: ECDSA over P-256. It is never in the database.</summary>
public sealed class CheckpointKey : IDisposable
{
    private readonly ECDsa key;

    private CheckpointKey(ECDsa key)
    {
        this.key = key;
        Public = CheckpointVerifier.Of(key.ExportSubjectPublicKeyInfo())
            ?? throw new FormatException("It is no key of ECDSA over P-256.");
    }

    public CheckpointVerifier Public { get; }

    public static CheckpointKey New() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="FormatException">It holds no private key on P-256.</exception>
    public static CheckpointKey OfPem(string text)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            // A public key reads as well, and signs nothing.
            return key.ExportParameters(includePrivateParameters: true).D is not null
                ? new CheckpointKey(key)
                : throw new FormatException("It holds no private key.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or FormatException)
        {
            key.Dispose();
            throw new FormatException("It holds no private key of ECDSA over P-256 as PEM.", exception);
        }
    }

    public string PrivatePem() => key.ExportPkcs8PrivateKeyPem() + "\n";

    public SignedCheckpoint Sign(Checkpoint statement) => new(
        statement,
        key.SignData(statement.Block(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    public void Dispose() => key.Dispose();
}
