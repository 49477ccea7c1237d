using System.Text.Json;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Client;

/// <summary>What would become of a command if it were posted now. A moment later it may differ.</summary>
public abstract record Preview
{
    private Preview()
    {
    }

    /// <summary>It would be posted.</summary>
    /// <param name="Records">The record of the command's book, and the other book's when it is about two.</param>
    public sealed record Posts(IReadOnlyList<PreviewedRecord> Records) : Preview;

    /// <summary>The book would say no.</summary>
    /// <param name="Refusal">A stable code, a sentence, and the facts behind it.</param>
    public sealed record Refused(Refusal Refusal) : Preview;

    /// <summary>The form is wrong, or there is no such book or command.</summary>
    /// <param name="Faults">Everything that is wrong with it.</param>
    public sealed record Wrong(IReadOnlyList<Fault> Faults) : Preview;

    internal static Preview Read(JsonElement json) => new Posts(json.List("records", PreviewedRecord.Read));

    internal static Preview? Of(LedgerProblem problem) => problem.Status switch
    {
        409 or 422 => new Refused(new Refusal(problem.Code, problem.Detail) { Facts = problem.Facts }),
        400 or 404 or 413 or 415 => new Wrong(problem.Faults),
        _ => null,
    };
}

/// <summary>A record that would be appended to a book.</summary>
/// <param name="Book">The book: tenant and platform.</param>
/// <param name="Type">The event's name.</param>
/// <param name="EffectiveOn">Its date in the accounts.</param>
/// <param name="RefersTo">The number of the earlier record that it is about.</param>
/// <param name="Data">The event, as the journal would keep it.</param>
/// <param name="Entries">What it would move.</param>
public sealed record PreviewedRecord(
    string Book, string Type, LocalDate EffectiveOn, long? RefersTo, JsonElement Data,
    IReadOnlyList<ReceiptEntry> Entries)
{
    internal static PreviewedRecord Read(JsonElement json) => new(
        json.Text("book"), json.Text("type"), json.Date("effective_on"), json.NumberOrNull("refers_to"),
        json.Object("data").Clone(), json.List("entries", ReceiptEntry.Read));
}
