using System.Text.Json;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// A list that is read a page at a time, in either order, and from any page to the one after it and the one before.
/// What is appended meanwhile moves no page: a page begins behind an entry and not at a count.
/// </summary>
internal sealed class Paging
{
    public static readonly string[] Words = ["limit", "order", "cursor"];
    private const int MostRows = 1_000;
    private const int UsualRows = 100;

    private readonly ulong list;
    private readonly bool isNewestFirst;
    private readonly PageCursor? cursor;

    private Paging(ulong list, int limit, bool isNewestFirst, PageCursor? cursor) =>
        (this.list, Limit, this.isNewestFirst, this.cursor) = (list, limit, isNewestFirst, cursor);

    public int Limit { get; }

    /// <summary>The caller's place on the book's timeline.</summary>
    public JournalCursor Place => cursor?.Place ?? JournalCursor.Start;

    /// <summary>Which way rows are read; going back, that is not the order in which they are told.</summary>
    public bool ReadsNewestFirst => cursor is { } from ? !from.IsTowardsNewer : isNewestFirst;

    /// <summary>Rows lie behind this.</summary>
    public long After => cursor is { IsTowardsNewer: true } from ? from.Key : 0;

    /// <summary>Rows lie before this.</summary>
    public long Before => cursor is { IsTowardsNewer: false } from ? from.Key : long.MaxValue;

    public static Paging Of(ReadRequest read, params ReadOnlySpan<string> list) =>
        Of(read, isNewestFirst: false, list);

    /// <param name="read">The request.</param>
    /// <param name="isNewestFirst">The order where none is asked for.</param>
    /// <param name="list">What makes the list this one.</param>
    public static Paging Of(ReadRequest read, bool isNewestFirst, params ReadOnlySpan<string> list)
    {
        var mark = PageCursor.List([read.Book.Name.ToString(), .. list]);
        var limit = (int)(read.Parameters.Whole("limit", 1, MostRows) ?? UsualRows);
        var order = read.Parameters.Text("order") switch
        {
            null => (bool?)null,
            "oldest" => false,
            "newest" => true,
            _ => throw Parameters.Wrong("order", "ill_formed", "order is oldest or newest."),
        };
        if (read.Parameters.Text("cursor") is not { } text)
            return new Paging(mark, limit, order ?? isNewestFirst, null);
        var cursor = PageCursor.Read(text, mark);
        if (cursor is not { } from || (order is { } asked && asked != from.IsNewestFirst))
        {
            throw Parameters.Wrong(
                "cursor", "cursor_ill_formed", "This is no cursor of this list in this order.");
        }

        return new Paging(mark, limit, from.IsNewestFirst, from);
    }

    /// <summary>The page, from what was read of it: one row more than its limit if there are more.</summary>
    /// <param name="rows">What was read.</param>
    /// <param name="cut">What they end at before that, because the next ones are archived.</param>
    public Page<T> Turn<T>(List<T> rows, ArchivedRange? cut = null)
    {
        if (cut is not null && rows.Count == 0) throw new RangeIsArchived(cut);
        var isMore = rows.Count > Limit || cut is not null;
        if (rows.Count > Limit) rows.RemoveRange(Limit, rows.Count - Limit);
        var isBack = cursor is { } from && from.IsTowardsNewer == isNewestFirst;
        if (isBack) rows.Reverse();
        return new Page<T>(rows, HasNext: isBack || isMore, HasPrevious: isBack ? isMore : cursor is not null);
    }

    /// <summary>The numbers whose places the cursors of a page stand at.</summary>
    public static long[] Edges<T>(Page<T> page, Func<T, long> number) =>
        page.Rows.Count == 0 ? [] : [number(page.Rows[0]), number(page.Rows[^1])];

    /// <summary>Says where to go on, and where back.</summary>
    public void Write<T>(Utf8JsonWriter json, Page<T> page, Func<T, long> key, JournalCursor[] edges)
    {
        if (page is { HasNext: true, Rows.Count: > 0 })
            json.WriteString("next", Cursor(!isNewestFirst, edges[1], key(page.Rows[^1])));
        else
            json.WriteNull("next");
        if (page is { HasPrevious: true, Rows.Count: > 0 })
            json.WriteString("previous", Cursor(isNewestFirst, edges[0], key(page.Rows[0])));
        else
            json.WriteNull("previous");
    }

    private string Cursor(bool isTowardsNewer, JournalCursor place, long key) =>
        new PageCursor(isNewestFirst, isTowardsNewer, place, key).Write(list);
}

/// <summary>A page in the order in which it is told.</summary>
internal sealed record Page<T>(List<T> Rows, bool HasNext, bool HasPrevious);
