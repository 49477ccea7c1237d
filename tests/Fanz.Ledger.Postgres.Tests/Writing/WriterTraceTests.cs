using System.Collections.Concurrent;
using System.Diagnostics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Writing;

public sealed class WriterTraceTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly ActivitySource requests = new($"requests of {nameof(WriterTraceTests)}");
    private readonly ConcurrentQueue<Activity> drawn = new();
    private readonly ActivityListener listener = new();

    [Fact]
    public async Task A_traced_request_is_followed_through_its_wait_and_its_batch()
    {
        Listen(ActivitySamplingResult.AllDataAndRecorded);
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        ActivityContext request;
        using (var activity = requests.StartActivity("request"))
        {
            request = activity!.Context;
            await host.Posted(book, TestHost.TopUp("anna", 1), "1");
        }

        await Eventually.True(() => Of(request, "queue").Length == 1, "The wait is drawn.");
        var batch = Assert.Single(Of(request, "batch"));
        var wait = Assert.Single(Of(request, "queue"));
        Assert.Equal(request.SpanId, batch.ParentSpanId);
        Assert.Equal(request.SpanId, wait.ParentSpanId);
        Assert.Equal(batch.Context, Assert.Single(wait.Links).Context);
        Assert.Equal(1, batch.GetTagItem("ledger.batch.size"));
        var decide = Assert.Single(Of(request, "decide"));
        var commit = Assert.Single(Of(request, "commit"));
        Assert.All([decide, commit], stage => Assert.Equal(batch.SpanId, stage.ParentSpanId));
        Assert.True(wait.StartTimeUtc <= batch.StartTimeUtc && batch.StartTimeUtc <= commit.StartTimeUtc);
        Assert.True(commit.StartTimeUtc + commit.Duration <= batch.StartTimeUtc + batch.Duration);
    }

    [Fact]
    public async Task Requests_that_share_a_batch_are_linked_to_it()
    {
        Listen(ActivitySamplingResult.AllDataAndRecorded);
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("anna", 1), "first");
        Task<Reply>[] posting;
        await using (await BookHold.Take(database.SuperuserConnectionString, book))
            posting = [.. Enumerable.Range(0, 20).Select(i => Traced(host, book, $"{i}"))];
        await Task.WhenAll(posting);
        await Eventually.True(() => drawn.Count(activity => activity.OperationName == "queue") >= 20, "All are drawn.");

        var batches = drawn.Where(activity => activity.OperationName == "batch").ToArray();
        var linked = batches.SelectMany(batch => batch.Links.Select(link => link.Context.SpanId).Append(batch.ParentSpanId));
        var waiting = drawn.Where(activity => activity.OperationName == "queue").Select(wait => wait.ParentSpanId);
        Assert.Equal(waiting.Order(BySpan), linked.Order(BySpan));
        Assert.True(batches.Length < 20, "Some of them shared a batch.");
    }

    [Fact]
    public async Task A_request_that_nobody_will_look_at_is_not_drawn()
    {
        Listen(ActivitySamplingResult.PropagationData);
        await using var host = TestHost.Start(database);
        var book = await host.NewBook();
        using (requests.StartActivity("request")) await host.Posted(book, TestHost.TopUp("anna", 1), "1");
        await host.Posted(book, TestHost.TopUp("anna", 1), "2");
        await host.Writer.Drain();
        Assert.Empty(drawn);
    }

    public void Dispose()
    {
        listener.Dispose();
        requests.Dispose();
    }

    private static readonly IComparer<ActivitySpanId> BySpan =
        Comparer<ActivitySpanId>.Create((one, other) => string.CompareOrdinal(one.ToHexString(), other.ToHexString()));

    private async Task<Reply> Traced(TestHost host, BookName book, string key)
    {
        using var request = requests.StartActivity("request");
        return await host.Post(book, TestHost.TopUp("anna", 1), key);
    }

    private Activity[] Of(ActivityContext request, string name) =>
        [.. drawn.Where(activity => activity.OperationName == name && activity.TraceId == request.TraceId)];

    /// <summary>Only what belongs to a request of these tests is kept: the source is shared by the whole process.</summary>
    private void Listen(ActivitySamplingResult sampling)
    {
        listener.ShouldListenTo = source => source.Name == BookWriter.TelemetryName || source == requests;
        listener.Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling;
        listener.ActivityStopped = activity =>
        {
            if (activity.Source != requests) drawn.Enqueue(activity);
        };
        ActivitySource.AddActivityListener(listener);
    }
}
