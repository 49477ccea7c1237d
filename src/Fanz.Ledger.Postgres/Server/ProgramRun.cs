using System.Diagnostics;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>One run of a program to its end.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last thing it said, for a message of one line.</summary>
    public string LastWords =>
        $"{Output}\n{Errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault() ?? $"exit code {ExitCode}";

    /// <param name="commandLine">The program and its arguments.</param>
    /// <param name="token">Ends the program with everything it started.</param>
    /// <param name="holdInput">Keep its input open until it ends, so that it can tell when this process is gone.</param>
    public static async Task<ProgramRun> Run(
        IReadOnlyList<string> commandLine, CancellationToken token, bool holdInput = false)
    {
        var start = Describe(commandLine);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        if (!holdInput)
            process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(token);
            var errors = process.StandardError.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);
            return new ProgramRun(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static ProcessStartInfo Describe(IReadOnlyList<string> commandLine)
    {
        // The current folder may be closed to the account that the program will run as.
        var start = new ProcessStartInfo(commandLine[0]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (var argument in commandLine.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        // A service manager's socket is for the host; postgres would report itself ready on it in the host's name.
        start.Environment.Remove("NOTIFY_SOCKET");
        return start;
    }

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
