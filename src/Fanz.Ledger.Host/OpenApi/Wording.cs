using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// The words that stand in the source beside what they are about. The compiler collects them, so that what others are
/// told of a command is what its own readers are told.
/// </summary>
internal static partial class Wording
{
    private static readonly Lazy<Dictionary<string, string>> Summaries = new(Read);

    public static string? Of(Type type) => Find($"T:{NameOf(type)}");

    public static string? Of(MemberInfo member) =>
        Find($"{(member is PropertyInfo ? 'P' : 'F')}:{NameOf(member.DeclaringType!)}.{member.Name}");

    /// <summary>A method with these parameters' types among others of its name is the only one of that name.</summary>
    public static string? OfMethod(MethodInfo method)
    {
        var name = $"M:{NameOf(method.DeclaringType!)}.{method.Name}";
        return Summaries.Value.FirstOrDefault(known =>
            known.Key == name || known.Key.StartsWith(name + '(', StringComparison.Ordinal)).Value;
    }

    private static string? Find(string name) => Summaries.Value.GetValueOrDefault(name);

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static Dictionary<string, string> Read()
    {
        using var stream = Resource.Open("Fanz.Ledger.xml");
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in XDocument.Load(stream).Descendants("member"))
        {
            if (member.Element("summary") is { } summary && Plain(summary) is { Length: > 0 } text)
                words[member.Attribute("name")!.Value] = text;
        }

        return words;
    }

    private static string Plain(XElement summary) =>
        Blanks().Replace(string.Concat(summary.Nodes().Select(Plain)), " ").Trim();

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "paramref" } parameter => InSnakeCase(parameter.Attribute("name")!.Value),
        XElement element when element.Attribute("cref") is { Value: var name } =>
            Value(name) ?? name[(name.LastIndexOf('.') + 1)..],
        XElement element => element.Value,
        _ => "",
    };

    /// <summary>A constant is told by its value: that is what a reader outside wants to know.</summary>
    private static string? Value(string name)
    {
        if (!name.StartsWith("F:", StringComparison.Ordinal)) return null;
        var (owner, field) = (name[2..name.LastIndexOf('.')], name[(name.LastIndexOf('.') + 1)..]);
        const BindingFlags constants = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static;
        var type = typeof(Command).Assembly.GetTypes().FirstOrDefault(one => NameOf(one) == owner);
        return type?.GetField(field, constants) is { IsLiteral: true } known
            ? string.Create(CultureInfo.InvariantCulture, $"{known.GetRawConstantValue():N0}")
            : null;
    }

    private static string InSnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
