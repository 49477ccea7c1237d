using System.CommandLine;
using System.Text.Json;
using Command = System.CommandLine.Command;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>`ledger export`: a list as a file, on standard output; what number it is current to, on standard error.</summary>
internal static class ExportVerb
{
    public static Command Words()
    {
        var name = new Argument<string>("LIST") { Description = "One of the lists; `ledger export lists` names them." };
        name.AcceptOnlyFromAmong(["lists", .. Listings.All.Select(list => list.Name)]);
        var book = BookWords.Option("The book.");
        var filters = new Option<string[]>("--where")
        {
            Description = "NAME=VALUE: leaves the rows of which that is true. It may be given again.",
            HelpName = "NAME=VALUE",
        };
        var order = new Option<string?>("--order") { Description = "The order of the rows." };
        var format = new Option<string>("--format") { Description = "csv or jsonl.", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong(ListFile.Formats);
        var verb = new Command("export", "Write a list to standard output, however long it is.")
        {
            name, book, filters, order, format,
        };
        verb.SetAction((words, token) => words.GetValue(name) == "lists"
            ? Tell()
            : Export(
                Listings.All.Single(list => list.Name == words.GetValue(name)),
                words.GetValue(book) ?? throw new Mistake("--book TENANT/PLATFORM is needed."),
                words.GetValue(filters) ?? [], words.GetValue(order), words.GetValue(format)!, token));
        return verb;
    }

    private static Task<int> Tell()
    {
        Answer.Table(
            title: null, ["list", "what it lists", "where", "order"],
            Listings.All.Select(list => (IReadOnlyList<string>)
                [
                    list.Name, list.Summary, string.Join(' ', list.Filters.Select(filter => filter.Name)),
                    string.Join(' ', list.Orders.Select(one => one.Name)),
                ]));
        return Task.FromResult(CommandLine.Done);
    }

    private static async Task<int> Export(
        Listing list, Fanz.Ledger.Books.BookName book, string[] filters, string? order, string format,
        CancellationToken token)
    {
        var request = Understand(list, filters, order);
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var opened = await new BookRegistry(source).MustFind(book, token);
        await UpToDate.Bring(source, [opened], token, list.Follower);
        await using var output = Console.OpenStandardOutput();
        await using var file = ListFile.To(output, format, list.Columns);
        await foreach (var (number, row) in new ListReader(source).All(opened, list, request, token))
        {
            if (row is not null)
            {
                await file.Write(row.Values, token);
                continue;
            }

            CommandLine.Say($"{list.Name} of {book}, current to number {number}.");
            await file.Begin(token);
        }

        return CommandLine.Done;
    }

    private static ListRequest Understand(Listing list, string[] filters, string? order)
    {
        var given = new Dictionary<string, string>();
        foreach (var filter in filters)
        {
            var (name, value) = filter.Split('=', 2) is [var left, var right]
                ? (left, right)
                : throw new Mistake($"`{filter}` is not NAME=VALUE.");
            if (list.Filters.All(one => one.Name != name))
                throw new Mistake($"{list.Name} knows {string.Join(", ", list.Filters.Select(one => one.Name))}.");
            if (!given.TryAdd(name, value)) throw new Mistake($"{name} is given more than once.");
        }

        try
        {
            return ListWords.Read(list, name => name == ListWords.Order ? order : given.GetValueOrDefault(name));
        }
        catch (ListMistake mistake)
        {
            throw new Mistake(mistake.Message);
        }
    }
}
