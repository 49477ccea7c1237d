using System.Net.Http.Headers;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Client;

/// <summary>
/// Posts commands to a ledger and reads what came of them. One client serves a whole service: it may be used from many
/// threads at once, and keeps its connections. Every call may be repeated; a command is repeated under the same key,
/// so that a lost answer never costs or doubles a payment.
/// </summary>
public sealed partial class LedgerClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // So that a name that begins to lead elsewhere is noticed.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HttpClient http;
    private readonly bool ownsHttp;
    private readonly LedgerClientOptions options;
    private readonly Sender sender;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="address">Where the ledger serves, such as `https://ledger.example`.</param>
    /// <param name="apiKey">The service's API key. It is sent with every request, and to this address alone.</param>
    /// <param name="options">How patient it is.</param>
    public LedgerClient(Uri address, string apiKey, LedgerClientOptions? options = null)
        : this(Connect(address, apiKey), options) => ownsHttp = true;

    /// <summary>
    /// A client that sends through an `HttpClient` that the service has made, with its address and its authorisation.
    /// Its `Timeout` must not be shorter than an attempt or a long poll may take; it is best infinite. An address with
    /// a path ends with a slash.
    /// </summary>
    /// <param name="http">Stays the caller's, to configure and to dispose of.</param>
    /// <param name="options">How patient it is.</param>
    public LedgerClient(HttpClient http, LedgerClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null) throw new ArgumentException("It has no address.", nameof(http));
        this.http = http;
        this.options = options ?? new LedgerClientOptions();
        this.options.Check();
        sender = new Sender(http, this.options);
    }

    /// <summary>
    /// Posts a command. It is sent until the ledger says what became of it, always under the same key: a replay is
    /// the receipt of the attempt that came through.
    /// </summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="command">What it is asked to do.</param>
    /// <param name="key">The key to send it under; otherwise a new one, made before the first attempt.</param>
    /// <param name="cancellation">Takes nothing back that was sent.</param>
    /// <exception cref="OutcomeUnknown">It was sent, and its outcome could not be learnt. It has the key.</exception>
    /// <exception cref="LedgerUnavailable">It was not posted: the ledger could not be reached.</exception>
    /// <exception cref="LedgerDenied">It was not posted: the API key is not believed.</exception>
    public async Task<Outcome> Post(
        BookName book, Command command, string? key = null, CancellationToken cancellation = default)
    {
        key ??= IdempotencyKey.New();
        IdempotencyKey.Check(key);
        var (path, body) = (CommandPath(book, command), CommandFormat.Write(command));
        var attempts = new Attempts();
        try
        {
            return await sender.Send(Request, Judge, attempts, cancellation);
        }
        catch (Exception exception) when (attempts.MayHaveBeenTaken)
        {
            throw new OutcomeUnknown([key], [null], exception);
        }

        HttpRequestMessage Request()
        {
            var request = Posts(path, body);
            request.Headers.Add("Idempotency-Key", key);
            return request;
        }

        Verdict<Outcome> Judge(Answer answer)
        {
            if (answer.Status == 201)
            {
                return answer.Read(Receipt.Read) is { } receipt
                    ? Verdict<Outcome>.Is(new Outcome.Posted(key, receipt, answer.IsReplay))
                    : Verdict<Outcome>.Of(answer);
            }

            // A caller who may not post it now may have been allowed to when an earlier attempt arrived.
            var isDenied = answer.Status == 403 && attempts.MayHaveBeenTaken;
            return answer.Problem() is { } problem && problem.Status == answer.Status && !isDenied
                && Outcome.Of(key, problem, answer.IsReplay) is { } outcome
                ? Verdict<Outcome>.Is(outcome)
                : Verdict<Outcome>.Of(answer);
        }
    }

    /// <summary>
    /// Posts many commands to one book, in their order, each answered on its own. They travel a thousand at a time;
    /// a thousand is not sent before the one before it is settled.
    /// </summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="commands">The commands, with their keys.</param>
    /// <param name="cancellation">Takes nothing back that was sent.</param>
    /// <returns>What became of each, in the order of the commands.</returns>
    /// <exception cref="OutcomeUnknown">
    /// Some outcomes could not be learnt. It has those that were; the whole list may be sent again.
    /// </exception>
    /// <exception cref="LedgerUnavailable">None was posted: the ledger could not be reached.</exception>
    /// <exception cref="LedgerDenied">None was posted: the API key is not believed.</exception>
    public async Task<IReadOnlyList<Outcome>> PostAll(
        BookName book, IReadOnlyList<KeyedCommand> commands, CancellationToken cancellation = default)
    {
        var outcomes = Unsettled(commands);
        for (var first = 0; first < commands.Count;)
        {
            var count = BatchChunk.CountFrom(commands, first);
            var chunk = new BatchChunk(commands, first, count, isAtomic: false, outcomes);
            await Settle(book, chunk, outcomes, cancellation);
            first += count;
        }

        return outcomes!;
    }

    /// <summary>
    /// Posts up to a thousand commands to one book, in their order, all of them or none. Where one is refused it is
    /// refused for ever, and the others are set aside.
    /// </summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="commands">The commands, with their keys.</param>
    /// <param name="cancellation">Takes nothing back that was sent.</param>
    /// <returns>What became of each, in the order of the commands.</returns>
    /// <exception cref="OutcomeUnknown">Either all were posted or none; which could not be learnt.</exception>
    /// <exception cref="LedgerUnavailable">None was posted: the ledger could not be reached.</exception>
    /// <exception cref="LedgerDenied">None was posted: the API key is not believed.</exception>
    public async Task<IReadOnlyList<Outcome>> PostTogether(
        BookName book, IReadOnlyList<KeyedCommand> commands, CancellationToken cancellation = default)
    {
        var outcomes = Unsettled(commands);
        if (commands.Count > BatchChunk.MostCommands)
        {
            throw new ArgumentException(
                $"At most {BatchChunk.MostCommands} commands are posted together.", nameof(commands));
        }

        if (commands.Count == 0) return [];
        var chunk = new BatchChunk(commands, 0, commands.Count, isAtomic: true, outcomes);
        await Settle(book, chunk, outcomes, cancellation);
        return outcomes!;
    }

    /// <summary>Asks what would become of a command, and posts nothing.</summary>
    /// <param name="book">The book: a tenant's on a platform.</param>
    /// <param name="command">What it would be asked to do.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <exception cref="LedgerUnavailable">The ledger could not be reached.</exception>
    /// <exception cref="LedgerDenied">The API key is not believed, or may not post this.</exception>
    public Task<Preview> Preview(BookName book, Command command, CancellationToken cancellation = default)
    {
        var (path, body) = ($"{CommandPath(book, command)}?dry_run=true", CommandFormat.Write(command));
        return sender.Send(() => Posts(path, body), Judge, new Attempts(), cancellation);

        static Verdict<Preview> Judge(Answer answer)
        {
            var preview = answer.Status == 200
                ? answer.Read(Client.Preview.Read)
                : answer.Problem() is { } problem && problem.Status == answer.Status
                    ? Client.Preview.Of(problem)
                    : null;
            return preview is null ? Verdict<Preview>.Of(answer) : Verdict<Preview>.Is(preview);
        }
    }

    /// <summary>Closes the connections that are its own.</summary>
    public void Dispose()
    {
        if (ownsHttp) http.Dispose();
    }

    private async Task Settle(BookName book, BatchChunk chunk, Outcome?[] outcomes, CancellationToken cancellation)
    {
        var (path, attempts) = ($"{BookPath(book)}/commands", new Attempts());
        try
        {
            await sender.Send(
                () => Posts(path, chunk.Body()), answer => chunk.Judge(answer, attempts.MayHaveBeenTaken), attempts,
                cancellation);
        }
        catch (Exception exception) when (
            attempts.MayHaveBeenTaken || outcomes.Any(outcome => outcome is not null))
        {
            throw new OutcomeUnknown(chunk.OpenKeys, [.. outcomes], exception);
        }
    }

    private static Outcome?[] Unsettled(IReadOnlyList<KeyedCommand> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        foreach (var command in commands) IdempotencyKey.Check(command.Key);
        return new Outcome?[commands.Count];
    }

    private static HttpRequestMessage Posts(string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
    }

    private static string CommandPath(BookName book, Command command) =>
        $"{BookPath(book)}/commands/{CommandFormat.NameOf(command)}";

    private static string BookPath(BookName book) =>
        BookName.Problem(book.Tenant) is null && BookName.Problem(book.Platform) is null
            ? $"v1/{book.Tenant}/{book.Platform}"
            : throw new ArgumentException($"'{book}' cannot be the name of a book.", nameof(book));

    private static HttpClient Connect(Uri address, string apiKey)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        // What the address has of a path is kept: paths of requests are relative to it.
        var root = address.AbsoluteUri.EndsWith('/') ? address : new Uri($"{address.AbsoluteUri}/");
        var client = new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Fanz.Ledger.Client", "1"));
        return client;
    }
}
