using System.CommandLine;
using System.CommandLine.Parsing;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Host.Books;

/// <summary>How a book is named on the command line.</summary>
internal static class BookWords
{
    private const string Form = "TENANT/PLATFORM";

    public static Argument<BookName> Argument(string description) =>
        new(Form) { Description = description, CustomParser = Read };

    /// <summary>A book, or none.</summary>
    public static Argument<BookName?> Optional(string description) => new(Form)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? null : Read(result),
    };

    public static Option<BookName?> Option(string description, bool isRequired = false) => new("--book")
    {
        HelpName = Form,
        Description = description,
        Required = isRequired,
        CustomParser = result => Read(result),
    };

    public static async Task<OpenedBook> MustFind(
        this BookRegistry registry, BookName name, CancellationToken token) =>
        await registry.Find(name, token) ?? throw Unknown(name);

    public static Mistake Unknown(BookName name) => new($"There is no book {name}: `ledger book list` lists them.");

    private static BookName Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
        if (!BookName.TryParse(text, out var name))
            result.AddError($"`{text}` is not a book: {Form} in lower case letters, digits, '-', '_' and '.'.");
        return name ?? default;
    }
}
