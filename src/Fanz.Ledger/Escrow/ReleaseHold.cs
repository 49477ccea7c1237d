using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>What a creator earned was held until a day, and that day has come.</summary>
        public sealed record ReleaseHold(string Creator, string Currency, LocalDate Cohort, string Run)
            : Release(Currency, Cohort, Run)
        {
            internal override IEnumerable<Fault> Faults(BookName book) => FaultsOfRelease("creator", Creator);
        }

        /// <summary>What was kept back of a creator's earnings as a rolling reserve is kept no longer.</summary>
        public sealed record ReleaseReserve(string Creator, string Currency, LocalDate Cohort, string Run)
            : Release(Currency, Cohort, Run)
        {
            internal override IEnumerable<Fault> Faults(BookName book) => FaultsOfRelease("creator", Creator);
        }

        /// <summary>What an affiliate earned was held until a day, and that day has come.</summary>
        public sealed record ReleaseAffiliate(string Affiliate, string Currency, LocalDate Cohort, string Run)
            : Release(Currency, Cohort, Run)
        {
            internal override IEnumerable<Fault> Faults(BookName book) => FaultsOfRelease("affiliate", Affiliate)
                .Concat(Found(Sources is null ? null : new Fault(
                    "sources", "not_for_affiliates",
                    "The ledger has no forms of affiliates; releases state what is withheld.")));
        }
    }

    public abstract partial record Event
    {
        /// <summary>Withheld, repaid and available are together the amount.</summary>
        public sealed record HoldReleased(
            string Creator, string Currency, LocalDate Cohort, string Run, long Amount, long DebtRepaid, long Available,
            IReadOnlyList<Withheld>? Withheld = null) : Event;

        public sealed record ReserveReleased(
            string Creator, string Currency, LocalDate Cohort, string Run, long Amount, long DebtRepaid, long Available,
            IReadOnlyList<Withheld>? Withheld = null) : Event;

        public sealed record AffiliateReleased(
            string Affiliate, string Currency, LocalDate Cohort, string Run, long Amount, long Available,
            IReadOnlyList<Withheld>? Withheld = null) : Event;
    }
}

namespace Fanz.Ledger.Escrow
{
    internal static class Releases
    {
        internal static Decision Decide(Command.ReleaseHold command, Book book, Moment now)
        {
            var release = Releasing.Of(
                command, Role.Creator, Held(Chart.CreatorPending, command.Creator, command), book, now);
            return release.Decide(new Event.HoldReleased(
                command.Creator, command.Currency, command.Cohort, command.Run, release.Amount, release.DebtRepaid,
                release.Available, release.Withheld));
        }

        internal static Decision Decide(Command.ReleaseReserve command, Book book, Moment now)
        {
            var release = Releasing.Of(
                command, Role.Creator, Held(Chart.CreatorReserve, command.Creator, command), book, now);
            return release.Decide(new Event.ReserveReleased(
                command.Creator, command.Currency, command.Cohort, command.Run, release.Amount, release.DebtRepaid,
                release.Available, release.Withheld));
        }

        internal static Decision Decide(Command.ReleaseAffiliate command, Book book, Moment now)
        {
            var release = Releasing.Of(
                command, Role.Affiliate, Held(Chart.AffiliatePending, command.Affiliate, command), book, now);
            return release.Decide(new Event.AffiliateReleased(
                command.Affiliate, command.Currency, command.Cohort, command.Run, release.Amount, release.Available,
                release.Withheld));
        }

        private static AccountKey Held(AccountCode code, string owner, Command.Release command) =>
            new(code, owner, Currency.Of(command.Currency), command.Cohort);
    }
}
