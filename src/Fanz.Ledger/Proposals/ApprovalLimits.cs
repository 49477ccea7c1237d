using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal OverLimitOfApprover(
            string person, string command, string currency, long limit, long amount) => Of(
            "over_limit_of_approver",
            $"{Identifier.Quote(person)} approves {command} of up to {limit} {currency}, not {amount}.",
            ("person", person), ("command", command), ("currency", currency), ("limit", limit), ("amount", amount));
    }
}

namespace Fanz.Ledger.Proposals
{
    /// <summary>
    /// Up to how much a person approves of one kind of command. It is held against what the command would move,
    /// whatever its fields are called and whether it was proposed first: no command has to say itself what it is worth.
    /// As long as nobody was given a limit for a kind in a currency, who may approve it is a matter of rights alone;
    /// from then on those who were given none approve nothing. What moves nothing has no limit.
    /// </summary>
    internal static class ApprovalLimits
    {
        internal static Decision Decide(Command.IByTwoPeople command, string name, Decision decision, Book book)
        {
            if (decision is not Decision.Accepted accepted || command.ApprovedBy is not { } approver)
                return decision;
            Refusal? first = null;
            foreach (var (currency, amount) in Moved(accepted))
            {
                var approvers = book.Recall<Approvers>(Approvers.StreamOf(currency.Code));
                if (!approvers.AreLimited(name)) continue;
                var limit = approvers.LimitOf(approver, name);
                if (amount > limit)
                    first ??= Refusal.OverLimitOfApprover(
                        approver, name, currency.Code, limit, (long)Int128.Min(amount, long.MaxValue));
            }

            return first is null ? decision : first;
        }

        /// <summary>
        /// What is debited in all, in each currency. Tokens are no money, and nobody is given a limit of them.
        /// </summary>
        private static IEnumerable<(Currency Currency, Int128 Amount)> Moved(Decision.Accepted accepted) =>
            accepted.Drafts.SelectMany(one => one.Draft.Posting is { } posting ? posting.Legs : [])
                .Where(leg => leg.Amount > 0 && !leg.Account.Currency.IsToken)
                .GroupBy(leg => leg.Account.Currency)
                .Select(some => (some.Key, some.Aggregate((Int128)0, (sum, leg) => sum + leg.Amount)));
    }
}
