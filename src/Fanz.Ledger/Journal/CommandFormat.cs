using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;

namespace Fanz.Ledger.Journal;

/// <summary>The names and JSON shapes of the commands. Both go into request hashes, so they are a format for ever.</summary>
public static class CommandFormat
{
    private static readonly FrozenDictionary<Type, (string Name, JsonTypeInfo Json)> ByType =
        new Dictionary<Type, (string, JsonTypeInfo)>
        {
            [typeof(Command.FreezeAccount)] = ("freeze_account", Shape.Default.FreezeAccount),
            [typeof(Command.UnfreezeAccount)] = ("unfreeze_account", Shape.Default.UnfreezeAccount),
            [typeof(Command.CloseAccount)] = ("close_account", Shape.Default.CloseAccount),
            [typeof(Command.Transfer)] = ("transfer", Shape.Default.Transfer),
            [typeof(Command.TransferToBook)] = ("transfer_to_book", Shape.Default.TransferToBook),
            [typeof(Command.TopUp)] = ("top_up", Shape.Default.TopUp),
            [typeof(Command.SendTip)] = ("send_tip", Shape.Default.SendTip),
            [typeof(Command.Reverse)] = ("reverse", Shape.Default.Reverse),
        }.ToFrozenDictionary();

    public static string NameOf(Command command) => ByType[command.GetType()].Name;

    internal static JsonTypeInfo ShapeOf(Command command) => ByType[command.GetType()].Json;
}
