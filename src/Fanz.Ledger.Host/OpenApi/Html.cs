using System.Net;
using System.Text;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>HTML as text. Whatever is not the program's own enters it by methods that escape.</summary>
internal sealed class Html
{
    private readonly StringBuilder text = new();

    public static string Escaped(string? raw) => WebUtility.HtmlEncode(raw ?? "");

    public override string ToString() => text.ToString();

    /// <summary>An element with elements within.</summary>
    public Html Within(string tag, string? attributes, Action<Html> inner)
    {
        Open(tag, attributes);
        inner(this);
        return Close(tag);
    }

    public Html Open(string tag, string? attributes = null)
    {
        text.Append('<').Append(tag);
        if (attributes is not null) text.Append(' ').Append(attributes);
        text.Append('>');
        return this;
    }

    public Html Close(string tag)
    {
        text.Append("</").Append(tag).Append(">\n");
        return this;
    }

    public Html Text(string? raw)
    {
        text.Append(Escaped(raw));
        return this;
    }

    /// <summary>Only for what this program is itself the author of.</summary>
    public Html Raw(string own)
    {
        text.Append(own);
        return this;
    }

    /// <summary>An element with nothing but text in it.</summary>
    public Html Leaf(string tag, string? raw, string? attributes = null) => Open(tag, attributes).Text(raw).Close(tag);

    public Html Link(string anchor, string raw)
    {
        text.Append("<a href=\"#").Append(Escaped(anchor)).Append("\">").Append(Escaped(raw)).Append("</a>");
        return this;
    }

    public Html Code(string raw)
    {
        text.Append("<code>").Append(Escaped(raw)).Append("</code>");
        return this;
    }

    /// <summary>The little Markdown that the document uses: headings, paragraphs, lists, fences and `code`.</summary>
    public Html Markdown(string markdown, Func<string, string?>? anchorOf = null)
    {
        foreach (var block in Blocks(markdown.ReplaceLineEndings("\n")))
        {
            if (block.StartsWith("## ", StringComparison.Ordinal))
                Leaf("h2", block[3..], anchorOf?.Invoke(block[3..]) is { } anchor ? $"id=\"{Escaped(anchor)}\"" : null);
            else if (block.StartsWith("- ", StringComparison.Ordinal))
                Within("ul", null, list =>
                {
                    foreach (var item in block[2..].Split("\n- ")) list.Within("li", null, one => one.Inline(item));
                });
            else if (!block.StartsWith("```", StringComparison.Ordinal))
                Within("p", null, paragraph => paragraph.Inline(block));
            else
                Leaf("pre", block.Trim('`').Trim('\n'));
        }

        return this;
    }

    /// <summary>Blocks stand between blank lines; those within a fence are the fence's.</summary>
    private static IEnumerable<string> Blocks(string markdown)
    {
        string? open = null;
        foreach (var block in markdown.Split("\n\n"))
        {
            var whole = open is null ? block : $"{open}\n\n{block}";
            var isOpen = whole.StartsWith("```", StringComparison.Ordinal)
                && !(whole.Length > 3 && whole.EndsWith("```", StringComparison.Ordinal));
            open = isOpen ? whole : null;
            if (!isOpen) yield return whole;
        }
    }

    /// <summary>Text in which every second stretch between backquotes is code.</summary>
    public Html Inline(string raw)
    {
        var isCode = false;
        foreach (var part in raw.Split('`'))
        {
            if (isCode) Code(part);
            else Text(part);
            isCode = !isCode;
        }

        return this;
    }
}
