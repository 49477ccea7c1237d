using System.Text.Json;
using CsvHelper;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>Rows as files have them: a line each, written as they come, with no more in memory than a buffer.</summary>
internal abstract class ListFile : IAsyncDisposable
{
    public static readonly string[] Formats = ["csv", "jsonl"];

    public static string MediaType(string format) => format == "csv" ? "text/csv; charset=utf-8" : "application/jsonl";

    public static ListFile To(Stream stream, string format, IReadOnlyList<ListColumn> columns) =>
        format == "csv" ? new Csv(stream, columns) : new JsonLines(stream, columns);

    /// <summary>What stands before the first row, if anything does.</summary>
    public abstract Task Begin(CancellationToken token);

    public abstract Task Write(IReadOnlyList<object?> values, CancellationToken token);

    public abstract ValueTask DisposeAsync();

    /// <summary>RFC 4180 in UTF-8; a text that a spreadsheet would run as a formula is kept from it.</summary>
    private sealed class Csv(Stream stream, IReadOnlyList<ListColumn> columns) : ListFile
    {
        private readonly CsvWriter writer = CsvWriter.Create(
            stream, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);

        public override Task Begin(CancellationToken token)
        {
            foreach (var column in columns) writer.WriteField(column.Name);
            return writer.EndRecordAsync(token).AsTask();
        }

        public override Task Write(IReadOnlyList<object?> values, CancellationToken token)
        {
            foreach (var value in values)
            {
                // Numbers may begin with a sign; only what others wrote is kept from being a formula.
                if (value is long number) writer.WriteField(number);
                else if (value is Int128 sum) writer.WriteField(sum);
                else writer.WriteField(value is null ? "" : ListValues.InWords(value));
            }

            return writer.EndRecordAsync(token).AsTask();
        }

        public override ValueTask DisposeAsync() => writer.DisposeAsync();
    }

    private sealed class JsonLines(Stream stream, IReadOnlyList<ListColumn> columns) : ListFile
    {
        private const int Buffered = 1 << 15;
        private readonly MemoryStream buffer = new();

        public override Task Begin(CancellationToken token) => Task.CompletedTask;

        public override async Task Write(IReadOnlyList<object?> values, CancellationToken token)
        {
            using (var json = new Utf8JsonWriter(buffer, Json.AsGiven)) ListJson.Write(json, columns, values);
            buffer.WriteByte((byte)'\n');
            if (buffer.Length >= Buffered) await Flush(token);
        }

        public override async ValueTask DisposeAsync()
        {
            await Flush(CancellationToken.None);
            await buffer.DisposeAsync();
        }

        private async Task Flush(CancellationToken token)
        {
            await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), token);
            buffer.SetLength(0);
        }
    }
}
