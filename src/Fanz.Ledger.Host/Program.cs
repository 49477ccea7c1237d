using System.CommandLine;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Archiving;
using Fanz.Ledger.Host.Audit;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Checking;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Demo;
using Fanz.Ledger.Host.Erasure;
using Fanz.Ledger.Host.Finance;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Invoicing;
using Fanz.Ledger.Host.Journal;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.Marten;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Reconciling;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Proposals;
using Fanz.Ledger.Host.Reports;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Secrets;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Statements;
using Fanz.Ledger.Host.Taxes;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Host.Webhooks;

var ledger = new RootCommand("An event-sourced, double-entry ledger on PostgreSQL.")
{
    ServeVerb.Words(),
    MigrateVerb.Words(),
    BookVerbs.Words(),
    ImportVerb.Words(),
    BankVerbs.Words(),
    ReconcileVerb.Words(),
    KeyVerbs.Words(),
    SecretsVerbs.Words(),
    SubjectVerbs.Words(),
    WebhookVerbs.Words(),
    FollowerVerbs.Words(),
    RebuildVerb.Words(),
    MartenVerb.Words(),
    SqlVerbs.Words(),
    DemoVerb.Words(),
    VerifyVerb.Words(),
    AuditVerbs.Words(),
    ArchiveVerbs.Words(),
    CheckVerb.Words(),
    ReplayVerb.Words(),
    PreviewVerb.Words(),
    OpenApiVerb.Words(),
    StatementVerb.Words(),
    ReceiptVerb.Words(),
    PayoutVerbs.Words(),
    ProposalVerbs.Words(),
    ExportVerb.Words(),
    ReportVerb.Words(),
    RunsVerb.Words(),
    RunVerbs.Words(),
    ScheduleVerbs.Words(),
    TaxVerbs.Words(),
    BenchWords.Words(),
};

return await CommandLine.Run(ledger, args);
