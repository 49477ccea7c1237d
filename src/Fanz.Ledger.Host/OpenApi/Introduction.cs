namespace Fanz.Ledger.Host.OpenApi;

/// <summary>What an integrator reads first, in the Markdown that the document and the page both begin with.</summary>
internal static class Introduction
{
    public static string Text { get; } = Resource.Text("introduction.md").TrimEnd();
}
