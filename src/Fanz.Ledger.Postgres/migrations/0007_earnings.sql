-- What was earned, by whom, and what fans spent: all of one follower, so that its tables are current to the same
-- number and a figure that stands in two of them is the same figure. A row is changed again and again on its day, so
-- pages keep room for that, and nothing that changes is in an index.

create table projected.revenue (
    hour              timestamptz not null,
    sales             bigint not null default 0,
    gross             bigint not null default 0,
    discounts         bigint not null default 0,
    taxes             bigint not null default 0,
    fees              bigint not null default 0,
    creators          bigint not null default 0,
    affiliates        bigint not null default 0,
    refunds           bigint not null default 0,
    refunded          bigint not null default 0,
    chargebacks       bigint not null default 0,
    charged_back      bigint not null default 0,
    taxes_returned    bigint not null default 0,
    revenue           bigint not null default 0,
    sales_revenue     bigint not null default 0,
    deferred          bigint not null default 0,
    affiliate_expense bigint not null default 0,
    promotion_expense bigint not null default 0,
    processor_fees    bigint not null default 0,
    chargeback_losses bigint not null default 0,
    chargeback_fees   bigint not null default 0,
    goodwill          bigint not null default 0,
    bad_debts         bigint not null default 0,
    other_expenses    bigint not null default 0,
    build             int not null,
    effective_on      date not null,
    kind              text collate "C" not null,
    currency          text collate "C" not null,
    primary key (build, effective_on, hour, kind, currency)
) with (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
comment on table projected.revenue is
    'What the platform earned, in minor units, by the hour in which it was recorded and the day that it counts for.
    sales to taxes_returned say what was agreed with the sales and what of their price fans got back; revenue to
    other_expenses are the entries on the accounts of these names, so that they tie to the trial balance; net income is
    revenue less the eight expenses. Made by the follower `earnings`.';
comment on column projected.revenue.kind is
    'What was sold (tip, gift, ppv, message, stream, order, subscription) or paid in (top_up, token_sale), and for what
    came of neither, what its account is for (payout_fee, fx_spread, breakage, processing, affiliate, promotion,
    goodwill, chargeback, bad_debt, exchange, rounding).';
comment on column projected.revenue.hour is 'The start of the hour in UTC, by the time of recording.';
comment on column projected.revenue.sales is 'Sales, less those that were reversed.';
comment on column projected.revenue.gross is 'Prices of the sales before discounts and taxes, with shipping.';
comment on column projected.revenue.discounts is 'What fans paid less, whoever bears it.';
comment on column projected.revenue.taxes is 'Taxes on top. What fans paid is gross less discounts with taxes.';
comment on column projected.revenue.fees is
    'The platform''s part of the sales, by the rules frozen with them; earned now, or later where it is deferred.';
comment on column projected.revenue.creators is 'The creators'' part of the sales, reserves included.';
comment on column projected.revenue.affiliates is 'The affiliates'' part of the sales, whoever bears it.';
comment on column projected.revenue.refunded is 'What was refunded of what fans had paid for sales, taxes included.';
comment on column projected.revenue.charged_back is
    'What banks took back of it by lost disputes, and what was clawed back of sales after one.';
comment on column projected.revenue.taxes_returned is 'The taxes within refunded and charged_back.';
comment on column projected.revenue.revenue is 'Credits less debits of the revenue accounts.';
comment on column projected.revenue.sales_revenue is
    'What of revenue came of sales, and of nothing that was booked by hand.';
comment on column projected.revenue.deferred is 'Credits less debits of deferred.revenue: earned in months to come.';
comment on column projected.revenue.other_expenses is 'fx.gainloss and rounding.';

create table projected.earnings (
    rule               bigint not null,
    sales              bigint not null default 0,
    gross              bigint not null default 0,
    discounts          bigint not null default 0,
    discounts_borne    bigint not null default 0,
    fees               bigint not null default 0,
    affiliates         bigint not null default 0,
    affiliates_borne   bigint not null default 0,
    to_others          bigint not null default 0,
    from_others        bigint not null default 0,
    agreed             bigint not null default 0,
    refunds            bigint not null default 0,
    fans_refunded      bigint not null default 0,
    chargebacks        bigint not null default 0,
    fans_charged_back  bigint not null default 0,
    revenue            bigint not null default 0,
    earned             bigint not null default 0,
    reserved           bigint not null default 0,
    unearned           bigint not null default 0,
    refunded           bigint not null default 0,
    charged_back       bigint not null default 0,
    released           bigint not null default 0,
    withheld           bigint not null default 0,
    payout_fees        bigint not null default 0,
    paid_out           bigint not null default 0,
    other              bigint not null default 0,
    build              int not null,
    effective_on       date not null,
    creator            text collate "C" not null,
    kind               text collate "C" not null,
    currency           text collate "C" not null,
    primary key (build, creator, effective_on, kind, rule, currency)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.02);
create index earnings_by_day on projected.earnings (build, effective_on, creator, kind, rule, currency);
comment on table projected.earnings is
    'What creators earned, in minor units, by day, by what was sold and by the version of the rule that shared it.
    sales to revenue are of the sales that the creator made; earned to other are entries on the creator''s accounts,
    and what the platform owes the creator changes by earned and unearned and other, less refunded, charged_back,
    withheld, payout_fees and paid_out. Made by the follower `earnings`.';
comment on column projected.earnings.kind is 'What was sold; where nothing was, the type of the record.';
comment on column projected.earnings.rule is 'The version of the rule as frozen with the sale; 0 where there was none.';
comment on column projected.earnings.discounts_borne is 'What of the discounts the creators bear.';
comment on column projected.earnings.affiliates_borne is 'What of the affiliates'' part the creators bear.';
comment on column projected.earnings.to_others is 'What of these sales went to others who shared them.';
comment on column projected.earnings.from_others is 'What came of the sales of others that this creator shared.';
comment on column projected.earnings.agreed is
    'The creator''s own part as frozen with the sales: gross less discounts_borne, fees, affiliates_borne and
    to_others, with from_others.';
comment on column projected.earnings.fans_refunded is 'What fans got back of these sales by refunds.';
comment on column projected.earnings.fans_charged_back is 'What fans got back of these sales by disputes.';
comment on column projected.earnings.revenue is
    'What the platform has recognised of these sales, less what it gave back.';
comment on column projected.earnings.earned is 'What came to creator.pending and creator.reserve.';
comment on column projected.earnings.reserved is 'What of earned came to creator.reserve.';
comment on column projected.earnings.unearned is 'What was paid for and is earned later, less what was earned of it.';
comment on column projected.earnings.refunded is 'What the creator gave back by refunds, a new debt included.';
comment on column projected.earnings.charged_back is
    'What the creator gave back by disputes, a new debt and a fee passed on included.';
comment on column projected.earnings.released is 'What left creator.pending and creator.reserve by releases.';
comment on column projected.earnings.withheld is 'The tax that was withheld of it.';
comment on column projected.earnings.paid_out is 'Payouts that were settled, less those that came back.';
comment on column projected.earnings.other is
    'Whatever else came to the creator, or left: goodwill, conversions, corrections.';

create table projected.affiliate_earnings (
    earnings     bigint not null default 0,
    earned       bigint not null default 0,
    reversed     bigint not null default 0,
    released     bigint not null default 0,
    withheld     bigint not null default 0,
    other        bigint not null default 0,
    build        int not null,
    effective_on date not null,
    affiliate    text collate "C" not null,
    kind         text collate "C" not null,
    currency     text collate "C" not null,
    primary key (build, affiliate, effective_on, kind, currency)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.02);
create index affiliate_earnings_by_day
    on projected.affiliate_earnings (build, effective_on, affiliate, kind, currency);
comment on table projected.affiliate_earnings is
    'What affiliates earned, in minor units, by day and by what was sold: entries on their accounts. What the platform
    owes an affiliate changes by earned and other, less reversed and withheld. Made by the follower `earnings`.';
comment on column projected.affiliate_earnings.kind is 'What was sold; where nothing was, the type of the record.';
comment on column projected.affiliate_earnings.earnings is
    'Sales that brought something, less those that were reversed.';
comment on column projected.affiliate_earnings.reversed is 'What was taken back with refunds and disputes of sales.';
comment on column projected.affiliate_earnings.released is 'What left affiliate.pending by releases.';
comment on column projected.affiliate_earnings.withheld is 'The tax that was withheld of it.';

create table projected.spending (
    purchases    bigint not null default 0,
    gross        bigint not null default 0,
    discounts    bigint not null default 0,
    taxes        bigint not null default 0,
    refunds      bigint not null default 0,
    refunded     bigint not null default 0,
    chargebacks  bigint not null default 0,
    charged_back bigint not null default 0,
    build        int not null,
    effective_on date not null,
    fan          text collate "C" not null,
    kind         text collate "C" not null,
    funding      text collate "C" not null,
    currency     text collate "C" not null,
    primary key (build, fan, effective_on, kind, funding, currency)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0.02);
create index spending_by_day on projected.spending (build, effective_on, fan, kind, funding, currency);
comment on table projected.spending is
    'What fans bought, in minor units, by day, by what it was and by how it was paid. Paying into a wallet or for tokens
    is not spending; what is then bought with them is. Paid is gross less discounts with taxes. Made by the follower
    `earnings`.';
comment on column projected.spending.purchases is 'Sales, less those that were reversed.';
comment on column projected.spending.funding is 'wallet, card, tokens, promo or authorisation.';
comment on column projected.spending.refunded is 'What the fan got back by refunds, on the day of the refund.';
comment on column projected.spending.charged_back is
    'What the fan got back by disputes that were lost, or had clawed back after one.';

grant select, insert, update, delete
    on projected.revenue, projected.earnings, projected.affiliate_earnings, projected.spending to ledger_writer;
