using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// What a command can come to, read from the compiled recipes themselves: everything that judging its form and deciding
/// it may call, followed through lambdas, iterators and overrides. It errs on the side of too much: a code that is not
/// among these is never the answer, one that is may be so only in a case that cannot happen.
/// </summary>
internal sealed class Reach
{
    private static readonly Module Domain = typeof(Command).Module;
    private static readonly Type[] Types = Domain.GetTypes();

    private static readonly Dictionary<short, OpCode> OpCodeOf = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private static readonly Dictionary<int, Body> Bodies = [];

    private readonly HashSet<MethodBase> methods = [];
    private readonly HashSet<Type> commands = [];
    private readonly HashSet<MethodBase> asked = [];

    private Reach(IEnumerable<Type> of, params ReadOnlySpan<MethodBase> from)
    {
        commands.UnionWith(of);
        foreach (var method in from) Follow(method);
        // A recipe may make another command of it and judge that: then what the other one overrides counts as well.
        int before;
        do
        {
            before = methods.Count;
            foreach (var method in asked.ToArray()) FollowOverrides(method);
        }
        while (methods.Count > before);
    }

    /// <summary>The names of the makers of refusals that are called.</summary>
    public IEnumerable<string> Refusals =>
        from method in methods
        where method.DeclaringType == typeof(Refusal) && method.IsPublic
        select method.Name;

    /// <summary>Every text that stands in what is called.</summary>
    public IReadOnlySet<string> Texts => methods.SelectMany(method => BodyOf(method).Texts).ToHashSet();

    /// <summary>What reading a command and judging its form reaches.</summary>
    public static Reach OfForm(Type command)
    {
        // What is proposed is judged as the command that it is.
        Type[] judged = command == typeof(Command.Propose) ? [command, .. OfTwoPeople] : [command];
        lock (Bodies) return new Reach(judged, [.. judged.Select(Faults), Unreadable]);
    }

    /// <summary>What deciding a command reaches.</summary>
    public static Reach OfRecipe(Type command)
    {
        // What was proposed is decided as the command that it is, and who approves is looked at in all of those alike.
        Type[] decided = command == typeof(Command.ApproveProposal) ? [command, .. OfTwoPeople] : [command];
        MethodBase[] limits = decided.Any(type => type.IsAssignableTo(typeof(Command.IByTwoPeople))) ? [Limits] : [];
        lock (Bodies) return new Reach(decided, [.. decided.SelectMany(Recipe), .. limits]);
    }

    private static IEnumerable<Type> OfTwoPeople =>
        CommandFormat.OfTwoPeople.Select(name => CommandFormat.ShapeOf(name).Type);

    /// <summary>What says why somebody may not approve so much.</summary>
    private static MethodBase Limits { get; } =
        Domain.GetType("Fanz.Ledger.Proposals.ApprovalLimits")?.GetMethod(
            "Decide", BindingFlags.Static | BindingFlags.NonPublic)
        ?? throw new InvariantBroken("Nothing says who may approve how much.");

    /// <summary>What says why a command cannot be read.</summary>
    private static MethodBase Unreadable { get; } =
        Domain.GetType("Fanz.Ledger.Journal.UnreadableCommand")?.GetMethod("FaultOf")
        ?? throw new InvariantBroken("Nothing says why a command cannot be read.");

    private static MethodInfo Faults(Type command)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var type = command; type is not null; type = type.BaseType)
            if (type.GetMethod("Faults", own) is { IsAbstract: false } found) return found;
        throw new InvariantBroken($"Nothing judges {command.Name}.");
    }

    private static MethodBase[] Recipe(Type command)
    {
        var recipe = Types
            .Where(type => type is { IsAbstract: true, IsSealed: true } && type != typeof(Decider))
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(method => method.Name == "Decide" && method.GetParameters()[0].ParameterType == command)
            .ToArray<MethodBase>();
        return recipe.Length > 0 ? recipe : throw new InvariantBroken($"Nothing decides {command.Name}.");
    }

    private void Follow(MethodBase called)
    {
        if (called.Module != Domain) return;
        var pending = new Stack<MethodBase>([Definition(called)]);
        while (pending.TryPop(out var method))
        {
            // It leads to every recipe there is; whose recipes count is known from the start.
            if (method.DeclaringType == typeof(Decider)) continue;
            if (!methods.Add(method)) continue;
            // The other makers of refusals that one calls are its own helpers.
            if (method.DeclaringType == typeof(Refusal)) continue;
            var body = BodyOf(method);
            foreach (var next in body.Called)
            {
                pending.Push(next);
                if (next.IsVirtual && asked.Add(next)) FollowOverrides(next);
                if (!next.IsConstructor) continue;
                if (next.DeclaringType!.IsSubclassOf(typeof(Command))) commands.Add(next.DeclaringType);
                // An iterator is entered through an interface of the framework's.
                if (next.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute)))
                    foreach (var part in Own(next.DeclaringType)) pending.Push(part);
            }
        }
    }

    private void FollowOverrides(MethodBase method)
    {
        var owner = method.DeclaringType!;
        foreach (var type in Types)
        {
            if (!owner.IsAssignableFrom(type)) continue;
            if (type.IsSubclassOf(typeof(Command)) && !commands.Any(type.IsAssignableFrom)) continue;
            foreach (var own in Own(type).OfType<MethodInfo>())
                if (own.Name == method.Name && own.IsVirtual) Follow(own);
        }
    }

    private static IEnumerable<MethodBase> Own(Type type) => type.GetMembers(
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.DeclaredOnly).OfType<MethodBase>();

    private static MethodBase Definition(MethodBase method) => Domain.ResolveMethod(method.MetadataToken)!;

    private static Body BodyOf(MethodBase method)
    {
        if (!Bodies.TryGetValue(method.MetadataToken, out var body))
            Bodies[method.MetadataToken] = body = Body.Read(method);
        return body;
    }

    /// <summary>What one method calls, or makes a delegate of, within the domain; and the texts in it.</summary>
    private sealed record Body(IReadOnlyList<MethodBase> Called, IReadOnlyList<string> Texts)
    {
        public static Body Read(MethodBase method)
        {
            var (called, texts) = (new List<MethodBase>(), new List<string>());
            var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
            for (var at = 0; at < code.Length;)
            {
                var opCode = OpCodeOf[code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at]];
                at += opCode.Size;
                switch (opCode.OperandType)
                {
                    case OperandType.InlineString:
                        texts.Add(Domain.ResolveString(BitConverter.ToInt32(code, at)));
                        break;
                    case OperandType.InlineMethod:
                        var target = Resolve(Domain.ResolveMethod, method, BitConverter.ToInt32(code, at))!;
                        if (target.Module == Domain) called.Add(Definition(target));
                        break;
                    // What a static field begins with is made by its type's initialiser.
                    case OperandType.InlineField when opCode == OpCodes.Ldsfld:
                        var field = Resolve(Domain.ResolveField, method, BitConverter.ToInt32(code, at))!;
                        if (field.Module == Domain && field.DeclaringType!.TypeInitializer is { } first)
                            called.Add(Definition(first));
                        break;
                }

                at += SizeOf(opCode.OperandType, code, at);
            }

            return new Body(called, texts);
        }

        private static T Resolve<T>(Func<int, Type[]?, Type[]?, T> resolve, MethodBase within, int token) => resolve(
            token,
            within.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
            within.IsGenericMethod ? within.GetGenericArguments() : null);

        private static int SizeOf(OperandType operand, byte[] code, int at) => operand switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
            _ => 4,
        };
    }
}
