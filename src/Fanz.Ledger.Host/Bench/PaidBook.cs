using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// A platform that pays its creators by files to the clearing house. All that may be asked of a creator is asked, so
/// that nothing that is looked at in service is left out.
/// </summary>
internal sealed class PaidBook(BenchDatabase database, BookWriter writer, LaterClock clock, OpenedBook book)
{
    public const string Bank = "firstbank", Account = "4000123456", FirstApprover = "rita", SecondApprover = "sven";
    public const int CoolDownDays = 3;
    public const long Least = 50_00, Fee = 1_00;

    private const string Proposer = "ann", Approver = "ben", Rail = "nacha", Method = "bank", Routing = "021000021";
    private const int ABatch = 1_000, SealsAtOnce = 8;
    private static readonly Actor Office = new("bench", "office");

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["destination"] = "091000019", ["destination_name"] = "First Bank", ["origin"] = "1912345678",
        ["origin_name"] = "Fanz", ["company_name"] = "Fanz", ["company_id"] = "1912345678", ["odfi"] = "09100001",
    };

    public PersonKeys Keys { get; } = new(database.Source, RandomNumberGenerator.GetBytes(32));

    public OpenedBook Book => book;

    public async Task SetTerms()
    {
        Command[] terms =
            [
                new Command.SetRail(Rail, PaymentFormat.Nacha, Settings, Proposer, Approver, Bank),
                new Command.SetPayoutTerms(
                    "USD", Rail, Least, Fee,
                    new PayoutRequirements(VerificationLevel: 1, CoolDownDays, Screening: true, TaxForm: false), Proposer,
                    Approver),
                .. new[] { FirstApprover, SecondApprover }.Select(person =>
                    new Command.SetApprover(person, "USD", 1_000_000_000_00, Proposer, Approver)),
            ];
        await Post(terms.Select((command, i) => (command, string.Create(CultureInfo.InvariantCulture, $"terms-{i}"))));
    }

    /// <summary>Creators who are known, screened, and have said where they are paid.</summary>
    public async Task AddPayees(int count, IProgress<string> progress, CancellationToken cancellation)
    {
        for (var from = 0; from < count; from += ABatch)
        {
            var details = new string[Math.Min(ABatch, count - from)];
            await Parallel.ForEachAsync(
                Enumerable.Range(from, details.Length),
                new ParallelOptions { MaxDegreeOfParallelism = SealsAtOnce, CancellationToken = cancellation },
                async (payee, token) => details[payee - from] = await Keys.Seal(
                    book.Name.Tenant, PersonKeys.OfCreator(NameOf(payee)), PersonKeys.PayoutDetails,
                    PayeeAccountFormat.Write(AccountOf(payee)), token));
            var fingerprints = await Keys.Fingerprints(cancellation);
            await Post(details.SelectMany((sealedText, i) => Known(from + i, sealedText, fingerprints)));
            if ((from + ABatch) % 20_000 == 0) progress.Report($"{from + ABatch:n0} creators can be paid");
        }
    }

    /// <summary>Gives the first creators more than the least that is paid, each another amount.</summary>
    public async Task Give(int count, string what)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(ABatch))
        {
            var legs = some.Select(payee =>
                new NamedLeg(new AccountName(Chart.CreatorAvailable.Name, NameOf(payee), "USD"), -AmountOf(payee)));
            var all = new NamedLeg(
                new AccountName(Chart.ProcessorReceivable.Name, "", "USD"), some.Sum(AmountOf));
            await Post([(new Command.Transfer([all, .. legs], "earned"), $"{what}-{some[0]}")]);
        }
    }

    public async Task Post(IEnumerable<(Command Command, string Key)> commands, Actor? actor = null)
    {
        foreach (var some in commands.Chunk(ABatch * 4))
            foreach (var reply in await writer.PostAll(book.Name, some, actor ?? Office)) TipLoad.Expect(reply);
    }

    private IEnumerable<(Command Command, string Key)> Known(
        int payee, string details, Fingerprints fingerprints)
    {
        var (name, account) = (NameOf(payee), AccountOf(payee));
        var fingerprint = fingerprints.Of(
            book.Name.Tenant, PersonKeys.PayoutDetails, Encoding.UTF8.GetBytes(account.Identity));
        yield return (
            new Command.RecordVerification(name, VerificationOutcome.Verified, Level: 2, "idcheck", $"id-{payee}"),
            $"verified-{payee}");
        yield return (
            new Command.RecordScreening(
                name, ScreeningOutcome.Clear, "consolidated", "screener", $"screen-{payee}", clock.Today),
            $"screened-{payee}");
        yield return (
            new Command.AddPayoutMethod(
                name, Method, Rail, "USD", "US", details, fingerprint, account.Masked, Proposer, Approver),
            $"method-{payee}");
        yield return (
            new Command.VerifyPayoutMethod(name, Method, Version: 1, MethodProof.Provider, $"proof-{payee}"),
            $"proof-{payee}");
    }

    private static long AmountOf(int payee) => Least + Fee + (payee % 10_000);

    private static string NameOf(int payee) => string.Create(CultureInfo.InvariantCulture, $"creator-{payee:000000}");

    private static PayeeAccount.UsBank AccountOf(int payee) => new(
        $"Person {payee}", Routing, string.Create(CultureInfo.InvariantCulture, $"{1_000_000_000L + payee}"),
        IsSavings: false, IsCompany: false);
}
